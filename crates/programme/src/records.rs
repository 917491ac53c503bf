//! Things of the programme as the register keeps them: one row each, whose present state is a content of the ledger.
//!
//! A thing is a plain value. What is listed and found of it ([`Columns`]) is computed from the value, so the row can be
//! held against the ledger: the audit reads the latest entry about a thing and computes the row again.

use crate::office::Office;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use vuon_registry::page::{Page, PageRequest};
use vuon_registry::room::{
    AnyConnection, AnyRow, Change, Query, Value, append, contents, hold, insert_all, int, maybe, new_id, sql,
    store_all, text,
};
use vuon_registry::scope::Place;
use vuon_registry::{RegistryError, Result};

/// A kind of thing.
pub trait Thing: Placed + Serialize + DeserializeOwned + Clone + Send + Sync {
    /// The name of the kind in tables and entries.
    const KIND: &'static str;
    /// What it is listed by.
    fn columns(&self) -> Columns;
}

/// What stands somewhere.
pub trait Placed {
    /// Where it is.
    fn at(&self) -> &At;
    /// Where it is, for a reform of areas.
    fn at_mut(&mut self) -> &mut At;
}

macro_rules! placed {
    ($($thing:ty),+ $(,)?) => {
        $(impl Placed for $thing {
            fn at(&self) -> &At {
                &self.at
            }

            fn at_mut(&mut self) -> &mut At {
                &mut self.at
            }
        })+
    };
}

placed!(
    crate::agreements::Agreement,
    crate::budgets::Allocation,
    crate::budgets::Grant,
    crate::groups::Group,
    crate::groups::Loan,
    crate::payments::Payment,
    crate::payments::PaymentFile,
    crate::proposals::Proposal,
    crate::ranks::AreaRanking,
    crate::reform::Handover,
    crate::sources::OtherSource,
    crate::targets::ReportedFigure,
    crate::unspent::Turnover,
);

/// What a thing is listed by.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Columns {
    /// What there can be only one of at a time; nothing once that is over.
    pub key: Option<String>,
    /// Where it is.
    pub at: At,
    /// The household or group, or the record, that it is about.
    pub subject: Option<String>,
    /// The member household that a group's loan is of.
    pub household: Option<String>,
    /// The scheme.
    pub scheme: Option<String>,
    /// The year.
    pub year: Option<i64>,
    /// Where it stands.
    pub state: String,
    /// The day by which something has to be done.
    pub due: Option<Date>,
}

/// Where a thing is: units as `list:code`, the hamlet by its id. What concerns a province alone has no commune.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct At {
    /// The province; the nation when absent.
    pub province: Option<String>,
    /// The district, in a list that has districts.
    pub district: Option<String>,
    /// The commune.
    pub commune: Option<String>,
    /// The hamlet.
    pub hamlet: Option<String>,
}

impl At {
    /// The chain in which it is recorded: its commune's, its province's, or the register's own.
    pub fn chain(&self) -> &str {
        let unit = self.commune.as_ref().or(self.district.as_ref()).or(self.province.as_ref());
        unit.map_or(vuon_registry::ledger::REGISTER, String::as_str)
    }
}

impl From<&Place> for At {
    fn from(place: &Place) -> Self {
        At {
            province: Some(place.province.clone()),
            district: place.district.clone(),
            commune: Some(place.commune.clone()),
            hamlet: place.hamlet.clone(),
        }
    }
}

/// A thing with its id and version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Kept<T> {
    /// Its id.
    pub id: String,
    /// How often it was changed, from 1.
    pub version: i64,
    /// What it is.
    #[serde(flatten)]
    pub thing: T,
}

/// What an entry about a thing says: what was done, and what the thing is since.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entered<T> {
    pub did: String,
    pub thing: T,
}

/// A thing that is to be written: what was done, and the new state.
pub(crate) struct Written<T> {
    pub id: String,
    /// The version it has now; 0 for a new one.
    pub version: i64,
    pub did: &'static str,
    pub thing: T,
}

impl<T: Thing> Written<T> {
    /// A new thing.
    pub fn new(did: &'static str, thing: T) -> Self {
        Written { id: new_id(), version: 0, did, thing }
    }
}

impl<T: Thing> Kept<T> {
    /// The next state of it.
    pub(crate) fn next(&self, did: &'static str, thing: T) -> Written<T> {
        Written { id: self.id.clone(), version: self.version, did, thing }
    }

    /// Makes sure that it is as the asker saw it.
    pub(crate) fn is_seen(&self, version: i64) -> Result<()> {
        if self.version == version { Ok(()) } else { Err(RegistryError::Stale { current: self.version }) }
    }
}

/// Which things of a kind.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Of a commune.
    pub commune: Option<String>,
    /// About a household or group; of loans, also those of a member household.
    pub subject: Option<String>,
    /// Of a scheme.
    pub scheme: Option<String>,
    /// In a state.
    pub state: Option<String>,
    /// Due on this day or before.
    pub due_by: Option<Date>,
}

