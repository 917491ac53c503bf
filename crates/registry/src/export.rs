//! Lists taken out as CSV, row by row, whatever their length.
//!
//! In: which list, as of which day. Out: a stream of pieces of a CSV file with one row a member, read page by page from
//! one state of the database. Its headings are those that [`import`](crate::import) reads, so what is taken out can be
//! brought in again. A list is never cut short: it ends with its last row or with an error.

use crate::scope::Action;
use crate::spells::AsOf;
use crate::store::{Query, maybe, text};
use crate::{Desk, RegistryError, Result, ledger};
use futures::Stream;
use jiff::civil::Date;
use sqlx::{Any, AnyConnection, Transaction};
use std::collections::HashMap;
use std::sync::Arc;
use vuon_policy::model::{Kind, Language};
use vuon_policy::program::Program;

/// How many households are read at a time.
const PAGE: usize = 500;

/// The headings, as lists have them.
const HEADINGS: [&str; 13] = [
    "STT hộ",
    "STT thành viên hộ",
    "Mã hộ",
    "Thôn, bản",
    "Họ và tên",
    "Quan hệ với chủ hộ",
    "Giới tính",
    "Năm sinh",
    "Dân tộc",
    "Kết quả rà soát",
    "Chuẩn nghèo",
    "Từ ngày",
    "Quyết định",
];

struct Listed {
    id: String,
    code: String,
    hamlet: Option<String>,
    status: String,
    standard: String,
    since: String,
    decision: Option<String>,
}

struct Exporting {
    tx: Transaction<'static, Any>,
    desk: Desk,
    of: AsOf,
    known_at: i64,
    /// The households of the list, once they are known: so each page costs the same, however long the list is.
    ids: Option<Vec<String>>,
    /// How many of them are written.
    written: usize,
    done: bool,
}

impl Desk {
    /// The list as of a day, one row a member, as CSV in UTF-8 with a mark for spreadsheets; never cut short. The export
    /// is an entry of the ledger.
    pub async fn export_list(&self, of: &AsOf) -> Result<impl Stream<Item = Result<Vec<u8>>> + Send + 'static + use<>> {
        self.actor.may(Action::Export)?;
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, &of.commune).await?;
        let place = crate::areas::place_of(&mut tx, &of.commune, None).await?;
        self.actor.may_at(Action::Export, &place)?;
        let now = self.now();
        let content = serde_json::json!({
            "commune": of.commune, "on": of.on.to_string(), "known_at": of.known_at,
            "standard": of.standard, "statuses": of.statuses,
        });
        let content = ledger::store(&mut tx, &content).await?;
        let author = &self.actor.id;
        let change = ledger::Change { author, kind: "export", subject: &of.commune, content: &content };
        ledger::append(&mut tx, &of.commune, now, &[change]).await?;
        tx.commit().await?;

        let exporting = Exporting {
            tx: self.store().snapshot().await?,
            desk: self.clone(),
            of: of.clone(),
            known_at: of.known_at.unwrap_or(now),
            ids: None,
            written: 0,
            done: false,
        };
        Ok(futures::stream::try_unfold(exporting, |mut exporting| async move {
            if exporting.done {
                return Ok(None);
            }
            let piece = exporting.piece().await?;
            Ok(Some((piece, exporting)))
        }))
    }
}

