//! Looking at things: agreements, groups, projects, rankings, payments; and the money behind them.

use crate::agreements::Agreement;
use crate::book::MadeTransfer;
use crate::groups::{Group, Loan};
use crate::office::Office;
use crate::records::{Filter, Kept, Thing};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::HashMap;
use vuon_registry::Result;
use vuon_registry::page::{Page, PageRequest};
use vuon_registry::room::{MANY, Query, among, text};
use vuon_registry::scope::Action;

/// What a household, person or group is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Called {
    /// The household's code; nothing for a person or group.
    pub code: Option<String>,
    /// The head's name, the person's, or the group's.
    pub name: String,
}

/// Something that has to be done, and by when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct NextStep {
    /// `visit` (a part waits for its evidence) or `repayment`.
    pub what: &'static str,
    /// What `record` is: `agreement`, or `loan` of a group's fund.
    pub of: &'static str,
    /// The agreement, or the loan of a group's fund.
    pub record: String,
    /// The household or group.
    pub subject: String,
    /// The scheme.
    pub scheme: String,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// Whether the day has passed.
    pub late: bool,
}

impl Office {
    /// A page of the things of a kind within reach that match, by id: the oldest first.
    pub async fn list<T: Thing>(&self, filter: &Filter, page: &PageRequest) -> Result<Page<Kept<T>>> {
        self.actor().may(Action::ReadPeople)?;
        self.page(filter, page).await
    }

    /// Every thing of a kind within reach that matches.
    pub async fn all<T: Thing>(&self, filter: &Filter) -> Result<Vec<Kept<T>>> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        self.find(&mut connection, filter).await
    }

    /// One thing.
    ///
    /// # Errors
    /// [`vuon_registry::RegistryError::NotFound`] when it is out of reach.
    pub async fn one<T: Thing>(&self, id: &str) -> Result<Kept<T>> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        self.load(&mut connection, id).await
    }

    /// What the chair is called who approved an agreement; nothing while nobody has.
    ///
    /// # Errors
    /// As [`one`](Self::one).
    pub async fn approved_by(&self, agreement: &str) -> Result<Option<String>> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        let kept: Kept<Agreement> = self.load(&mut connection, agreement).await?;
        let Some((account, _)) = kept.thing.approved else { return Ok(None) };
        let names = Query::new("SELECT a.name FROM account a WHERE a.id = ").bind(&account);
        Ok(names.all(&mut connection, |row| text(row, 0)).await?.into_iter().next())
    }

    /// Every transfer of money that belongs to a thing within reach, and to the payments of it, in their order.
    pub async fn money_of<T: Thing>(&self, id: &str) -> Result<Vec<MadeTransfer>> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        self.load::<T>(&mut connection, id).await?;
        self.transfers_of(&mut connection, id).await
    }

    /// What households, persons and groups within reach are called, by id.
    pub async fn called(&self, ids: &[String]) -> Result<HashMap<String, Called>> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        let mut called = HashMap::new();
        for ids in ids.chunks(MANY) {
            let query = Query::new("SELECT h.id, h.code, h.name FROM household h WHERE 1 = 1");
            let query = among(self.actor().reach.within(query, "h").push(" AND h.id IN "), ids);
            let rows = query.all(&mut connection, |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?))).await?;
            called.extend(rows.into_iter().map(|(id, code, name)| (id, Called { code: Some(code), name })));
        }
        for ids in ids.chunks(MANY) {
            let query =
                Query::new("SELECT p.id, p.name FROM person p JOIN household h ON h.id = p.household WHERE 1 = 1");
            let query = among(self.actor().reach.within(query, "h").push(" AND p.id IN "), ids);
            let rows = query.all(&mut connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
            called.extend(rows.into_iter().map(|(id, name)| (id, Called { code: None, name })));
        }
        let groups: Vec<Kept<Group>> = self.load_all(&mut connection, ids).await?;
        called.extend(groups.into_iter().map(|kept| (kept.id, Called { code: None, name: kept.thing.name })));
        Ok(called)
    }

    /// What has to be done for a commune's agreements and loans until a day, the first due first.
    pub async fn next_steps(&self, commune: &str, until: Date) -> Result<Vec<NextStep>> {
        self.actor().may(Action::ReadPeople)?;
        let filter = Filter { commune: Some(commune.to_owned()), due_by: Some(until), ..Filter::default() };
        let mut connection = self.desk.store().read().await?;
        let agreements: Vec<Kept<Agreement>> = self.find(&mut connection, &filter).await?;
        let loans: Vec<Kept<Loan>> = self.find(&mut connection, &filter).await?;
        let today = self.desk.today();
        let step = |what, of, record: &str, subject: &str, scheme: &str, due: Date| NextStep {
            what,
            of,
            record: record.to_owned(),
            subject: subject.to_owned(),
            scheme: scheme.to_owned(),
            due,
            late: due < today,
        };
        let of_agreements = agreements.iter().filter_map(|Kept { id, thing, .. }| {
            let what = if thing.state.is_owed() { "repayment" } else { "visit" };
            Some(step(what, Agreement::KIND, id, thing.recipient.subject(), &thing.scheme, thing.next_due()?))
        });
        let of_loans = loans.iter().filter_map(|Kept { id, thing, .. }| {
            Some(step("repayment", Loan::KIND, id, &thing.member.household, &thing.scheme, thing.debt.next_due()?))
        });
        let mut steps: Vec<NextStep> = of_agreements.chain(of_loans).collect();
        steps.sort_by(|a, b| (a.due, &a.record).cmp(&(b.due, &b.record)));
        Ok(steps)
    }
}
