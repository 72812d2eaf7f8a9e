# Errors in variables on full matrices with an account jackknife, a logistic model with normal priors by optim, Rubin's rules by mice.
# Usage: Rscript tests/reference/missing/missing.R   (writes printout.json beside it)
options(warn = 2)
suppressPackageStartupMessages(library(mice))
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(script))
rows <- read.csv(file.path(folder, "case.csv"))

# Fuller (1987): the error's variance is taken off the control's own cross-product
corrected <- function(weight, reliability) {
  x <- cbind(rows$d, 1 - rows$d, rows$control, rows$z)
  mean <- sapply(3:4, function(k) weighted.mean(x[, k], weight))
  error <- (1 - reliability) * weighted.mean((x[, 3] - mean[1])^2, weight)
  figures <- function(kept) {
    cross <- t(x[kept, ]) %*% (weight[kept] * x[kept, ])
    cross[3, 3] <- cross[3, 3] - error * sum(weight[kept])
    beta <- solve(cross, t(x[kept, ]) %*% (weight[kept] * rows$y[kept]))
    beta[1:2] + sum(beta[3:4] * mean)
  }
  at <- figures(rep(TRUE, nrow(rows)))
  left <- sapply(unique(rows$account), function(one) {f <- figures(rows$account != one); f[1] - f[2]})
  g <- length(left)
  list(comparison = at[1], baseline = at[2], lift = at[1] - at[2], se = sqrt((g - 1) / g * sum((left - mean(left))^2)))
}

# Response: columns standardised, slopes with a normal prior of variance 25
known <- with(rows, cbind(d, d * (y == 0), d * (y == 1), (1 - d) * (y == 0), (1 - d) * (y == 1), z))
known <- apply(known, 2, function(column) (column - mean(column)) / sqrt(mean((column - mean(column))^2)))
weight <- rows$weight / mean(rows$weight)
misfit <- function(beta) {
  eta <- beta[1] + known %*% beta[-1]
  -sum(weight * (rows$answered * eta - log1p(exp(eta)))) + sum(beta[-1]^2) / 50
}
slope <- function(beta) {
  left <- weight * (plogis(beta[1] + known %*% beta[-1]) - rows$answered)
  c(sum(left), t(known) %*% left + beta[-1] / 25)
}
found <- optim(rep(0, 7), misfit, slope, method = "BFGS", control = list(reltol = 1e-15, maxit = 1000))
chance <- plogis(found$par[1] + known %*% found$par[-1])
share <- sapply(0:1, function(one) weighted.mean(rows$answered[rows$d == one], weight[rows$d == one]))
stands_for <- ifelse(rows$answered == 1, pmin(share[rows$d + 1] / chance, 10), 0)

values <- c(3.1, 4.4, 2.2, 3.9, 2.7); variances <- c(1.2, 1.5, 0.9, 1.1, 1.4)
pooled <- pool.scalar(values, variances, n = 31, k = 1, rule = "rubin1987")  # df of the complete data: n - k = 30

jsonlite::write_json(list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), mice = as.character(packageVersion("mice"))),
  corrected = corrected(rep(1, nrow(rows)), 0.8), corrected_weighted = corrected(rows$weight, 0.7),
  stands_for = as.numeric(stands_for),
  pooled = list(values = values, variances = variances, df = 30, value = pooled$qbar, se = sqrt(pooled$t), pooled_df = pooled$df)),
  file.path(folder, "printout.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
