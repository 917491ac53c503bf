//! What `vuon handbook diff` says is said in one language: ids and expressions of the pack stay as they are.

use crate::room::{Room, says};

#[test]
fn differences_are_told_in_the_language_that_is_asked_for() {
    let room = Room::new();
    let vietnamese = room.succeeds("--lang vi handbook diff vn-2016-2020 vn-2022-2026");
    says(&vietnamese, "niêm yết 3 ngày làm việc");
    says(&vietnamese, "lines.rural.poor: 700.000 đồng/người/tháng → 1.500.000 đồng/người/tháng");
    for english in ["working days", "VND", "point", "person/month", "every year", " or ", "document "] {
        assert!(!vietnamese.contains(english), "{english}");
    }
    let english = room.succeeds("--lang en handbook diff vn-2016-2020 vn-2022-2026");
    says(&english, "for 3 working days");
    says(&english, "150 points");
    assert!(!english.contains("đồng/"), "no unit is left in Vietnamese");
}
