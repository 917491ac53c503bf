//! Who is entitled to what: a household with every scheme, a commune with every household, what is missing, and what lapses.

use crate::agreements::Obstacle;
use crate::office::Office;
use crate::priority::{Keys, keys_of};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use vuon_policy::assess::Question;
use vuon_policy::calendar::Day;
use vuon_policy::entitlement::{Entitlement, Entitlements, Facts, Places};
use vuon_policy::lattice::Tri;
use vuon_policy::model::Language;
use vuon_policy::support::{Beneficiary, Modality, Scheme};
use vuon_policy::unit::Unit;
use vuon_registry::page::{Page, PageRequest};
use vuon_registry::room::{AnyConnection, Query, text};
use vuon_registry::scope::Action;
use vuon_registry::spells::history::newly_escaped_months;
use vuon_registry::support::KnownHousehold;
use vuon_registry::{RegistryError, Result};

/// Yes, no, or not known yet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Entitled {
    /// Entitled.
    Yes,
    /// Something is missing.
    Unknown,
    /// Not entitled.
    No,
}

impl From<Tri> for Entitled {
    fn from(tri: Tri) -> Self {
        match tri {
            Tri::True => Self::Yes,
            Tri::Unknown => Self::Unknown,
            Tri::False => Self::No,
        }
    }
}

/// A household's standing with a scheme.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SchemeStanding {
    /// The scheme's id.
    pub scheme: String,
    /// Its name.
    pub label: String,
    /// How it supports: `grant`, `in_kind`, `service`, `conditional`, `repayable`, `revolving`.
    pub modality: &'static str,
    /// Whether the household, or somebody in it, is entitled.
    pub entitled: Entitled,
    /// The members who are, by person, for a scheme of members.
    pub members: Vec<(String, Entitled)>,
    /// What decided, or what is known so far.
    pub because: Vec<String>,
    /// What must still be asked.
    pub missing: Vec<String>,
    /// Of whom each of it is asked, by person; nothing for what is asked of the household.
    pub missing_of: Vec<Option<String>>,
    /// The document and article.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
    /// The most that one beneficiary may receive, in words; nothing where the law's text was not found.
    pub most: Option<String>,
    /// Why nothing can be agreed under it here, where that is so.
    pub cannot_be_paid: Option<String>,
}

impl SchemeStanding {
    /// Whether somebody is entitled, and the scheme is one under which something can be agreed.
    pub fn can_be_agreed(&self) -> bool {
        self.entitled == Entitled::Yes && self.cannot_be_paid.is_none()
    }
}

/// A household, and what it is entitled to.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HouseholdStanding {
    /// Its id.
    pub household: String,
    /// Its code.
    pub code: String,
    /// The head's name.
    pub name: String,
    /// Its status, as it was decided.
    pub status: Option<String>,
    /// The last day of its window after leaving the list.
    #[schema(value_type = Option<String>, format = Date)]
    pub window_ends: Option<Date>,
    /// Every scheme of the pack for households and members, in the pack's order.
    pub schemes: Vec<SchemeStanding>,
    /// Of the schemes for households that it is entitled to, those that something keeps it from, each with what.
    pub obstacles: BTreeMap<String, Obstacle>,
}

/// A household of a commune's list of the entitled.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct EntitledRow {
    /// Its id.
    pub household: String,
    /// Its code.
    pub code: String,
    /// The head's name.
    pub name: String,
    /// Its hamlet.
    pub hamlet: Option<String>,
    /// Its status.
    pub status: Option<String>,
    /// The last day of its window after leaving the list.
    #[schema(value_type = Option<String>, format = Date)]
    pub window_ends: Option<Date>,
    /// The schemes it is entitled to.
    pub entitled: Vec<String>,
    /// The schemes of which it is not known yet.
    pub unknown: Vec<String>,
    /// The schemes under which it receives now: on its way, owed, or fulfilled of this year's capital.
    pub receives: Vec<String>,
}

impl EntitledRow {
    fn says_something(&self) -> bool {
        !self.entitled.is_empty() || !self.unknown.is_empty() || !self.receives.is_empty()
    }
}

