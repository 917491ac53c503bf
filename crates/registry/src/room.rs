//! What the rooms above keep in the same register: the same store, the same chains, the same scope.
//!
//! A room above asks and writes through a [`Desk`], holds the chain of the place it changes, checks what it depends on after
//! that, and appends what it did in the same transaction, as the register itself does.

pub use crate::ledger::{
    Change, Stored, append, content, content_hash, contents, hold, store, store_all, store_stored,
};
pub use crate::store::{
    MANY, Query, Value, among, day, insert_all, insert_new, int, maybe, maybe_day, maybe_int, sql, text, yes,
};
pub use crate::text::{key, new_id};
pub use sqlx::any::AnyRow;
pub use sqlx::pool::PoolConnection;
pub use sqlx::{Any, AnyConnection, Transaction};
