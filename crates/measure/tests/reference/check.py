"""Recomputes the reference tables by hand, without R.

    python3 check.py

Standard library only. Every estimator is a linearised variable u, its variance
the usual sum over strata of the spread of the PSU totals of w*u; changes and
replicate weights are spelled out. Prints, per table, how many numbers were
compared and the largest relative difference, and stops if one is above 1e-9.
"""

import csv
import math
import os
from collections import defaultdict

os.chdir(os.path.dirname(os.path.abspath(__file__)))

INDICATORS = "d_nutr d_cm d_satt d_educ d_elct d_sani d_wtr d_hsg d_ckfl d_asst".split()
WEIGHTS = {"equal": [3, 3, 3, 3, 1, 1, 1, 1, 1, 1], "uneven": [2, 2, 2, 3, 3, 2, 2, 2, 3, 3]}
CUTOFFS = {"1/5": (1, 5), "1/3": (1, 3), "1/2": (1, 2), "1": (1, 1)}


def table(name):
    with open(name, newline="") as f:
        return list(csv.DictReader(f))


def survey(name):
    rows = table(name)
    for r in rows:
        for c in r:
            if c not in ("area", "region"):
                r[c] = None if r[c] == "" else float(r[c])
        r["complete"] = all(r[j] is not None for j in INDICATORS)
    return rows


MAIN, LONELY = survey("survey.csv"), survey("lonely.csv")


def belongs(r, level, group):
    return level == "nation" or r[level] == group


def identify(rows, weighting, k):
    """Per row: poor 0/1, score, deprivations; zeros where an answer is missing."""
    w, (a, b) = WEIGHTS[weighting], CUTOFFS[k]
    total = sum(w)
    out = []
    for r in rows:
        g = [int(r[j] or 0) if r["complete"] else 0 for j in INDICATORS]
        s = sum(x * y for x, y in zip(w, g))
        p = int(r["complete"] and s * b >= a * total)
        m = [sum(wj * gj * (r["gap_educ"] ** al if j == 3 else 1) for j, (wj, gj) in enumerate(zip(w, g))) / total
             for al in (1, 2)]
        out.append(dict(p=p, c=s / total, g=g, m=m))
    return out


def scale_and_totals(rows, u, w, stratum, psu, fpc=None):
    """For each stratum: (1 - f) n/(n-1), and the PSU totals of w*u with every PSU of the design."""
    z = defaultdict(lambda: defaultdict(float))
    rate = {}
    for i, r in enumerate(rows):
        z[stratum(r)][psu(r, i)] += w[i] * u[i]
        rate[stratum(r)] = r["fpc"] if fpc else math.inf
    return {h: (1 - len(q) / rate[h], q) for h, q in z.items()}


def covariance(rows, u, v, w, stratum, psu, fpc=None, lonely="fail", inside=None):
    a = scale_and_totals(rows, u, w, stratum, psu, fpc)
    b = scale_and_totals(rows, v, w, stratum, psu, fpc)
    total, singles = 0.0, set()
    for h, (f, zu) in a.items():
        zv = b[h][1]
        n = len(zu)
        if n == 1:
            singles.add(h)
            assert lonely != "fail"
            if lonely == "adjust":
                total += f * sum(zu[q] * zv[q] for q in zu)
            continue
        mu, mv = math.fsum(zu.values()) / n, math.fsum(zv.values()) / n
        total += f * n / (n - 1) * math.fsum((zu[q] - mu) * (zv[q] - mv) for q in zu)
    if lonely == "average":
        seen = {stratum(r) for r, i in zip(rows, inside) if i}
        total *= len(seen) / len(seen - singles)
    return total


def ratio(y, x, w):
    """Value and linearised variable of sum(w y) / sum(w x)."""
    den = math.fsum(a * b for a, b in zip(w, x))
    if den == 0:
        return math.nan, [math.nan] * len(w)
    t = math.fsum(a * b for a, b in zip(w, y)) / den
    return t, [(a - t * b) / den for a, b in zip(y, x)]


class Report:
    def __init__(self, name):
        self.name, self.n, self.worst = name, 0, 0.0

    def same(self, got, text, what, tol=1e-9):
        want = float(text)
        self.n += 1
        if math.isnan(want):
            assert got is None or math.isnan(got) or math.isinf(got), (self.name, what, got, text)
            return
        size = max(abs(want), 1e-3)
        d = abs(got - want) / size
        self.worst = max(self.worst, d)
        assert d < tol, (self.name, what, got, want)

    def done(self):
        print(f"{self.name}: {self.n} numbers, largest relative difference {self.worst:.1e}")


