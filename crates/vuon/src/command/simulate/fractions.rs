//! Cut-offs and weights on the command line, and what becomes of the other weights when some are set.
//!
//! All are exact fractions. Weights sum to 1, so those that are not set make room: what is set stands as it is set, and the
//! others keep their proportions among each other and share what is left. An indicator that is left out has the weight 0.
//! It is the rule by which `--set indicators.ID.weight=…` sets weights of a pack.

use crate::screen::say;
use anyhow::{Result, anyhow, bail};
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;

/// Reads a share above 0 and up to 1: `1/3`, `0.4`, `40%`.
pub fn share(text: &str) -> Result<Exact, String> {
    let text = text.trim();
    let read = match text.strip_suffix('%') {
        Some(percent) => {
            Exact::parse(percent.trim()).and_then(|n| Exact::new(n.numerator(), n.denominator().checked_mul(100)?))
        }
        None => Exact::parse(text),
    };
    read.filter(|n| Exact::whole(0) < *n && *n <= Exact::whole(1))
        .ok_or_else(|| "write a share above 0 and up to 1, as in 1/3, 0.4 or 40%".to_owned())
}

/// Reads `NAME=SHARE`.
pub fn named_share(text: &str) -> Result<(String, Exact), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| "write NAME=SHARE, as in nutrition=1/4".to_owned())?;
    Ok((name.trim().to_owned(), share(value)?))
}

/// What is set of the weights.
pub struct Wanted<'w> {
    /// Names and the weights they get.
    pub set: &'w [(String, Exact)],
    /// The names of those that are left out.
    pub without: &'w [String],
}

/// The weights, in the order of the indicators, after some are set and others left out.
pub fn weights(indicators: &[String], before: &[Exact], wanted: &Wanted, language: Language) -> Result<Vec<Exact>> {
    let place = |name: &String| {
        let found = indicators.iter().position(|indicator| indicator == name);
        found.ok_or_else(|| anyhow!(unknown(name, indicators, language)))
    };
    let mut fixed: Vec<Option<Exact>> = vec![None; indicators.len()];
    let set = wanted.set.iter().map(|(name, weight)| (name, *weight));
    for (name, weight) in set.chain(wanted.without.iter().map(|name| (name, Exact::whole(0)))) {
        let place = place(name)?;
        if fixed[place].replace(weight).is_some() {
            bail!("{}", twice(name, language));
        }
    }
    if fixed.iter().all(Option::is_none) {
        return Ok(before.to_vec());
    }
    let too_fine =
        || anyhow!(say(language, "phân số quá nhỏ để tính chính xác", "the fractions are too fine to be exact"));
    let sum = |of: &[Exact]| of.iter().try_fold(Exact::whole(0), |sum, n| sum.plus(*n)).ok_or_else(too_fine);
    let taken = sum(&fixed.iter().flatten().copied().collect::<Vec<_>>())?;
    let open = before.iter().zip(&fixed).filter(|(_, fixed)| fixed.is_none()).map(|(weight, _)| *weight);
    let open = sum(&open.collect::<Vec<_>>())?;
    let left = Exact::whole(1).minus(taken).ok_or_else(too_fine)?;
    if open == Exact::whole(0) {
        if left != Exact::whole(0) {
            bail!("{}", wrong_sum(taken, language));
        }
        return Ok(fixed.into_iter().map(|weight| weight.unwrap_or(Exact::whole(0))).collect());
    }
    if left <= Exact::whole(0) {
        bail!("{}", nothing_left(taken, language));
    }
    let scale = left.over(open).ok_or_else(too_fine)?;
    let weight = |(before, fixed): (&Exact, Option<Exact>)| fixed.or_else(|| before.times(scale)).ok_or_else(too_fine);
    before.iter().zip(fixed).map(weight).collect()
}

/// A name that is not among those known, and the ones it may mean.
pub fn unknown(name: &str, known: &[String], language: Language) -> String {
    let near = near(name, known);
    let list = |names: &[&String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    match (near.is_empty(), language) {
        (false, Language::Vi) => format!("không có `{name}`; có phải ý là {}?", list(&near).join(" hoặc ")),
        (false, Language::En) => format!("there is no `{name}`; did you mean {}?", list(&near).join(" or ")),
        (true, Language::Vi) => format!("không có `{name}`; có: {}", known.join(", ")),
        (true, Language::En) => format!("there is no `{name}`; there are: {}", known.join(", ")),
    }
}

/// Names are offered for one that is not known: at most so many.
const OFFERED: usize = 3;

/// The names that a mistyped one may mean: those that hold it or are held by it, and those near by spelling.
fn near<'k>(name: &str, known: &'k [String]) -> Vec<&'k String> {
    let typed = name.to_lowercase();
    let mut found: Vec<(usize, &String)> = known
        .iter()
        .filter_map(|other| {
            let lower = other.to_lowercase();
            let distance = strsim::damerau_levenshtein(&typed, &lower);
            let holds = typed.len() > 2 && (lower.contains(&typed) || typed.contains(lower.as_str()));
            let letters = lower.chars().count();
            (holds || distance < letters && distance <= 1 + letters / 4).then_some((distance, other))
        })
        .collect();
    found.sort();
    found.into_iter().take(OFFERED).map(|(_, name)| name).collect()
}