impl Exporting {
    /// The next piece of the file.
    async fn piece(&mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let first = self.ids.is_none();
        if first {
            bytes.extend("\u{feff}".as_bytes());
        }
        let mut writer = csv::Writer::from_writer(bytes);
        if first {
            row(&mut writer, HEADINGS.map(str::to_owned))?;
            self.ids = Some(self.ids().await?);
        }
        let ids = self.ids.as_deref().unwrap_or_default();
        let page = ids[self.written..].iter().take(PAGE).cloned().collect::<Vec<_>>();
        self.done = self.written + page.len() == ids.len();
        let households = self.households(&page).await?;
        let members = self.members(&households).await?;
        let mut labels: HashMap<String, Labels> = HashMap::new();
        for household in &households {
            self.written += 1;
            if !labels.contains_key(&household.standard) {
                let of = Labels(self.desk.standard(&household.standard).await?);
                labels.insert(household.standard.clone(), of);
            }
            let labels = &labels[&household.standard];
            for (place, member) in members.get(&household.id).into_iter().flatten().enumerate() {
                let [relation, name, sex, born, ethnic] = member;
                let label = |variable, id: &Option<String>| {
                    id.as_deref().map_or(String::new(), |id| labels.option(variable, id))
                };
                let cells = [
                    self.written.to_string(),
                    (place + 1).to_string(),
                    household.code.clone(),
                    household.hamlet.clone().unwrap_or_default(),
                    name.clone().unwrap_or_default(),
                    label("relation", relation),
                    label("sex", sex),
                    born.clone().unwrap_or_default(),
                    label("ethnicity", ethnic),
                    labels.status(&household.status),
                    household.standard.clone(),
                    household.since.clone(),
                    household.decision.clone().unwrap_or_default(),
                ];
                row(&mut writer, cells)?;
            }
        }
        writer.into_inner().map_err(|_| RegistryError::Damaged { what: "a list could not be written".into() })
    }

    /// A query of the list: who lived in the commune on the day and had one of the statuses then.
    fn list(&self, columns: &'static str) -> Query {
        let (on, known) = (self.of.on, self.known_at);
        let query = Query::new("SELECT ").push(columns).push(
            " FROM residence r JOIN household h ON h.id = r.household JOIN spell s ON s.household = h.id \
             LEFT JOIN hamlet t ON t.id = r.hamlet LEFT JOIN decision d ON d.id = s.decision WHERE r.commune = ",
        );
        let query = query.bind(&self.of.commune);
        let query = self.desk.actor().reach.within(query, "r");
        let query = latest(query, "r", "residence", "household", on, known);
        let query = latest_spell(query, &self.of, known);
        let query = query.push(" AND (h.closed IS NULL OR h.closed > ").bind(on).push(")");
        match self.of.statuses.as_slice() {
            [] => query,
            statuses => among(query.push(" AND s.status IN "), statuses),
        }
    }

    async fn ids(&mut self) -> Result<Vec<String>> {
        let query = self.list("h.id").push(" ORDER BY h.id");
        query.all(&mut self.tx, |row| text(row, 0)).await
    }

    /// Some households of the list.
    async fn households(&mut self, ids: &[String]) -> Result<Vec<Listed>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let query = self.list("h.id, h.code, t.name, s.status, s.standard, s.valid_from, d.number");
        let query = among(query.push(" AND h.id IN "), ids).push(" ORDER BY h.id");
        query
            .all(&mut self.tx, |row| {
                Ok(Listed {
                    id: text(row, 0)?,
                    code: text(row, 1)?,
                    hamlet: maybe(row, 2)?,
                    status: text(row, 3)?,
                    standard: text(row, 4)?,
                    since: text(row, 5)?,
                    decision: maybe(row, 6)?,
                })
            })
            .await
    }

    /// The members of households on the day: relation, name, sex, birth, ethnic group; the head first.
    async fn members(&mut self, households: &[Listed]) -> Result<HashMap<String, Vec<[Option<String>; 5]>>> {
        let mut members: HashMap<String, Vec<[Option<String>; 5]>> = HashMap::new();
        if households.is_empty() {
            return Ok(members);
        }
        let query = Query::new(
            "SELECT m.household, m.relation, p.name, p.sex, p.born, p.ethnic FROM membership m \
             JOIN person p ON p.id = m.person WHERE m.household IN ",
        );
        let ids: Vec<&String> = households.iter().map(|household| &household.id).collect();
        let query = latest(among(query, &ids), "m", "membership", "person", self.of.on, self.known_at);
        let query = query.push(" ORDER BY m.household, CASE WHEN m.relation = 'head' THEN 0 ELSE 1 END, p.place, p.id");
        let connection: &mut AnyConnection = &mut self.tx;
        let rows = query.all(connection, |row| {
            Ok((text(row, 0)?, [maybe(row, 1)?, maybe(row, 2)?, maybe(row, 3)?, maybe(row, 4)?, maybe(row, 5)?]))
        });
        for (household, member) in rows.await? {
            members.entry(household).or_default().push(member);
        }
        Ok(members)
    }
}

