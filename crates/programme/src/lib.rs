//! This crate provides support: who is entitled to what, who comes first, how capital is allocated, what was agreed,
//! paid and brought back.
//!
//! # Brief overview
//!
//! * [`allocation`] shares capital among units by a published formula, to the đồng, and [`published`] is the file with
//!   which anyone computes it again.
//! * [`ranking`] orders the entitled by the keys of a scheme and a draw that anyone can repeat.
//! * [`repayment`] is the schedule of what is lent, and how it stands on a day.
//! * [`money`] is the one double-entry ledger, in whole đồng: nothing is committed beyond what was allocated, and nothing
//!   paid beyond what was committed.
//!
//! # What must always be true
//!
//! What the law says stands in the pack and nowhere here. A value that is missing is refused by name. The same input gives
//! the same order and the same sums, to the đồng.

pub mod allocation;
pub mod money;
pub mod published;
pub mod ranking;
pub mod repayment;
