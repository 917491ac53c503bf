//! Filing a grievance, and following it by its code.

use super::records::{GrievanceRecord, Said};
use super::{Followed, NewGrievance, Receipt};
use crate::areas::place_of;
use crate::cases::ComplaintKind;
use crate::ledger::Change;
use crate::procedure::limits;
use crate::scope::Action;
use crate::store::{day, insert_all, maybe, maybe_day, sql, text};
use crate::text::new_id;
use crate::{Desk, RegistryError, Result, ledger};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use jiff::civil::Date;

/// The bytes of a code: so many that nobody finds one by trying.
const CODE: usize = 10;
/// The letters of a group of it.
const GROUP: usize = 4;
/// The most letters of what the filer writes.
const LONGEST: usize = 4_000;
/// The most letters of the household and of the way to answer.
const SHORT: usize = 300;

/// A code as somebody typed it, as it was given: letters that look alike are those that codes have.
fn read_code(typed: &str) -> String {
    let signs = typed.chars().filter(|sign| sign.is_ascii_alphanumeric()).map(|sign| match sign.to_ascii_uppercase() {
        '0' => 'O',
        '1' => 'I',
        '8' => 'B',
        sign => sign,
    });
    signs.take(100).collect()
}

fn grouped(code: &str) -> String {
    let signs: Vec<char> = code.chars().collect();
    signs.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Words of somebody, at most so many letters.
fn written(field: &str, text: &str, most: usize) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > most {
        let message = if most == SHORT { "at most 300 letters" } else { "at most 4,000 letters" };
        return Err(RegistryError::invalid(field, message));
    }
    if text.contains('\0') {
        return Err(RegistryError::invalid(field, "a text cannot contain the character NUL"));
    }
    Ok(text.to_owned())
}