STRATUM = lambda r: r["stratum"]
PSU = lambda r, i: r["psu"]


def estimate(measure, indicator, rows, ident, w, level, group, weighting):
    full = [int(r["complete"]) for r in rows]
    dom = [int(f and belongs(r, level, group)) for f, r in zip(full, rows)]
    p = [d * i["p"] for d, i in zip(dom, ident)]
    pc = [a * i["c"] for a, i in zip(p, ident)]
    if indicator:
        j = INDICATORS.index(indicator)
        share = WEIGHTS[weighting or "equal"][j] / sum(WEIGHTS[weighting or "equal"])
        pg = [a * i["g"][j] for a, i in zip(p, ident)]
    match measure:
        case "H": return ratio(p, dom, w)
        case "M0": return ratio(pc, dom, w)
        case "A": return ratio(pc, p, w)
        case "M1" | "M2":
            al = int(measure[1]) - 1
            return ratio([a * i["m"][al] for a, i in zip(p, ident)], dom, w)
        case "hd": return ratio([d * i["g"][j] for d, i in zip(dom, ident)], dom, w)
        case "hdk": return ratio(pg, dom, w)
        case "actb": return ratio([share * a for a in pg], dom, w)
        case "pctb": return ratio([share * a for a in pg], pc, w)
        case "share": return ratio(dom, full, w)
        case "contribution": return ratio(pc, [f * i["p"] * i["c"] for f, i in zip(full, ident)], w)
        case "V":
            pc2 = [a * i["c"] ** 2 for a, i in zip(p, ident)]
            a, _ = ratio(pc, p, w)
            c2, _ = ratio(pc2, p, w)
            q = math.fsum(x * y for x, y in zip(w, p))
            if q == 0:
                return math.nan, [math.nan] * len(w)
            return c2 - a * a, [(x2 - 2 * a * x1 + (2 * a * a - c2) * x0) / q for x2, x1, x0 in zip(pc2, pc, p)]
    raise ValueError(measure)


T = {(r["distribution"], r["a"], round(float(r["p"]), 6)): float(r["q"]) for r in table("quantiles.csv")}


def levels():
    rep, seen = Report("levels.csv"), {}
    for x in table("levels.csv"):
        t = float(x["t"])
        rows = [r for r in MAIN if r["t"] == t]
        key = (t, x["weighting"] or "equal", x["k"] or "1/5")
        ident = seen.setdefault(key, identify(rows, key[1], key[2]))
        w = [r["weight"] for r in rows]
        b, u = estimate(x["measure"], x["indicator"], rows, ident, w, x["level"], x["group"], x["weighting"])
        se = math.nan if math.isnan(b) else math.sqrt(covariance(rows, u, u, w, STRATUM, PSU))
        df = len({r["psu"] for r in rows}) - 8
        q = T["t", str(df), 0.975]
        rep.same(b, x["b"], x)
        rep.same(se, x["se"], x)
        rep.same(df, x["df"], x)
        rep.same(b - q * se, x["ll_t"], x)
        rep.same(b + q * se, x["ul_t"], x)
        if math.isnan(b) or b < 1e-13 or b > 1 - 1e-13:
            ll = ul = math.nan
        else:
            l, s = math.log(b / (1 - b)), se / (b * (1 - b))
            ll, ul = 1 / (1 + math.exp(-l + q * s)), 1 / (1 + math.exp(-l - q * s))
        rep.same(ll, x["ll_logit"], x)
        rep.same(ul, x["ul_logit"], x)
        dom = [r for r in rows if r["complete"] and belongs(r, x["level"], x["group"])]
        rep.same(len({r["psu"] for r in dom}) - len({r["stratum"] for r in dom}), x["df_domain"], x)
    rep.done()


def designs():
    rep = Report("designs.csv")
    for x in table("designs.csv"):
        name = x["design"]
        rows = [r for r in (MAIN + LONELY if name.startswith("lonely") else MAIN) if r["t"] == float(x["t"])]
        w = [1 if name == "unweighted" else r["weight"] * (r["size"] if name == "person" else 1) for r in rows]
        ident = identify(rows, "equal", "1/3")
        b, u = estimate(x["measure"], "", rows, ident, w, x["level"], x["group"], "equal")
        stratum = (lambda r: 0) if name in ("unstratified", "simple") else STRATUM
        psu = (lambda r, i: i) if name in ("element", "simple") else PSU
        inside = [r["complete"] and belongs(r, x["level"], x["group"]) for r in rows]
        rule = name.split("_")[1] if name.startswith("lonely") else "fail"
        se = math.sqrt(covariance(rows, u, u, w, stratum, psu, name.endswith("fpc"), rule, inside))
        rep.same(b, x["b"], x)
        rep.same(se, x["se"], x)
        units = {psu(r, i) for i, r in enumerate(rows)}
        rep.same(len(units) - len({stratum(r) for r in rows}), x["df"], x)
    rep.done()


