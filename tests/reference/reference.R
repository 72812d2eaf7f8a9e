# What do R's survey and clubSandwich say about the cases? Writes printouts/<case>.json; see README.md for the layout and the traps.
# Usage: Rscript tests/reference/reference.R [case ...]      (all cases where none is named)
suppressPackageStartupMessages({library(survey); library(clubSandwich); library(jsonlite)})
options(warn = 2)  # a warning is an error here: a printout must not rest on something R was unsure of

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(script))
GROUPS <- c("high", "low")
LEVEL <- 0.95

main <- function() {
  named <- commandArgs(TRUE)
  all_cases <- setdiff(sub("[.]csv$", "", list.files(file.path(folder, "cases"), "[.]csv$")), "alpha_items")
  dir.create(file.path(folder, "printouts"), showWarnings = FALSE)
  for (case in if (length(named)) named else all_cases)
    write_json(printout(case), file.path(folder, "printouts", paste0(case, ".json")), digits = NA, auto_unbox = TRUE, pretty = TRUE)
}

printout <- function(case) {
  rows <- read.csv(file.path(folder, "cases", paste0(case, ".csv")), colClasses = c(account = "character", group = "character"),
                   na.strings = character(0))
  inside <- rows[rows$group != "", ]
  inside$group <- factor(inside$group, levels = GROUPS)
  list(case = case, versions = versions(), counts = counts(rows, inside), survey = by_survey(rows),
       groups = by_group(inside), single = by_single(rows), regression = by_regression(rows))
}

versions <- function() {
  packages <- c("survey", "clubSandwich", "sandwich", "jsonlite")
  c(list(R = paste(R.version$major, R.version$minor, sep = ".")), sapply(packages, function(p) as.character(packageVersion(p)), simplify = FALSE))
}

counts <- function(rows, inside) list(
  rows = nrow(rows), accounts = length(unique(rows$account)), rows_in_groups = nrow(inside),
  accounts_in_groups = length(unique(inside$account)), high = sum(inside$group == "high"), low = sum(inside$group == "low"))

# Taylor linearisation: the design holds every row, so that accounts without a row in the groups still count in G/(G-1).
by_survey <- function(rows) {
  study <- svydesign(ids = ~account, weights = ~weight, data = rows)
  means <- svyby(~y, ~group, subset(study, group != ""), svymean, covmat = TRUE)
  difference <- svycontrast(means, list(difference = c(high = 1, low = -1)))
  ratio <- svycontrast(means, quote(high / low))
  overall <- svymean(~y, study)
  list(order = GROUPS, means = unname(coef(means)[GROUPS]), vcov = plain(vcov(means)[GROUPS, GROUPS]),
       difference = value_se(difference), ratio_delta = value_se(ratio), overall = value_se(overall))
}

by_group <- function(inside) {
  fit <- lm(y ~ 0 + group, data = inside, weights = weight)
  two_means(fit, cr2(fit, inside), diag(2), GROUPS)
}

by_single <- function(rows) {
  fit <- lm(y ~ 1, data = rows, weights = weight)
  test <- coef_test(fit, cr2(fit, rows), test = "Satterthwaite")
  list(mean = test$beta, se = test$SE, df = test$df_Satt)
}

by_regression <- function(rows) {
  fit <- lm(y ~ exposure + x1, data = rows, weights = weight)
  variance <- cr2(fit, rows)
  x1_mean <- weighted.mean(rows$x1, rows$weight)
  at <- rbind(c(1, 1, x1_mean), c(1, 0, x1_mean))  # fitted values at exposure 1 and 0, averaged over the rows
  df <- coef_test(fit, variance, test = "Satterthwaite")$df_Satt
  adjusted <- two_means(fit, variance, at, c("exposed", "unexposed"))
  stopifnot(all.equal(df[2], adjusted$contrasts$difference$df, tolerance = 1e-10))  # two routes of clubSandwich to one df
  list(order = c("intercept", "exposure", "x1"), coef = unname(coef(fit)), vcov = plain(variance), df = df,
       r2 = summary(fit)$r.squared, x1_mean = x1_mean, adjusted = adjusted)
}

# Two linear forms of the coefficients (the rows of `at`), their joint covariance, df, contrasts first - r * second, and the Fieller set.
two_means <- function(fit, variance, at, order) {
  means <- as.vector(at %*% coef(fit))
  joint <- at %*% plain(variance) %*% t(at)
  forms <- function(r) contrast(fit, variance, at[1, ] - r * at[2, ], r)
  ratio <- means[1] / means[2]
  contrasts <- list(difference = forms(1), r_1_6 = forms(1.6), point_ratio = forms(ratio))
  stopifnot(all.equal(contrasts$difference$se^2, joint[1, 1] - 2 * joint[1, 2] + joint[2, 2]))
  list(order = order, means = means, vcov = joint, df = c(contrast_df(fit, variance, at[1, ]), contrast_df(fit, variance, at[2, ])),
       contrasts = contrasts, fieller = fieller(means, joint, contrasts$point_ratio$df))
}

contrast <- function(fit, variance, form, r) list(
  r = r, value = sum(form * coef(fit)), se = sqrt(as.vector(form %*% plain(variance) %*% form)), df = contrast_df(fit, variance, form))

# HTZ with one row is Satterthwaite's t. linear_contrast() of clubSandwich 0.5.8 fails where inverse_var = FALSE.
contrast_df <- function(fit, variance, form) Wald_test(fit, constraints = matrix(form, 1), vcov = variance, test = "HTZ")$df_denom

# The identity target is what clubSandwich takes for an lm by itself; said aloud here, and held against the default.
cr2 <- function(fit, rows) {
  variance <- vcovCR(fit, cluster = rows$account, type = "CR2", target = rep(1, nrow(rows)), inverse_var = FALSE)
  stopifnot(max(abs(plain(variance) - plain(vcovCR(fit, cluster = rows$account, type = "CR2")))) < 1e-12)
  if (all(rows$weight == 1)) {
    unweighted <- lm(formula(fit), data = rows)
    stopifnot(max(abs(plain(variance) - plain(vcovCR(unweighted, cluster = rows$account, type = "CR2", inverse_var = TRUE)))) < 1e-12)
  }
  variance
}

# {r : (high - r low)^2 <= t^2 Var(high - r low)}; limits are the roots, whatever the kind of set, and null where there are none.
fieller <- function(means, joint, df) {
  t2 <- qt((1 + LEVEL) / 2, df)^2
  a <- means[2]^2 - t2 * joint[2, 2]
  b <- means[1] * means[2] - t2 * joint[1, 2]
  c <- means[1]^2 - t2 * joint[1, 1]
  root <- b^2 - a * c
  set <- if (a > 0) "bounded" else if (root > 0) "exclusive" else "whole_line"
  limits <- if (set == "whole_line") NA else sort(c(b - sqrt(root), b + sqrt(root)) / a)
  list(level = LEVEL, df = df, t = sqrt(t2), set = set, limits = limits)
}

value_se <- function(stat) list(value = as.vector(coef(stat)), se = as.vector(SE(stat)))
plain <- function(square) matrix(as.vector(square), nrow = nrow(square))

main()