impl Desk {
    /// Files a grievance. `submission` is this sending's own id, which nobody else knows: the same sent twice counts once,
    /// and the receipt is the same. Other words under it are another grievance.
    ///
    /// # Errors
    /// [`RegistryError::Forbidden`] for who has an account; [`RegistryError::NotFound`] when the list in force has no such commune;
    /// [`RegistryError::Invalid`] without words.
    pub async fn file_grievance(&self, new: &NewGrievance, submission: &str) -> Result<Receipt> {
        self.actor.may(Action::FileGrievance)?;
        if !(16..=100).contains(&submission.len()) {
            return Err(RegistryError::invalid("submission", "take it as it was shown"));
        }
        let said = Said {
            text: written("text", &new.text, LONGEST)?,
            household: written("household", &new.household, SHORT)?,
            contact: written("contact", &new.contact, SHORT)?,
        };
        for (field, words) in [("text", &said.text), ("household", &said.household)] {
            if words.is_empty() {
                return Err(RegistryError::invalid(field, "words are missing"));
            }
        }
        let commune = self.destination(&new.commune).await?.id;
        let words = serde_json::to_string(&said).map_err(|_| RegistryError::Damaged { what: "a grievance".into() })?;
        // From the key, the sending's id and what is said: nobody can know it beforehand, and it need not be kept. A browser
        // that goes back to the form shows the id again.
        let sent = [submission, commune.as_str(), new.kind.id(), words.as_str()].map(str::as_bytes);
        let print = HEXLOWER.decode(self.keys().print_of("grievance code", &sent).as_bytes());
        let print = print.map_err(|_| RegistryError::Damaged { what: "a print".into() })?;
        let code = BASE32_NOPAD.encode(&print[..CODE]);
        let print = self.keys().print("grievance", &code);

        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, &commune).await?;
        let known = sql("SELECT received_on, due_on FROM grievance WHERE print = $1", [print.as_str().into()]);
        if let Some((received_on, due_on)) = known.first(&mut tx, |row| Ok((day(row, 0)?, maybe_day(row, 1)?))).await? {
            let due_on = match due_on {
                Some(day) => Some(day),
                None => self.grievance_due(received_on)?,
            };
            return Ok(Receipt { code: grouped(&code), received_on, due_on });
        }
        let place = place_of(&mut tx, &commune, None).await?;
        let (id, at, received_on) = (new_id(), self.now(), self.today());
        let due_on = self.grievance_due(received_on)?;
        let said = ledger::store(&mut tx, &self.keys().seal(&id, &words)).await?;
        let row = [
            id.as_str().into(),
            print.as_str().into(),
            place.province.into(),
            place.district.into(),
            commune.as_str().into(),
            new.kind.id().into(),
            received_on.into(),
            due_on.into(),
            at.into(),
            said.as_str().into(),
            "waiting".into(),
        ];
        let columns = "grievance (id, print, province, district, commune, kind, received_on, due_on, at, said, state)";
        insert_all(&mut tx, columns, [row]).await?;
        let record = GrievanceRecord { kind: new.kind.id().into(), received_on, due_on, print, said };
        let content = ledger::store(&mut tx, &record).await?;
        let change = Change { author: &self.actor.id, kind: "grievance", subject: &id, content: &content };
        ledger::append(&mut tx, &commune, at, &[change]).await?;
        tx.commit().await?;
        Ok(Receipt { code: grouped(&code), received_on, due_on })
    }

    /// By when a household is to be checked about which somebody complained on a day; nothing where no standard says so, or
    /// not yet: nobody is turned away because the holidays of a year are not known.
    pub(crate) fn grievance_due(&self, on: Date) -> Result<Option<Date>> {
        let Some(standard) = self.register.standard(on) else { return Ok(None) };
        match limits::complaint_due(&standard, on) {
            Err(RegistryError::Calendar(_) | RegistryError::NoProcedure { .. }) => Ok(None),
            due => due,
        }
    }

    /// Where the grievance of a code stands. Whoever has the code may ask: it tells neither who filed it nor about whom.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a code that was not given.
    pub async fn follow_grievance(&self, code: &str) -> Result<Followed> {
        let print = self.keys().print("grievance", &read_code(code));
        let mut connection = self.store().read().await?;
        let query = sql(
            "SELECT g.kind, g.received_on, CASE WHEN g.complaint IS NULL THEN g.due_on ELSE k.due_on END, k.review_case, COALESCE(g.answered_on, k.answered_on), t.body \
             FROM grievance g LEFT JOIN complaint k ON k.id = g.complaint LEFT JOIN content t ON t.hash = g.answer \
             WHERE g.print = $1",
            [print.into()],
        );
        let damaged = |what: &str| RegistryError::Damaged { what: format!("the {what} of a grievance") };
        let (mut followed, case) = query
            .one(&mut connection, |row| {
                let answer = maybe(row, 5)?.map(|body| serde_json::from_str(&body).map_err(|_| damaged("answer")));
                let case = maybe(row, 3)?;
                let followed = Followed {
                    kind: ComplaintKind::parse(&text(row, 0)?).ok_or_else(|| damaged("kind"))?,
                    received_on: day(row, 1)?,
                    due_on: maybe_day(row, 2)?,
                    taken_up: case.is_some(),
                    answered_on: maybe_day(row, 4)?,
                    answer: answer.transpose()?,
                };
                Ok((followed, case))
            })
            .await?;
        if followed.due_on.is_none() {
            followed.due_on = match case {
                Some(case) => self.case_complaint_due(&mut connection, &case, followed.received_on).await?,
                None => self.grievance_due(followed.received_on)?,
            };
        }
        Ok(followed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_was_copied() {
        let code = "ABCO23IBQRST4567";
        assert_eq!(grouped(code), "ABCO-23IB-QRST-4567");
        for typed in ["ABCO-23IB-QRST-4567", "abc0 231b qrst 4567", " ABCO23I8QRST4567\n"] {
            assert_eq!(read_code(typed), code, "{typed}");
        }
    }
}