/// Adds a list of values.
fn among(query: Query, values: &[impl AsRef<str>]) -> Query {
    let query = values.iter().enumerate().fold(query.push("("), |query, (place, value)| {
        if place == 0 { query } else { query.push(", ") }.bind(value.as_ref())
    });
    query.push(")")
}

/// Keeps of a table in two times the row that holds on a day, by what was known at a time.
fn latest(query: Query, alias: &'static str, table: &'static str, of: &'static str, on: Date, known: i64) -> Query {
    let query = holds(query.push(" AND "), alias, on, known);
    let later = format!(" AND NOT EXISTS (SELECT 1 FROM {table} x WHERE x.{of} = {alias}.{of} AND ");
    let query = holds(query.push(&later), "x", on, known);
    let after =
        format!(" AND (x.valid_from, x.known_from, x.id) > ({alias}.valid_from, {alias}.known_from, {alias}.id))");
    query.push(&after)
}

/// The same of spells, of one standard if so asked.
fn latest_spell(query: Query, of: &AsOf, known: i64) -> Query {
    let standard = |query: Query, alias: &str| match &of.standard {
        Some(standard) => query.push(" AND ").push(alias).push(".standard = ").bind(standard),
        None => query,
    };
    let query = standard(holds(query.push(" AND "), "s", of.on, known), "s");
    let query = query.push(" AND NOT EXISTS (SELECT 1 FROM spell x WHERE x.household = s.household AND ");
    let query = standard(holds(query, "x", of.on, known), "x");
    query.push(" AND (x.valid_from, x.known_from, x.id) > (s.valid_from, s.known_from, s.id))")
}

fn holds(query: Query, alias: &str, on: Date, known: i64) -> Query {
    let query = query.push(alias).push(".valid_from <= ").bind(on);
    let query = query.push(" AND ").push(alias).push(".known_from <= ").bind(known);
    query
        .push(" AND (")
        .push(alias)
        .push(".known_to IS NULL OR ")
        .push(alias)
        .push(".known_to > ")
        .bind(known)
        .push(")")
}

/// Writes a row. A cell that a spreadsheet would take for a formula is written as text.
fn row(writer: &mut csv::Writer<Vec<u8>>, cells: [String; 13]) -> Result<()> {
    let safe = cells.map(|cell| if cell.starts_with(['=', '+', '-', '@', '\t']) { format!("'{cell}") } else { cell });
    writer.write_record(safe).map_err(|_| RegistryError::Damaged { what: "a list could not be written".into() })
}

/// The Vietnamese names of what a pack names.
struct Labels(Arc<Program>);

impl Labels {
    fn option(&self, variable: &str, id: &str) -> String {
        let questions = &self.0.pack.questionnaire;
        let options = match questions.member.iter().find(|v| v.id.value == variable).map(|v| &v.kind) {
            Some(Kind::Choice(list)) => &questions.choices[*list].options[..],
            _ => &[],
        };
        let option = options.iter().find(|option| option.id.value == id);
        option.map_or(id.to_owned(), |option| option.label.get(Language::Vi).to_owned())
    }

    fn status(&self, id: &str) -> String {
        let status = self.0.pack.statuses.iter().find(|status| status.id.value == id);
        status.map_or(id.to_owned(), |status| status.label.get(Language::Vi).to_owned())
    }
}
