# More reference results for the income estimators, by other ways than the
# estimators themselves go.
#
#   Rscript income_more.R
#
# Reads survey.csv (see README.md), writes income_more.csv. All with person
# weights (weight * size), in each round and domain.
#
# - GE, Atkinson, ratios: functions of totals, differentiated symbolically by
#   svycontrast() of R `survey`.
# - Shares and their ratios: totals below the quantile, which is held fixed, and
#   svycontrast() again.
# - Relative lines and linearised quantiles: the influence functions of Osier
#   (2009) with his Gaussian kernel, bandwidth sd * N^(-1/5) of the whole round,
#   as R `convey` has them, written out here; variance by svytotal().
# - Gini and at-risk-of-poverty rate: the R package `laeken`, estimates only.
#
# Made with R 4.2.2, survey 4.1-1, laeken 0.5.2.

suppressMessages({ library(survey); library(laeken) })
options(warn = 1)
args <- commandArgs(FALSE)
here <- dirname(sub("^--file=", "", grep("^--file=", args, value = TRUE)))
if (length(here) == 1) setwd(here)

main <- read.csv("survey.csv")
rows <- list()

share_at <- function(y, w, p) sort(y)[which(cumsum(w[order(y)]) >= p * sum(w))[1]]

for (t in 1:2) {
  d <- main[main$t == t, ]
  d$one <- 1
  d$y <- as.numeric(d$income)
  d$poor <- as.numeric(d$y < d$line)
  d$gap <- d$poor * (1 - d$y / d$line)
  d$gap15 <- d$gap^1.5
  d$y2 <- d$y^2; d$root <- sqrt(d$y); d$inverse <- 1 / d$y; d$logy <- log(d$y)
  make <- function(d) svydesign(ids = ~psu, strata = ~stratum, weights = ~I(weight * size), data = d)
  full <- make(d)
  w <- weights(full)
  n_all <- sum(w)
  spread <- sqrt(sum(w * d$y^2) / n_all - (sum(w * d$y) / n_all)^2)
  h <- spread / n_all^0.2
  median_all <- share_at(d$y, w, 0.5)
  density_at <- function(x, y, w) sum(w * dnorm((x - y) / h)) / (sum(w) * h)
  u_median <- -((d$y <= median_all) - 0.5) / (n_all * density_at(median_all, d$y, w))

  groups <- rbind(data.frame(level = "nation", group = ""),
                  data.frame(level = "area", group = c("rural", "urban")),
                  data.frame(level = "region", group = paste0("R", 1:5)))
  for (i in seq_len(nrow(groups))) {
    level <- groups$level[i]; group <- groups$group[i]
    inside <- if (level == "nation") rep(TRUE, nrow(d)) else d[[level]] == group
    dom <- full[inside, ]
    y <- d$y[inside]; v <- w[inside]; n <- sum(v)
    put <- function(measure, b, se) {
      rows[[length(rows) + 1]] <<- data.frame(t = t, level = level, group = group, measure = measure,
                                              b = sprintf("%.17g", b),
                                              se = if (is.na(se)) "" else sprintf("%.17g", se))
    }
    from <- function(measure, stat) put(measure, as.numeric(coef(stat))[1], as.numeric(SE(stat))[1])
    tot <- svytotal(~one + y + y2 + root + inverse + logy + poor + gap + gap15, dom)
    of <- function(measure, formula) from(measure, svycontrast(tot, list(b = formula)))
    of("GE2", quote((one * y2 / y^2 - 1) / 2))
    of("GE0.5", quote(4 * (1 - root / sqrt(one * y))))
    of("GE-1", quote((y * inverse / one^2 - 1) / 2))
    of("A0.5", quote(1 - root^2 / (one * y)))
    of("A1", quote(1 - exp(logy / one) * one / y))
    of("A2", quote(1 - one^2 / (inverse * y)))
    of("FGT1.5", quote(gap15 / one))
    of("gap_ratio", quote(gap / poor))

    # Shares: the totals below and the weight that is missing up to the quantile.
    q <- lapply(c(0.1, 0.2, 0.4, 0.8, 0.9), function(p) share_at(y, v, p))
    names(q) <- c("q10", "q20", "q40", "q80", "q90")
    for (name in names(q)) dom$variables[[sub("q", "b", name)]] <- (dom$variables$y - q[[name]]) * (dom$variables$y < q[[name]])
    tails <- svytotal(~one + y + b10 + b20 + b40 + b80 + b90, dom)
    part <- function(measure, formula) {
      from(measure, svycontrast(tails, list(b = do.call(substitute, list(formula, q)))))
    }
    part("S10", quote((b10 + 0.1 * one * q10) / y))
    part("top10", quote((y - (b90 + 0.9 * one * q90)) / y))
    part("Palma", quote((y - (b90 + 0.9 * one * q90)) / (b40 + 0.4 * one * q40)))
    part("S80S20", quote((y - (b80 + 0.8 * one * q80)) / (b20 + 0.2 * one * q20)))

    # Poverty under an estimated line of the whole round.
    estimated <- function(measure, u, b) {
      full$variables$.u <- u
      put(measure, b, as.numeric(SE(svytotal(~.u, full))))
    }
    relative <- function(name, z, u_line) {
      poor <- d$y <= z
      for (alpha in 0:2) {
        g <- ifelse(poor, (1 - d$y / z)^alpha, 0)
        b <- sum((w * g)[inside]) / n
        slope <- if (alpha == 0) density_at(z, y, v) else
          sum((w * poor * alpha * (1 - d$y / z)^(alpha - 1) * d$y / z^2)[inside]) / n
        estimated(paste0(name, alpha), inside * (g - b) / n + slope * u_line, b)
      }
    }
    relative("median60_", 3 * median_all / 5, 0.6 * u_median)
    relative("mean50_", 0.5 * sum(w * d$y) / n_all, 0.5 * (d$y - sum(w * d$y) / n_all) / n_all)

    # A quantile with the density of the domain.
    own <- sqrt(sum(v * y^2) / n - (sum(v * y) / n)^2) / n^0.2
    for (p in c(0.2, 0.5)) {
      x <- share_at(y, v, p)
      f <- sum(v * dnorm((x - y) / own)) / (n * own)
      estimated(paste0("lq", 100 * p), inside * -((d$y <= x) - p) / (n * f), x)
    }

    if (level == "area") {
      full$variables$.part <- inside * d$gap
      share <- svyratio(~.part, ~gap, full)
      put("contribution1", as.numeric(coef(share)), as.numeric(SE(share)))
    }
    put("laeken_Gini", gini(y, weights = v)$value / 100, NA)
    if (level == "nation") put("laeken_median60_0", arpr(y, weights = v)$value / 100, NA)
  }
}
table <- do.call(rbind, rows)
write.table(table, "income_more.csv", sep = ",", quote = FALSE, row.names = FALSE)
cat("income_more.csv", nrow(table), "rows\n")
