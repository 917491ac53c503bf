# Reference results for the estimators, by the R package `survey`.
#
#   Rscript reference.R
#
# Reads survey.csv and lonely.csv, writes the tables described in README.md.
# A design is always built on all rows of a round; rows with a missing
# indicator and rows outside a domain are taken out afterwards by subset(), so
# every cluster goes on counting in its stratum.

suppressMessages(library(survey))
options(survey.lonely.psu = "fail", survey.adjust.domain.lonely = FALSE, warn = 1)

args <- commandArgs(FALSE)
here <- dirname(sub("^--file=", "", grep("^--file=", args, value = TRUE)))
if (length(here) == 1) setwd(here)

main <- read.csv("survey.csv")
lonely <- read.csv("lonely.csv")

indicators <- c("d_nutr", "d_cm", "d_satt", "d_educ", "d_elct",
                "d_sani", "d_wtr", "d_hsg", "d_ckfl", "d_asst")
weightings <- list(equal  = c(3, 3, 3, 3, 1, 1, 1, 1, 1, 1),   # of 18
                   uneven = c(2, 2, 2, 3, 3, 2, 2, 2, 3, 3))   # of 24
cutoffs <- list("1/5" = c(1, 5), "1/3" = c(1, 3), "1/2" = c(1, 2), "1" = c(1, 1))
domains <- rbind(data.frame(level = "nation", group = ""),
                 data.frame(level = "area", group = c("rural", "urban")),
                 data.frame(level = "region", group = paste0("R", 1:5)))

# ---- the identified population ---------------------------------------------

# Adds the integer score, the exact poor flag and the products the estimators
# need. Incomplete rows get zeros and complete = FALSE; they never enter a domain.
identify <- function(d, weighting, k) {
  w <- weightings[[weighting]]
  a <- cutoffs[[k]]
  g <- as.matrix(d[indicators])
  d$complete <- complete.cases(g)
  g[!d$complete, ] <- 0
  score <- drop(g %*% w)                              # integers in doubles: exact
  d$p <- as.numeric(d$complete & score * a[2] >= a[1] * sum(w))
  d$c <- score / sum(w)
  d$pc <- d$p * d$c
  for (j in seq_along(indicators)) {
    d[[paste0("g", j)]] <- g[, j]
    d[[paste0("pg", j)]] <- d$p * g[, j]
    d[[paste0("a", j)]] <- d$p * g[, j] * w[j] / sum(w)
  }
  for (alpha in 1:2) {
    depth <- matrix(1, nrow(g), ncol(g), dimnames = dimnames(g))
    depth[, "d_educ"] <- d$gap_educ^alpha
    d[[paste0("m", alpha)]] <- d$p * drop((g * depth) %*% w) / sum(w)
  }
  d
}

clustered <- function(d) svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = d)

# The rows of a domain, as a logical vector along the design's own data.
inside <- function(d, level, group) {
  if (level == "nation") rep(TRUE, nrow(d)) else d[[level]] == group
}

domain <- function(design, level, group) {
  keep <- design$variables$complete & inside(design$variables, level, group)
  design[keep, ]
}

# ---- estimates: a named list of c(b, se) -----------------------------------

one <- function(stat) c(as.numeric(coef(stat))[1], as.numeric(SE(stat))[1])

ratio <- function(y, x, design) {
  design$variables$.y <- y
  design$variables$.x <- x
  if (sum(x) == 0) return(c(NaN, NaN))                # nobody poor: undefined
  r <- svyratio(~.y, ~.x, design)
  c(as.numeric(coef(r)), as.numeric(SE(r)))
}

means <- function(design, names) {
  m <- svymean(as.formula(paste("~", paste(names, collapse = "+"))), design)
  lapply(seq_along(names), function(i) c(coef(m)[[i]], SE(m)[[i]]))
}

three <- function(design) {
  v <- design$variables
  hm <- means(design, c("p", "pc"))
  list(H = hm[[1]], M0 = hm[[2]], A = ratio(v$pc, v$p, design))
}

# Variance of the scores among the poor, by the delta method of svycontrast. The
# scores are centred first: the variance does not change, rounding loses less.
spread <- function(design) {
  poor <- design[design$variables$p == 1, ]
  v <- poor$variables
  if (nrow(v) == 0) return(c(NaN, NaN))
  poor$variables$e <- v$c - weighted.mean(v$c, weights(poor))
  poor$variables$e2 <- poor$variables$e^2
  one(svycontrast(svymean(~e2 + e, poor), list(V = quote(e2 - e^2))))
}

