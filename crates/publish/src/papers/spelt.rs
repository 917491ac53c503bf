//! An amount of money in words, as receipts have it beside the number.

use vuon_policy::model::Language;

/// An amount of đồng in words, the first letter large.
pub(super) fn spelt(amount: i64, language: Language) -> String {
    let number = match (amount, language) {
        (0, Language::Vi) => "không".to_owned(),
        (0, Language::En) => "zero".to_owned(),
        (_, Language::Vi) => vietnamese(amount),
        (_, Language::En) => english(amount),
    };
    let text = format!("{number} đồng");
    let first = text.chars().next().map(char::to_uppercase);
    first.into_iter().flatten().chain(text.chars().skip(1)).collect()
}

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

fn vietnamese(amount: i64) -> String {
    let mut words = Vec::new();
    let mut rest = amount;
    for (scale, name) in [(1_000_000_000, "tỷ"), (1_000_000, "triệu"), (1_000, "nghìn"), (1, "")] {
        let (count, led) = (rest / scale, !words.is_empty());
        rest %= scale;
        if count >= 1_000 {
            words.push(vietnamese(count));
        } else if count > 0 {
            words.push(below_thousand(count, led));
        } else {
            continue;
        }
        words.push(name.to_owned());
    }
    words.join(" ").trim_end().to_owned()
}

/// Three digits; after higher ones, those that are 0 are said too.
fn below_thousand(number: i64, led: bool) -> String {
    let (hundreds, tens, ones) = ((number / 100) as usize, (number / 10 % 10) as usize, (number % 10) as usize);
    let mut words = Vec::new();
    if hundreds > 0 || led {
        words.extend([DIGITS[hundreds], "trăm"]);
    }
    match tens {
        0 if ones > 0 && !words.is_empty() => words.push("linh"),
        0 => {}
        1 => words.push("mười"),
        _ => words.extend([DIGITS[tens], "mươi"]),
    }
    match (tens, ones) {
        (_, 0) => {}
        (2.., 1) => words.push("mốt"),
        (1.., 5) => words.push("lăm"),
        _ => words.push(DIGITS[ones]),
    }
    words.join(" ")
}

const SMALL: [&str; 20] = [
    "",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

fn english(amount: i64) -> String {
    let scales = [(1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"), (100, "hundred")];
    if let Some((scale, name)) = scales.into_iter().find(|(scale, _)| amount >= *scale) {
        let rest = english(amount % scale);
        return format!("{} {name} {rest}", english(amount / scale)).trim_end().to_owned();
    }
    let (tens, ones) = ((amount / 10) as usize, (amount % 10) as usize);
    match (tens, ones) {
        (0 | 1, _) => SMALL[amount as usize].to_owned(),
        (_, 0) => TENS[tens].to_owned(),
        _ => format!("{}-{}", TENS[tens], SMALL[ones]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_said_as_people_say_them() {
        for (amount, vi, en) in [
            (0, "Không đồng", "Zero đồng"),
            (15, "Mười lăm đồng", "Fifteen đồng"),
            (105, "Một trăm linh năm đồng", "One hundred five đồng"),
            (21_000, "Hai mươi mốt nghìn đồng", "Twenty-one thousand đồng"),
            (1_005_000, "Một triệu không trăm linh năm nghìn đồng", "One million five thousand đồng"),
            (4_500_000, "Bốn triệu năm trăm nghìn đồng", "Four million five hundred thousand đồng"),
            (2_000_000_010, "Hai tỷ không trăm mười đồng", "Two billion ten đồng"),
            (1_500_000_000_000, "Một nghìn năm trăm tỷ đồng", "One thousand five hundred billion đồng"),
        ] {
            assert_eq!(spelt(amount, Language::Vi), vi);
            assert_eq!(spelt(amount, Language::En), en);
        }
    }
}
