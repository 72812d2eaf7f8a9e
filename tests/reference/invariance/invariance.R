# Measurement invariance of two groups by lavaan, complete answers and answers with gaps, and the mean of the test statistic with
# accounts as clusters by lavaan's U and a Gamma made here. Writes printout.json. Usage: Rscript tests/reference/invariance/invariance.R
options(warn = 1)
suppressPackageStartupMessages(library(lavaan))
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(script))
items <- paste0("x", 1:6)
base <- "f =~ x1 + x2 + x3 + x4 + x5 + x6
 x1 ~~ x2
 x3 ~~ x4
 x5 ~~ x6"
steps <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"),
              partial = c("loadings", "intercepts"))
lower <- function(m) m[lower.tri(m, diag = TRUE)][order(row(m)[lower.tri(m, diag = TRUE)], col(m)[lower.tri(m, diag = TRUE)])]

# Influence of each row on (mean, lower triangle by rows): of complete rows by their deviations, else by numerical derivatives of the
# casewise normal log-likelihood.
loglik <- function(theta, row) {
  sigma <- square(theta[-(1:6)])
  seen <- !is.na(row)
  d <- row[seen] - theta[1:6][seen]
  -0.5 * (determinant(sigma[seen, seen, drop = FALSE])$modulus[1] + sum(d * solve(sigma[seen, seen, drop = FALSE], d)))
}
square <- function(numbers) {
  s <- matrix(0, 6, 6, dimnames = list(items, items))
  at <- 1
  for (i in 1:6) for (j in 1:i) { s[i, j] <- s[j, i] <- numbers[at]; at <- at + 1 }
  s
}
influence <- function(x, theta) {
  if (!anyNA(x)) {
    d <- sweep(x, 2, theta[1:6])
    return(cbind(d, t(apply(d, 1, function(row) lower(outer(row, row)) - theta[-(1:6)]))) / nrow(x))
  }
  score <- t(apply(x, 1, function(row) numDeriv::grad(loglik, theta, row = row)))
  pattern <- apply(is.na(x), 1, function(gap) paste(which(gap), collapse = " "))
  alike <- lapply(split(seq_len(nrow(x)), pattern), function(rows) x[rows, , drop = FALSE])
  whole <- function(t) {  # by pattern of gaps, which is quicker
    sigma <- square(t[-(1:6)])
    sum(sapply(alike, function(rows) {
      seen <- !is.na(rows[1, ])
      s <- sigma[seen, seen, drop = FALSE]
      d <- sweep(rows[, seen, drop = FALSE], 2, t[1:6][seen])
      -0.5 * (nrow(rows) * determinant(s)$modulus[1] + sum(solve(s) * crossprod(d)))
    }))
  }
  score %*% solve(-numDeriv::hessian(whole, theta))
}
saturated <- function(x) {  # by EM, to 1e-12
  fit <- lavaan:::lav_mvnorm_missing_h1_estimate_moments(Y = x, Mp = lavaan:::lav_data_missing_patterns(x), max.iter = 5000L, tol = 1e-12)
  c(fit$Mu, lower(fit$Sigma))
}