# ---- writing ----------------------------------------------------------------

digits17 <- function(x) {
  s <- formatC(x, digits = 17, format = "g", width = 1)
  s[is.na(x) | !is.finite(x)] <- "NaN"
  s
}

# Rounding dust around exact 0 and 1 is written as 0 and 1.
tidy <- function(x) {
  x[!is.na(x) & abs(x) < 1e-13] <- 0
  x[!is.na(x) & abs(x - 1) < 1e-13] <- 1
  x
}

write <- function(rows, file) {
  table <- do.call(rbind, rows)
  for (n in names(table)) {
    v <- table[[n]]
    if (is.double(v)) table[[n]] <- digits17(v)
  }
  write.table(table, file, sep = ",", quote = FALSE, row.names = FALSE, na = "")
  cat(file, nrow(table), "rows,", file.size(file), "bytes\n")
}

limits <- function(b, se, df) {
  b <- tidy(b); se <- tidy(se)
  q <- qt(0.975, df)
  open <- !is.na(b) && b > 0 && b < 1
  l <- if (open) log(b / (1 - b)) else NaN
  sl <- if (open) se / (b * (1 - b)) else NaN
  data.frame(b = b, se = se, ll_t = b - q * se, ul_t = b + q * se,
             ll_logit = plogis(l - q * sl), ul_logit = plogis(l + q * sl))
}

as_int <- function(x) as.integer(round(x))

# ---- the designs themselves --------------------------------------------------

rows <- list()
for (file in c("survey", "survey+lonely")) for (t in c("1", "2", "1+2")) {
  d <- if (file == "survey") main else rbind(main, lonely)
  d <- identify(d, "equal", "1/3")
  if (t != "1+2") d <- d[d$t == as.numeric(t), ]
  full <- tapply(d$complete, d$psu, sum)
  rows[[length(rows) + 1]] <- data.frame(
    file = file, t = t, rows = nrow(d), complete = sum(d$complete),
    psus = length(full), psus_without_complete = sum(full == 0),
    strata = length(unique(d$stratum)), df = as_int(degf(clustered(d))),
    weight_sum = sum(d$weight), weight_sum_complete = sum(d$weight[d$complete]))
}
write(rows, "design.csv")

# ---- levels -------------------------------------------------------------------

rows <- list()
push <- function(x) rows[[length(rows) + 1]] <<- x
for (t in 1:2) {
  for (weighting in names(weightings)) for (k in names(cutoffs)) {
    d <- identify(main, weighting, k)
    design <- clustered(d[d$t == t, ])
    df <- degf(design)
    complete <- design[design$variables$complete, ]
    for (i in seq_len(nrow(domains))) {
      level <- domains$level[i]; group <- domains$group[i]
      dom <- domain(design, level, group)
      v <- dom$variables
      put <- function(measure, indicator, e, with_k = TRUE) {
        push(data.frame(weighting = if (with_k) weighting else "", k = if (with_k) k else "",
                        t = t, level = level, group = group, measure = measure,
                        indicator = indicator, limits(e[1], e[2], df), df = as_int(df),
                        df_domain = as_int(degf(dom))))
      }
      est <- three(dom)
      for (m in names(est)) put(m, "", est[[m]])
      put("V", "", spread(dom))
      member <- as.numeric(inside(complete$variables, level, group))
      if (level != "nation") {
        put("contribution", "", ratio(member * complete$variables$pc, complete$variables$pc, complete))
      }
      first <- weighting == "equal" && k == "1/5"
      if (first && level != "nation") {
        complete$variables$member <- member
        put("share", "", one(svymean(~member, complete)), FALSE)
      }
      if (first) {
        hd <- means(dom, paste0("g", 1:10))
        for (j in 1:10) put("hd", indicators[j], hd[[j]], FALSE)
      }
      wide <- level == "nation" && k %in% c("1/3", "1/2") && !(weighting == "uneven" && k == "1/2")
      narrow <- weighting == "equal" && k == "1/3"
      if (wide || narrow) {
        hdk <- means(dom, paste0("pg", 1:10))
        for (j in 1:10) put("hdk", indicators[j], hdk[[j]])
        if (wide) {
          actb <- means(dom, paste0("a", 1:10))
          for (j in 1:10) put("actb", indicators[j], actb[[j]])
        }
        for (j in 1:10) put("pctb", indicators[j], ratio(v[[paste0("a", j)]], v$pc, dom))
      }
    }
  }
}
write(rows, "levels.csv")

