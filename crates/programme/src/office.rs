//! An actor's desk for support: the register's desk, and the pack whose schemes count.

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
    /// The office at a desk: under the pack of the setting `support_pack`, else the register's standard of today.
    ///
    /// # Errors
    /// [`RegistryError::Pack`] when there is none, or it has no schemes.
    pub async fn of(desk: Desk) -> Result<Self> {
        let chosen = desk.register().setting("support_pack").await?;
        let program = match chosen {
            Some(id) => Some(desk.register().program(&id)?),
            None => desk.register().standard(desk.today()),
        };
        let none = |pack: String| RegistryError::Pack { pack, why: "it has no schemes of support".into() };
        let program = program.ok_or_else(|| none("-".into()))?;
        if program.pack.schemes.is_empty() {
            return Err(none(program.pack.id.value.clone()));
        }
        Ok(Self { desk, program })
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

    pub(crate) fn scheme_place(&self, id: &str) -> Result<usize> {
        self.program.pack.schemes.iter().position(|scheme| scheme.id.value == id).ok_or(RegistryError::NotFound)
    }
}