/// Which households of a commune's list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EntitledTo {
    /// Those entitled, or perhaps entitled, to this scheme.
    pub scheme: Option<String>,
    /// Those that are entitled to something and receive nothing.
    pub without: bool,
}

/// Windows that end within so many months are warned of.
pub const LAPSING_MONTHS: i64 = 3;

/// How many households a page looks at before it looks whether it is full.
const AT_ONCE: i64 = 200;

impl Office {
    /// Every scheme with a household: entitled, not, or not known yet, and why.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when it is out of reach.
    pub async fn household_standing(&self, household: &str, language: Language) -> Result<HouseholdStanding> {
        let today = self.desk.today();
        let known = self.desk.known_household(household, &self.program, today).await?;
        let mut connection = self.desk.store().read().await?;
        let places = self.places_of(&mut connection, &known.place).await?;
        let entitlements = Entitlements::new(&self.program);
        let facts = facts(&known, today, Some(&places));
        let all = entitlements.of(&facts);
        let schemes = all.iter().filter(|entitlement| !self.is_of_groups(entitlement));
        let schemes = schemes.map(|entitlement| self.told(&entitlements, &facts, entitlement, &known, language));
        let schemes: Vec<SchemeStanding> = schemes.collect();
        let entitled = schemes.iter().filter(|scheme| scheme.can_be_agreed() && scheme.members.is_empty());
        let entitled: Vec<String> = entitled.map(|scheme| scheme.scheme.clone()).collect();
        Ok(HouseholdStanding {
            window_ends: self.window_ends(&known),
            obstacles: self.obstacles(&mut connection, &known.id, &entitled).await?,
            schemes,
            status: known.history.status.clone(),
            household: known.id,
            code: known.code,
            name: known.name,
        })
    }

    /// The households of a commune (or of the asker's hamlet) that are entitled to something or may be.
    pub async fn entitled_in(&self, commune: &str) -> Result<Vec<EntitledRow>> {
        let mut connection = self.desk.store().read().await?;
        let receives = self.receivers(&mut connection, commune).await?;
        let judged = self.judged(&mut connection, commune).await?;
        let rows = judged.into_iter().map(|(known, all)| self.row(known, &all, &receives));
        Ok(rows.filter(EntitledRow::says_something).collect())
    }

    /// A page of them, by name: of one scheme, or of all; of those that receive nothing, or of all.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a scheme that the pack does not have.
    pub async fn entitled_page(&self, commune: &str, of: &EntitledTo, page: &PageRequest) -> Result<Page<EntitledRow>> {
        let wanted = of.scheme.as_deref().map(|scheme| self.scheme_place(scheme)).transpose()?;
        let mut connection = self.desk.store().read().await?;
        let receives = self.receivers(&mut connection, commune).await?;
        let entitlements = Entitlements::new(&self.program);
        let today = self.desk.today();
        let reads = usize::try_from(page.reads()).unwrap_or(usize::MAX);
        let (mut after, mut rows) = (page.key::<2>()?, Vec::new());
        while rows.len() < reads {
            let known =
                self.desk.known_after(&mut connection, commune, after.as_ref(), AT_ONCE, &self.program, today).await?;
            let Some(last) = known.last() else { break };
            after = Some([last.name_key.clone(), last.id.clone()]);
            for (known, all) in self.judged_of(&mut connection, known, &entitlements).await? {
                let key = [known.name_key.clone(), known.id.clone()];
                let row = self.row(known, &all, &receives);
                let is_of =
                    |tri: Tri| wanted.is_none_or(|place| all.iter().any(|e| e.scheme == place && e.entitled == tri));
                let of_scheme = is_of(Tri::True) || is_of(Tri::Unknown);
                let of_gap = !of.without || (!row.entitled.is_empty() && row.receives.is_empty());
                if row.says_something() && of_scheme && of_gap {
                    rows.push((key, row));
                }
            }
        }
        rows.truncate(reads);
        let page = Page::of(rows, page, |(key, _)| key.clone());
        Ok(Page { rows: page.rows.into_iter().map(|(_, row)| row).collect(), next: page.next })
    }

