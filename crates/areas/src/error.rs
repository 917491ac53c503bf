//! What can go wrong when asking about areas, in words that say what to do.

use jiff::civil::Date;

use crate::{AreaCode, Level};

/// Why a question about areas has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AreaError {
    /// The text is no area code.
    #[error(
        "{text:?} is not an area code: write 1 to 8 digits, such as 01, 001 or 00001, \
         with their leading zeros"
    )]
    NotACode {
        /// The text as given.
        text: String,
    },
    /// The day lies before the first list.
    #[error(
        "no list of administrative units is known for {day}: the first is that of {first}; \
         use a later day, or add the older list to data/areas"
    )]
    BeforeFirstList {
        /// The day asked for.
        day: Date,
        /// The first day of the first list.
        first: Date,
    },
    /// No list has this name.
    #[error("there is no list {id:?}: the lists are {known}")]
    UnknownList {
        /// The name asked for.
        id: String,
        /// The names there are, separated by commas.
        known: String,
    },
    /// The list has no unit with this code.
    #[error(
        "the list {list} has no unit {code}: check the leading zeros, and that the code was \
         written by this list and not by an earlier or later one"
    )]
    UnknownCode {
        /// The code asked for.
        code: AreaCode,
        /// The list it was looked up in.
        list: String,
    },
    /// No map tells what became of this unit.
    #[error(
        "unknown: no map says what became of {name} ({code}) between the lists {from} and {to}; \
         an officer has to name the unit by hand"
    )]
    NoMap {
        /// The unit's code in `from`.
        code: AreaCode,
        /// The unit's full name in `from`.
        name: String,
        /// The list where the trail breaks off …
        from: String,
        /// … and the next one on the way.
        to: String,
    },
    /// The other list has no units of this level.
    #[error(
        "the list {to} has no level {level}, so {name} ({code}) has no counterpart there; \
         trace its communes one by one"
    )]
    NoSuchLevel {
        /// The unit's code.
        code: AreaCode,
        /// The unit's full name.
        name: String,
        /// The level that is missing.
        level: Level,
        /// The list that lacks it.
        to: String,
    },
}
