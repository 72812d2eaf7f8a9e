# Random effects over studies by metafor: REML, DerSimonian-Laird, Hartung-Knapp and its modified form, the prediction interval with
# k - 2 degrees of freedom, the Q-profile interval of tau2. Writes pooling/printout.json for each case of pooling/cases.json.
# Usage: Rscript tests/reference/pooling.R
options(warn = 2)
suppressPackageStartupMessages(library(metafor))
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(script))

pool <- function(case) {
  y <- case$values
  v <- case$ses^2
  control <- list(threshold = 1e-14, maxiter = 10000, stepadj = 0.5)
  reml <- rma(y, v, method = "REML", test = "knha", control = control)
  modified <- rma(y, v, method = "REML", test = "adhoc", control = control)
  dl <- rma(y, v, method = "DL", test = "z")
  tau <- confint(reml, control = list(tol = 1e-14, maxiter = 10000, tau2.max = 1e6))$random
  new <- if (length(y) > 2) predict(rma(y, v, method = "REML", test = "t", control = control), pi.type = "riley") else NULL
  list(k = reml$k, value = c(reml$beta), se = reml$se, low = reml$ci.lb, high = reml$ci.ub, low_modified = modified$ci.lb,
       high_modified = modified$ci.ub, tau2 = reml$tau2, tau2_dl = dl$tau2, value_dl = c(dl$beta), q = reml$QE, q_p = reml$QEp,
       i2 = reml$I2 / 100, tau2_low = tau["tau^2", "ci.lb"], tau2_high = tau["tau^2", "ci.ub"], new_low = new$pi.lb,
       new_high = new$pi.ub, weights = unname(weights(reml)) / 100)
}

cases <- jsonlite::fromJSON(file.path(folder, "pooling", "cases.json"), simplifyDataFrame = FALSE)
jsonlite::write_json(
  list(versions = list(R = paste(R.version$major, R.version$minor, sep = "."), metafor = as.character(packageVersion("metafor"))),
       cases = lapply(cases, pool)),
  file.path(folder, "pooling", "printout.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE, null = "null")
