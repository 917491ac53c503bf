//! Requests that carry an idempotency key: sent again, they are answered again and do nothing.
//!
//! Whoever is first takes the key, in one statement, before anything is done; so of two requests that come at once, on
//! one server or on two, one is carried out. A key that was taken and has no answer yet is under way, or its server fell
//! over: whether that request was done is not known, so nobody does it again under the same key.

use crate::store::{int, sql, text};
use crate::{Register, RegistryError, Result};

/// How long an answer is kept.
const KEPT: i64 = 48 * 3_600_000_000;

/// The status of a request that has no answer yet.
const UNDER_WAY: i64 = 0;

/// What is known of a request with an idempotency key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// It is new, and the key is taken for it: carry it out, then keep the answer or give the key back.
    New,
    /// It has no answer yet.
    UnderWay,
    /// It was answered: status and body.
    Answered(u16, String),
}

impl Register {
    /// The print of a request, from all that makes it this one. It is keyed: what was sent, such as an identity number,
    /// cannot be found by trying.
    pub fn request_print(&self, parts: &[&[u8]]) -> String {
        self.keys().print_of("request", parts)
    }

    /// Takes an idempotency key for a request, unless it is taken. `print` is [`request_print`](Self::request_print)'s.
    ///
    /// # Errors
    /// [`RegistryError::Conflict`] when the same key came with another request.
    pub async fn take_key(&self, account: &str, key: &str, print: &str) -> Result<Asked> {
        let now = self.clock().now();
        let mut tx = self.store().write().await?;
        sql("DELETE FROM request WHERE at <= $1", [(now - KEPT).into()]).run(&mut tx).await?;
        let taken = sql(
            "INSERT INTO request (account, id, print, status, body, at) VALUES ($1, $2, $3, $4, '', $5) \
             ON CONFLICT (account, id) DO NOTHING",
            [account.into(), key.into(), print.into(), UNDER_WAY.into(), now.into()],
        )
        .run(&mut tx)
        .await?;
        if taken == 1 {
            tx.commit().await?;
            return Ok(Asked::New);
        }
        let (known, status, body) =
            sql("SELECT print, status, body FROM request WHERE account = $1 AND id = $2", [account.into(), key.into()])
                .one(&mut tx, |row| Ok((text(row, 0)?, int(row, 1)?, text(row, 2)?)))
                .await?;
        tx.commit().await?;
        answer(known == print, status, body)
    }

    /// The answer given before to a request with this idempotency key: status and body. `print` is [`request_print`](Self::request_print)'s.
    ///
    /// # Errors
    /// [`RegistryError::Conflict`] when the same key came with another request.
    pub async fn answered(&self, account: &str, key: &str, print: &str) -> Result<Option<(u16, String)>> {
        let since = self.clock().now() - KEPT;
        let mut connection = self.store().read().await?;
        let found = sql(
            "SELECT print, status, body FROM request WHERE account = $1 AND id = $2 AND at > $3",
            [account.into(), key.into(), since.into()],
        )
        .first(&mut connection, |row| Ok((text(row, 0)?, int(row, 1)?, text(row, 2)?)))
        .await?;
        let Some((known, status, body)) = found else { return Ok(None) };
        match answer(known == print, status, body)? {
            Asked::Answered(status, body) => Ok(Some((status, body))),
            _ => Ok(None),
        }
    }

    /// Keeps the answer to a request for two days. The first answer stays.
    pub async fn keep_answer(&self, account: &str, key: &str, print: &str, status: u16, body: &str) -> Result<()> {
        let now = self.clock().now();
        let mut tx = self.store().write().await?;
        sql("DELETE FROM request WHERE at <= $1", [(now - KEPT).into()]).run(&mut tx).await?;
        sql(
            "INSERT INTO request (account, id, print, status, body, at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (account, id) DO UPDATE SET status = excluded.status, body = excluded.body \
             WHERE request.status = $7 AND request.print = excluded.print",
            [
                account.into(),
                key.into(),
                print.into(),
                i64::from(status).into(),
                body.into(),
                now.into(),
                UNDER_WAY.into(),
            ],
        )
        .run(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives a key back whose request changed nothing.
    pub async fn give_key_back(&self, account: &str, key: &str) -> Result<()> {
        let mut tx = self.store().write().await?;
        sql(
            "DELETE FROM request WHERE account = $1 AND id = $2 AND status = $3",
            [account.into(), key.into(), UNDER_WAY.into()],
        )
        .run(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What a row says of a request.
fn answer(same: bool, status: i64, body: String) -> Result<Asked> {
    match status {
        _ if !same => Err(RegistryError::Conflict),
        UNDER_WAY => Ok(Asked::UnderWay),
        status => {
            let damaged = |_| RegistryError::Damaged { what: "the status of an answer".into() };
            Ok(Asked::Answered(u16::try_from(status).map_err(damaged)?, body))
        }
    }
}
