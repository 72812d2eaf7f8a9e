# Best-worst choices by survival::clogit: best among all shown, worst among the rest with the signs of all items turned, one stratum
# a choice; robust standard errors by account. With and without weights. Writes printout_r.json beside it.
# Usage: Rscript tests/reference/choices/choices.R
options(warn = 2)
suppressPackageStartupMessages({library(survival); library(jsonlite)})
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(script))
rows <- read.csv(file.path(folder, "sets.csv"))
items <- sort(unique(rows$item))

best <- data.frame(rows, stage = 1, chosen = rows$best, sign = 1)
rest <- rows[rows$best == 0, ]
worst <- data.frame(rest, stage = 2, chosen = rest$worst, sign = -1)
both <- rbind(best, worst)
both$choice <- paste(both$set, both$stage)
for (item in items[-1]) both[[paste0("i", item)]] <- both$sign * (both$item == item)
terms <- paste0("i", items[-1], collapse = " + ")

fit <- function(weighted) {
  both$w <- if (weighted) both$weight else 1
  form <- as.formula(paste("chosen ~", terms, "+ strata(choice)"))
  found <- clogit(form, data = both, weights = w, cluster = account, method = "breslow",
                  control = coxph.control(eps = 1e-12, iter.max = 50, toler.chol = 1e-14))
  list(coef = unname(coef(found)), robust = unname(vcov(found)), loglik = found$loglik[2])
}
one_item <- function(of) data.frame(shown = nrow(of), best = sum(of$best), worst = sum(of$worst))
counts <- do.call(rbind, lapply(split(rows, rows$item), one_item))
out <- list(versions = list(R = paste(R.version$major, R.version$minor, sep = "."), survival = as.character(packageVersion("survival"))),
            plain = fit(FALSE), weighted = fit(TRUE), counts = counts)
write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), file.path(folder, "printout_r.json"))
