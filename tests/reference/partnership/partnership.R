# Response surface (lm, clubSandwich), mediation (lavaan), ICC and r_wg (multilevel), growth (lme4), Cox (survival), and agreement of
# readers by its formulas typed out. Usage: Rscript tests/reference/partnership/partnership.R   (writes printout.json beside it)
options(warn = 2)
suppressPackageStartupMessages({library(clubSandwich); library(lavaan); library(lme4); library(survival)})
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(script))
read <- function(name) read.csv(file.path(folder, name), stringsAsFactors = FALSE)

d <- read("dyads.csv")
d$cx <- d$x - 6.5; d$cy <- d$y - 6.5; d$c0 <- d$control - mean(d$control)
fit <- lm(z ~ cx + cy + I(cx^2) + I(cx * cy) + I(cy^2) + c0, d)
v <- vcovCR(fit, cluster = d$account, type = "CR2")
combos <- list(a1 = c(0,1,1,0,0,0,0), a2 = c(0,0,0,1,1,1,0), a3 = c(0,1,-1,0,0,0,0), a4 = c(0,0,0,1,-1,1,0))
surface <- lapply(combos, function(w) list(value = sum(w * coef(fit)), se = sqrt(as.numeric(t(w) %*% v %*% w))))

model <- "m ~ a * x + control
          z ~ b * m + c * x + control
          indirect := a * b"
med <- parameterEstimates(sem(model, d))
pick <- function(name) med$est[med$label == name]

t1 <- read("teams.csv"); t1$score <- (t1$w1 + t1$w2) / 2
aov1 <- aov(score ~ as.factor(team), t1)
ms <- summary(aov1)[[1]][["Mean Sq"]]
sizes <- table(t1$team)
k <- (sum(sizes) - sum(sizes^2) / sum(sizes)) / (length(sizes) - 1)
rwg <- suppressWarnings(multilevel::rwg.j(t1[, c("w1", "w2")], t1$team, ranvar = (7^2 - 1) / 12))

w <- read("waves.csv"); w$e <- w$exposure - mean(w$exposure)
grow <- lmer(y ~ wave * e + (1 + wave | account), w, REML = TRUE)
plain <- lmer(y ~ wave * e + (1 | account), w, REML = TRUE)
told <- function(m) list(wave = unname(fixef(m)["wave"]), wave_se = sqrt(vcov(m)["wave", "wave"]),
                         faster = unname(fixef(m)["wave:e"]), faster_se = sqrt(vcov(m)["wave:e", "wave:e"]),
                         level_sd = attr(VarCorr(m)$account, "stddev")[[1]])

s <- read("contracts.csv")
cox <- coxph(Surv(months, ended) ~ value + cluster(account), s, ties = "efron")
km <- survfit(Surv(months, ended) ~ 1, s)

r <- read("coding.csv")
alpha <- function(values) {               # values: readers x passages, NA where not read; Krippendorff (2019), nominal
  keep <- colSums(!is.na(values)) >= 2
  values <- values[, keep, drop = FALSE]
  levels <- sort(unique(na.omit(as.vector(values))))
  o <- matrix(0, length(levels), length(levels))
  for (u in seq_len(ncol(values))) {
    seen <- na.omit(values[, u]); m <- length(seen)
    for (i in seq_len(m)) for (j in seq_len(m)) if (i != j) {
      a <- match(seen[i], levels); b <- match(seen[j], levels); o[a, b] <- o[a, b] + 1 / (m - 1)
    }
  }
  n <- sum(o); nc <- rowSums(o)
  1 - (n - 1) * (n - sum(diag(o))) / (n^2 - sum(nc^2))
}
wide <- function(rows) {
  m <- tapply(rows$code, list(rows$coder, rows$text), function(x) x[1]); m
}
all3 <- wide(r)
two <- wide(r[r$coder != "C", ])
kappa <- function(m) { both <- m[, colSums(is.na(m)) == 0]; p <- mean(both[1, ] == both[2, ])
  lev <- unique(as.vector(both)); e <- sum(sapply(lev, function(l) mean(both[1, ] == l) * mean(both[2, ] == l))); (p - e) / (1 - e) }
one <- ifelse(all3 == "k1", 1, 0)

jsonlite::write_json(list(
  versions = c(list(R = paste(R.version$major, R.version$minor, sep = ".")),
               sapply(c("clubSandwich", "lavaan", "multilevel", "lme4", "survival"), function(p) as.character(packageVersion(p)), simplify = FALSE)),
  surface = surface,
  mediation = list(a = pick("a"), b = pick("b"), direct = pick("c"), indirect = pick("indirect")),
  aggregation = list(icc1 = (ms[1] - ms[2]) / (ms[1] + (k - 1) * ms[2]), icc2 = (ms[1] - ms[2]) / ms[1],
                     icc1_multilevel = multilevel::ICC1(aov1), icc2_multilevel = multilevel::ICC2(aov1), rwg = as.numeric(rwg$rwg.j)),
  growth = list(pace = told(grow), plain = told(plain)),
  renewal = list(ratio = exp(unname(coef(cox))), robust_se = sqrt(vcov(cox)[1, 1]), still_at_12 = summary(km, times = 12)$surv),
  coding = list(alpha = alpha(all3), alpha_two = alpha(two), kappa_two = kappa(two), alpha_k1 = alpha(one))),
  file.path(folder, "printout.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
