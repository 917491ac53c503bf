//! Letters that the papers' face does not have: an emoji of a telephone, another script. PDF/UA refuses what it cannot show, and one
//! such letter in a name would keep a whole list from being printed; so a box stands in its place, where everybody sees that
//! something is missing.

use super::world::has_letter;
use std::borrow::Cow;

/// What stands for a letter that cannot be printed.
const BOX: char = '□';

/// Signs that have no shape of their own: they join or vary others, which cannot be printed either.
fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// A text of which every letter can be printed.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    let plain = |letter: char| letter.is_ascii() || has_letter(letter);
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let letters = text.chars().filter(|letter| plain(*letter) || !is_joiner(*letter));
    let letters = letters.map(|letter| match letter {
        letter if plain(letter) => letter,
        letter if letter.is_whitespace() => ' ',
        _ => BOX,
    });
    Cow::Owned(letters.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_face_lacks_is_a_box() {
        assert_eq!(printable("Đặng Thị Hường, ấp Ổ Ỗi – 45,5 %"), "Đặng Thị Hường, ấp Ổ Ỗi – 45,5 %");
        assert_eq!(printable("nuôi bò 🐄 (giả lập)"), "nuôi bò □ (giả lập)");
        assert_eq!(printable("ភូមិ"), "□□□□");
        assert_eq!(printable("👩\u{200d}🌾").replace('\u{200d}', ""), "□□");
        assert!(has_letter(BOX), "the box itself can be printed");
    }
}
