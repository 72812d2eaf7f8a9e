# The difference between a total and a net lift: both equations in one lm, CR2 by clubSandwich. Writes printout.json beside it.
# Usage: Rscript tests/reference/joint/joint.R
options(warn = 2)
suppressPackageStartupMessages({library(clubSandwich); library(jsonlite)})
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(script))
CASES <- c("reg_whole", "reg_mixed", "reg_whole_weighted", "reg_mixed_weighted", "nps_few", "nps_few_weighted")

difference <- function(case) {
  rows <- read.csv(file.path(folder, "..", "cases", paste0(case, ".csv")), colClasses = c(account = "character", group = "character"),
                   na.strings = character(0))
  rated <- rows[seq_len(nrow(rows)) %% 19 != 0, ]  # the net equation lacks every 19th row
  stack <- rbind(cbind(rows, net = 0), cbind(rated, net = 1))
  stack$total <- 1 - stack$net
  fit <- lm(y ~ 0 + total + total:exposure + net + net:exposure + net:x1, data = stack, weights = weight)
  form <- (names(coef(fit)) == "total:exposure") - (names(coef(fit)) %in% c("exposure:net", "net:exposure"))
  stopifnot(sum(form == 1) == 1, sum(form == -1) == 1)
  v <- vcovCR(fit, cluster = stack$account, type = "CR2", target = rep(1, nrow(stack)), inverse_var = FALSE)
  list(rows = nrow(rows), rows_net = nrow(rated), accounts = length(unique(rows$account)),
       value = sum(form * coef(fit)), se = sqrt(drop(form %*% as.matrix(v) %*% form)))
}

write_json(list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), clubSandwich = as.character(packageVersion("clubSandwich")),
                  jsonlite = as.character(packageVersion("jsonlite"))),
  cases = sapply(CASES, difference, simplify = FALSE)),
  file.path(folder, "printout.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