fn twice(name: &str, language: Language) -> String {
    match language {
        Language::Vi => format!("`{name}` được đặt hai lần; hãy bỏ một lần"),
        Language::En => format!("`{name}` is set twice; leave out one of the two"),
    }
}

fn wrong_sum(sum: Exact, language: Language) -> String {
    match language {
        Language::Vi => format!("mọi trọng số đều đã đặt và cộng lại là {sum}, phải bằng 1"),
        Language::En => format!("all weights are set and sum to {sum}; they must sum to 1"),
    }
}

fn nothing_left(taken: Exact, language: Language) -> String {
    match language {
        Language::Vi => format!(
            "các trọng số đã đặt cộng lại là {taken}, không còn gì cho các chỉ số khác; hãy đặt nhỏ hơn, hoặc bỏ các chỉ số đó bằng --without"
        ),
        Language::En => format!(
            "the weights that are set sum to {taken}, which leaves nothing for the other indicators; set less, or leave those out with --without"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    fn set(before: &[&str], set: &[(&str, &str)], without: &[&str]) -> Result<Vec<String>> {
        let names: Vec<String> = ["a", "b", "c", "d"][..before.len()].iter().map(|name| (*name).to_owned()).collect();
        let before: Vec<Exact> = before.iter().map(|weight| exact(weight)).collect();
        let set: Vec<(String, Exact)> = set.iter().map(|(name, weight)| ((*name).to_owned(), exact(weight))).collect();
        let without: Vec<String> = without.iter().map(|name| (*name).to_owned()).collect();
        let weights = weights(&names, &before, &Wanted { set: &set, without: &without }, Language::En)?;
        Ok(weights.iter().map(Exact::to_string).collect())
    }

    #[test]
    fn the_others_keep_their_proportions() {
        // 3/4 is left for 1/3, 1/6 and 1/6.
        assert_eq!(set(&["1/3", "1/3", "1/6", "1/6"], &[("a", "1/4")], &[]).unwrap(), ["1/4", "3/8", "3/16", "3/16"]);
        assert_eq!(set(&["1/3", "1/3", "1/6", "1/6"], &[], &["d"]).unwrap(), ["2/5", "2/5", "1/5", "0"]);
        assert_eq!(set(&["1/2", "1/4", "1/4"], &[("a", "1/2")], &["c"]).unwrap(), ["1/2", "1/2", "0"]);
        assert_eq!(set(&["1/2", "1/2"], &[("a", "1/5"), ("b", "4/5")], &[]).unwrap(), ["1/5", "4/5"]);
        assert_eq!(set(&["1/2", "1/2"], &[], &[]).unwrap(), ["1/2", "1/2"]);
    }

    #[test]
    fn what_does_not_add_up_is_refused() {
        let refused = |before: &[&str], weights: &[(&str, &str)], without: &[&str]| {
            set(before, weights, without).unwrap_err().to_string()
        };
        assert!(refused(&["1/2", "1/2"], &[("a", "1/5"), ("b", "1/5")], &[]).contains("2/5"));
        assert!(refused(&["1/2", "1/2"], &[("a", "1")], &[]).contains("--without"));
        assert!(refused(&["1/2", "1/2"], &[("a", "1/4")], &["a"]).contains("twice"));
        assert!(refused(&["1/2", "1/2"], &[("x", "1/4")], &[]).contains("there are: a, b"));
        assert!(refused(&["1/2", "1/2"], &[], &["a", "b"]).contains("sum to 0"));
    }

    #[test]
    fn near_names_are_offered() {
        let known = ["d_nutr", "d_cm", "d_educ"].map(str::to_owned);
        assert_eq!(unknown("nutr", &known, Language::En), "there is no `nutr`; did you mean `d_nutr`?");
        assert_eq!(unknown("d_cn", &known, Language::Vi), "không có `d_cn`; có phải ý là `d_cm`?");
    }

    #[test]
    fn shares_are_read_as_people_write_them() {
        for text in ["40%", "0.4", "2/5", " 40 %"] {
            assert_eq!(share(text), Ok(exact("2/5")), "{text}");
        }
        for bad in ["0", "40", "-1/3", "", "%", "x"] {
            assert!(share(bad).is_err(), "{bad}");
        }
        assert_eq!(named_share("a = 1/4"), Ok(("a".into(), exact("1/4"))));
    }
}
