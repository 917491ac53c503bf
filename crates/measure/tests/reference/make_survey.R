# Makes the synthetic survey of this folder: survey.csv and lonely.csv.
#
#   Rscript make_survey.R
#
# Nothing here describes a real place or person. Two rounds, eight strata with
# 12 to 15 clusters (PSUs) each, and, in lonely.csv, a ninth stratum with one
# PSU per round. Half of the PSUs of round 1 are visited again in round 2; in
# these about 70 % of the round-2 households are those of round 1.
#
# The numbers written have few digits, so a reader gets exactly the values
# that were used. The committed files, not this script, are what the tests
# read; the script says where they come from.

args <- commandArgs(FALSE)
here <- dirname(sub("^--file=", "", grep("^--file=", args, value = TRUE)))
if (length(here) == 1) setwd(here)

RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20251)

rounds <- data.frame(t = 1:2, year = c(2018, 2022.5))
regions <- paste0("R", 1:5)
indicators <- c("d_nutr", "d_cm", "d_satt", "d_educ", "d_elct",
                "d_sani", "d_wtr", "d_hsg", "d_ckfl", "d_asst")
# Deprived when intercept - loading * wealth + logistic noise > 0.
intercept <- c(-1.1, -2.6, -1.9, -1.2, -2.4, -0.5, -0.9, -0.6, -0.2, -1.3)
loading   <- c( 1.1,  0.8,  1.5,  1.4,  2.2,  1.9,  1.5,  1.9,  2.1,  2.0)

strata <- data.frame(
  stratum   = 1:9,
  psus_1    = c(12, 13, 15, 14, 12, 15, 13, 14, 1),
  psus_2    = c(13, 12, 14, 15, 13, 14, 12, 15, 1),
  fpc       = c(31, 48, 95, 210, 26, 120, 64, 350, 9),
  weight    = c(6.1, 8.4, 17.3, 41.7, 3.9, 22.2, 12.8, 63.5, 127.4),
  urban     = c(0.75, 0.60, 0.35, 0.20, 0.80, 0.25, 0.40, 0.10, 0.30),
  wealth    = c(0.9, 0.6, 0.2, -0.3, 1.0, -0.2, 0.1, -0.7, -0.4)
)

psu_size <- function() 5 + floor(21 * rbeta(1, 1, 2.2))

# A cluster keeps its character over the rounds.
new_psu <- function(h, id) {
  centre <- (h * 5 / 9) %% 5                  # regions overlap strata on purpose
  near <- exp(-abs(((0:4) - centre + 2.5) %% 5 - 2.5))
  list(
    psu = id, stratum = h,
    region = sample(regions, 1, prob = near),
    mixed_region = runif(1) < 0.15,
    area = if (runif(1) < strata$urban[h]) "urban" else "rural",
    mixed_area = runif(1) < 0.15,
    wealth = strata$wealth[h] + rnorm(1, 0, 0.55),
    factor = exp(rnorm(1, 0, 0.3)),
    next_hh = 1
  )
}

new_household <- function(p, wealth_shift) {
  area <- if (p$mixed_area) sample(c("urban", "rural"), 1) else p$area
  region <- if (p$mixed_region) sample(c(p$region, regions), 1) else p$region
  list(
    area = area, region = region,
    size = 1 + min(rpois(1, 2.9), 10),
    wealth = p$wealth + wealth_shift + (if (area == "urban") 0.4 else -0.2) + rnorm(1, 0, 0.9)
  )
}

one_row <- function(t, p, hh, h) {
  wealth <- h$wealth
  d <- as.integer(intercept - loading * wealth + rlogis(10) > 0)
  names(d) <- indicators
  # Normalised schooling gap of those deprived in d_educ: cardinal, in (0, 1].
  gap <- if (d[["d_educ"]] == 1) max(0.01, min(1, round(rbeta(1, 1.6, 1.4) - 0.15 * wealth, 2))) else 0
  income <- exp(log(2350) + 0.19 * (t - 1) + 0.38 * wealth + rnorm(1, 0, 0.33))
  income <- max(100, 10 * round(income / 10))
  weight <- strata$weight[p$stratum] * p$factor * exp(rnorm(1, 0, 0.12)) * (if (t == 2) 1.07 else 1)
  cbind(
    data.frame(t = t, year = rounds$year[t], stratum = p$stratum, psu = p$psu,
               hh = hh, weight = round(weight, 2), fpc = strata$fpc[p$stratum],
               area = h$area, region = h$region, size = h$size),
    as.data.frame(as.list(d)),
    data.frame(gap_educ = gap, income = income,
               line = if (h$area == "urban") 2000 else 1500)
  )
}

rows <- list()
add <- function(row) rows[[length(rows) + 1]] <<- row

for (s in strata$stratum) {
  n1 <- strata$psus_1[s]
  n2 <- strata$psus_2[s]
  kept <- if (n1 == 1) 1 else ceiling(n1 / 2)
  psus <- lapply(seq_len(n1), function(i) new_psu(s, s * 100 + i))
  first <- vector("list", n1)
  for (i in seq_len(n1)) {
    p <- psus[[i]]
    n <- if (n1 == 1) 14 else psu_size()
    first[[i]] <- lapply(seq_len(n), function(j) new_household(p, 0))
    for (j in seq_len(n)) add(one_row(1, p, p$psu * 100 + j, first[[i]][[j]]))
  }
  for (i in seq_len(kept)) {
    p <- psus[[i]]
    m <- min(25, max(5, length(first[[i]]) + sample(-2:2, 1)))
    same <- min(round(0.7 * m), length(first[[i]]))
    who <- sort(sample(length(first[[i]]), same))
    for (j in who) {
      h <- first[[i]][[j]]
      h$wealth <- h$wealth + 0.25 + rnorm(1, 0, 0.35)
      h$size <- max(1, h$size + sample(c(-1, 0, 0, 0, 1), 1))
      add(one_row(2, p, p$psu * 100 + j, h))
    }
    fresh <- length(first[[i]]) + seq_len(m - same)
    for (j in fresh) add(one_row(2, p, p$psu * 100 + j, new_household(p, 0.25)))
  }
  for (i in seq_len(n2 - kept)) {
    p <- new_psu(s, s * 100 + 50 + i)
    for (j in seq_len(psu_size())) add(one_row(2, p, p$psu * 100 + j, new_household(p, 0.25)))
  }
}
all <- do.call(rbind, rows)

# Missing answers, more often among the poor; and in each round one PSU where
# nobody was measured, so that it has no complete row left.
all$d_nutr[runif(nrow(all)) < ifelse(all$income < 1500, 0.045, 0.02)] <- NA
all$d_satt[runif(nrow(all)) < ifelse(all$income < 1500, 0.045, 0.020)] <- NA
all$d_nutr[all$t == 1 & all$psu == 310] <- NA
all$d_nutr[all$t == 2 & all$psu == 651] <- NA

# Rows of a PSU do not stand together.
all <- all[order(all$t, runif(nrow(all))), ]

write <- function(x, file) {
  text <- function(e) if (is.na(e)) "" else format(e, digits = 10, scientific = FALSE)
  x <- lapply(x, function(v) if (is.numeric(v)) vapply(v, text, "") else v)
  write.table(as.data.frame(x), file, sep = ",", quote = FALSE, row.names = FALSE)
}
write(all[all$stratum != 9, ], "survey.csv")
write(all[all$stratum == 9, ], "lonely.csv")
