//! What stands in the square code of a certificate, and the code as a picture.

use qrcode::render::svg;
use qrcode::types::QrError;
use qrcode::{EcLevel, QrCode};
use std::fmt::Write;

/// The address that a code holds where the register has one: a telephone's camera then opens the page that checks it. The
/// signed text is in the address, so the same code can be checked without the register.
pub fn address(public_url: Option<&str>, code: &str) -> String {
    match public_url {
        Some(url) => format!("{}/verify?code={}", url.trim_end_matches('/'), encoded(code)),
        None => code.to_owned(),
    }
}

/// The signed text of what a reader of codes read: an address, or the text itself.
pub fn text_of(read: &str) -> String {
    let Some((_, code)) = read.split_once("?code=") else { return read.trim().to_owned() };
    let bytes = code.trim().as_bytes();
    let mut text = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match (byte, hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                text.push(byte);
                at += 3;
            }
            (byte, _) => {
                text.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The square code of a text, as SVG.
///
/// # Errors
/// [`QrError`] when the text is too long.
pub fn picture(text: &str) -> Result<Vec<u8>, QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(200, 200).build().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_was_signed() {
        let code = "abc_-|vuon/certificate/1|vn:03151|0012/2026|2026-10-06|poor|4|Lò Văn Mẫu 100%";
        assert_eq!(text_of(&address(Some("https://giamngheo.example.vn/"), code)), code);
        assert_eq!(text_of(&address(None, code)), code);
    }
}
