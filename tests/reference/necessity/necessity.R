# CE-FDH and CR-FDH calculated apart from the package: areas by walking the ceilings in base R, not by the package's formulas.
# Source of the definitions: Dul (2016), Organizational Research Methods 19(1), 10-52.
# Run from the project's root: Rscript tests/reference/necessity/necessity.R
options(warn = 2)
library(jsonlite)
folder <- "tests/reference/necessity"
cases <- c("smooth", "whole", "outlier", "needed", "few")

area_above <- function(ceiling, breaks, top, floor) {
  # The ceiling is a straight line between neighbouring breaks, and may leave the scope there: cut where it does.
  total <- 0
  for (i in seq_len(length(breaks) - 1)) {
    ends <- c(breaks[i], breaks[i + 1])
    total <- total + integrate(function(at) top - pmin(pmax(ceiling(at), floor), top), ends[1], ends[2],
                               subdivisions = 2000L, rel.tol = 1e-12)$value
  }
  total
}

one <- function(name) {
  data <- read.csv(file.path(folder, paste0(name, ".csv")))
  x <- data$x; y <- data$y
  scope <- (max(x) - min(x)) * (max(y) - min(y))
  levels <- sort(unique(x))
  highest <- vapply(levels, function(at) max(y[x <= at]), 0)
  rises <- c(TRUE, diff(highest) > 0)
  corners <- data.frame(x = levels[rises], y = highest[rises])
  # CE-FDH: a rectangle for each step.
  edges <- c(corners$x, max(x))
  ce <- sum((max(y) - corners$y) * diff(edges))
  # CR-FDH: least squares through the corners; the area in pieces between the places where the line crosses floor and top.
  line <- lm(y ~ x, corners)
  a <- unname(coef(line)[1]); b <- unname(coef(line)[2])
  crossings <- sort(pmin(pmax((c(min(y), max(y)) - a) / b, min(x)), max(x)))
  breaks <- unique(c(min(x), crossings, max(x)))
  cr <- area_above(function(at) a + b * at, breaks, max(y), min(y))
  above <- sum(y > a + b * x + 1e-9 * (max(y) - min(y)))
  levels_y <- min(y) + c(0.2, 0.5, 0.8, 1) * (max(y) - min(y))
  need_ce <- vapply(levels_y, function(at) { w <- corners$x[corners$y >= at - 1e-9][1]; if (w > min(x) + 1e-9) w else NA_real_ }, 0)
  need_cr <- vapply(levels_y, function(at) { w <- min((at - a) / b, max(x)); if (w > min(x) + 1e-9) w else NA_real_ }, 0)
  list(corners = corners, scope = scope, ce_zone = ce, ce_d = ce / scope, cr_zone = cr, cr_d = cr / scope,
       slope = b, intercept = a, accuracy = 1 - above / length(x), levels = levels_y, need_ce = need_ce, need_cr = need_cr)
}

printed <- list(versions = list(R = as.character(getRversion()), jsonlite = as.character(packageVersion("jsonlite"))),
                cases = setNames(lapply(cases, one), cases))
write(toJSON(printed, auto_unbox = TRUE, digits = 12, pretty = TRUE, na = "null"), file.path(folder, "printout.json"))
