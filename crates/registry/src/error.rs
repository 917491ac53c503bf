//! What can go wrong, said so that a person knows what to do, and so that nothing is told that the person may not see.

use jiff::civil::Date;
use vuon_policy::model::Language;

/// The result of a question to the register.
pub type Result<T> = std::result::Result<T, RegistryError>;

/// Why the register did not do what it was asked.
#[derive(thiserror::Error, Debug)]
pub enum RegistryError {
    /// There is no such thing — or it is not in the asker's area, which must not be told apart.
    #[error("there is nothing of this kind here that you may see")]
    NotFound,
    /// The asker's role does not include this.
    #[error("your role may not do this: {action}")]
    Forbidden {
        /// What was asked for.
        action: &'static str,
    },
    /// Deciding and signing needs the second factor.
    #[error("this needs the second factor: sign in again with your code")]
    NeedsSecondFactor,
    /// The password was set by somebody else, and the owner has not set another yet.
    #[error("the password was set by somebody else: set one of your own first")]
    PasswordDue,
    /// Name or password are wrong, or the account is not active; which of them is not told.
    #[error("name or password is wrong")]
    SignIn,
    /// The code of the second factor is wrong, or was used before.
    #[error("the code is wrong or was used before: wait for the next one on the device")]
    WrongCode,
    /// Too many failures.
    #[error("too many failed attempts; try again after {minutes} minutes")]
    Locked {
        /// For how long yet, in minutes.
        minutes: i64,
    },
    /// Somebody else changed it meanwhile.
    #[error("somebody else changed this meanwhile: it is now version {current}; look at it again before you save")]
    Stale {
        /// The version there is.
        current: i64,
    },
    /// Cases were changed after they were looked at; nothing was done to any.
    #[error("some of these cases were changed since they were looked at: look again before you sign")]
    ChangedSince,
    /// The procedure does not allow it now.
    #[error("{step} is not possible now: {why}")]
    Illegal {
        /// The step that was tried.
        step: &'static str,
        /// Why not, and what comes first.
        why: String,
    },
    /// A round of this kind does not open on this day.
    #[error("opening a round is not possible now: rounds of this kind open {}", opens[1])]
    NotOpen {
        /// When they do, Vietnamese and English.
        opens: [String; 2],
    },
    /// Something that was entered cannot be right.
    #[error("{field}: {message}")]
    Invalid {
        /// The field.
        field: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// It is there already.
    #[error("{what} is there already")]
    Exists {
        /// What.
        what: String,
    },
    /// The same submission id came with other content.
    #[error("this submission was sent before with other content; nothing was changed")]
    Conflict,
    /// The pack has no procedure, or it says nothing of what is needed.
    #[error("{what} is not in the pack's procedure")]
    NoProcedure {
        /// What is missing.
        what: String,
    },
    /// No holidays are known for the days a deadline runs through.
    #[error(transparent)]
    Calendar(#[from] vuon_policy::working_days::UnknownYear),
    /// The pack cannot be used.
    #[error("the pack {pack} cannot be used: {why}")]
    Pack {
        /// Its id.
        pack: String,
        /// Why.
        why: String,
    },
    /// Areas.
    #[error(transparent)]
    Area(#[from] vuon_areas::AreaError),
    /// A report would break its own identity.
    #[error("the report does not add up and is not given: {what}")]
    Inconsistent {
        /// Where.
        what: String,
    },
    /// A day outside of what is possible.
    #[error("{day} cannot be: {why}")]
    Day {
        /// Where it was given, as the interface for programs calls it.
        field: &'static str,
        /// The day.
        day: Date,
        /// Why.
        why: &'static str,
    },
    /// What is stored cannot be what was stored.
    #[error("the register is damaged: {what}")]
    Damaged {
        /// Where.
        what: String,
    },
    /// The key file does not belong to this register.
    #[error("the key does not belong to this register")]
    WrongKey,
    /// An address that is neither engine's.
    #[error("the address of a database begins with sqlite:// or postgres://")]
    UnknownEngine,
    /// The server of databases does not answer.
    #[error("no database answers at {server} ({why}): is it running, and is the address right?")]
    Unreachable {
        /// Host and port.
        server: String,
        /// What the system said.
        why: String,
    },
    /// The tables could not be brought up to date.
    #[error("the tables could not be brought up to date")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// Nobody could be asked: all connections are taken, or the database is down.
    #[error("the database does not answer: try again in a moment")]
    Down,
    /// The database.
    #[error("the database did not answer as it should")]
    Database(#[source] sqlx::Error),
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl From<sqlx::Error> for RegistryError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut};
        // What PostgreSQL says while it starts and stops: 57P01 to 57P03.
        let stopping = |error: &sqlx::Error| {
            let code = error.as_database_error().and_then(|error| error.code());
            code.is_some_and(|code| code.starts_with("57P0"))
        };
        match error {
            PoolTimedOut | PoolClosed | Io(_) => RegistryError::Down,
            error if stopping(&error) => RegistryError::Down,
            error => RegistryError::Database(error),
        }
    }
}

impl RegistryError {
    /// Something that was entered cannot be right.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        RegistryError::Invalid { field: field.into(), message: message.into() }
    }

    /// In the language of the person.
    pub fn text(&self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        match self {
            RegistryError::NotFound => "Không có nội dung này, hoặc anh/chị không được xem.".into(),
            RegistryError::Forbidden { .. } => "Vai trò của anh/chị không được làm việc này.".into(),
            RegistryError::NeedsSecondFactor => "Việc này cần mã xác thực thứ hai: hãy đăng nhập lại bằng mã.".into(),
            RegistryError::PasswordDue => {
                "Mật khẩu do người khác đặt: trước hết hãy đặt mật khẩu của riêng anh/chị.".into()
            }
            RegistryError::SignIn => "Tên đăng nhập hoặc mật khẩu không đúng.".into(),
            RegistryError::WrongCode => "Mã không đúng hoặc đã dùng: hãy chờ mã tiếp theo trên thiết bị.".into(),
            RegistryError::Locked { minutes } => format!("Sai quá nhiều lần; hãy thử lại sau {minutes} phút."),
            RegistryError::Stale { current } => format!(
                "Có người khác vừa sửa nội dung này (phiên bản {current}). Hãy xem lại trước khi lưu; chưa có gì bị thay đổi."
            ),
            RegistryError::ChangedSince => {
                "Có hồ sơ trong số này đã thay đổi kể từ lúc xem: hãy xem lại trước khi ký; chưa có gì bị thay đổi."
                    .into()
            }
            RegistryError::Illegal { why, .. } => format!("Chưa thể thực hiện bước này: {why}"),
            RegistryError::NotOpen { opens: [when, _] } => {
                format!("Chưa thể mở kỳ rà soát: kỳ rà soát loại này mở {when}")
            }
            RegistryError::Pack { pack, why } => format!("Bộ quy định {pack} không dùng được: {why}"),
            RegistryError::Calendar(missing) => missing.told(language),
            RegistryError::Invalid { field, message } => format!("{field}: {message}"),
            RegistryError::Exists { what } => format!("Đã có: {what}."),
            RegistryError::Conflict => "Phiếu này đã được gửi với nội dung khác; chưa có gì bị thay đổi.".into(),
            RegistryError::NoProcedure { what } => format!("Bộ quy định không có quy trình cho: {what}."),
            RegistryError::Inconsistent { what } => format!("Báo cáo không khớp nên không được lập: {what}"),
            RegistryError::Day { day, .. } => format!("Ngày {day} không hợp lệ."),
            RegistryError::Area(problem) => problem.vietnamese(),
            RegistryError::WrongKey => "Tệp khóa không phải của sổ này: hãy dùng tệp khóa đã lập cùng sổ.".into(),
            RegistryError::Down => "Cơ sở dữ liệu chưa trả lời: hãy thử lại sau ít phút.".into(),
            RegistryError::Unreachable { server, why } => format!(
                "Không có cơ sở dữ liệu nào trả lời ở {server} ({why}): máy chủ có đang chạy và địa chỉ có đúng không?"
            ),
            _ => format!("Hệ thống chưa thực hiện được: {self}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_does_not_answer_is_told_apart_from_one_that_answers_wrongly() {
        let gone = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        for error in [sqlx::Error::PoolTimedOut, sqlx::Error::PoolClosed, sqlx::Error::Io(gone)] {
            assert!(matches!(RegistryError::from(error), RegistryError::Down));
        }
        assert!(matches!(RegistryError::from(sqlx::Error::RowNotFound), RegistryError::Database(_)));
    }
}
