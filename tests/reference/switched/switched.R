# The average effect of switching and its CR2 standard error: the rows matched by loops, clubSandwich on net changes by cell, and the
# same point by one weighted lm with a dummy a step. Writes printout_r.json beside it.
# Usage: Rscript tests/reference/switched/switched.R
options(warn = 2)
suppressPackageStartupMessages({library(clubSandwich); library(jsonlite)})
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(script))

one_case <- function(case) {
  rows <- read.csv(file.path(folder, paste0(case, ".csv")), colClasses = c(account = "character"))
  at <- function(account, wave) rows[rows$account == account & rows$wave == wave, ]
  accounts <- unique(rows$account)
  switch <- sapply(accounts, function(a) rows$switch[rows$account == a][1])
  stack <- NULL
  for (a in accounts) {
    mine <- rows[rows$account == a, ]
    s <- switch[[a]]
    if (s > 3 || !any(mine$wave < s) || !any(mine$wave >= s)) next
    base <- max(mine$wave[mine$wave < s])
    after <- mine$wave[mine$wave >= s]
    for (t in after) {
      stack <- rbind(stack, data.frame(account = a, step = paste(base, t), treated = 1, change = at(a, t)$value - at(a, base)$value,
                                       weight = at(a, base)$weight / length(after)))
    }
  }
  for (step in unique(stack$step)) {
    pair <- as.integer(strsplit(step, " ")[[1]])
    for (a in accounts) {
      from <- at(a, pair[1]); to <- at(a, pair[2])
      if (switch[[a]] > pair[2] && nrow(from) == 1 && nrow(to) == 1)
        stack <- rbind(stack, data.frame(account = a, step = step, treated = 0, change = to$value - from$value, weight = from$weight))
    }
  }
  compared <- stack[stack$treated == 0, ]
  stopifnot(all(table(compared$step) > 1))
  means <- sapply(split(compared, compared$step), function(of) weighted.mean(of$change, of$weight))
  heavy <- sapply(split(stack$weight[stack$treated == 1], stack$step[stack$treated == 1]), sum)
  light <- sapply(split(compared$weight, compared$step), sum)
  share <- heavy / sum(heavy)
  stack$net <- stack$change - means[stack$step]
  stack$cell <- factor(ifelse(stack$treated == 1, "net", stack$step), levels = c("net", names(share)))
  fit <- lm(net ~ 0 + cell, data = stack, weights = weight)
  v <- as.matrix(vcovCR(fit, cluster = stack$account, type = "CR2", target = rep(1, nrow(stack)), inverse_var = FALSE))
  form <- c(1, -share)
  test <- Wald_test(fit, constraints = matrix(form, 1), vcov = vcovCR(fit, cluster = stack$account, type = "CR2",
                    target = rep(1, nrow(stack)), inverse_var = FALSE), test = "HTZ")
  stack$balanced <- ifelse(stack$treated == 1, stack$weight, stack$weight * (heavy / light)[stack$step])
  stacked <- lm(change ~ 0 + step + treated, data = stack, weights = balanced)
  list(steps = as.list(share), effect = sum(form * coef(fit)), stacked = unname(coef(stacked)["treated"]),
       se = sqrt(drop(form %*% v %*% form)), df = test$df_denom, rows = nrow(stack))
}

write_json(list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), clubSandwich = as.character(packageVersion("clubSandwich")),
                  jsonlite = as.character(packageVersion("jsonlite"))),
  cases = sapply(c("balanced", "gaps"), one_case, simplify = FALSE)),
  file.path(folder, "printout_r.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