# ---- other designs --------------------------------------------------------------

one_design <- list(
  clustered    = function(d) clustered(d),
  fpc          = function(d) svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, fpc = ~fpc, data = d),
  unstratified = function(d) svydesign(ids = ~psu, weights = ~weight, data = d),
  element      = function(d) svydesign(ids = ~1, strata = ~stratum, weights = ~weight, data = d),
  simple       = function(d) svydesign(ids = ~1, weights = ~weight, data = d),
  unweighted   = function(d) svydesign(ids = ~psu, strata = ~stratum, weights = rep(1, nrow(d)), data = d),
  person       = function(d) svydesign(ids = ~psu, strata = ~stratum, weights = ~I(weight * size), data = d)
)
rows <- list()
run <- function(name, make, data) {
  d <- identify(data, "equal", "1/3")
  for (t in 1:2) {
    design <- make(d[d$t == t, ])
    for (i in seq_len(nrow(domains))) {
      dom <- domain(design, domains$level[i], domains$group[i])
      est <- three(dom)
      for (m in names(est)) {
        rows[[length(rows) + 1]] <<- data.frame(
          design = name, t = t, domains[i, ], measure = m, b = est[[m]][1], se = est[[m]][2],
          df = as_int(degf(design)), df_domain = as_int(degf(dom)))
      }
    }
  }
}
for (name in names(one_design)) run(name, one_design[[name]], main)
for (rule in c("certainty", "adjust", "average")) {
  options(survey.lonely.psu = rule)
  run(paste0("lonely_", rule), one_design$clustered, rbind(main, lonely))
  run(paste0("lonely_", rule, "_fpc"), one_design$fpc, rbind(main, lonely))
}
options(survey.lonely.psu = "fail")
write(rows, "designs.csv")

# ---- changes ----------------------------------------------------------------------

dy <- 2022.5 - 2018
contrasts <- list(
  x0 = quote(n0 / d0), x1 = quote(n1 / d1),
  abs = quote(n1 / d1 - n0 / d0),
  rel = quote((n1 / d1) / (n0 / d0) - 1),
  abs_ann = bquote((n1 / d1 - n0 / d0) / .(dy)),
  rel_ann = bquote(((n1 / d1) / (n0 / d0))^.(1 / dy) - 1))
kinds <- c("abs", "rel", "abs_ann", "rel_ann")

rows <- list(); inputs <- list()
for (link in c("independent", "linked")) for (k in c("1/3", "1/2")) {
  d <- identify(main, "equal", k)
  # Independent rounds: no stratum and no cluster in common.
  if (link == "independent") {
    d$psu <- d$t * 10000 + d$psu
    d$stratum <- d$t * 100 + d$stratum
  }
  design <- clustered(d)
  for (i in seq_len(nrow(domains))) {
    dom <- domain(design, domains$level[i], domains$group[i])
    v <- dom$variables
    change <- function(measure, indicator, y, x) {
      dom$variables$n0 <- y * (v$t == 1); dom$variables$d0 <- x * (v$t == 1)
      dom$variables$n1 <- y * (v$t == 2); dom$variables$d1 <- x * (v$t == 2)
      tot <- svytotal(~n0 + d0 + n1 + d1, dom)
      levels <- svycontrast(tot, contrasts[c("x0", "x1")])
      cov <- vcov(levels)
      if (link == "independent") stopifnot(!is.finite(cov[1, 2]) || abs(cov[1, 2]) < 1e-18)
      id <- data.frame(weighting = "equal", k = k, domains[i, ], measure = measure, indicator = indicator, link = link)
      inputs[[length(inputs) + 1]] <<- data.frame(
        id, x0 = coef(levels)[[1]], x1 = coef(levels)[[2]], se0 = sqrt(cov[1, 1]), se1 = sqrt(cov[2, 2]),
        cov = if (link == "independent") 0 else cov[1, 2], df = as_int(degf(design)))
      r <- svycontrast(tot, contrasts[kinds])
      for (n in seq_along(kinds)) {
        rows[[length(rows) + 1]] <<- data.frame(id, change = kinds[n], b = coef(r)[[n]], se = sqrt(diag(vcov(r)))[[n]])
      }
    }
    unit <- rep(1, nrow(v))
    change("H", "", v$p, unit)
    change("M0", "", v$pc, unit)
    change("A", "", v$pc, v$p)
    if (k == "1/3") for (j in 1:10) change("hdk", indicators[j], v[[paste0("pg", j)]], unit)
  }
}
write(rows, "changes.csv")
write(inputs, "changes_inputs.csv")