case <- function(name) {
  d <- read.csv(file.path(folder, paste0(name, ".csv")))
  gaps <- anyNA(d)
  if (gaps) {
    theta <- lapply(0:1, function(g) saturated(as.matrix(d[d$group == g, items])))
    covs <- lapply(theta, function(t) square(t[-(1:6)]))
    means <- lapply(theta, function(t) setNames(t[1:6], items))
    n <- c(sum(d$group == 0), sum(d$group == 1))
    run <- function(equal, free) cfa(base, sample.cov = covs, sample.mean = means, sample.nobs = n, sample.cov.rescale = FALSE,
      std.lv = TRUE, group.equal = equal, group.partial = free, meanstructure = TRUE)
  } else {
    run <- function(equal, free) cfa(base, d[c(items, "group")], group = "group", std.lv = TRUE, estimator = "MLM",
      group.equal = equal, group.partial = free)
    theta <- lapply(0:1, function(g) { x <- as.matrix(d[d$group == g, items]); c(colMeans(x), lower(cov(x) * (nrow(x) - 1) / nrow(x))) })
  }
  fits <- lapply(names(steps), function(s) run(steps[[s]], if (s == "partial") "x2 ~ 1" else ""))
  names(fits) <- names(steps)
  # Gamma: rows' influence summed by account, over both groups.
  accounts <- sort(unique(d$account))
  parts <- lapply(0:1, function(g) {
    x <- as.matrix(d[d$group == g, items]); w <- influence(x, theta[[g + 1]])
    sums <- matrix(0, length(accounts), ncol(w))
    for (a in seq_along(accounts)) sums[a, ] <- colSums(w[d$account[d$group == g] == accounts[a], , drop = FALSE])
    sums
  })
  w <- do.call(cbind, parts) * sqrt(length(accounts) / (length(accounts) - 1))
  gamma <- nrow(d) * crossprod(w)
  # lavaan's order within a group: means, then the lower triangle by columns.
  place <- matrix(0, 6, 6); place[upper.tri(place, diag = TRUE)] <- 1:21; place <- t(place)  # by rows -> number
  by_column <- place[lower.tri(place, diag = TRUE)]
  inside <- c(1:6, 6 + by_column)
  gamma <- gamma[c(inside, 27 + inside), c(inside, 27 + inside)]
  expected <- sapply(fits, function(fit) {
    weight <- lavInspect(fit, "wls.v")
    share <- lavInspect(fit, "nobs") / sum(lavInspect(fit, "nobs"))
    v <- matrix(0, 54, 54)
    for (g in 1:2) v[(g - 1) * 27 + 1:27, (g - 1) * 27 + 1:27] <- share[g] * weight[[g]]
    delta <- do.call(rbind, lavInspect(fit, "delta"))
    keep <- fit@Model@con.jac
    if (nrow(keep) > 0) delta <- delta %*% MASS::Null(t(keep[, , drop = FALSE]))
    sum(diag((v - v %*% delta %*% solve(t(delta) %*% v %*% delta, t(delta) %*% v)) %*% gamma))
  })
  out <- lapply(names(fits), function(s) {
    fit <- fits[[s]]; p <- lavInspect(fit, "est")
    list(chi2 = unname(fitMeasures(fit, "chisq")), df = unname(fitMeasures(fit, "df")), expected = unname(expected[s]),
         loadings = lapply(p, function(g) unname(g$lambda[, 1])), intercepts = lapply(p, function(g) unname(g$nu[, 1])),
         means = lapply(p, function(g) unname(g$alpha[1, 1])), variances = lapply(p, function(g) unname(g$psi[1, 1])))
  })
  names(out) <- names(fits)
  if (!gaps) {
    robust <- lapply(fits, function(fit) as.list(fitMeasures(fit, c("chisq.scaling.factor", "cfi.robust", "rmsea.robust"))))
    test <- function(a, b) { t <- lavTestLRT(a, b, method = "satorra.bentler.2010"); list(difference = t[2, "Chisq diff"], df = t[2, "Df diff"]) }
    out$robust <- robust
    out$differences <- list(metric = test(fits$configural, fits$metric), scalar = test(fits$metric, fits$scalar),
                            partial = test(fits$metric, fits$partial))
    score <- lavTestScore(fits$scalar)
    out$score <- list(lhs = score$uni$lhs, rhs = score$uni$rhs, x2 = score$uni$X2)
  }
  out
}
result <- list(versions = list(R = paste(R.version$major, R.version$minor, sep = "."), lavaan = as.character(packageVersion("lavaan"))),
               complete = case("complete"), gaps = case("gaps"))
jsonlite::write_json(result, file.path(folder, "printout.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