def changes():
    rep = Report("changes_inputs.csv")
    known = {}
    w = [r["weight"] for r in MAIN]
    now = {t: [float(r["t"] == t) for r in MAIN] for t in (1, 2)}
    for x in table("changes_inputs.csv"):
        ident = identify(MAIN, "equal", x["k"])
        own = (lambda r: (r["t"], r["stratum"])) if x["link"] == "independent" else STRATUM
        est = {}
        for t in (1, 2):
            # u is zero outside the round: its weight is.
            est[t] = estimate(x["measure"], x["indicator"], MAIN, ident, [a * b for a, b in zip(w, now[t])],
                              x["level"], x["group"], "equal")
        (x0, u0), (x1, u1) = est[1], est[2]
        u0 = [a * b for a, b in zip(u0, now[1])]
        u1 = [a * b for a, b in zip(u1, now[2])]
        psu = (lambda r, i: (r["t"], r["psu"])) if x["link"] == "independent" else PSU
        v0, v1, c = (covariance(MAIN, a, b, w, own, psu) for a, b in ((u0, u0), (u1, u1), (u0, u1)))
        for got, col in ((x0, "x0"), (x1, "x1"), (math.sqrt(v0), "se0"), (math.sqrt(v1), "se1")):
            rep.same(got, x[col], x)
        rep.same(c / math.sqrt(v0 * v1), str(float(x["cov"]) / float(x["se0"]) / float(x["se1"])), x)
        known[tuple(x[n] for n in ("k", "level", "group", "measure", "indicator", "link"))] = (x0, x1, v0, v1, c)
    rep.done()
    rep, dy = Report("changes.csv"), 4.5
    for x in table("changes.csv"):
        x0, x1, v0, v1, c = known[tuple(x[n] for n in ("k", "level", "group", "measure", "indicator", "link"))]
        r = (x1 / x0) ** (1 / dy)
        value, g0, g1 = {"abs": (x1 - x0, -1, 1), "rel": (x1 / x0 - 1, -x1 / x0**2, 1 / x0),
                         "abs_ann": ((x1 - x0) / dy, -1 / dy, 1 / dy),
                         "rel_ann": (r - 1, -r / (dy * x0), r / (dy * x1))}[x["change"]]
        rep.same(value, x["b"], x)
        rep.same(math.sqrt(g0 * g0 * v0 + g1 * g1 * v1 + 2 * g0 * g1 * c), x["se"], x)
    rep.done()


def replicates():
    rep = Report("replicates.csv")
    for x in table("replicates.csv"):
        rows = [r for r in MAIN if r["t"] == float(x["t"])]
        ident = identify(rows, "equal", "1/3")
        members = defaultdict(set)
        for r in rows:
            members[r["stratum"]].add(r["psu"])
        value = lambda w: estimate(x["measure"], "", rows, ident, w, x["level"], x["group"], "equal")[0]
        b = value([r["weight"] for r in rows])
        reps = []
        for h, psus in members.items():
            n = len(psus)
            for q in psus:
                w = [r["weight"] * (1 if r["stratum"] != h else 0 if r["psu"] == q else n / (n - 1)) for r in rows]
                reps.append(((n - 1) / n, value(w)))
        # mse = FALSE: around the plain mean of all replicates, not per stratum.
        centre = b if x["mse"] == "TRUE" else math.fsum(v for _, v in reps) / len(reps)
        rep.same(b, x["b"], x)
        rep.same(math.sqrt(math.fsum(s * (v - centre) ** 2 for s, v in reps)), x["se"], x)
        rep.same(len(reps), x["replicates"], x)
    rep.done()


