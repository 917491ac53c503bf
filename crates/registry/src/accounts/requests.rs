//! Requests that carry an idempotency key: sent again, they are answered again and do nothing.

use crate::store::{int, sql, text};
use crate::{Register, RegistryError, Result};

/// How long an answer is kept.
const KEPT: i64 = 48 * 3_600_000_000;

impl Register {
    /// The answer given before to a request with this idempotency key: status and body. `print` is a hash of the request.
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
        if known != print {
            return Err(RegistryError::Conflict);
        }
        let status =
            u16::try_from(status).map_err(|_| RegistryError::Damaged { what: "the status of an answer".into() })?;
        Ok(Some((status, body)))
    }

    /// Keeps the answer to a request for two days. The first answer stays.
    pub async fn keep_answer(&self, account: &str, key: &str, print: &str, status: u16, body: &str) -> Result<()> {
        let now = self.clock().now();
        let mut tx = self.store().write().await?;
        sql("DELETE FROM request WHERE at <= $1", [(now - KEPT).into()]).run(&mut tx).await?;
        sql(
            "INSERT INTO request (account, id, print, status, body, at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (account, id) DO NOTHING",
            [account.into(), key.into(), print.into(), i64::from(status).into(), body.into(), now.into()],
        )
        .run(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}
