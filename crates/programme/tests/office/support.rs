//! What these tests stand on: the village of the register's tests, with statuses, and offices under the example's pack,
//! which has made-up amounts.

use crate::common::{PACK, Village, World};
use jiff::civil::{Date, date};
use std::path::Path;
use vuon_policy::Library;
use vuon_programme::Office;
use vuon_programme::agreements::{Agreement, EvidenceGiven, NewAgreement, Recipient};
use vuon_programme::payments::AnswerRow;
use vuon_programme::ranks::{RankedRow, Rows};
use vuon_programme::records::Kept;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Actor;
use vuon_registry::{Desk, Register};

/// The pack of these tests.
pub const EXAMPLE: &str = "example-province";
/// A scheme of conditional support: three parts, 1/2, 3/10 and 1/5.
pub const PRODUCTION: &str = "production_support";
/// A loan, 6.6 percent a year.
pub const CREDIT: &str = "preferential_credit_poor";
/// Revolving support of a group.
pub const GROUP: &str = "production_group";
/// The year of the capital.
pub const YEAR: i16 = 2025;

/// The offices of a village.
pub struct Support {
    pub village: Village,
    pub officer: Office,
    pub chair: Office,
    pub province: Office,
    /// A folder of packs, where there is one.
    packs: Option<tempfile::TempDir>,
}

impl Support {
    pub async fn new(world: &World) -> Self {
        let village = world.village().await;
        Self::of(world.register.clone(), village, EXAMPLE, None).await
    }

    /// The same under the example's pack with other texts: by the name of a file, and what stands in it.
    pub async fn changed(world: &World, change: impl Fn(&str, &str) -> String) -> Self {
        let village = world.village().await;
        let packs = tempfile::tempdir().unwrap();
        write_pack(packs.path(), EXAMPLE, |name, text| Some(change(name, text)));
        let register = world.reopened_with(Library::with_folder(packs.path())).await;
        Self::of(register, village, EXAMPLE, Some(packs)).await
    }

    /// The same, where the example's pack goes on until 2030.
    pub async fn long(world: &World) -> Self {
        Self::changed(world, |_, text| text.replace("to: 2026-12-31", "to: 2030-12-31")).await
    }

    /// The same people, when the pack of support is a national one of later years that has no schemes of production.
    pub async fn without_production(self, world: &World) -> Self {
        let packs = tempfile::tempdir().unwrap();
        write_pack(packs.path(), PACK, |name, text| {
            let text = text.replace("id: vn-2022-2026", "id: later").replace("to: 2026-12-31", "to: 2030-12-31");
            (!name.starts_with("schemes/production")).then_some(text)
        });
        std::fs::rename(packs.path().join(PACK), packs.path().join("later")).unwrap();
        let register = world.reopened_with(Library::with_folder(packs.path())).await;
        Self::of(register, self.village, "later", Some(packs)).await
    }

    /// The same people at their offices as they are today.
    pub async fn today_at(self, world: &World) -> Self {
        let register = self.village.officer.register().clone();
        let chosen = vuon_programme::support_pack::chosen(&register, world.clock.today()).await.unwrap().chosen;
        Self::of(register, self.village, &chosen.unwrap_or_default(), self.packs).await
    }

    async fn of(register: Register, mut village: Village, pack: &str, packs: Option<tempfile::TempDir>) -> Self {
        let operator = register.desk(Actor::operator());
        vuon_programme::support_pack::choose(&operator, Some(pack)).await.unwrap();
        for desk in [&mut village.officer, &mut village.chair, &mut village.upper] {
            *desk = register.desk(desk.actor().clone());
        }
        let of = async |desk: &Desk| Office::of(desk.clone()).await.unwrap();
        let (officer, chair, province) =
            (of(&village.officer).await, of(&village.chair).await, of(&village.upper).await);
        Support { village, officer, chair, province, packs }
    }

    /// A household of the first hamlet with a status since a day; its id.
    pub async fn household(&self, world: &World, names: &[&str], status: &str, since: Date) -> String {
        let id = self.village.household(0, names).await;
        has_status(world, &id, status, since).await;
        id
    }

    /// A poor household.
    pub async fn poor(&self, world: &World, name: &str) -> String {
        self.household(world, &[name, "Cà Thị Mẫu"], "poor", date(2024, 12, 31)).await
    }

    /// Capital for a scheme, given to the commune.
    pub async fn capital(&self, scheme: &str, amount: i64) {
        let commune = &self.village.commune;
        let document = format!("QĐ mẫu {scheme} {amount}");
        self.province.receive_capital(commune, scheme, YEAR, amount, &document).await.unwrap();
    }

    /// An agreement of a scheme with milestones, drawn up; not approved.
    pub async fn drawn_up(&self, household: &str, amount: i64) -> Kept<Agreement> {
        let id = self.officer.draw_up(&production(household, amount)).await.unwrap();
        self.officer.one(&id).await.unwrap()
    }

    /// The same, approved.
    pub async fn approved(&self, household: &str, amount: i64) -> Kept<Agreement> {
        let kept = self.drawn_up(household, amount).await;
        self.chair.approve(&self.village.commune, &[(kept.id.clone(), kept.version)]).await.unwrap();
        self.again(&kept).await
    }

