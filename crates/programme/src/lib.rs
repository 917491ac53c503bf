//! This crate provides support: who is entitled to what, who comes first, how capital is allocated, what was agreed, paid and
//! brought back.
//!
//! # Brief overview
//!
//! * [`Office`] is an actor's desk for support: every question and every change is a method of it, and answers only for the
//!   actor's role and area. [`support_pack`] says under which pack.
//! * [`entitled`] tells who is entitled to what, [`ranks`] in which order, [`sealed`] keeps what no list may show.
//! * [`groups`] and [`proposals`] are the community's ([`community`] lists both), [`agreements`] say who receives what in which parts, [`payments`] go
//!   to the treasury or bank and come back, [`debt`] is what has to be brought back.
//! * [`budgets`] give capital on by the pack's formula, [`unspent`] says what becomes of it when its year is over; [`figures`], [`coverage`] and [`reports`] tell how it stands, [`paid`]
//!   what each scheme paid, [`projects`] what was approved and closed, [`priority`] whom it reaches; [`audit`] computes it
//!   all again.
//! * Every thing of the programme is kept in the one way of [`records`].
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

pub mod agreements;
pub mod allocation;
mod ask;
pub mod audit;
mod book;
pub mod budgets;
pub mod classes;
pub mod community;
pub mod coverage;
pub mod debt;
pub mod entitled;
pub mod figures;
pub mod groups;
pub mod money;
mod office;
mod owing;
pub mod paid;
pub mod payments;
pub mod priority;
pub mod projects;
pub mod proposals;
pub mod published;
pub mod ranking;
pub mod ranks;
pub mod records;
pub mod reform;
pub mod repayment;
pub mod reports;
pub mod sealed;
pub mod sources;
pub mod support_pack;
pub mod targets;
pub mod unspent;

pub use ask::{Called, NextStep};
pub use book::MadeTransfer;
pub use office::Office;
