//! An actor's desk for support: the register's desk, and the pack whose schemes count.
//!
//! Money that was agreed outlives the pack under which it was: when the time of the last pack with schemes is over and no
//! other has come, the office goes on under it, says so ([`Office::over`]) and begins nothing new.

use crate::support_pack;
use jiff::civil::Date;
use std::sync::Arc;
use vuon_policy::program::Program;
use vuon_policy::support::Scheme;
use vuon_registry::scope::Actor;
use vuon_registry::{Desk, RegistryError, Result};

/// What an actor asks of the programme. Everything goes through the actor's role and reach, as in the register.
#[derive(Clone, Debug)]
pub struct Office {
    pub(crate) desk: Desk,
    pub(crate) program: Arc<Program>,
}

impl Office {
    /// The office at a desk: under the pack that was chosen for support, else the national one of today, else the last one
    /// that had schemes.
    ///
    /// # Errors
    /// [`RegistryError::Pack`] when there is none, or the chosen one has no schemes.
    pub async fn of(desk: Desk) -> Result<Self> {
        let program = support_pack::program(desk.register(), desk.today()).await?;
        Ok(Self { desk, program })
    }

    /// The last day of the pack's time, once that is over: what was agreed goes on, nothing new begins.
    pub fn over(&self) -> Option<Date> {
        support_pack::over(&self.program, self.desk.today())
    }

    /// Makes sure that something new may begin.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when the pack's time is over.
    pub(crate) fn begins_new(&self) -> Result<()> {
        let Some(last) = self.over() else { return Ok(()) };
        let why = format!("the pack of support, {}, ended on {last}: choose another", self.program.pack.id.value);
        Err(RegistryError::Illegal { step: "new support", why })
    }

    /// As [`begins_new`](Self::begins_new), for capital of a year: that of the pack's own years is settled after them too.
    pub(crate) fn begins_of(&self, year: i16) -> Result<()> {
        if self.over().is_some_and(|last| year <= last.year()) { Ok(()) } else { self.begins_new() }
    }

    /// The actor.
    pub fn actor(&self) -> &Actor {
        self.desk.actor()
    }

    /// The desk.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The pack whose schemes count.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// A scheme of the pack.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`].
    pub fn scheme(&self, id: &str) -> Result<&Scheme> {
        self.scheme_place(id).map(|place| &self.program.pack.schemes[place])
    }

    /// Where a scheme of the pack stands in it.
    pub(crate) fn scheme_place(&self, id: &str) -> Result<usize> {
        self.program.pack.schemes.iter().position(|scheme| scheme.id.value == id).ok_or(RegistryError::NotFound)
    }
}
