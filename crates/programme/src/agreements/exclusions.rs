//! What keeps somebody from an agreement: what they have or had, wherever it was agreed. A household that was divided or merged
//! carries what it came from had; what a household has in a group counts where the pack names the group's scheme.

use super::draft::NewAgreement;
use super::{Agreement, Recipient};
use crate::groups::{Group, Loan};
use crate::money::Account;
use crate::office::Office;
use crate::records::{Filter, Kept, Thing, select};
use jiff::ToSpan;
use jiff::civil::Date;
use vuon_policy::support::{Beneficiary, Scheme};
use vuon_registry::households::Lineage;
use vuon_registry::room::{AnyConnection, Query, among, text};
use vuon_registry::{RegistryError, Result};

fn illegal(why: String) -> RegistryError {
    RegistryError::Illegal { step: "an agreement", why }
}

impl Office {
    /// Nothing that the recipient has or had keeps it from this: what excludes is open, or of the same year of capital, and the
    /// scheme's months are over.
    pub(super) async fn nothing_excludes(
        &self,
        tx: &mut AnyConnection,
        scheme: &Scheme,
        new: &NewAgreement,
    ) -> Result<()> {
        match &new.recipient {
            Recipient::Household(household) => {
                let lineage = self.desk.lineage_in(tx, household).await?;
                self.none_of_household(tx, scheme, new, &lineage, None).await?;
                self.none_in_groups(tx, scheme, new, &lineage).await
            }
            Recipient::Member { household, person } => {
                let lineage = self.desk.lineage_in(tx, household).await?;
                self.none_of_household(tx, scheme, new, &lineage, Some(person)).await
            }
            Recipient::Group(group) => {
                for kept in self.had_by(tx, group).await? {
                    self.is_not_against(tx, scheme, new, &kept).await?;
                }
                self.none_of_members(tx, scheme, new, group).await
            }
        }
    }

    /// What a household, or a member of it, had, and what those it comes from had while they were one.
    async fn none_of_household(
        &self,
        tx: &mut AnyConnection,
        scheme: &Scheme,
        new: &NewAgreement,
        lineage: &Lineage,
        person: Option<&str>,
    ) -> Result<()> {
        for kin in &lineage.kin {
            for kept in self.had_by(tx, &kin.household).await? {
                let own = match (&kept.thing.recipient, person) {
                    (Recipient::Household(_), None) => true,
                    (Recipient::Member { person: other, .. }, Some(person)) => lineage.is_same(other, person),
                    _ => false,
                };
                if own && kin.until.is_none_or(|until| kept.thing.from <= until) {
                    self.is_not_against(tx, scheme, new, &kept).await?;
                }
            }
        }
        Ok(())
    }

    /// What a household has by being in a group of a scheme that the pack names.
    async fn none_in_groups(
        &self,
        tx: &mut AnyConnection,
        scheme: &Scheme,
        new: &NewAgreement,
        lineage: &Lineage,
    ) -> Result<()> {
        let of_groups = self.program.pack.schemes.iter().filter(|other| other.beneficiary == Beneficiary::Group);
        let named = of_groups.map(|other| other.id.value.clone()).filter(|other| self.excludes(scheme, other));
        let named: Vec<String> = named.collect();
        if named.is_empty() {
            return Ok(());
        }
        let households: Vec<String> = lineage.kin.iter().map(|kin| kin.household.clone()).collect();
        let query = Query::new(
            "SELECT DISTINCT m.support_group FROM group_member m JOIN person p ON p.id = m.person WHERE m.scheme IN ",
        );
        let query = among(among(query, &named).push(" AND p.household IN "), &households);
        for group in query.all(tx, |row| text(row, 0)).await? {
            for kept in self.had_by(tx, &group).await? {
                self.is_not_against(tx, scheme, new, &kept).await?;
            }
        }
        // Who left a group again may still have had a loan of its fund.
        let query = among(select(Loan::KIND).push(" AND r.scheme IN "), &named);
        let query = query.push(" AND r.commune = (SELECT commune FROM household WHERE id = ");
        let query = query.bind(new.recipient.subject()).push(") ORDER BY r.id");
        for Kept { thing: loan, .. } in self.read_things::<Loan>(tx, query).await? {
            let of_year = !loan.over || loan.debt.terms.from.year() == new.year;
            if of_year && households.contains(&loan.member.household) {
                return Err(excluded(&loan.scheme));
            }
        }
        Ok(())
    }

    /// What the households of a group have, each by itself, where the pack names that scheme.
    async fn none_of_members(
        &self,
        tx: &mut AnyConnection,
        scheme: &Scheme,
        new: &NewAgreement,
        group: &str,
    ) -> Result<()> {
        let members = self.load::<Group>(tx, group).await?.thing.members;
        for member in members {
            let lineage = self.desk.lineage_in(tx, &member.household).await?;
            self.none_of_household(tx, scheme, new, &lineage, None).await?;
        }
        Ok(())
    }

    /// Every agreement of a household or group, wherever it was made.
    async fn had_by(&self, tx: &mut AnyConnection, subject: &str) -> Result<Vec<Kept<Agreement>>> {
        self.find_anywhere(tx, &Filter { subject: Some(subject.to_owned()), ..Filter::default() }).await
    }

    /// An agreement does not stand against a new one.
    async fn is_not_against(
        &self,
        tx: &mut AnyConnection,
        scheme: &Scheme,
        new: &NewAgreement,
        kept: &Kept<Agreement>,
    ) -> Result<()> {
        let other = &kept.thing;
        let paid = self.balances(tx, &[Account::Paid(kept.id.clone())]).await?[0];
        let at_once = other.state.is_open() || (other.budget.year == new.year && paid > 0);
        if at_once && self.excludes(scheme, &other.scheme) {
            return Err(excluded(&other.scheme));
        }
        let again = scheme.again_after_months.map(|months| other.from.saturating_add(months.months()));
        let too_early = |again: &Date| other.scheme == new.scheme && paid > 0 && new.from < *again;
        if let Some(again) = again.filter(too_early) {
            let why = format!("the household had this scheme already; it may have it again from {again} on");
            return Err(illegal(why));
        }
        // Whoever left a household does not take what is still open there a second time.
        let elsewhere = other.recipient.key() != new.recipient.key() && other.state.is_open();
        if elsewhere && other.scheme == new.scheme {
            return Err(illegal(format!("the household has {} already, by the household it comes from", other.scheme)));
        }
        Ok(())
    }

    /// Whether one of two schemes excludes the other.
    pub(crate) fn excludes(&self, scheme: &Scheme, other: &str) -> bool {
        let names = |scheme: &Scheme, id: &str| scheme.excludes.iter().any(|excluded| excluded.value == id);
        names(scheme, other) || self.scheme(other).is_ok_and(|theirs| names(theirs, &scheme.id.value))
    }
}

fn excluded(other: &str) -> RegistryError {
    illegal(format!("the household has {other}, which excludes this scheme"))
}