# The same covariance by the other road, svyby() with influence functions.
d <- identify(main, "equal", "1/3")
design <- clustered(d)
by_round <- svyby(~p, ~t, design[d$complete, ], svymean, covmat = TRUE)
mine <- Filter(function(r) r$link == "linked" && r$k == "1/3" && r$level == "nation" && r$measure == "H", inputs)[[1]]
stopifnot(max(abs(vcov(by_round) - matrix(c(mine$se0^2, mine$cov, mine$cov, mine$se1^2), 2))) < 1e-15)

# ---- replicate weights ----------------------------------------------------------------

rows <- list()
for (mse in c(FALSE, TRUE)) for (t in 1:2) {
  d <- identify(main, "equal", "1/3")
  design <- as.svrepdesign(clustered(d[d$t == t, ]), type = "JKn", mse = mse)
  for (i in 1:3) {
    dom <- domain(design, domains$level[i], domains$group[i])
    est <- three(dom)
    for (m in names(est)) {
      rows[[length(rows) + 1]] <- data.frame(method = "JKn", mse = mse, t = t, domains[i, ], measure = m,
                                             b = est[[m]][1], se = est[[m]][2], replicates = length(design$rscales))
    }
  }
}
write(rows, "replicates.csv")

# ---- income ------------------------------------------------------------------------------

# Derivative of each measure with respect to the weight of each row: the
# linearised variable u, so that the variance is that of the total of u.

# Gini: sum_ij w_i w_j |y_i - y_j| / (2 N Y).
gini <- function(y, w) {
  n <- sum(w); total <- sum(w * y)
  spread <- vapply(y, function(e) sum(w * abs(e - y)), 0)
  g <- sum(w * spread) / (2 * n * total)
  list(b = g, u = spread / (n * total) - g / n - g * y / total)
}

# Concentration of h over the ranking by y:
# sum_ij w_i w_j (h_i - h_j) sign(y_i - y_j) / (2 N sum w h); equal y, equal rank.
concentration <- function(h, y, w) {
  n <- sum(w); total <- sum(w * h)
  lead <- vapply(seq_along(y), function(i) sum(w * (h[i] - h) * sign(y[i] - y)), 0)
  g <- sum(w * lead) / (2 * n * total)
  list(b = g, u = lead / (n * total) - g / n - g * h / total)
}

# Income share of the poorest p: the Lorenz curve, straight between distinct incomes.
bottom <- function(y, w, p) {
  n <- sum(w); total <- sum(w * y)
  o <- order(y)
  at <- cumsum(w[o]) / n
  stopifnot(min(abs(at - p)) > 1e-9)                  # no quantile on a knife's edge
  q <- y[o][which(at > p)[1]]
  below <- y < q
  l <- (sum((w * y)[below]) + (p * n - sum(w[below])) * q) / total
  list(b = l, u = ((y - q) * below + p * q - l * y) / total)
}

linearised <- function(dom, x) {
  dom$variables$.u <- x$u
  stopifnot(abs(sum(x$u * weights(dom))) < 1e-9)
  c(x$b, as.numeric(SE(svytotal(~.u, dom))))
}

rows <- list()
for (base in c("household", "person")) for (t in 1:2) {
  d <- main[main$t == t, ]
  d$gap <- pmax(0, (d$line - d$income) / d$line)
  d$fgt0 <- as.numeric(d$income < d$line)
  d$fgt1 <- d$fgt0 * d$gap
  d$fgt2 <- d$fgt0 * d$gap^2
  d$watts <- d$fgt0 * log(d$line / d$income)
  design <- if (base == "person") one_design$person(d) else clustered(d)
  df <- degf(design)
  for (i in seq_len(nrow(domains))) {
    dom <- design[inside(d, domains$level[i], domains$group[i]), ]
    v <- dom$variables; w <- weights(dom); y <- v$income
    put <- function(measure, e, ll = e[1] - qt(0.975, df) * e[2], ul = e[1] + qt(0.975, df) * e[2]) {
      rows[[length(rows) + 1]] <<- data.frame(base = base, t = t, domains[i, ], measure = measure,
                                              b = e[1], se = e[2], ll = ll, ul = ul, df = as_int(df))
    }
    m <- means(dom, c("income", "fgt0", "fgt1", "fgt2", "watts"))
    for (n in 1:5) put(c("mean", "FGT0", "FGT1", "FGT2", "Watts")[n], m[[n]])
    # Entropy from incomes over their mean: no change in value, less rounding.
    dom$variables$r <- y / weighted.mean(y, w)
    dom$variables$l <- log(dom$variables$r)
    dom$variables$rl <- dom$variables$r * dom$variables$l
    entropy <- svymean(~r + l + rl, dom)
    put("GE0", one(svycontrast(entropy, list(b = quote(log(r) - l)))))
    put("GE1", one(svycontrast(entropy, list(b = quote(rl / r - log(r))))))
    put("Gini", linearised(dom, gini(y, w)))
    put("S20", linearised(dom, bottom(y, w, 0.2)))
    put("S40", linearised(dom, bottom(y, w, 0.4)))
    put("C_sani", linearised(dom, concentration(v$d_sani, y, w)))
    put("C_size", linearised(dom, concentration(v$size, y, w)))
    quantiles <- svyquantile(~income, dom, c(0.2, 0.4, 0.5, 0.8), qrule = "math", interval.type = "mean", df = df)$income
    for (n in 1:4) put(paste0("q", c(20, 40, 50, 80)[n]), quantiles[n, c(1, 4)], quantiles[n, 2], quantiles[n, 3])
  }
}
write(rows, "income.csv")

