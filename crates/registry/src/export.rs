//! Lists taken out as CSV, row by row, whatever their length.
//!
//! In: which list, as of which day. Out: a stream of pieces of a CSV file with one row a member, read page by page from
//! one state of the database. Its headings are those that [`import`](crate::import) reads, so what is taken out can be
//! brought in again; in place of the name of somebody erased on request it says so. A list is never cut short: it ends with its last row or with an error.

use crate::as_of::Moment;
use crate::households::{Member, members_at};
use crate::import::ERASED;
use crate::scope::Action;
use crate::spells::AsOf;
use crate::spells::list::{Listed, listed_ids, listed_rows};
use crate::store::{Query, among};
use crate::{Desk, RegistryError, Result, ledger};
use futures::Stream;
use sqlx::{Any, AnyConnection, Transaction};
use std::collections::{BTreeMap, HashMap};
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

/// A household of a list that is taken out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportedHousehold {
    /// The household.
    pub household: String,
    /// Its code.
    pub code: String,
    /// Its hamlet's name.
    pub hamlet: Option<String>,
    /// Its status.
    pub status: String,
    /// Its standard.
    pub standard: String,
    /// Which movement the status was.
    pub movement: Option<String>,
    /// By subgroup of the pack, whether it is in it; without those that its signed answers, if there are any, do not tell.
    pub groups: BTreeMap<String, bool>,
    /// Its members, the head first.
    pub members: Vec<Member>,
}

struct Exporting {
    tx: Transaction<'static, Any>,
    desk: Desk,
    of: AsOf,
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
        let exporting = self.exporting(of).await?;
        Ok(futures::stream::try_unfold(exporting, |mut exporting| async move {
            if exporting.done {
                return Ok(None);
            }
            let piece = exporting.piece().await?;
            Ok(Some((piece, exporting)))
        }))
    }

    /// The same list page by page, with each member and what the yearly list of names tells of a household besides. It is
    /// taken out as [`export_list`](Self::export_list) is, and the export is an entry of the ledger.
    pub async fn export_households(
        &self,
        of: &AsOf,
    ) -> Result<impl Stream<Item = Result<Vec<ExportedHousehold>>> + Send + 'static + use<>> {
        let exporting = self.exporting(of).await?;
        Ok(futures::stream::try_unfold(exporting, |mut exporting| async move {
            if exporting.done {
                return Ok(None);
            }
            let page = exporting.exported().await?;
            Ok(Some((page, exporting)))
        }))
    }

    async fn exporting(&self, of: &AsOf) -> Result<Exporting> {
        self.actor.may(Action::Export)?;
        let mut tx = self.store().write().await?;
        self.reaches_list(&mut tx, of).await?;
        ledger::hold(&mut tx, &of.commune).await?;
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

        Ok(Exporting {
            tx: self.store().snapshot().await?,
            desk: self.clone(),
            of: of.clone(),
            ids: None,
            written: 0,
            done: false,
        })
    }

    /// Makes sure that there is something of a list to take out: its commune is within reach, or a household on it is now.
    async fn reaches_list(&self, connection: &mut AnyConnection, of: &AsOf) -> Result<()> {
        let place = crate::areas::place_of(connection, &of.commune, None).await?;
        let reach = &self.actor.reach;
        if reach.covers(&place) || !listed_rows(connection, of, reach, |query| query, 1).await?.is_empty() {
            return Ok(());
        }
        Err(RegistryError::NotFound)
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
        }
        let (households, members) = self.page().await?;
        let mut labels: HashMap<String, Labels> = HashMap::new();
        for household in &households {
            self.written += 1;
            if !labels.contains_key(&household.standard) {
                let of = Labels(self.desk.standard(&household.standard).await?);
                labels.insert(household.standard.clone(), of);
            }
            let labels = &labels[&household.standard];
            for (place, member) in members.get(&household.household).into_iter().flatten().enumerate() {
                let label = |variable, id: Option<&str>| id.map_or(String::new(), |id| labels.option(variable, id));
                let cells = [
                    self.written.to_string(),
                    (place + 1).to_string(),
                    household.code.clone(),
                    household.hamlet.clone().unwrap_or_default(),
                    if member.name.is_empty() { ERASED.to_owned() } else { member.name.clone() },
                    label("relation", Some(&member.relation)),
                    label("sex", member.sex.as_deref()),
                    member.born.clone().unwrap_or_default(),
                    label("ethnicity", member.ethnic.as_deref()),
                    labels.status(&household.status),
                    household.standard.clone(),
                    household.since.to_string(),
                    household.decision.clone().unwrap_or_default(),
                ];
                row(&mut writer, cells)?;
            }
        }
        writer.into_inner().map_err(|_| RegistryError::Damaged { what: "a list could not be written".into() })
    }

    /// The next households of the list, and their members.
    async fn page(&mut self) -> Result<(Vec<Listed>, HashMap<String, Vec<Member>>)> {
        if self.ids.is_none() {
            self.ids = Some(listed_ids(&mut self.tx, &self.of, &self.desk.actor().reach).await?);
        }
        let ids = self.ids.as_deref().unwrap_or_default();
        let page = ids[self.written..].iter().take(PAGE).cloned().collect::<Vec<_>>();
        self.done = self.written + page.len() == ids.len();
        let households = self.households(&page).await?;
        let at = Moment { on: self.of.on, known_at: self.of.known_at };
        let members = members_at(&mut self.tx, &page, at).await?;
        Ok((households, members))
    }

    /// The next households as they are taken out.
    async fn exported(&mut self) -> Result<Vec<ExportedHousehold>> {
        let (households, mut members) = self.page().await?;
        self.written += households.len();
        let decided: Vec<(String, String)> =
            households.iter().filter_map(|listed| Some((listed.spell.0.clone(), listed.spell.1.clone()?))).collect();
        let mut groups = self.desk.groups_of(&mut self.tx, &decided).await?;
        let exported = households.into_iter().map(|listed| ExportedHousehold {
            members: members.remove(&listed.household).unwrap_or_default(),
            groups: groups.remove(&listed.spell.0).unwrap_or_default(),
            household: listed.household,
            code: listed.code,
            hamlet: listed.hamlet,
            status: listed.status,
            standard: listed.standard,
            movement: listed.movement,
        });
        Ok(exported.collect())
    }

    /// Some households of the list.
    async fn households(&mut self, ids: &[String]) -> Result<Vec<Listed>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let some = |query: Query| among(query.push(" AND r.household IN "), ids);
        listed_rows(&mut self.tx, &self.of, &self.desk.actor().reach, some, PAGE as i64).await
    }
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
