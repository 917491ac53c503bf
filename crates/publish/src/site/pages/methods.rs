//! How the numbers come about, in plain words.

use super::Told;
use maud::{Markup, html};
use vuon_policy::model::Language;

pub(super) fn methods(told: Told<'_>) -> Markup {
    let (least, width) = (told.window.rule.threshold, told.window.rule.width);
    let parts: Vec<(&str, &str, Vec<String>)> = match told.language {
        Language::Vi => vec![
            ("source", "Số liệu từ đâu", vec![
                "Từ sổ quản lý hộ nghèo, hộ cận nghèo. Mỗi kết quả là quyết định của Chủ tịch UBND cấp xã sau rà soát, chấm theo bộ chính sách ghi ở cuối trang; danh sách có từ trước được nạp vào sổ.".into(),
                "Mỗi năm tính đến hết ngày 31/12. Năm chưa hết không công bố: so hai ngày liền nhau sẽ thấy từng hộ.".into(),
            ]),
            ("hidden", "Vì sao có số bị ẩn", vec![
                format!("Số từ 1 đến {} quá nhỏ: người quen biết sẽ đoán ra hộ nào. Số đó bị ẩn. Số 0 không nói về ai nên vẫn công bố.", least - 1),
                "Nếu chỉ ẩn một số, lấy tổng trừ các số còn lại là ra. Vì vậy một vài số khác cũng bị ẩn theo.".into(),
                format!("Trước khi công bố, máy thử tính ngược từng số bị ẩn từ mọi số được công bố, kể cả ở các lần trước. Mỗi số bị ẩn phải còn ít nhất hai giá trị có thể, cách nhau từ {width} trở lên. Bảng nào không đạt thì không công bố."),
                "Không số nào bị làm tròn hay sửa: hoặc đúng như đã đếm, hoặc ẩn.".into(),
            ]),
            ("ledger", "Sổ các lần công bố", vec![
                "Mọi lần công bố được ghi vào một sổ nối chuỗi mã băm. Số liệu được sửa sau khi công bố là một bản đếm mới; chênh lệch quá nhỏ giữa hai bản cũng bị ẩn.".into(),
            ]),
            ("never", "Điều không bao giờ công bố", vec![
                "Tên, địa chỉ, số định danh; số liệu của thôn, bản; dân tộc, tôn giáo, bệnh tật, khuyết tật và các thông tin nhạy cảm khác; thiếu hụt của đơn vị nhỏ hơn tỉnh.".into(),
            ]),
            ("money", "Tiền", vec![
                "Phân bổ tính từ công thức và số liệu trong tệp; lệnh kiểm tra tính lại từng dòng. Phân bổ dựa trên số liệu nhạy cảm hoặc quá nhỏ của một đơn vị thì chỉ nêu công thức.".into(),
                "Chi trả là khoản kho bạc hoặc ngân hàng xác nhận trong năm, theo từng chính sách.".into(),
            ]),
        ],
        Language::En => vec![
            ("source", "Where the numbers come from", vec![
                "From the register of poor and near-poor households. Each result is a decision of the chair of the commune after a review, scored by the policy pack named at the foot of the page; earlier lists were brought into the register.".into(),
                "Each year is as of the end of 31 December. A year that is not over is not published: two days side by side would show single households.".into(),
            ]),
            ("hidden", "Why some numbers are hidden", vec![
                format!("A number from 1 to {} is too small: whoever knows the place would guess the household. It is hidden. A zero tells of nobody, and is published.", least - 1),
                "If one number alone were hidden, the total less the others would give it. So a few others are hidden with it.".into(),
                format!("Before anything is published, each hidden number is attacked with every number that is public, of earlier releases too. At least two values, {width} or more apart, must stay possible for it. A table that fails is not published."),
                "No number is rounded or changed: it is as it was counted, or hidden.".into(),
            ]),
            ("ledger", "The ledger of releases", vec![
                "Every release is entered in a ledger, chained by hashes. Numbers corrected after they were published are another edition; where two editions differ by too little, that is hidden too.".into(),
            ]),
            ("never", "What is never published", vec![
                "Names, addresses, identity numbers; figures of hamlets; ethnic group, religion, illness, disability and whatever else is sensitive; deprivations of units smaller than a province.".into(),
            ]),
            ("money", "Money", vec![
                "An allocation is computed from the formula and the figures in its file; the check computes every line again. Of an allocation that rests on a figure of a unit that is sensitive or too small, the formula alone is told.".into(),
                "Payments are what the treasury or bank confirmed within the year, by scheme.".into(),
            ]),
        ],
    };
    html! {
        h1 { (told.say("Cách làm", "Methods")) }
        @for (id, title, paragraphs) in parts {
            h2 id=(id) { (title) }
            @for paragraph in paragraphs { p { (paragraph) } }
        }
    }
}
