//! Sealed facts about people: back from addiction treatment, living with HIV, returned from trafficking.
//!
//! They lie encrypted in a table that no list asks. Whoever receives the paper records a fact and cannot read it again; the
//! chair of the commune opens it, for a reason, which the ledger keeps, under a keyed print of the person instead of the person. A ranking asks whether any of some facts is known,
//! and never which.

use crate::agreements::said;
use crate::office::Office;
use crate::ranks::in_area;
use crate::records::At;
use std::collections::{BTreeSet, HashMap};
use vuon_policy::support::SealedFact;
use vuon_registry::room::{AnyConnection, Change, Query, append, hold, maybe, sql, store, text};
use vuon_registry::scope::{Action, Place};
use vuon_registry::{RegistryError, Result};

impl Office {
    /// Records a sealed fact about a person; the chair also records that one holds no more.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the person is out of reach; [`RegistryError::Forbidden`].
    pub async fn seal_fact(&self, person: &str, fact: SealedFact, holds: bool) -> Result<()> {
        let mut tx = self.desk.store().write().await?;
        let place = person_place(&mut tx, person).await?;
        self.actor().may_at(Action::SealFacts, &place)?;
        if !holds {
            // Whoever could take a fact away could find out by trying whether it was there.
            self.actor().may(Action::ReadSealed)?;
        }
        hold(&mut tx, &place.commune).await?;
        let mut facts = self.facts_of(&mut tx, person).await?;
        if holds {
            facts.insert(fact)
        } else {
            facts.remove(&fact)
        };
        let sealed = self.desk.seal(&sealed_for(person), &written(&facts));
        sql(
            "INSERT INTO sealed_fact (person, sealed) VALUES ($1, $2) \
             ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed",
            [person.into(), sealed.as_str().into()],
        )
        .run(&mut tx)
        .await?;
        // The entry says that something was sealed, by whom and when; about whom and what, only the sealed text knows.
        self.entry(&mut tx, &place, "sealed", person, &serde_json::json!({ "sealed": sealed })).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Opens the sealed facts about a person, for a reason that the ledger keeps.
    ///
    /// # Errors
    /// [`RegistryError::Forbidden`] to all but the deciding officer.
    pub async fn open_facts(&self, person: &str, why: &str) -> Result<BTreeSet<SealedFact>> {
        self.actor().may(Action::ReadSealed)?;
        let why = said(why)?;
        let mut tx = self.desk.store().write().await?;
        let place = person_place(&mut tx, person).await?;
        self.actor().may_at(Action::ReadSealed, &place)?;
        hold(&mut tx, &place.commune).await?;
        self.entry(&mut tx, &place, "sealed_opened", person, &serde_json::json!({ "why": why })).await?;
        let facts = self.facts_of(&mut tx, person).await?;
        tx.commit().await?;
        Ok(facts)
    }

    async fn entry(
        &self,
        tx: &mut AnyConnection,
        place: &Place,
        kind: &'static str,
        person: &str,
        content: &serde_json::Value,
    ) -> Result<()> {
        let content = store(tx, content).await?;
        let subject = self.desk.print("sealed_fact", person);
        let change = Change { author: &self.actor().id, kind, subject: &subject, content: &content };
        append(tx, &place.commune, self.desk.now(), &[change]).await.map(|_| ())
    }

    async fn facts_of(&self, connection: &mut AnyConnection, person: &str) -> Result<BTreeSet<SealedFact>> {
        let sealed = sql("SELECT sealed FROM sealed_fact WHERE person = $1", [person.into()]);
        let sealed = sealed.first(connection, |row| text(row, 0)).await?;
        sealed.map_or_else(|| Ok(BTreeSet::new()), |sealed| self.opened(person, &sealed))
    }

    /// The facts in what was sealed for a person.
    pub(crate) fn opened(&self, person: &str, sealed: &str) -> Result<BTreeSet<SealedFact>> {
        let damaged = || RegistryError::Damaged { what: "a sealed fact".into() };
        let text = self.desk.unseal(&sealed_for(person), sealed)?;
        let facts = text.split(',').filter(|id| !id.is_empty());
        facts.map(|id| SealedFact::ALL.into_iter().find(|fact| fact.id() == id).ok_or_else(damaged)).collect()
    }

    /// The sealed facts about the members of an area's households, by person; for a ranking, which keeps them to itself.
    pub(crate) async fn sealed_in(&self, connection: &mut AnyConnection, at: &At) -> Result<SealedFacts> {
        // They are few: from them to their households, and not from every household to its facts.
        let query = Query::new(
            "SELECT f.person, f.sealed FROM sealed_fact f CROSS JOIN person p CROSS JOIN household r \
             WHERE p.id = f.person AND r.id = p.household",
        );
        let rows = in_area(query, at).all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
        let opened = rows.into_iter().map(|(person, sealed)| {
            let facts = self.opened(&person, &sealed)?;
            Ok((person, facts))
        });
        opened.collect()
    }
}

/// Sealed facts, by person.
pub(crate) type SealedFacts = HashMap<String, BTreeSet<SealedFact>>;

fn sealed_for(person: &str) -> String {
    format!("sealed_fact/{person}")
}

/// All facts in one text of the same length whatever they are: the length of what is sealed tells nothing.
fn written(facts: &BTreeSet<SealedFact>) -> String {
    let text = facts.iter().map(|fact| fact.id()).collect::<Vec<_>>().join(",");
    let longest: usize = SealedFact::ALL.iter().map(|fact| fact.id().len() + 1).sum();
    format!("{text}{}", ",".repeat(longest - text.len()))
}

async fn person_place(tx: &mut AnyConnection, person: &str) -> Result<Place> {
    let found = sql(
        "SELECT h.province, h.district, h.commune, h.hamlet FROM person p JOIN household h ON h.id = p.household \
         WHERE p.id = $1",
        [person.into()],
    );
    let read = |row: &vuon_registry::room::AnyRow| {
        Ok(Place { province: text(row, 0)?, district: maybe(row, 1)?, commune: text(row, 2)?, hamlet: maybe(row, 3)? })
    };
    found.one(tx, read).await
}
