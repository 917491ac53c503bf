//! What keeps somebody from an agreement: what they have or had, wherever it was agreed. A household that was divided or merged
//! carries what it came from had; what a household has in a group counts where the pack names the group's scheme.

use super::{Agreement, Recipient};
use crate::groups::{Group, Loan};
use crate::money::Account;
use crate::office::Office;
use crate::records::{At, Filter, Kept, Thing, place_of, select};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use vuon_policy::support::{Beneficiary, Scheme};
use vuon_registry::households::Lineage;
use vuon_registry::room::{AnyConnection, Query, among, text};
use vuon_registry::{RegistryError, Result};

/// An agreement that somebody wants.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub scheme: &'a Scheme,
    pub recipient: &'a Recipient,
    /// The year of capital.
    pub year: i16,
    /// Its first day.
    pub from: Date,
}

/// What keeps somebody from an agreement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Obstacle {
    /// An agreement of the same scheme is open.
    Open,
    /// It has something of a scheme that excludes this one.
    Excluded {
        /// The scheme.
        by: String,
    },
    /// The scheme was given already.
    Again {
        /// The first day on which it may be given again.
        #[schema(value_type = String, format = Date)]
        from: Date,
    },
    /// The household that it comes from has an open agreement of the scheme.
    ByKin {
        /// The scheme.
        scheme: String,
    },
    /// By the approved ranking it is not its turn.
    NotInTurn {
        /// The ranking.
        ranking: String,
        /// So many of its first are served.
        served: i64,
    },
}

impl From<Obstacle> for RegistryError {
    fn from(obstacle: Obstacle) -> Self {
        let why = match obstacle {
            Obstacle::Open => return Self::Exists { what: "something of this kind that is not ended".into() },
            Obstacle::Excluded { by } => format!("the household has {by}, which excludes this scheme"),
            Obstacle::Again { from } => {
                format!("the household had this scheme already; it may have it again from {from} on")
            }
            Obstacle::ByKin { scheme } => format!("the household has {scheme} already, by the household it comes from"),
            Obstacle::NotInTurn { .. } => "by the approved ranking it is not this household's turn".to_owned(),
        };
        Self::Illegal { step: "an agreement", why }
    }
}

impl Office {
    /// What keeps a household within reach today from schemes for households: those of which something does, each with what.
    pub(crate) async fn obstacles(
        &self,
        connection: &mut AnyConnection,
        household: &str,
        schemes: &[String],
    ) -> Result<BTreeMap<String, Obstacle>> {
        let (recipient, from) = (Recipient::Household(household.to_owned()), self.desk.today());
        let had = self.had_by(connection, household).await?;
        let at = At::from(&place_of(connection, household).await?);
        let mut found = BTreeMap::new();
        for id in schemes {
            let scheme = self.scheme(id)?;
            let wanted = Wanted { scheme, recipient: &recipient, year: from.year(), from };
            let is_open = |other: &Agreement| {
                other.scheme == *id && other.state.is_open() && other.recipient.key() == recipient.key()
            };
            let obstacle = match had.iter().any(|kept| is_open(&kept.thing)) {
                true => Some(Obstacle::Open),
                false => match self.obstacle(connection, wanted).await? {
                    Some(obstacle) => Some(obstacle),
                    None => {
                        let before =
                            self.ranking_before(connection, &at, (id.as_str(), from.year()), &recipient.key()).await?;
                        before.map(|(ranking, served)| Obstacle::NotInTurn { ranking, served })
                    }
                },
            };
            found.extend(obstacle.map(|obstacle| (id.clone(), obstacle)));
        }
        Ok(found)
    }

    /// What the recipient has or had that keeps it from this: what excludes and is open, or of the same year of capital, or
    /// that the scheme's months are not over.
    pub(super) async fn obstacle(&self, tx: &mut AnyConnection, wanted: Wanted<'_>) -> Result<Option<Obstacle>> {
        match wanted.recipient {
            Recipient::Household(household) => {
                let lineage = self.desk.lineage_in(tx, household).await?;
                match self.of_household(tx, wanted, &lineage, None).await? {
                    Some(obstacle) => Ok(Some(obstacle)),
                    None => self.in_groups(tx, wanted, &lineage).await,
                }
            }
            Recipient::Member { household, person } => {
                let lineage = self.desk.lineage_in(tx, household).await?;
                self.of_household(tx, wanted, &lineage, Some(person)).await
            }
            Recipient::Group(group) => {
                for kept in self.had_by(tx, group).await? {
                    if let Some(obstacle) = self.stands_against(tx, wanted, &kept).await? {
                        return Ok(Some(obstacle));
                    }
                }
                self.of_members(tx, wanted, group).await
            }
        }
    }

    /// What a household, or a member of it, had, and what those it comes from had while they were one.
    async fn of_household(
        &self,
        tx: &mut AnyConnection,
        wanted: Wanted<'_>,
        lineage: &Lineage,
        person: Option<&str>,
    ) -> Result<Option<Obstacle>> {
        for kin in &lineage.kin {
            for kept in self.had_by(tx, &kin.household).await? {
                let own = match (&kept.thing.recipient, person) {
                    (Recipient::Household(_), None) => true,
                    (Recipient::Member { person: other, .. }, Some(person)) => lineage.is_same(other, person),
                    _ => false,
                };
                if !own || kin.until.is_some_and(|until| kept.thing.from > until) {
                    continue;
                }
                if let Some(obstacle) = self.stands_against(tx, wanted, &kept).await? {
                    return Ok(Some(obstacle));
                }
            }
        }
        Ok(None)
    }

