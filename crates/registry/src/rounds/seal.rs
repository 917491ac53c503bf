//! The code on a certificate: what it says, signed with the register's key. Whoever has the public key reads and checks it
//! without the register; the register itself also tells whether the certificate still holds.

use super::{Certificate, RoundRow};
use crate::scope::Action;
use crate::store::{int, maybe_day, sql};
use crate::{Desk, Register, RegistryError, Result};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use jiff::civil::Date;

/// How what is signed begins.
const STATEMENT: &str = "vuon/certificate/1";

/// What a certificate says, in short.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateSeal {
    /// The commune, as `list:code`.
    pub commune: String,
    /// The official number, such as `0012/2026`.
    pub number: String,
    /// The day it was given.
    pub issued_on: Date,
    /// The status it certifies.
    pub status: String,
    /// How many members.
    pub persons: i64,
    /// The head's name.
    pub head: String,
}

/// Whether a certificate holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CertificateState {
    /// It was given and holds.
    Holds,
    /// It is void from this day on.
    Void(Date),
    /// It is signed, and this register has no such certificate: it was restored from an older copy, or somebody has the key.
    Missing,
}

impl CertificateSeal {
    /// What is signed.
    pub fn statement(&self) -> String {
        let CertificateSeal { commune, number, issued_on, status, persons, head } = self;
        format!("{STATEMENT}|{commune}|{number}|{issued_on}|{status}|{persons}|{head}")
    }

    /// Reads what is signed.
    fn of_statement(statement: &str) -> Option<Self> {
        // The name stands last: it may hold any sign.
        let parts: Vec<&str> = statement.splitn(7, '|').collect();
        let [STATEMENT, commune, number, issued_on, status, persons, head] = parts.as_slice() else { return None };
        Some(CertificateSeal {
            commune: (*commune).to_owned(),
            number: (*number).to_owned(),
            issued_on: issued_on.parse().ok()?,
            status: (*status).to_owned(),
            persons: persons.parse().ok()?,
            head: (*head).to_owned(),
        })
    }

    /// Reads a code, and checks its signature with a public key (hexadecimal). Nothing for what is no code of this key.
    pub fn of_code(code: &str, public_key: &str) -> Option<Self> {
        let (signature, statement) = code.trim().split_once('|')?;
        let signature = HEXLOWER.encode(&BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?);
        if crate::keys::is_signed(public_key, statement, &signature) { Self::of_statement(statement) } else { None }
    }
}

impl Desk {
    /// The code of a certificate.
    ///
    /// # Errors
    /// [`RegistryError::Forbidden`] for who may not see people.
    pub fn certificate_code(&self, round: &RoundRow, paper: &Certificate) -> Result<String> {
        self.actor.may(Action::ReadPeople)?;
        let seal = CertificateSeal {
            commune: round.place.commune.clone(),
            number: paper.number.clone(),
            issued_on: paper.issued_on,
            status: paper.status.clone().unwrap_or_default(),
            persons: paper.members.len() as i64,
            head: paper.name.clone(),
        };
        let statement = seal.statement();
        let damaged = |_| RegistryError::Damaged { what: "a signature".into() };
        let signature = HEXLOWER.decode(self.keys().sign(&statement).as_bytes()).map_err(damaged)?;
        Ok(format!("{}|{statement}", BASE64URL_NOPAD.encode(&signature)))
    }
}

impl Register {
    /// Whether a certificate whose code somebody holds was given here, and still holds. Anybody may ask: nothing is told
    /// that is not on the paper, and a code cannot be guessed.
    pub async fn certificate_state(&self, seal: &CertificateSeal) -> Result<CertificateState> {
        let Some((number, year)) = seal.number.split_once('/') else { return Ok(CertificateState::Missing) };
        let (Ok(number), Ok(year)) = (number.parse::<i64>(), year.parse::<i64>()) else {
            return Ok(CertificateState::Missing);
        };
        let mut connection = self.store().read().await?;
        let query = sql(
            "SELECT number, void_on FROM certificate WHERE commune = $1 AND year = $2 AND number = $3 AND issued_on = $4 \
             AND status = $5",
            [
                seal.commune.as_str().into(),
                year.into(),
                number.into(),
                seal.issued_on.into(),
                seal.status.as_str().into(),
            ],
        );
        let found = query.first(&mut connection, |row| Ok((int(row, 0)?, maybe_day(row, 1)?))).await?;
        Ok(match found {
            None => CertificateState::Missing,
            Some((_, None)) => CertificateState::Holds,
            Some((_, Some(on))) => CertificateState::Void(on),
        })
    }
}