    fn row(&self, known: KnownHousehold, all: &[Entitlement], receives: &HashMap<String, Vec<String>>) -> EntitledRow {
        let of = |wanted: Tri| {
            let found = all.iter().filter(|e| e.entitled == wanted && !self.is_of_groups(e));
            found.map(|e| self.program.pack.schemes[e.scheme].id.value.clone()).collect::<Vec<_>>()
        };
        EntitledRow {
            entitled: of(Tri::True),
            unknown: of(Tri::Unknown),
            receives: receives.get(&known.id).cloned().unwrap_or_default(),
            window_ends: self.window_ends(&known),
            status: known.history.status,
            household: known.id,
            code: known.code,
            name: known.name,
            hamlet: known.place.hamlet,
        }
    }

    /// The households whose window after leaving the list ends within some months, the first to end first.
    pub async fn lapsing_in(&self, commune: &str, months: i64) -> Result<Vec<EntitledRow>> {
        self.actor().may(Action::ReadPeople)?;
        let Some(window) = newly_escaped_months(&self.program) else { return Ok(Vec::new()) };
        let today = self.desk.today();
        let until = today.checked_add(months.months()).unwrap_or(Date::MAX);
        // Whoever's window ends then left the list so long before, give or take the days by which months differ.
        let left = |ends: Date, days: i64| ends.saturating_sub(window.months()).saturating_add(days.days());
        let query = Query::new("SELECT h.id FROM household h WHERE h.closed IS NULL AND h.commune = ").bind(commune);
        let query = self.actor().reach.within(query, "h").push(
            " AND EXISTS (SELECT 1 FROM spell s WHERE s.household = h.id AND s.known_to IS NULL AND s.list IS NULL \
             AND s.valid_from >= ",
        );
        let query = query.bind(left(today, -4)).push(" AND s.valid_from <= ").bind(left(until, 4)).push(")");
        let mut connection = self.desk.store().read().await?;
        let candidates: Vec<String> = query.all(&mut connection, |row| text(row, 0)).await?;
        let receives = self.receivers(&mut connection, commune).await?;
        let entitlements = Entitlements::new(&self.program);
        let mut rows = Vec::new();
        for household in candidates {
            let known = self.desk.known_one_in(&mut connection, &household, &self.program, today).await?;
            let ends = self.window_ends(&known);
            if ends.is_some_and(|ends| ends >= today && ends <= until) {
                let judged = self.judged_of(&mut connection, vec![known], &entitlements).await?;
                rows.extend(judged.into_iter().map(|(known, all)| self.row(known, &all, &receives)));
            }
        }
        rows.sort_by(|a, b| (a.window_ends, &a.code).cmp(&(b.window_ends, &b.code)));
        Ok(rows)
    }

    /// Every household of a commune within reach, with every scheme.
    pub(crate) async fn judged(
        &self,
        connection: &mut AnyConnection,
        commune: &str,
    ) -> Result<Vec<(KnownHousehold, Vec<Entitlement>)>> {
        let known = self.desk.known_in(connection, commune, &self.program, self.desk.today()).await?;
        self.judged_of(connection, known, &Entitlements::new(&self.program)).await
    }

    /// Those of some households that are of a commune and within reach, with some schemes.
    pub(crate) async fn judged_some(
        &self,
        connection: &mut AnyConnection,
        commune: &str,
        households: &[String],
        entitlements: &Entitlements<'_>,
    ) -> Result<Vec<(KnownHousehold, Vec<Entitlement>)>> {
        let known = self.desk.known_some(connection, commune, households, &self.program, self.desk.today()).await?;
        self.judged_of(connection, known, entitlements).await
    }

    /// Some households of a commune, with some schemes.
    async fn judged_of(
        &self,
        connection: &mut AnyConnection,
        known: Vec<KnownHousehold>,
        entitlements: &Entitlements<'_>,
    ) -> Result<Vec<(KnownHousehold, Vec<Entitlement>)>> {
        let today = self.desk.today();
        let mut places: BTreeMap<Option<String>, Places> = BTreeMap::new();
        let mut judged = Vec::with_capacity(known.len());
        for household in known {
            if !places.contains_key(&household.place.hamlet) {
                let found = self.places_of(connection, &household.place).await?;
                places.insert(household.place.hamlet.clone(), found);
            }
            let all = entitlements.of(&facts(&household, today, places.get(&household.place.hamlet)));
            judged.push((household, all));
        }
        Ok(judged)
    }

