# Cronbach's alpha by its formula, in base R, over the rows where all items are answered. Writes printouts/alpha_items.json.
# Usage: Rscript tests/reference/alpha.R
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(script))

alpha <- function(items) {
  k <- ncol(items)
  k / (k - 1) * (1 - sum(apply(items, 2, var)) / var(rowSums(items)))
}

items <- read.csv(file.path(folder, "cases", "alpha_items.csv"))
complete <- as.matrix(items[complete.cases(items), ])
jsonlite::write_json(
  list(case = "alpha_items", versions = list(R = paste(R.version$major, R.version$minor, sep = ".")),
       rows = nrow(items), complete = nrow(complete), alpha = alpha(complete),
       alpha_without = lapply(setNames(seq_len(ncol(complete)), colnames(complete)), function(item) alpha(complete[, -item])),
       alpha_two_items = alpha(complete[, 1:2])),
  file.path(folder, "printouts", "alpha_items.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
