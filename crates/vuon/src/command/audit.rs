//! `vuon audit`: everything computed again, and signed roots checked.

use super::register::{Where, open};
use crate::screen::{self, right, say};
use anyhow::{Result, bail};
use clap::Subcommand;
use std::process::ExitCode;
use vuon_policy::Library;
use vuon_policy::model::Language;
use vuon_policy::words::{self, grouped};
use vuon_registry::keys::is_signed;
use vuon_registry::ledger::Root;
use vuon_registry::rounds::CertificateSeal;

/// What to check.
#[derive(Subcommand)]
pub enum Command {
    /// Compute every chain, content, assessment and decision again
    Verify {
        #[command(flatten)]
        place: Where,
        /// One chain only: a commune's code or list:code, or `register`
        #[arg(long)]
        chain: Option<String>,
        /// A printed root, its statement (vuon/root/1 …): whether its entry is still there; may be given again
        #[arg(long = "root", value_name = "STATEMENT")]
        roots: Vec<String>,
    },
    /// The signed end of a commune's chain, to print and post
    Root {
        #[command(flatten)]
        place: Where,
        /// A commune's code or list:code, or `register`
        chain: String,
    },
    /// Check a certificate by its code and the public key
    CheckCertificate {
        /// What a reader of codes reads: the address, or the text itself
        #[arg(long)]
        code: String,
        /// The public key of the register
        #[arg(long)]
        key: String,
    },
    /// Check a printed root with the public key alone; no register is needed
    CheckRoot {
        /// The statement, as printed: vuon/root/1 …
        #[arg(long)]
        statement: String,
        /// The signature, as printed
        #[arg(long)]
        signature: String,
        /// The public key of the register
        #[arg(long)]
        key: String,
    },
}

fn line(text: &str) {
    println!("{}", screen::wrapped(text, screen::width(), 2));
}

/// Runs the command.
pub fn run(command: Command, language: Language) -> Result<ExitCode> {
    match command {
        Command::Verify { place, chain, roots } => verify(&place, chain, &roots, language),
        Command::Root { place, chain } => root(&place, &chain, language),
        Command::CheckCertificate { code, key } => Ok(certificate(&code, &key, language)),
        Command::CheckRoot { statement, signature, key } => check(&statement, &signature, &key, language),
    }
}

fn verify(place: &Where, chain: Option<String>, roots: &[String], language: Language) -> Result<ExitCode> {
    let opened = open(place, language)?;
    let chain = chain.map(|chain| if chain == "register" { Ok(chain) } else { opened.area(&chain) }).transpose()?;
    let mut report = opened.runtime.block_on(opened.desk().verify(chain.as_deref()))?;
    for root in roots {
        report.differences.extend(opened.runtime.block_on(opened.desk().verify_root(root))?);
    }
    // Support is looked at as a whole: money goes from a province's chain to a commune's.
    let money = match chain {
        None => Some(opened.runtime.block_on(vuon_programme::audit::verify(&opened.desk()))?),
        Some(_) => None,
    };
    let mut counts = vec![
        (say(language, "chuỗi", "chains"), report.chains),
        (say(language, "bút toán", "entries"), report.entries),
        (say(language, "nội dung", "contents"), report.contents),
        (say(language, "nội dung đã xóa theo yêu cầu hợp pháp", "contents erased on lawful request"), report.erased),
        (say(language, "kết quả phân loại tính lại", "assessments computed again"), report.assessments),
        (say(language, "quyết định", "decisions"), report.decisions),
    ];
    if let Some(money) = money {
        counts.extend([
            (say(language, "hồ sơ hỗ trợ", "things of support"), money.records),
            (say(language, "lần chuyển tiền", "transfers of money"), money.transfers),
            (say(language, "tài khoản", "accounts of money"), money.accounts),
            (say(language, "phương án phân bổ tính lại", "allocations computed again"), money.allocations),
        ]);
        report.differences.extend(money.differences);
    }
    for (label, number) in counts {
        println!("{}  {label}", right(&grouped(number, language), 10));
    }
    if report.differences.is_empty() {
        line(say(language, "Mọi thứ khớp với lúc ghi.", "Everything is as it was recorded."));
        return Ok(ExitCode::SUCCESS);
    }
    for difference in report.differences.iter().take(40) {
        let (chain, seq, subject, what) = (&difference.chain, difference.seq, &difference.subject, &difference.what);
        line(&format!("{chain} #{seq} {subject}: {what}"));
    }
    let count = grouped(report.differences.len() as i64, language);
    line(&match language {
        Language::Vi => format!("{count} chỗ khác với lúc ghi"),
        Language::En => format!("{count} differences from what was recorded"),
    });
    Ok(ExitCode::FAILURE)
}