const COLUMNS: &str = "record (id, kind, key, chain, province, district, commune, hamlet, subject, household, scheme, year, \
                       state, due, version, content)";

pub(crate) fn values(kind: &str, id: &str, columns: Columns, version: i64, content: &str) -> [Value; 16] {
    let chain = columns.at.chain().to_owned();
    [
        id.into(),
        kind.into(),
        columns.key.into(),
        chain.into(),
        columns.at.province.into(),
        columns.at.district.into(),
        columns.at.commune.into(),
        columns.at.hamlet.into(),
        columns.subject.into(),
        columns.household.into(),
        columns.scheme.into(),
        columns.year.into(),
        columns.state.into(),
        columns.due.into(),
        version.into(),
        content.into(),
    ]
}

impl Office {
    /// Writes things of one chain, which is held: their rows, their contents, an entry for each; in few statements.
    pub(crate) async fn write<T: Thing>(
        &self,
        tx: &mut AnyConnection,
        chain: &str,
        things: Vec<Written<T>>,
    ) -> Result<Vec<String>> {
        let entered: Vec<Entered<T>> =
            things.iter().map(|w| Entered { did: w.did.to_owned(), thing: w.thing.clone() }).collect();
        let hashes = store_all(tx, &entered).await?;
        let mut added = Vec::new();
        for (written, hash) in things.iter().zip(&hashes) {
            let columns = written.thing.columns();
            if written.version == 0 {
                added.push(values(T::KIND, &written.id, columns, 1, hash));
                continue;
            }
            let query = Query::new("UPDATE record SET key = ").bind(columns.key).push(", chain = ").bind(chain);
            let query =
                query.push(", province = ").bind(columns.at.province).push(", district = ").bind(columns.at.district);
            let query = query.push(", commune = ").bind(columns.at.commune).push(", hamlet = ").bind(columns.at.hamlet);
            let query = query.push(", subject = ").bind(columns.subject).push(", state = ").bind(columns.state);
            let query = query.push(", due = ").bind(columns.due).push(", version = ").bind(written.version + 1);
            let query = query.push(", content = ").bind(hash).push(" WHERE id = ").bind(&written.id);
            let touched = query.push(" AND version = ").bind(written.version).run(tx).await.map_err(taken)?;
            if touched == 0 {
                return Err(RegistryError::ChangedSince);
            }
        }
        insert_all(tx, COLUMNS, added).await.map_err(taken)?;
        let author = &self.desk.actor().id;
        let changes: Vec<Change<'_>> = things
            .iter()
            .zip(&hashes)
            .map(|(written, content)| Change { author, kind: T::KIND, subject: &written.id, content })
            .collect();
        append(tx, chain, self.desk.now(), &changes).await?;
        Ok(things.into_iter().map(|written| written.id).collect())
    }

    /// A thing within reach.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`].
    pub(crate) async fn load<T: Thing>(&self, connection: &mut AnyConnection, id: &str) -> Result<Kept<T>> {
        let found = self.load_all(connection, std::slice::from_ref(&id.to_owned())).await?;
        found.into_iter().next().ok_or(RegistryError::NotFound)
    }

