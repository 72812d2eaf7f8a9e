# R2 of one item on the four others, divided by averaging over orders of entry (one lm a subset), and Johnson's relative weights.
# Base R on the complete rows of alpha_items. Writes printouts/drivers.json. Usage: Rscript tests/reference/drivers.R
options(warn = 2)
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(script))
items <- read.csv(file.path(folder, "cases", "alpha_items.csv"))
items <- items[complete.cases(items), ]
predictors <- paste0("item", 1:4)

r2 <- function(used) if (length(used)) summary(lm(reformulate(used, "item5"), data = items))$r.squared else 0
orders <- function(x) {
  if (length(x) < 2) return(list(x))
  do.call(c, lapply(seq_along(x), function(i) lapply(orders(x[-i]), function(rest) c(x[i], rest))))
}
added <- function(order) {
  worth <- c(0, sapply(seq_along(order), function(i) r2(order[seq_len(i)])))
  setNames(diff(worth), order)[predictors]
}
average <- function(all) Reduce(`+`, lapply(all, added)) / length(all)

# Tier A: category 1 (items 1 and 2), category 2 (item 3); tier B: item 4. Orders that keep groups together:
together <- function(order) {
  at <- match(predictors, order)
  all(abs(at[1] - at[2]) == 1, max(at[1:3]) - min(at[1:3]) == 2)
}
all_orders <- orders(predictors)
nested <- Filter(together, all_orders)

correlation <- cor(items[predictors])
decomposed <- eigen(correlation)
root <- decomposed$vectors %*% diag(sqrt(decomposed$values)) %*% t(decomposed$vectors)
beta <- solve(root, cor(items[predictors], items$item5))
johnson <- setNames(as.vector(root^2 %*% beta^2), predictors)

jsonlite::write_json(
  list(case = "drivers", versions = list(R = paste(R.version$major, R.version$minor, sep = ".")), rows = nrow(items),
       r2 = r2(predictors), orders = length(all_orders), nested_orders = length(nested),
       lmg = as.list(average(all_orders)), winter = as.list(average(nested)), johnson = as.list(johnson)),
  file.path(folder, "printouts", "drivers.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
