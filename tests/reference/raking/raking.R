# Raking by R's survey package: the referee of valuelib/stats/raking.py.
#   Rscript tests/reference/raking/raking.R
options(warn = 2)
suppressMessages(library(survey))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
case <- read.csv(file.path(here, "case.csv"))
population <- function(name, shares) setNames(data.frame(seq_along(shares) - 1, nrow(case) * shares), c(name, "Freq"))
margins <- list(population("industry", c(0.5, 0.3, 0.2)), population("size", c(0.6, 0.4)))
raked <- function(start) {
  made <- svydesign(ids = ~1, weights = start, data = case)
  weights(rake(made, list(~industry, ~size), margins, control = list(maxit = 5000, epsilon = 1e-9)))
}
plain <- raked(rep(1, nrow(case)))
based <- raked(case$base)
kish <- function(w) length(w) * sum(w^2) / sum(w)^2
told <- list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), survey = as.character(packageVersion("survey"))),
  plain = as.vector(plain) / mean(plain), plain_deff = kish(plain), based = as.vector(based) / mean(based), based_deff = kish(based)
)
writeLines(jsonlite::toJSON(told, digits = 12, auto_unbox = TRUE, pretty = TRUE), file.path(here, "printout.json"))
