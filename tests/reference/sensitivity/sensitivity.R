# Robustness value and bounds by their formulas on lm() fits, 2SLS by AER with clustered sandwich errors, one factor by psych.
# Usage: Rscript tests/reference/sensitivity/sensitivity.R   (writes printout.json beside it)
options(warn = 2)
suppressPackageStartupMessages({library(AER); library(sandwich); library(psych)})
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(script))
rows <- read.csv(file.path(folder, "case.csv"), stringsAsFactors = TRUE)

rss <- function(formula) sum(resid(lm(formula, rows))^2)
partial <- function(small, large) 1 - rss(large) / rss(small)

# Cinelli and Hazlett (2020), sections 4.2 and 4.4
fit <- summary(lm(y ~ d + x1 + level, rows))
t_d <- coef(fit)["d", "t value"]; dof <- fit$df[2]; estimate <- coef(fit)["d", "Estimate"]; se <- coef(fit)["d", "Std. Error"]
f <- abs(t_d) / sqrt(dof)
rv <- function(f) (sqrt(f^4 + 4 * f^2) - f^2) / 2
bound <- function(r2_d, r2_y) {
  hidden_d <- r2_d / (1 - r2_d)
  shared <- r2_d^2 / ((1 - r2_d) * (1 - r2_d))
  hidden_y <- ((1 + sqrt(shared)) / sqrt(1 - shared))^2 * r2_y / (1 - r2_y)
  bias <- se * sqrt(dof) * sqrt(hidden_y * hidden_d / (1 - hidden_d))
  list(r2_exposure = hidden_d, r2_outcome = hidden_y, left = estimate - sign(estimate) * bias)
}

iv <- ivreg(y ~ d + x1 | z + x1, data = rows)
clustered <- function(model) vcovCL(model, cluster = rows$account, type = "HC0", cadjust = TRUE)
first <- lm(d ~ z + x1, rows)
items <- rows[, grep("^item", names(rows))]
factor <- fa(cor(items), nfactors = 1, fm = "pa", max.iter = 1000, min.err = 1e-12, SMC = TRUE)

jsonlite::write_json(list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), AER = as.character(packageVersion("AER")),
                  sandwich = as.character(packageVersion("sandwich")), psych = as.character(packageVersion("psych"))),
  estimate = estimate, robustness_value = rv(f), robustness_value_half = rv(f / 2),
  hidden = list(x1 = bound(partial(d ~ level, d ~ x1 + level), partial(y ~ d + level, y ~ d + x1 + level)),
                level = bound(partial(d ~ x1, d ~ x1 + level), partial(y ~ d + x1, y ~ d + x1 + level))),
  two_stage = list(value = unname(coef(iv)["d"]), se = sqrt(clustered(iv)["d", "d"]),
                   first_stage_f = unname(coef(first)["z"])^2 / clustered(first)["z", "z"]),
  loadings = as.numeric(factor$loadings)),
  file.path(folder, "printout.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
