//! Few tries: who fails five times waits five minutes, then twice as long each time, up to an hour.
//!
//! A try is taken *before* it is looked at and given back when it was right, so that many tries at once are no more than
//! few. What is counted is the name as typed (as a keyed print), so a name without an account locks like any other.

use crate::store::{int, sql};
use crate::{Register, RegistryError, Result};
use sqlx::AnyConnection;

const FREE_TRIES: i64 = 5;
const FIRST_MINUTES: i64 = 5;
const MOST_MINUTES: i64 = 60;
const MINUTE: i64 = 60_000_000;
const FORGOTTEN_AFTER: i64 = 24 * 60 * MINUTE;

/// Takes a try.
///
/// # Errors
/// [`RegistryError::Locked`].
pub(super) async fn take(register: &Register, who: &str) -> Result<()> {
    let now = register.clock().now();
    let mut tx = register.store().write().await?;
    let (failures, locked_until) = sql(
        "INSERT INTO attempt (who, failures, locked_until, at) VALUES ($1, 1, 0, $2) ON CONFLICT (who) DO UPDATE SET \
         failures = CASE WHEN attempt.locked_until > $3 THEN attempt.failures WHEN attempt.at < $4 THEN 1 \
         ELSE attempt.failures + 1 END, at = $5 RETURNING failures, locked_until",
        [who.into(), now.into(), now.into(), (now - FORGOTTEN_AFTER).into(), now.into()],
    )
    .one(&mut tx, |row| Ok((int(row, 0)?, int(row, 1)?)))
    .await?;
    if locked_until > now {
        tx.rollback().await?;
        return Err(RegistryError::Locked { minutes: (locked_until - now + MINUTE - 1) / MINUTE });
    }
    if failures >= FREE_TRIES {
        let doublings = (failures - FREE_TRIES).min(10);
        let minutes = (FIRST_MINUTES << doublings).min(MOST_MINUTES);
        let until = now + minutes * MINUTE;
        sql("UPDATE attempt SET locked_until = $2 WHERE who = $1", [who.into(), until.into()]).run(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The try was right: nothing is counted any more.
pub(super) async fn forgive(connection: &mut AnyConnection, who: &str) -> Result<()> {
    sql("DELETE FROM attempt WHERE who = $1", [who.into()]).run(connection).await?;
    Ok(())
}

/// How long a session that ended by itself is kept, for the pages that are still open.
const ENDED_KEPT: i64 = 12 * 60 * MINUTE;

/// Drops what nobody needs any more: old tries, sessions that ended long ago.
pub(super) async fn sweep(register: &Register) -> Result<()> {
    let now = register.clock().now();
    let mut tx = register.store().write().await?;
    sql("DELETE FROM attempt WHERE at < $1", [(now - FORGOTTEN_AFTER).into()]).run(&mut tx).await?;
    sql("DELETE FROM session WHERE expires_at < $1", [(now - ENDED_KEPT).into()]).run(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}