def income():
    rep = Report("income.csv")
    sign = lambda a: (a > 0) - (a < 0)
    for x in table("income.csv"):
        rows = [r for r in MAIN if r["t"] == float(x["t"])]
        sampling = [r["weight"] * (r["size"] if x["base"] == "person" else 1) for r in rows]
        dom = [i for i, r in enumerate(rows) if belongs(r, x["level"], x["group"])]
        w, y = [sampling[i] for i in dom], [rows[i]["income"] for i in dom]
        line = [rows[i]["line"] for i in dom]
        one = [1.0] * len(y)
        n, total = math.fsum(w), math.fsum(a * b for a, b in zip(w, y))
        poor = [b < z for b, z in zip(y, line)]
        m = x["measure"]
        if m == "mean":
            b, u = ratio(y, one, w)
        elif m.startswith("FGT"):
            b, u = ratio([(1 - a / z) ** int(m[3]) if p else 0.0 for a, z, p in zip(y, line, poor)], one, w)
        elif m == "Watts":
            b, u = ratio([math.log(z / a) if p else 0.0 for a, z, p in zip(y, line, poor)], one, w)
        elif m == "GE0":
            lg, ul = ratio([math.log(a) for a in y], one, w)
            b, u = math.log(total / n) - lg, [a / total - 1 / n - c for a, c in zip(y, ul)]
        elif m == "GE1":
            s, us = ratio([a * math.log(a) for a in y], y, w)
            b, u = s - math.log(total / n), [c - a / total + 1 / n for a, c in zip(y, us)]
        elif m == "Gini" or m.startswith("C_"):
            h = y if m == "Gini" else [rows[i]["d_sani" if m == "C_sani" else "size"] for i in dom]
            # Covariance with the mid-rank: C = 2 sum w h R / (N mean) - 1.
            mass = defaultdict(float)
            for a, q in zip(y, w):
                mass[a] += q
            run, rank = 0.0, {}
            for a in sorted(mass):
                rank[a] = (run + mass[a] / 2) / n
                run += mass[a]
            hh = math.fsum(a * b for a, b in zip(w, h))
            b = 2 * math.fsum(q * e * rank[a] for q, e, a in zip(w, h, y)) / hh - 1
            # u_i: own rank, plus the ranks of those above it.
            above = defaultdict(float)
            for a, q, e in zip(y, w, h):
                above[a] += q * e
            run, lift = 0.0, {}
            for a in sorted(mass, reverse=True):
                lift[a] = run + above[a] / 2
                run += above[a]
            u = [(2 * e * rank[a] + 2 * lift[a] / n - (b + 1) * e) / hh - (b + 1) / n for e, a in zip(h, y)]
        elif m in ("S20", "S40") or m.startswith("q"):
            p = float(m[1:]) / 100
            order = sorted(range(len(y)), key=lambda i: y[i])

            def quantile(level):
                run = 0.0
                for i in order:
                    run += w[i]
                    if run >= level * n:
                        return y[i]

            q = quantile(p)
            if m[0] == "q":
                f, u = ratio([float(a <= q) for a in y], one, w)
            else:
                low = [a < q for a in y]
                b = (math.fsum(c * a for c, a, s in zip(w, y, low) if s)
                     + (p * n - math.fsum(c for c, s in zip(w, low) if s)) * q) / total
                u = [((a - q) * s + p * q - b * a) / total for a, s in zip(y, low)]
        everywhere = [0.0] * len(rows)
        for i, e in zip(dom, u):
            everywhere[i] = e
        se = math.sqrt(covariance(rows, everywhere, everywhere, sampling, STRATUM, PSU))
        t = T["t", x["df"], 0.975]
        if m[0] == "q":
            ll, ul = quantile(f - t * se), quantile(f + t * se)
            b, se = q, (ul - ll) / (2 * t)
        else:
            ll, ul = b - t * se, b + t * se
        for got, col in ((b, "b"), (se, "se"), (ll, "ll"), (ul, "ul")):
            rep.same(got, x[col], x)
    rep.done()


def gap():
    rep, seen = Report("gap.csv"), {}
    for x in table("gap.csv"):
        rows = [r for r in MAIN if r["t"] == float(x["t"])]
        key = (x["t"], x["weighting"], x["k"])
        ident = seen.setdefault(key, identify(rows, x["weighting"], x["k"]))
        w = [r["weight"] for r in rows]
        b, u = estimate(x["measure"], "", rows, ident, w, x["level"], x["group"], x["weighting"])
        rep.same(b, x["b"], x)
        rep.same(math.sqrt(covariance(rows, u, u, w, STRATUM, PSU)), x["se"], x)
    rep.done()


if __name__ == "__main__":
    levels()
    designs()
    changes()
    replicates()
    income()
    gap()