    /// What a household has by being in a group of a scheme that the pack names.
    async fn in_groups(
        &self,
        tx: &mut AnyConnection,
        wanted: Wanted<'_>,
        lineage: &Lineage,
    ) -> Result<Option<Obstacle>> {
        let of_groups = self.program.pack.schemes.iter().filter(|other| other.beneficiary == Beneficiary::Group);
        let named = of_groups.map(|other| other.id.value.clone()).filter(|other| self.excludes(wanted.scheme, other));
        let named: Vec<String> = named.collect();
        if named.is_empty() {
            return Ok(None);
        }
        let households: Vec<String> = lineage.kin.iter().map(|kin| kin.household.clone()).collect();
        // Of a household that another left, what was agreed since is not the other's.
        let counts = |household: &str, from: Date| {
            let kin = lineage.kin.iter().filter(|kin| kin.household == household);
            kin.into_iter().any(|kin| kin.until.is_none_or(|until| from <= until))
        };
        let query = Query::new(
            "SELECT DISTINCT m.support_group, p.household FROM group_member m JOIN person p ON p.id = m.person \
             WHERE m.scheme IN ",
        );
        let query = among(among(query, &named).push(" AND p.household IN "), &households);
        for (group, household) in query.all(tx, |row| Ok((text(row, 0)?, text(row, 1)?))).await? {
            for kept in self.had_by(tx, &group).await? {
                if !counts(&household, kept.thing.from) {
                    continue;
                }
                if let Some(obstacle) = self.stands_against(tx, wanted, &kept).await? {
                    return Ok(Some(obstacle));
                }
            }
        }
        // Who left a group again may still have had a loan of its fund.
        let query = among(select(Loan::KIND).push(" AND r.scheme IN "), &named);
        let query = query.push(" AND r.commune IN (SELECT x.commune FROM residence x WHERE x.household IN ");
        let query = among(query, &households).push(") ORDER BY r.id");
        for Kept { thing: loan, .. } in self.read_things::<Loan>(tx, query).await? {
            let of_year = !loan.over || loan.debt.terms.from.year() == wanted.year;
            if of_year && counts(&loan.member.household, loan.debt.terms.from) {
                return Ok(Some(Obstacle::Excluded { by: loan.scheme }));
            }
        }
        Ok(None)
    }

    /// What the households of a group have, each by itself, where the pack names that scheme.
    async fn of_members(&self, tx: &mut AnyConnection, wanted: Wanted<'_>, group: &str) -> Result<Option<Obstacle>> {
        let members = self.load::<Group>(tx, group).await?.thing.members;
        for member in members {
            let lineage = self.desk.lineage_in(tx, &member.household).await?;
            if let Some(obstacle) = self.of_household(tx, wanted, &lineage, None).await? {
                return Ok(Some(obstacle));
            }
        }
        Ok(None)
    }

    /// Every agreement of a household or group, wherever it was made.
    async fn had_by(&self, tx: &mut AnyConnection, subject: &str) -> Result<Vec<Kept<Agreement>>> {
        self.find_anywhere(tx, &Filter { subject: Some(subject.to_owned()), ..Filter::default() }).await
    }

    /// Whether an agreement stands against a new one.
    async fn stands_against(
        &self,
        tx: &mut AnyConnection,
        wanted: Wanted<'_>,
        kept: &Kept<Agreement>,
    ) -> Result<Option<Obstacle>> {
        let (other, scheme) = (&kept.thing, wanted.scheme);
        let is_same = other.scheme == scheme.id.value;
        let paid = self.balances(tx, &[Account::Paid(kept.id.clone())]).await?[0];
        let at_once = other.state.is_open() || (other.budget.year == wanted.year && paid > 0);
        if at_once && self.excludes(scheme, &other.scheme) {
            return Ok(Some(Obstacle::Excluded { by: other.scheme.clone() }));
        }
        let again = scheme.again_after_months.map(|months| other.from.saturating_add(months.months()));
        if let Some(again) = again.filter(|again| is_same && paid > 0 && wanted.from < *again) {
            return Ok(Some(Obstacle::Again { from: again }));
        }
        // Whoever left a household does not take what is still open there a second time.
        let elsewhere = other.recipient.key() != wanted.recipient.key() && other.state.is_open();
        Ok((elsewhere && is_same).then(|| Obstacle::ByKin { scheme: other.scheme.clone() }))
    }

    /// Whether one of two schemes excludes the other.
    pub(crate) fn excludes(&self, scheme: &Scheme, other: &str) -> bool {
        let names = |scheme: &Scheme, id: &str| scheme.excludes.iter().any(|excluded| excluded.value == id);
        names(scheme, other) || self.scheme(other).is_ok_and(|theirs| names(theirs, &scheme.id.value))
    }
}
