//! This crate provides the register of a poverty-reduction programme: areas, people, reviews, decisions and the ledger,
//! in one SQLite file or a PostgreSQL database.
//!
//! # Brief overview
//!
//! * [`Register`] is the open register: a [`store`], its [`keys`], a [`clock`], the policy packs.
//! * [`accounts`] turn a name and password into an [`Actor`](scope::Actor): a role and the area it reaches.
//! * [`Register::desk`] gives an actor's [`Desk`]. Every question about areas, people, rounds and cases is a method of
//!   the desk, and answers only for the actor's role and area.
//! * A [`round`](rounds) is one commune's review; a [`case`](cases) is one household in it. Which steps a case goes
//!   through, by when, and by whom, the pack's procedure says; [`procedure`] lets no other step happen.
//! * A [`grievance`](grievances) is what anybody files without an account; an officer makes a complaint about a case of it.
//! * [`training`] keeps which modules an account completed, under which pack; [`courses`] who was invited and there.
//! * [`support`] tells what schemes ask about households, and [`room`] is what the rooms above build on.
//! * Statuses are [`spells`] that decisions begin; [`flows`] are counted from spells, [`figures`] from
//!   spells and the answers they rest on.
//! * Every change is an entry of the [`ledger`]; [`audit`] computes everything again.
//!
//! # What must always be true
//!
//! Nothing that was decided or answered is ever changed: what is corrected is a later entry. A change and its entry are
//! in one transaction. No question gives, counts or hints at a row outside of the asker's reach.

pub mod accounts;
pub mod areas;
mod as_of;
pub mod audit;
pub mod backup;
pub mod cases;
pub mod clock;
pub mod courses;
mod error;
pub mod export;
pub mod figures;
pub mod flows;
pub mod forms;
pub mod grievances;
pub mod households;
pub mod import;
pub mod keys;
pub mod ledger;
pub mod page;
pub mod procedure;
pub mod reform;
mod register;
pub mod room;
pub mod rounds;
pub mod scope;
pub mod spells;
mod store;
pub mod support;
mod text;
pub mod training;

pub use error::{RegistryError, Result};
pub use register::{Desk, Register};
pub use store::{Engine, Store};