fn root(place: &Where, chain: &str, language: Language) -> Result<ExitCode> {
    let opened = open(place, language)?;
    let chain = if chain == "register" { chain.to_owned() } else { opened.area(chain)? };
    let root = opened.runtime.block_on(opened.desk().signed_root(&chain))?;
    // Long signs are broken to fit a screen and a printed page; whoever checks may type them with blanks.
    for (label, text) in [
        (say(language, "Nội dung", "Statement"), &root.statement),
        (say(language, "Chữ ký", "Signature"), &root.signature),
        (say(language, "Khóa công khai", "Public key"), &root.public_key),
    ] {
        println!("{label}:");
        for part in pieces(text) {
            println!("  {part}");
        }
    }
    line(say(
        language,
        "Kiểm tra: vuon audit check-root; xuống dòng và dấu cách giữa các phần không ảnh hưởng.",
        "Check it with vuon audit check-root; where lines break between the parts does not matter.",
    ));
    Ok(ExitCode::SUCCESS)
}

fn pieces(text: &str) -> Vec<String> {
    if text.contains(' ') {
        return screen::wrapped(text, 76, 0).lines().map(str::to_owned).collect();
    }
    let signs: Vec<char> = text.chars().collect();
    signs.chunks(64).map(|part| part.iter().collect()).collect()
}

fn certificate(code: &str, key: &str, language: Language) -> ExitCode {
    let code = vuon_publish::papers::code::text_of(code);
    let key = key.split_whitespace().collect::<String>().to_lowercase();
    let Some(seal) = CertificateSeal::of_code(&code, &key) else {
        line(say(language, "Mã này KHÔNG do khóa này ký.", "This code was NOT signed with this key."));
        return ExitCode::FAILURE;
    };
    let CertificateSeal { commune, number, issued_on, status, persons, head } = seal;
    let (day, status) = (words::day(issued_on, language), status_name(&status, language));
    line(&match language {
        Language::Vi => {
            format!("Chữ ký đúng: giấy số {number}, xã {commune}, cấp ngày {day}: {head}, {persons} khẩu, {status}")
        }
        Language::En => {
            format!(
                "The signature is right: {number} of {commune}, given on {day}: {head}, {persons} persons, {status}"
            )
        }
    });
    line(say(
        language,
        "Giấy có bị hủy sau đó hay không, chỉ sổ mới biết.",
        "Whether it became void later, the register alone knows.",
    ));
    ExitCode::SUCCESS
}

/// What a status is called. The code does not name the pack: the packs that reviews go by are asked, and a status that none
/// of them has stands as it was signed.
fn status_name(id: &str, language: Language) -> String {
    let library = Library::embedded();
    let packs = Library::embedded_ids().into_iter().filter_map(|pack| library.load(pack).ok());
    let mut named = packs.filter(|program| program.pack.process.is_some()).filter_map(|program| {
        let status = program.pack.statuses.iter().find(|status| status.id.value == id);
        status.map(|status| status.label.get(language).to_owned())
    });
    named.next().unwrap_or_else(|| id.to_owned())
}

fn check(statement: &str, signature: &str, key: &str, language: Language) -> Result<ExitCode> {
    let signs = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let Some((Root { chain, seq, hash }, day)) = Root::of_statement(statement) else {
        bail!(say(
            language,
            "nội dung không đúng dạng: vuon/root/1 CHUỖI NGÀY SỐ MÃ",
            "the statement is not of the form: vuon/root/1 CHAIN DAY NUMBER HASH"
        ));
    };
    let statement = Root { chain: chain.clone(), seq, hash: hash.clone() }.statement(day);
    if is_signed(&signs(key), &statement, &signs(signature)) {
        line(&match language {
            Language::Vi => format!("Chữ ký đúng: chuỗi {chain}, ngày {day}, bút toán {seq}, mã {hash}"),
            Language::En => format!("The signature is right: chain {chain}, day {day}, entry {seq}, hash {hash}"),
        });
        return Ok(ExitCode::SUCCESS);
    }
    line(say(
        language,
        "Chữ ký KHÔNG khớp với nội dung và khóa này.",
        "The signature does NOT belong to this statement and key.",
    ));
    Ok(ExitCode::FAILURE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_told_in_words() {
        assert_eq!(status_name("poor", Language::Vi), "Hộ nghèo");
        assert_eq!(status_name("near_poor", Language::En), "Near-poor household");
        assert_eq!(status_name("of another pack", Language::Vi), "of another pack");
    }
}