# ---- cardinal gap ---------------------------------------------------------------------------

rows <- list()
for (t in 1:2) for (weighting in names(weightings)) for (k in names(cutoffs)) {
  d <- identify(main, weighting, k)
  design <- clustered(d[d$t == t, ])
  for (i in seq_len(nrow(domains))) {
    m <- means(domain(design, domains$level[i], domains$group[i]), c("m1", "m2"))
    for (alpha in 1:2) {
      rows[[length(rows) + 1]] <- data.frame(weighting = weighting, k = k, t = t, domains[i, ],
                                             measure = paste0("M", alpha), b = m[[alpha]][1], se = m[[alpha]][2])
    }
  }
}
write(rows, "gap.csv")

# ---- limits of proportions ------------------------------------------------------------------

rows <- list()
for (t in 1:2) for (k in names(cutoffs)) {
  d <- identify(main, "equal", k)
  design <- clustered(d[d$t == t, ])
  df <- degf(design)
  for (i in seq_len(nrow(domains))) {
    dom <- domain(design, domains$level[i], domains$group[i])
    h <- means(dom, "p")[[1]]
    b <- h[1]; v <- h[2]^2
    put <- function(method, ci, df_used) {
      rows[[length(rows) + 1]] <<- data.frame(
        weighting = "equal", k = k, t = t, domains[i, ], method = method, b = b, se = h[2], ll = ci[1], ul = ci[2],
        n = nrow(dom), df = as_int(df_used))
    }
    for (method in c("mean", "xlogit", "asin", "beta")) {
      ci <- if (b == 0) c(NaN, NaN) else as.numeric(confint(svyciprop(~p, dom, method = method, df = df)))
      put(method, ci, if (method == "beta") degf(dom) else df)
    }
    # As `beta`, with the degrees of freedom of the whole design.
    n_eff <- b * (1 - b) / v * (qt(0.025, nrow(dom) - 1) / qt(0.025, df))^2
    put("beta_full_df", if (b == 0) c(NaN, NaN) else
      c(qbeta(0.025, n_eff * b, n_eff * (1 - b) + 1), qbeta(0.975, n_eff * b + 1, n_eff * (1 - b))), df)
  }
}
write(rows, "limits.csv")

# ---- quantiles of the distributions used ------------------------------------------------------

rows <- list()
for (p in c(0.9, 0.95, 0.975, 0.995)) {
  for (df in c(1:10, 15, 20, 30, 60, 96, 97, 98, 99, 100, 120, 150, 500, 1000, 1e6)) {
    rows[[length(rows) + 1]] <- data.frame(distribution = "t", a = digits17(df), b = "", p = p, q = qt(p, df))
  }
  rows[[length(rows) + 1]] <- data.frame(distribution = "normal", a = "", b = "", p = p, q = qnorm(p))
}
for (p in c(0.025, 0.975)) for (ab in list(c(0.5, 0.5), c(1, 10), c(2.25, 301.5), c(40.3, 60.7), c(150.2, 3), c(0.08, 55.5), c(1200.5, 3400.5))) {
  rows[[length(rows) + 1]] <- data.frame(distribution = "beta", a = digits17(ab[1]), b = digits17(ab[2]), p = p, q = qbeta(p, ab[1], ab[2]))
}
write(rows, "quantiles.csv")
