//! This crate provides Viet Nam's administrative units *in time*: the official
//! lists of provinces, districts and communes with the days on which they were
//! in force, and the map that leads from the units of one list to the next.
//!
//! # Brief overview
//!
//! [`Areas`] holds everything; [`Areas::embedded`] gives the data compiled into
//! the program. An [`AreaList`] is one official list; [`Areas::list_on`] finds
//! the one in force on a day. An [`Area`] is one unit of one list. A code means
//! nothing without its list: 15 was Yên Bái until June 2025 and is Lào Cai
//! since. Every question therefore takes a list *and* an [`AreaCode`].
//!
//! - Down and up the tree: [`Areas::provinces`], [`Areas::communes`],
//!   [`Areas::children`], [`Areas::path`], [`Areas::region`].
//! - From what people type: [`Areas::find`] for names, [`AreaCode::repair`] for
//!   codes that a spreadsheet stripped of their zeros.
//! - From list to list: [`Areas::trace`], which says of each successor whether
//!   the old unit was split, and refuses where no map is known.
//!
//! # Example
//!
//! ```
//! use jiff::civil::date;
//! use vuon_areas::{AreaCode, Areas, Level};
//!
//! let areas = Areas::embedded();
//! let old = areas.list_on(date(2025, 6, 30))?;
//! let new = areas.list_on(date(2025, 7, 1))?;
//!
//! // A code read from a spreadsheet that took it for a number.
//! let code = AreaCode::repair("4", Level::Commune).expect("digits");
//! assert_eq!(areas.full_path(old, code)?, "Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội");
//!
//! // The same code denotes another ward in the list that followed …
//! assert_eq!(areas.full_path(new, code)?, "Phường Ba Đình, Thành phố Hà Nội");
//!
//! // … and here the old ward went into it whole.
//! let traces = areas.trace(code, old, new)?;
//! assert_eq!(traces.len(), 1);
//! assert_eq!(traces[0].to.full_name(), "Phường Ba Đình");
//! assert!(!traces[0].split);
//! # Ok::<(), vuon_areas::AreaError>(())
//! ```
//!
//! # What must always be true
//!
//! In a list no code occurs twice and every parent is present; the lists follow
//! each other without a gap from November 2021 on. Where the data know no
//! answer (a day before the first list, a unit that vanished between two
//! snapshots) the answer is an [`AreaError`] that says so, never a guess. The
//! origin of the data and their traps are told in `data/areas/README.md`.

mod code;
mod data;
mod error;
mod list;
mod name;
mod trace;

pub use code::AreaCode;
pub use error::AreaError;
pub use list::{Area, AreaList, Areas, Kind, Level};
pub use name::without_marks as fold_name;
pub use trace::Trace;
