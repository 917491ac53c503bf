//! Units of measure, checked like physics: `VND/person/month × person = VND/month`.

use std::collections::BTreeMap;
use std::fmt;

/// A product of named base units with whole exponents; the empty product is a pure number.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Unit(BTreeMap<String, i8>);

impl Unit {
    /// The unit of pure numbers.
    pub fn none() -> Self {
        Self::default()
    }

    /// One base unit.
    pub fn base(name: &str) -> Self {
        Self(BTreeMap::from([(name.to_owned(), 1)]))
    }

    /// Reads `VND/person/month` or `kWh`; `None` when it is not words joined by `/` or `*`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut unit = Self::none();
        let mut sign = 1;
        let mut rest = text.trim();
        loop {
            let end = rest.find(['/', '*']).unwrap_or(rest.len());
            let word = rest[..end].trim();
            let starts_well = word.starts_with(|c: char| c.is_ascii_alphabetic());
            if !starts_well || !word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                return None;
            }
            unit.multiply_in(word, sign);
            if end == rest.len() {
                return Some(unit);
            }
            sign = if rest.as_bytes()[end] == b'/' { -1 } else { 1 };
            rest = &rest[end + 1..];
        }
    }

    fn multiply_in(&mut self, word: &str, exponent: i8) {
        let total = self.0.entry(word.to_owned()).or_insert(0);
        *total += exponent;
        if *total == 0 {
            self.0.remove(word);
        }
    }

    /// The product of two units.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let mut product = self.clone();
        for (word, exponent) in &other.0 {
            product.multiply_in(word, *exponent);
        }
        product
    }

    /// Whether this is the unit of pure numbers.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return write!(f, "a pure number");
        }
        let above: Vec<&str> = self
            .0
            .iter()
            .filter(|(_, e)| **e > 0)
            .flat_map(|(w, e)| std::iter::repeat_n(w.as_str(), *e as usize))
            .collect();
        write!(f, "{}", if above.is_empty() { "1".to_owned() } else { above.join("*") })?;
        // Time last, as people say it: VND/person/month.
        let time = |word: &str| matches!(word, "day" | "month" | "year");
        let mut below: Vec<(&String, &i8)> = self.0.iter().filter(|(_, e)| **e < 0).collect();
        below.sort_by_key(|(word, _)| time(word));
        for (word, exponent) in below {
            for _ in *exponent..0 {
                write!(f, "/{word}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_per_person_times_persons_is_household_money() {
        let line = Unit::parse("VND/person/month").unwrap();
        assert_eq!(line.times(&Unit::base("person")), Unit::parse("VND/month").unwrap());
        assert_eq!(line.to_string(), "VND/person/month");
    }

    #[test]
    fn units_are_words() {
        for bad in ["", "/", "VND/", "2m", "m 2"] {
            assert_eq!(Unit::parse(bad), None, "{bad}");
        }
    }
}
