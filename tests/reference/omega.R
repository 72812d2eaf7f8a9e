# Omega total of a maximum-likelihood one-factor model, by base R's factanal on the complete rows. Writes printouts/omega_items.json.
# Usage: Rscript tests/reference/omega.R
options(warn = 2)
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(script))

omega <- function(items) {
  covariance <- cov(items)
  fit <- factanal(covmat = covariance, factors = 1, n.obs = nrow(items), control = list(opt = list(factr = 10, maxit = 1000)))
  sd <- sqrt(diag(covariance))
  loadings <- abs(sum(fit$loadings[, 1] * sd))
  loadings^2 / (loadings^2 + sum(fit$uniquenesses * sd^2))
}

items <- read.csv(file.path(folder, "cases", "alpha_items.csv"))
complete <- as.matrix(items[complete.cases(items), ])
fit <- factanal(covmat = cov(complete), factors = 1, n.obs = nrow(complete), control = list(opt = list(factr = 10, maxit = 1000)))
jsonlite::write_json(
  list(case = "omega_items", versions = list(R = paste(R.version$major, R.version$minor, sep = ".")),
       complete = nrow(complete), omega = omega(complete),
       omega_without = lapply(setNames(seq_len(ncol(complete)), colnames(complete)), function(item) omega(complete[, -item])),
       uniquenesses = unname(fit$uniquenesses),
       correlations = unname(cor(complete))),
  file.path(folder, "printouts", "omega_items.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