    /// An agreement of production support, all of whose parts were paid.
    pub async fn fulfilled(&self, household: &str) -> Kept<Agreement> {
        self.capital(PRODUCTION, 9_000_000).await;
        let kept = self.approved(household, 9_000_000).await;
        for (part, evidence) in [("signed", "signature"), ("stock_bought", "receipt"), ("kept_a_season", "visit")] {
            self.paid(&kept, part, evidence).await;
        }
        let kept = self.again(&kept).await;
        assert_eq!(kept.thing.state.id(), "fulfilled");
        kept
    }

    /// A ranking's rows, at most two hundred.
    pub async fn rows(&self, ranking: &str) -> Vec<RankedRow> {
        let page = PageRequest { after: None, limit: PageRequest::MOST };
        self.officer.ranked_rows(ranking, Rows::All, &page).await.unwrap().rows
    }

    pub async fn again(&self, kept: &Kept<Agreement>) -> Kept<Agreement> {
        self.officer.one(&kept.id).await.unwrap()
    }

    /// Evidence for the next part, an order, a file and the answer that it was paid.
    pub async fn paid(&self, kept: &Kept<Agreement>, part: &str, evidence: &str) -> Kept<Agreement> {
        let kept = self.again(kept).await;
        self.officer.reach_part(&kept.id, kept.version, part, &shown(evidence)).await.unwrap();
        let kept = self.again(&kept).await;
        let commune = &self.village.commune;
        let payments = self.chair.order_payments(commune, &[(kept.id.clone(), kept.version)]).await.unwrap();
        let file = self.officer.make_payment_file(commune).await.unwrap();
        let amount = kept.thing.parts.iter().find(|own| own.id == part).unwrap().amount;
        let report =
            self.officer.take_answer(&file, &[answer(&payments[0], true, amount, self.today())]).await.unwrap();
        assert_eq!((report.paid, report.open, report.differences.len()), (1, 0, 0), "{report:?}");
        self.again(&kept).await
    }

    pub fn today(&self) -> Date {
        self.village.officer.today()
    }

    /// Allocated, committed, paid and free of the commune's budget for a scheme.
    pub async fn budget(&self, scheme: &str) -> (i64, i64, i64, i64) {
        let rows = self.officer.budgets(&self.village.commune).await.unwrap();
        let row = rows.into_iter().find(|row| row.budget.scheme == scheme).unwrap();
        (row.allocated, row.committed, row.paid, row.free)
    }
}

/// Writes the own files of a pack into a folder of packs, each as it is to be, or not at all.
fn write_pack(folder: &Path, id: &str, file: impl Fn(&str, &str) -> Option<String>) {
    for (name, text) in &Library::embedded().keep(id).unwrap()[id] {
        let Some(text) = file(name, text) else { continue };
        let path = folder.join(id).join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// Gives a household a status from a day on, past the register: here the statuses are given, not what gave them.
pub async fn has_status(world: &World, household: &str, status: &str, since: Date) {
    let list = if matches!(status, "poor" | "near_poor") { format!("'{status}'") } else { "NULL".to_owned() };
    let spell = format!(
        "INSERT INTO spell (id, household, standard, status, list, valid_from, known_from) \
         VALUES ('{household}-{since}', '{household}', '{PACK}', '{status}', {list}, '{since}', 1)"
    );
    world.tamper(&spell).await;
    world
        .tamper(&format!("UPDATE household SET status = '{status}', standard = '{PACK}' WHERE id = '{household}'"))
        .await;
}

pub fn production(household: &str, amount: i64) -> NewAgreement {
    NewAgreement {
        scheme: PRODUCTION.to_owned(),
        recipient: Recipient::Household(household.to_owned()),
        year: YEAR,
        purpose: "nuôi bò sinh sản (ví dụ)".to_owned(),
        amount,
        things: None,
        own_share: amount / 9 + 1,
        from: date(2025, 9, 8),
        due: vec![date(2025, 9, 20), date(2025, 11, 30), date(2026, 6, 30)],
        plan: None,
    }
}

/// Production support when the months after the first are over.
pub fn again(household: &str) -> NewAgreement {
    NewAgreement {
        year: 2028,
        from: date(2028, 9, 10),
        due: vec![date(2028, 9, 20), date(2028, 11, 30), date(2029, 6, 30)],
        ..production(household, 9_000_000)
    }
}

/// Evidence of today's day in the tests.
pub fn shown(kind: &str) -> EvidenceGiven {
    EvidenceGiven { kind: kind.to_owned(), on: date(2025, 9, 8), reference: "hồ sơ số 1 (ví dụ)".to_owned() }
}

pub fn answer(payment: &str, paid: bool, amount: i64, on: Date) -> AnswerRow {
    AnswerRow { payment: payment.to_owned(), paid, amount, on, note: String::new() }
}

/// A text of the database.
pub async fn text_of(world: &World, query: &str) -> String {
    let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&world.url).await.unwrap();
    sqlx::query_scalar(sqlx::AssertSqlSafe(query.to_owned())).fetch_one(&mut connection).await.unwrap()
}