    /// Whether a household is entitled to a scheme today, and why, in Vietnamese and in English, and what is known of the pack's
    /// open keys of priority; for what is about to be agreed.
    pub(crate) async fn standing_with(
        &self,
        connection: &mut AnyConnection,
        household: &str,
        scheme: &str,
    ) -> Result<([SchemeStanding; 2], Keys)> {
        let today = self.desk.today();
        let known = self.desk.known_one_in(connection, household, &self.program, today).await?;
        let places = self.places_of(connection, &known.place).await?;
        let entitlements = Entitlements::new(&self.program);
        let facts = facts(&known, today, Some(&places));
        let place = self.scheme_place(scheme)?;
        let all = entitlements.of(&facts);
        let found = all.iter().find(|entitlement| entitlement.scheme == place).ok_or(RegistryError::NotFound)?;
        let priority = keys_of(&self.program, &all);
        let told = |language| self.told(&entitlements, &facts, found, &known, language);
        Ok(([told(Language::Vi), told(Language::En)], priority))
    }

    fn is_of_groups(&self, entitlement: &Entitlement) -> bool {
        self.program.pack.schemes[entitlement.scheme].beneficiary == Beneficiary::Group
    }

    /// The last day of the window that schemes for newly escaped households have.
    pub(crate) fn window_ends(&self, known: &KnownHousehold) -> Option<Date> {
        let months = newly_escaped_months(&self.program)?;
        known.history.removed_on?.checked_add(months.months()).ok()
    }

    fn told(
        &self,
        entitlements: &Entitlements<'_>,
        facts: &Facts<'_>,
        entitlement: &Entitlement,
        known: &KnownHousehold,
        language: Language,
    ) -> SchemeStanding {
        let scheme = &self.program.pack.schemes[entitlement.scheme];
        let reason = entitlements.reason(facts, entitlement, language);
        let members = known.members.iter().zip(&entitlement.members);
        // The questions stand first in what is missing, in their order.
        let of = |question: &Question| Some(known.members.get(question.member?)?.person.clone());
        let mut missing_of: Vec<Option<String>> = entitlement.questions.iter().map(of).collect();
        missing_of.resize(reason.missing.len(), None);
        SchemeStanding {
            scheme: scheme.id.value.clone(),
            label: scheme.label.get(language).to_owned(),
            modality: scheme.modality.id(),
            entitled: entitlement.entitled.into(),
            members: members.map(|(member, tri)| (member.person.clone(), (*tri).into())).collect(),
            because: reason.because,
            missing: reason.missing,
            missing_of,
            source: reason.source,
            verified: reason.verified,
            most: scheme.most().map(|(value, unit)| vuon_policy::words::quantity(value, unit, language)),
            cannot_be_paid: unpayable(scheme).map(|[vi, en]| vuon_policy::words::pick(language, vi, en).to_owned()),
        }
    }
}

/// Why nothing can be agreed under a scheme, Vietnamese and English: what the law's text would have to say.
pub fn unpayable(scheme: &Scheme) -> Option<[&'static str; 2]> {
    if scheme.modality == Modality::Service {
        return Some(["là dịch vụ, không chi tiền cho hộ", "it is a service: no money is paid to the household"]);
    }
    match scheme.most() {
        None => Some(["chưa tìm thấy mức hỗ trợ trong văn bản", "its amount was not found in the law's text"]),
        Some((_, unit)) if *unit != Unit::base("VND") => Some([
            "mức hỗ trợ tính theo tháng hoặc theo người, do cơ quan khác chi trả",
            "its amount is by month or person: another office pays it",
        ]),
        Some(_) => None,
    }
}

/// What the evaluator takes of a household.
pub(crate) fn facts<'a>(known: &'a KnownHousehold, on: Date, places: Option<&'a Places>) -> Facts<'a> {
    Facts { household: &known.answers, on: Day::from_date(on), status: known.status, places }
}
