//! The chair's decisions about agreements: approving them, many at once, or refusing them.

use super::{Agreement, AgreementState, Recipient};
use crate::money::{Event, Transfer};
use crate::office::Office;
use crate::records::Kept;
use std::collections::{BTreeSet, HashMap};
use vuon_policy::entitlement::Entitlements;
use vuon_policy::lattice::Tri;
use vuon_registry::room::{AnyConnection, hold};
use vuon_registry::scope::Action;
use vuon_registry::{RegistryError, Result};

/// An agreement with the version of it that was seen.
pub type Seen = (String, i64);

impl Office {
    /// Approves agreements of a commune, all or none: the commune's budget is bound to them.
    ///
    /// # Errors
    /// [`RegistryError::ChangedSince`] when one was changed since it was seen; [`RegistryError::Illegal`] when one is no
    /// draft, its scheme is not the one it was drawn up under, its beneficiary is not entitled any more or not within the
    /// approved ranking, or the budget is not enough for all.
    pub async fn approve(&self, commune: &str, seen: &[Seen]) -> Result<()> {
        self.actor().may(Action::DecideSupport)?;
        self.begins_new()?;
        let mut tx = self.desk.store().write().await?;
        hold(&mut tx, commune).await?;
        let drafts = self.seen_drafts(&mut tx, commune, seen).await?;
        self.still_entitled(&mut tx, commune, &drafts).await?;
        self.each_in_turn(&mut tx, &drafts).await?;
        let today = self.desk.today();
        let chair = self.actor().id.clone();
        let (mut written, mut money) = (Vec::with_capacity(drafts.len()), Vec::with_capacity(drafts.len()));
        for kept in drafts {
            let agreement = &kept.thing;
            if agreement.pack_hash != self.program.hash {
                let why = format!(
                    "it was drawn up under {} as it was then; the rules have changed: draw it up again",
                    agreement.pack
                );
                let refused = RegistryError::Illegal { step: "approving an agreement", why };
                return Err(self.about(&mut tx, &kept, refused).await?);
            }
            money.push((kept.id.clone(), vec![committed(&kept)]));
            let approved = Agreement {
                state: AgreementState::Running,
                approved: Some((chair.clone(), today)),
                ..agreement.clone()
            };
            written.push(kept.next("approved", approved));
        }
        self.write(&mut tx, commune, written).await?;
        self.transfer(&mut tx, commune, today, money).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Refuses a draft.
    pub async fn refuse_agreement(&self, id: &str, version: i64, why: &str) -> Result<()> {
        self.actor().may(Action::DecideSupport)?;
        let why = said(why)?;
        let (mut tx, kept) = self.change_thing::<Agreement>(id, version).await?;
        if kept.thing.state != AgreementState::Draft {
            return Err(RegistryError::Illegal { step: "refusing an agreement", why: "it is no draft".into() });
        }
        let refused = Agreement { state: AgreementState::Refused, ended: Some(why), ..kept.thing.clone() };
        self.write(&mut tx, kept.thing.at.chain(), vec![kept.next("refused", refused)]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whoever was entitled when the draft was drawn up is so today.
    async fn still_entitled(&self, tx: &mut AnyConnection, commune: &str, drafts: &[Kept<Agreement>]) -> Result<()> {
        let of_households = |kept: &&Kept<Agreement>| !matches!(kept.thing.recipient, Recipient::Group(_));
        let households = drafts.iter().filter(of_households).map(|kept| kept.thing.recipient.subject().to_owned());
        let households: BTreeSet<String> = households.collect();
        let schemes = drafts.iter().filter(of_households).map(|kept| self.scheme_place(&kept.thing.scheme));
        let schemes: BTreeSet<usize> = schemes.collect::<Result<_>>()?;
        let entitlements = Entitlements::only(&self.program, schemes.into_iter().collect());
        let households: Vec<String> = households.into_iter().collect();
        let judged = self.judged_some(tx, commune, &households, &entitlements).await?;
        let judged: HashMap<&str, _> = judged.iter().map(|(known, all)| (known.id.as_str(), (known, all))).collect();
        for kept in drafts.iter().filter(of_households) {
            let place = self.scheme_place(&kept.thing.scheme)?;
            let entitled = judged.get(kept.thing.recipient.subject()).and_then(|(known, all)| {
                let own = all.iter().find(|entitlement| entitlement.scheme == place)?;
                match &kept.thing.recipient {
                    Recipient::Member { person, .. } => {
                        let member = known.members.iter().position(|member| member.person == *person)?;
                        own.members.get(member).copied()
                    }
                    _ => Some(own.entitled),
                }
            });
            if entitled != Some(Tri::True) {
                let why = "the household is not entitled any more, or that is not known: refuse it".into();
                let refused = RegistryError::Illegal { step: "approving an agreement", why };
                return Err(self.about(tx, kept, refused).await?);
            }
        }
        Ok(())
    }

    /// It is the turn of each by the approved ranking; the first whose turn it is not is named.
    pub(super) async fn each_in_turn(&self, tx: &mut AnyConnection, drafts: &[Kept<Agreement>]) -> Result<()> {
        let Some(kept) = self.out_of_turn(tx, drafts).await? else { return Ok(()) };
        let why = "by the approved ranking it is not this household's turn".into();
        let refused = RegistryError::Illegal { step: "approving an agreement", why };
        Err(self.about(tx, kept, refused).await?)
    }

    /// A refusal that says of which of many it speaks: by the code of the household, of a group by its id, never by a name.
    async fn about(
        &self,
        tx: &mut AnyConnection,
        kept: &Kept<Agreement>,
        refused: RegistryError,
    ) -> Result<RegistryError> {
        let RegistryError::Illegal { step, why } = refused else { return Ok(refused) };
        let (code, _) = self.payee(tx, &kept.thing.recipient).await?;
        Ok(RegistryError::Illegal { step, why: format!("{code}: {why}") })
    }

    async fn seen_drafts(&self, tx: &mut AnyConnection, commune: &str, seen: &[Seen]) -> Result<Vec<Kept<Agreement>>> {
        let mut versions: HashMap<&str, i64> = HashMap::with_capacity(seen.len());
        for (id, version) in seen {
            if versions.insert(id, *version).is_some() {
                return Err(RegistryError::invalid("agreements", "one is named twice"));
            }
        }
        let ids: Vec<String> = seen.iter().map(|(id, _)| id.clone()).collect();
        let drafts: Vec<Kept<Agreement>> = self.load_all(tx, &ids).await?;
        let here = drafts.iter().filter(|kept| kept.thing.at.commune.as_deref() == Some(commune)).count();
        if here != seen.len() {
            return Err(RegistryError::NotFound);
        }
        for kept in &drafts {
            if versions.get(kept.id.as_str()) != Some(&kept.version) {
                return Err(RegistryError::ChangedSince);
            }
            if kept.thing.state != AgreementState::Draft {
                let why = "it is no draft any more".into();
                let refused = RegistryError::Illegal { step: "approving an agreement", why };
                return Err(self.about(tx, kept, refused).await?);
            }
        }
        Ok(drafts)
    }
}

fn committed(kept: &Kept<Agreement>) -> Transfer {
    Transfer {
        event: Event::Commit,
        from: kept.thing.budget.account(),
        to: crate::money::Account::Commitment(kept.id.clone()),
        amount: kept.thing.amount,
        key: format!("commit/{}", kept.id),
    }
}

/// A reason that somebody gives.
pub(crate) fn said(why: &str) -> Result<String> {
    let why = why.trim();
    if why.is_empty() || why.chars().count() > 500 {
        return Err(RegistryError::invalid("why", "say why, in at most 500 letters"));
    }
    Ok(why.to_owned())
}
