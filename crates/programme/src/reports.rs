//! What steering committees ask: who receives nothing though entitled, who receives twice, which schemes nobody uses; who is
//! late.

use crate::agreements::{Agreement, AgreementState, Recipient};
use crate::debt::Debt;
use crate::groups::Loan;
use crate::office::Office;
use crate::records::{Filter, Kept, Thing, select};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vuon_policy::support::Beneficiary;
use vuon_registry::Result;
use vuon_registry::room::{AnyConnection, Query, text};
use vuon_registry::scope::Action;

/// A household that receives the same from two schemes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Twice {
    /// The household.
    pub household: String,
    /// The schemes.
    pub schemes: [String; 2],
}

/// Households of a commune that receive nothing, or twice; schemes that nobody uses.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct GapsAndOverlaps {
    /// Households that are entitled to something and receive nothing now, neither under an agreement nor as a loan of a group's
    /// fund: id, code, head's name, schemes.
    pub nothing: Vec<(String, String, String, Vec<String>)>,
    /// Households that receive now under two agreements of one project of the programme, or of schemes that exclude each other.
    pub twice: Vec<Twice>,
    /// Schemes to which somebody is entitled and under which nobody here receives now: id, how many are entitled.
    pub unused: Vec<(String, i64)>,
}

impl Office {
    /// Who of a commune receives nothing though entitled, who receives twice, which schemes nobody uses.
    pub async fn gaps_and_overlaps(&self, commune: &str) -> Result<GapsAndOverlaps> {
        let rows = self.entitled_in(commune).await?;
        let mut connection = self.desk.store().read().await?;
        let now = self.received_now(&mut connection, commune).await?;
        let mut by_household: BTreeMap<&str, Vec<&Agreement>> = BTreeMap::new();
        for kept in now.iter().filter(|kept| !matches!(kept.thing.recipient, Recipient::Group(_))) {
            by_household.entry(kept.thing.recipient.subject()).or_default().push(&kept.thing);
        }
        let nothing = rows.iter().filter(|row| !row.entitled.is_empty() && row.receives.is_empty());
        let nothing = nothing
            .map(|row| (row.household.clone(), row.code.clone(), row.name.clone(), row.entitled.clone()))
            .collect();
        let mut twice = Vec::new();
        for (household, agreements) in by_household {
            for (place, a) in agreements.iter().enumerate() {
                let others =
                    agreements[place + 1..].iter().filter(|b| self.schemes_give_the_same(&a.scheme, &b.scheme));
                let both = |b: &Agreement| [a.scheme.clone(), b.scheme.clone()];
                twice.extend(others.map(|b| Twice { household: household.to_owned(), schemes: both(b) }));
            }
        }
        let mut entitled: BTreeMap<&str, i64> = BTreeMap::new();
        for scheme in rows.iter().flat_map(|row| &row.entitled) {
            *entitled.entry(scheme).or_default() += 1;
        }
        let used: BTreeSet<&str> = now.iter().map(|kept| kept.thing.scheme.as_str()).collect();
        let unused = entitled.into_iter().filter(|(scheme, _)| !used.contains(scheme));
        Ok(GapsAndOverlaps { nothing, twice, unused: unused.map(|(scheme, n)| (scheme.to_owned(), n)).collect() })
    }

    /// Whether two agreements of a household give the same: of one project, or of schemes that exclude each other. Two of one
    /// scheme of members are of two members.
    pub(crate) fn schemes_give_the_same(&self, a: &str, b: &str) -> bool {
        let (Ok(first), Ok(second)) = (self.scheme(a), self.scheme(b)) else { return false };
        if a == b && first.beneficiary == Beneficiary::Member {
            return false;
        }
        let excludes = first.excludes.iter().any(|id| id.value == b) || second.excludes.iter().any(|id| id.value == a);
        let project = |scheme: &vuon_policy::support::Scheme| scheme.project.as_ref().map(|id| id.value.clone());
        excludes || project(first).is_some_and(|own| project(second) == Some(own))
    }

    /// The agreements under which somebody of a commune receives now.
    async fn received_now(&self, connection: &mut AnyConnection, commune: &str) -> Result<Vec<Kept<Agreement>>> {
        let query = select(Agreement::KIND).push(" AND r.commune = ").bind(commune);
        let query = received_in(self.actor().reach.within(query, "r"), self.desk.today().year());
        self.read_things(connection, query.push(" ORDER BY r.id")).await
    }

    /// The schemes under which each household of a commune receives now, a loan of its group's fund among them.
    pub(crate) async fn receivers(
        &self,
        connection: &mut AnyConnection,
        commune: &str,
    ) -> Result<HashMap<String, Vec<String>>> {
        let year = self.desk.today().year();
        let query = Query::new("SELECT r.subject, r.scheme FROM record r WHERE r.kind = 'agreement' AND r.commune = ");
        let query = received_in(query.bind(commune).push(" AND r.subject IS NOT NULL"), year);
        let query = self.actor().reach.within(query, "r").push(" ORDER BY r.subject, r.scheme");
        let mut found: HashMap<String, Vec<String>> = HashMap::new();
        for (subject, scheme) in query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await? {
            found.entry(subject).or_default().push(scheme);
        }
        let of_commune = Filter { commune: Some(commune.to_owned()), ..Filter::default() };
        let is_now = |loan: &Loan| !loan.over || loan.lent_on().year() == year;
        for Kept { thing: loan, .. } in self.find::<Loan>(connection, &of_commune).await? {
            if !is_now(&loan) {
                continue;
            }
            let own = found.entry(loan.member.household).or_default();
            if !own.contains(&loan.scheme) {
                own.push(loan.scheme);
            }
        }
        Ok(found)
    }

    /// How it stands with everything that a commune is owed: what is due next, and what is late.
    pub async fn debts_of(&self, commune: &str) -> Result<Vec<(Kept<Agreement>, crate::repayment::Standing)>> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        let mut owing: Vec<Kept<Agreement>> = Vec::new();
        for state in [AgreementState::Owing, AgreementState::Reclaimed] {
            let (commune, state) = (Some(commune.to_owned()), Some(state.id().to_owned()));
            owing.extend(self.find(&mut connection, &Filter { commune, state, ..Filter::default() }).await?);
        }
        let today = self.desk.today();
        let stands = owing.into_iter().filter_map(|kept| {
            let standing = kept.thing.debt.as_ref().map(|debt: &Debt| debt.standing(today))?;
            Some(standing.map(|standing| (kept, standing)))
        });
        let mut rows = stands.collect::<Result<Vec<_>>>()?;
        rows.sort_by_key(|(kept, standing)| {
            (std::cmp::Reverse(standing.days_late), kept.thing.next_due(), kept.id.clone())
        });
        Ok(rows)
    }
}

/// Narrows a query of agreements (`r`) to those under which something is received now: what is on its way or owed, and what was
/// fulfilled of a year's capital. A draft gives nothing yet, and what was over before gives nothing any more.
pub(crate) fn received_in(query: Query, year: i16) -> Query {
    let query = query.push(" AND (r.state IN ('running', 'owing') OR (r.state = 'fulfilled' AND r.year = ");
    query.bind(i64::from(year)).push("))")
}