    /// Things within reach, in the order of their ids.
    pub(crate) async fn load_all<T: Thing>(
        &self,
        connection: &mut AnyConnection,
        ids: &[String],
    ) -> Result<Vec<Kept<T>>> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(vuon_registry::room::MANY) {
            let query = select(T::KIND);
            let query = self.actor().reach.within(query, "r");
            let query = vuon_registry::room::among(query.push(" AND r.id IN "), ids).push(" ORDER BY r.id");
            found.extend(self.read_things(connection, query).await?);
        }
        Ok(found)
    }

    /// Things that are no secret, wherever they are.
    pub(crate) async fn load_anywhere<T: Thing>(
        &self,
        connection: &mut AnyConnection,
        ids: &[String],
    ) -> Result<Vec<Kept<T>>> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(vuon_registry::room::MANY) {
            let query = vuon_registry::room::among(select(T::KIND).push(" AND r.id IN "), ids).push(" ORDER BY r.id");
            found.extend(self.read_things(connection, query).await?);
        }
        Ok(found)
    }

    /// The things of a kind within reach that match, all of them, by id.
    pub(crate) async fn find<T: Thing>(&self, connection: &mut AnyConnection, filter: &Filter) -> Result<Vec<Kept<T>>> {
        let query = self.actor().reach.within(narrowed(select(T::KIND), filter), "r").push(" ORDER BY r.id");
        self.read_things(connection, query).await
    }

    /// The things of a kind that match, wherever they are: for a rule that a move does not undo. They are shown to nobody.
    pub(crate) async fn find_anywhere<T: Thing>(
        &self,
        connection: &mut AnyConnection,
        filter: &Filter,
    ) -> Result<Vec<Kept<T>>> {
        self.read_things(connection, narrowed(select(T::KIND), filter).push(" ORDER BY r.id")).await
    }

    /// A page of the things of a kind within reach that match, by id.
    pub(crate) async fn page<T: Thing>(&self, filter: &Filter, page: &PageRequest) -> Result<Page<Kept<T>>> {
        let mut connection = self.desk.store().read().await?;
        let mut query = self.actor().reach.within(narrowed(select(T::KIND), filter), "r");
        if let Some([after]) = page.key::<1>()? {
            query = query.push(" AND r.id > ").bind(after);
        }
        let query = query.push(" ORDER BY r.id LIMIT ").bind(page.reads());
        let rows = self.read_things(&mut connection, query).await?;
        Ok(Page::of(rows, page, |kept| [kept.id.clone()]))
    }

    /// The things that a query of [`select`]'s columns finds.
    pub(crate) async fn read_things<T: Thing>(
        &self,
        connection: &mut AnyConnection,
        query: Query,
    ) -> Result<Vec<Kept<T>>> {
        let rows = query.all(connection, row).await?;
        let hashes: Vec<String> = rows.iter().map(|row| row.content.clone()).collect();
        let mut found = contents::<Entered<T>>(connection, &hashes).await?;
        let read = rows.into_iter().map(|row| {
            let gone = || RegistryError::Damaged { what: format!("the record {} has no content", row.id) };
            let entered = found.remove(&row.content).ok_or_else(gone)?;
            Ok(Kept { id: row.id, version: row.version, thing: entered.thing })
        });
        read.collect()
    }
}

struct Row {
    id: String,
    version: i64,
    content: String,
}

fn row(row: &AnyRow) -> Result<Row> {
    Ok(Row { id: text(row, 0)?, version: int(row, 1)?, content: text(row, 2)? })
}

/// Asks for the things of a kind, to be narrowed.
pub(crate) fn select(kind: &str) -> Query {
    Query::new("SELECT r.id, r.version, r.content FROM record r WHERE r.kind = ").bind(kind)
}

/// Narrows a query to the things that match.
pub(crate) fn narrowed(query: Query, filter: &Filter) -> Query {
    let same = |query: Query, column: &str, value: &Option<String>| match value {
        Some(value) => query.push(" AND r.").push(column).push(" = ").bind(value),
        None => query,
    };
    let query = same(query, "commune", &filter.commune);
    let query = match &filter.subject {
        Some(subject) => {
            query.push(" AND (r.subject = ").bind(subject).push(" OR r.household = ").bind(subject).push(")")
        }
        None => query,
    };
    let query = same(query, "scheme", &filter.scheme);
    let query = same(query, "state", &filter.state);
    match filter.due_by {
        Some(day) => query.push(" AND r.due <= ").bind(day),
        None => query,
    }
}

/// Another thing has the key that there can be only one of.
fn taken(problem: RegistryError) -> RegistryError {
    match &problem {
        RegistryError::Database(error) if error.as_database_error().is_some_and(|told| told.is_unique_violation()) => {
            RegistryError::Exists { what: "something of this kind that is not ended".into() }
        }
        _ => problem,
    }
}

/// The place of a commune or household, for what is only recorded there.
pub(crate) async fn place_of(connection: &mut AnyConnection, household: &str) -> Result<Place> {
    sql("SELECT province, district, commune, hamlet FROM household WHERE id = $1", [household.into()])
        .one(connection, |row| {
            Ok(Place {
                province: text(row, 0)?,
                district: maybe(row, 1)?,
                commune: text(row, 2)?,
                hamlet: maybe(row, 3)?,
            })
        })
        .await
}

/// A transaction for writing.
pub(crate) type Tx = vuon_registry::room::Transaction<'static, vuon_registry::room::Any>;

impl Office {
    /// A thing in hand: its chain is held, and it is as it was seen.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when it is out of reach; [`RegistryError::Stale`].
    pub(crate) async fn change_thing<T: Thing>(&self, id: &str, version: i64) -> Result<(Tx, Kept<T>)> {
        let mut tx = self.desk.store().write().await?;
        let chain = self.load::<T>(&mut tx, id).await?.thing.at().chain().to_owned();
        hold(&mut tx, &chain).await?;
        // Read again: what is true now stays true until the transaction ends.
        let kept = self.load::<T>(&mut tx, id).await?;
        kept.is_seen(version)?;
        Ok((tx, kept))
    }

    /// Writes one thing; its id.
    pub(crate) async fn write_one<T: Thing>(&self, tx: &mut AnyConnection, written: Written<T>) -> Result<String> {
        let (chain, id) = (written.thing.at().chain().to_owned(), written.id.clone());
        self.write(tx, &chain, vec![written]).await?;
        Ok(id)
    }
}
