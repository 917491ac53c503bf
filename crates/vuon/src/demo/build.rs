//! How the demonstration comes about: lists of two years, a short year that is over, support, rounds, surveys, meetings,
//! postings, complaints, decisions.
//!
//! Each step is taken by whoever takes it in life, on a day of its own, at a desk of the register: what the procedure does
//! not allow is not in the demonstration either.

use super::last_year::{REVIEWED, is_reviewed};
use super::people::{self, Household, Written};
use super::{PASSWORD, USERS, code_of};
use anyhow::{Context, Result, anyhow};
use jiff::Span;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vuon_policy::calendar::Day;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_registry::accounts::NewAccount;
use vuon_registry::cases::{AnswersReason, CaseFilter, CaseRow, CaseState, ComplaintKind, NewComplaint};
use vuon_registry::forms::{Answers, MemberAnswers, known_variables};
use vuon_registry::grievances::NewGrievance;
use vuon_registry::households::Member;
use vuon_registry::import::ImportFile;
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::{NewDecision, NewMeeting, NewRound, Vote};
use vuon_registry::scope::{Actor, Role};
use vuon_registry::{Desk, Register};

/// The list in force.
const LIST: &str = "vn-2026-04-30";
pub(super) const PROVINCE: &str = "11";
/// The standard of the lists and of the review.
pub(super) const PACK: &str = "vn-2022-2026";

/// A commune, and how far its review is.
pub(super) struct Commune {
    pub code: &'static str,
    pub officer: &'static str,
    pub chair: &'static str,
    pub enumerator: &'static str,
    households: usize,
}

/// Mường Lay is amid its review; Na Sang surveys; Mường Tùng has not begun; Pa Ham is done.
pub(super) const COMMUNES: [Commune; 4] = [
    Commune { code: "03151", officer: "officer", chair: "chair", enumerator: "surveyor", households: 260 },
    Commune { code: "03172", officer: "officer2", chair: "chair2", enumerator: "surveyor2", households: 240 },
    Commune { code: "03181", officer: "officer3", chair: "chair3", enumerator: "surveyor3", households: 180 },
    Commune { code: "03193", officer: "officer4", chair: "chair4", enumerator: "surveyor4", households: 60 },
];

pub(super) const HAMLETS: [&str; 6] =
    ["Bản Co Muông", "Bản Huổi Hạ", "Bản Hua Pàn", "Bản Nà Mạ", "Bản Nậm Pẻ", "Bản Pa Sáng"];

/// What a build has at hand.
pub(super) struct Building<'r> {
    pub register: &'r Register,
    program: std::sync::Arc<Program>,
    /// What the register answers itself.
    known: BTreeSet<String>,
    secrets: BTreeMap<String, String>,
    submissions: u32,
}

/// Fills a register. `day` is the day on which people will first look at it.
pub async fn build(register: &Register, day: Date) -> Result<()> {
    let clock = register.clock();
    let program = register.program(PACK)?;
    let known = known_variables(&program).into_iter().collect();
    let mut building = Building { register, program, known, secrets: BTreeMap::new(), submissions: 0 };

    clock.stand(date(2025, 3, 3));
    let operator = register.desk(Actor::operator());
    operator.set("demo", "1").await?;
    operator.load_areas(LIST).await?;
    operator.set("area_list", LIST).await?;
    let mut people = Vec::new();
    for commune in &COMMUNES {
        building.accounts(commune).await?;
        let own = building.people(commune)?;
        building.list(commune, &own, 2024).await?;
        people.push(own);
    }
    building.people_above().await?;
    building.enumerator_of_a_hamlet().await?;
    operator.set("demo_secrets", &serde_json::to_string(&building.secrets)?).await?;
    building.last_year(&people[REVIEWED]).await.context("the year before")?;

    clock.stand(date(2026, 8, 20));
    for (commune, own) in COMMUNES.iter().zip(&people) {
        building.list(commune, own, 2025).await?;
    }
    building.long_escaped().await.context("a household that left the list long ago")?;
    building.support().await.context("support")?;

    clock.stand(date(2026, 9, 10));
    let mut rounds = Vec::new();
    for commune in &COMMUNES {
        let new = NewRound {
            commune: area(commune.code),
            kind: "annual".into(),
            year: 2026,
            pack: PACK.into(),
            method: Some("income".into()),
        };
        let desk = building.desk(commune.officer).await?;
        rounds.push(desk.open_round(&new).await.with_context(|| format!("a round in {}", commune.code))?);
    }

    // Pa Ham goes through all of it.
    let (commune, round, all) = (&COMMUNES[3], &rounds[3], &people[3]);
    clock.stand(date(2026, 9, 16));
    building.survey(commune, round, all, |_, _| true).await?;
    clock.stand(date(2026, 9, 24));
    for hamlet in HAMLETS {
        building.meeting(commune, round, hamlet, 0).await?;
    }
    let officer = building.desk(commune.officer).await?;
    officer.post_list(round, None, "Trụ sở UBND xã").await?;
    clock.stand(date(2026, 10, 6));
    let chair = building.desk(commune.chair).await?;
    let cases = chair.ready_to_decide(round).await?;
    let decision = NewDecision { number: "01/QĐ-UBND (giả lập)".into(), effective: None, cases };
    chair.decide(round, &decision).await?;
    chair.issue_certificates(round).await?;

    // Na Sang surveys two hamlets.
    clock.stand(before(day, 12)?);
    building.survey(&COMMUNES[1], &rounds[1], &people[1], |hamlet, _| hamlet < 2).await?;

    // Mường Lay: three hamlets surveyed and a half; the first waits for the chair's decision, of the second all but one
    // household are posted and one complains, another complaint came from the public, the third waits for its meeting.
    let (commune, round, all) = (&COMMUNES[0], &rounds[0], &people[0]);
    building.survey(commune, round, all, |hamlet, number| hamlet < 3 || (hamlet == 3 && number % 2 == 0)).await?;
    let officer = building.desk(commune.officer).await?;
    clock.stand(before(day, 10)?);
    building.meeting(commune, round, HAMLETS[0], 0).await?;
    // Three working days are over before `day`, whatever weekday that is.
    clock.stand(before(day, 8)?);
    let first = building.hamlet(&officer, commune, HAMLETS[0]).await?;
    officer.post_list(round, Some(&first), "Nhà văn hóa bản").await?;
    clock.stand(before(day, 4)?);
    building.meeting(commune, round, HAMLETS[1], 1).await?;
    clock.stand(before(day, 1)?);
    let second = building.hamlet(&officer, commune, HAMLETS[1]).await?;
    officer.post_list(round, Some(&second), "Nhà văn hóa bản").await?;
    let posted = building.cases(&officer, round, Some(&second), Some(CaseState::Posted)).await?;
    let complained = posted.iter().find(|case| case.status.as_deref() != Some("poor")).or(posted.first());
    if let Some(case) = complained {
        let complaint = NewComplaint {
            kind: ComplaintKind::WrongData,
            text: "Gia đình cho rằng nhà ở và nguồn nước chưa được ghi đúng, đề nghị phúc tra. (giả lập)".into(),
            received_on: None,
        };
        officer.complain(&case.id, &complaint).await?;
    }
    // Somebody complains without an account.
    let grievance = NewGrievance {
        commune: area(commune.code),
        kind: ComplaintKind::WronglyOut,
        text: "Nhà tôi vừa bị sập bếp vì mưa lũ mà không có tên trong danh sách. (giả lập)".into(),
        household: "Hộ nhà tôi, ở bản gần suối (giả lập)".into(),
        contact: "0900 000 000 (giả lập)".into(),
    };
    officer.register().desk(Actor::public()).file_grievance(&grievance, "a sending of the demonstration").await?;
    Ok(())
}

pub(super) fn area(code: &str) -> String {
    format!("{LIST}:{code}")
}

fn before(day: Date, days: i64) -> Result<Date> {
    day.checked_sub(Span::new().days(days)).context("a day before")
}

impl Building<'_> {
    /// The desk of an account. Who decides has given the second factor.
    pub(super) async fn desk(&self, login: &str) -> Result<Desk> {
        let mut actor = self.register.sign_in(login, PASSWORD).await.with_context(|| login.to_owned())?.signed_in.actor;
        actor.strong = actor.role.needs_second_factor();
        Ok(self.register.desk(actor))
    }

    async fn account(
        &mut self,
        login: &str,
        name: &str,
        role: Role,
        area: Option<String>,
        hamlet: Option<String>,
    ) -> Result<()> {
        let operator = self.register.desk(Actor::operator());
        let new = NewAccount { login: login.into(), name: name.into(), role, area, hamlet, password: PASSWORD.into() };
        operator.add_account(&new).await?;
        if role.needs_second_factor() {
            let desk = self.desk(login).await?;
            let secret = desk.new_second_factor().await?.secret;
            desk.confirm_second_factor(&secret, &code_of(self.register, &secret)?).await?;
            self.secrets.insert(login.into(), secret);
        }
        Ok(())
    }

    /// A commune's officer, chair and enumerator.
    async fn accounts(&mut self, commune: &Commune) -> Result<()> {
        let roles = [
            (commune.officer, Role::CommuneOfficer, "Cán bộ mẫu (giả lập)"),
            (commune.chair, Role::CommuneChair, "Chủ tịch mẫu (giả lập)"),
            (commune.enumerator, Role::Enumerator, "Rà soát viên mẫu (giả lập)"),
        ];
        for (login, role, name) in roles {
            let name = USERS.iter().find(|user| user.login == login).map_or(name, |user| user.name);
            self.account(login, name, role, Some(area(commune.code)), None).await?;
        }
        Ok(())
    }

    /// Those above the communes.
    async fn people_above(&mut self) -> Result<()> {
        let above = [Role::Province, Role::Ministry, Role::Auditor, Role::Administrator];
        for user in USERS.iter().filter(|user| above.contains(&user.role)) {
            let reach = (user.role == Role::Province).then(|| area(PROVINCE));
            self.account(user.login, user.name, user.role, reach, None).await?;
        }
        Ok(())
    }

    async fn enumerator_of_a_hamlet(&mut self) -> Result<()> {
        let operator = self.register.desk(Actor::operator());
        let hamlet = self.hamlet(&operator, &COMMUNES[0], HAMLETS[3]).await?;
        let user = USERS.iter().find(|user| user.role == Role::Enumerator).context("an enumerator")?;
        self.account(user.login, user.name, user.role, Some(area(COMMUNES[0].code)), Some(hamlet)).await
    }

    pub(super) async fn hamlet(&self, desk: &Desk, commune: &Commune, name: &str) -> Result<String> {
        let hamlets = desk.hamlets(&area(commune.code)).await?;
        let found = hamlets.into_iter().find(|hamlet| hamlet.name == name);
        found.map(|hamlet| hamlet.id).with_context(|| format!("the hamlet {name}"))
    }

    /// Makes a commune's people.
    fn people(&self, commune: &Commune) -> Result<Vec<Household>> {
        let on = Day::from_date(date(2026, 9, 10));
        people::of_commune(&self.program, commune.code, commune.households, HAMLETS.len(), on)
    }

    /// Brings the list of the end of a year in, as the commune's officer does. Whom the register reviewed within the year
    /// is on no list that is brought in.
    async fn list(&self, commune: &Commune, people: &[Household], year: i16) -> Result<()> {
        let officer = self.desk(commune.officer).await?;
        let place = if year == 2024 { 1 } else { 0 };
        let reviewed = |household: &&Household| place == 0 && is_reviewed(commune, household);
        let listed: Vec<&Household> = people.iter().filter(|household| !reviewed(household)).collect();
        let bytes = self.csv(&listed, place)?;
        let name = format!("danh-sach-{year}-gia-lap.csv");
        let commune = area(commune.code);
        let file = ImportFile {
            name: &name,
            bytes: &bytes,
            commune: &commune,
            standard: PACK,
            status: "poor",
            valid_from: date(year, 12, 31),
            complete: false,
        };
        let plan = officer.plan_import(&file).await?;
        if let Some(problem) = plan.problems.first() {
            return Err(anyhow!("{name}: {} {}: {}", problem.row, problem.column, problem.message[1]));
        }
        officer.run_import(&file, &plan.plan).await?;
        Ok(())
    }

    /// A list as communes have them.
    fn csv(&self, people: &[&Household], list: usize) -> Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record([
            "Mã hộ",
            "Thôn, bản",
            "Họ và tên",
            "Quan hệ với chủ hộ",
            "Giới tính",
            "Ngày sinh",
            "Dân tộc",
            "Kết quả rà soát",
        ])?;
        let label = |list: &str, id: &str| {
            let choices = &self.program.pack.questionnaire.choices;
            let options = choices.iter().find(|choices| choices.id.value == list).map(|choices| &choices.options);
            let option = options.and_then(|options| options.iter().find(|option| option.id.value == id));
            option.map_or(id.to_owned(), |option| option.label.get(Language::Vi).to_owned())
        };
        let until = if list == 0 { "2026" } else { "2025" };
        for household in people {
            let Some(status) = household.before[list] else { continue };
            for member in household.members.iter().filter(|member| member.says("birth_date") < until) {
                writer.write_record([
                    &household.code,
                    HAMLETS[household.hamlet],
                    &member.name,
                    &label("relation", member.says("relation")),
                    &label("sex", member.says("sex")),
                    member.says("birth_date"),
                    &label("ethnicity", member.says("ethnicity")),
                    status,
                ])?;
            }
        }
        Ok(writer.into_inner()?)
    }

    /// The cases of a round, of a hamlet and in a state where given.
    pub(super) async fn cases(
        &self,
        desk: &Desk,
        round: &str,
        hamlet: Option<&str>,
        state: Option<CaseState>,
    ) -> Result<Vec<CaseRow>> {
        let filter =
            CaseFilter { round: Some(round.into()), hamlet: hamlet.map(str::to_owned), state, ..CaseFilter::default() };
        let mut page = PageRequest { after: None, limit: PageRequest::MOST };
        let mut cases = Vec::new();
        loop {
            let found = desk.cases(&filter, &page).await?;
            cases.extend(found.rows);
            page.after = found.next;
            if page.after.is_none() {
                return Ok(cases);
            }
        }
    }

    /// Surveys the households that `chosen` chooses by hamlet and number, as the commune's enumerator.
    pub(super) async fn survey(
        &mut self,
        commune: &Commune,
        round: &str,
        people: &[Household],
        chosen: impl Fn(usize, usize) -> bool,
    ) -> Result<()> {
        let desk = self.desk(commune.enumerator).await?;
        let by_code: HashMap<&str, (usize, &Household)> = people
            .iter()
            .enumerate()
            .map(|(number, household)| (household.code.as_str(), (number, household)))
            .collect();
        for case in self.cases(&desk, round, None, Some(CaseState::Survey)).await? {
            let view = desk.household(&case.household).await?;
            let Some((number, household)) = by_code.get(view.row.code.as_str()) else { continue };
            if !chosen(household.hamlet, *number) {
                continue;
            }
            self.sign(&desk, &case, household, view.members, AnswersReason::Survey).await?;
        }
        Ok(())
    }

    /// Signs what a household answers.
    pub(super) async fn sign(
        &mut self,
        desk: &Desk,
        case: &CaseRow,
        household: &Household,
        mut there: Vec<Member>,
        reason: AnswersReason,
    ) -> Result<()> {
        let members = household.members.iter().filter_map(|member| {
            let place = there.iter().position(|person| person.name == member.name)?;
            Some(MemberAnswers { person: there.remove(place).person, answers: self.asked(&member.answers) })
        });
        let answers = Answers { household: self.asked(&household.answers), members: members.collect() };
        self.submissions += 1;
        let submission = format!("demo-{}-{:05}", household.code, self.submissions);
        desk.sign_answers(&case.id, case.version, &answers, reason, &submission)
            .await
            .with_context(|| format!("the form of {}", household.code))?;
        Ok(())
    }

    /// The answers to what is asked, without what the register knows.
    fn asked(&self, answers: &Written) -> Written {
        answers.iter().filter(|(id, _)| !self.known.contains(*id)).map(|(id, a)| (id.clone(), a.clone())).collect()
    }

    /// A village meeting that agrees to all results but some.
    pub(super) async fn meeting(&self, commune: &Commune, round: &str, hamlet: &str, not_agreed: usize) -> Result<()> {
        let officer = self.desk(commune.officer).await?;
        let id = self.hamlet(&officer, commune, hamlet).await?;
        let waiting = self.cases(&officer, round, Some(&id), Some(CaseState::Meeting)).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let (invited, present) = (64, 52);
        let agrees = |place: usize| if place < not_agreed { 17 } else { present - (place as i64 % 5) };
        let votes =
            waiting.iter().enumerate().map(|(place, case)| Vote { case: case.id.clone(), agree: agrees(place) });
        let meeting = NewMeeting {
            hamlet: id,
            held_on: self.register.clock().today(),
            invited,
            present,
            chair: "Trưởng bản (giả lập)".into(),
            secretary: "Thư ký cuộc họp (giả lập)".into(),
            notes: "Họp tại nhà văn hóa bản; kết quả từng hộ được đọc và biểu quyết. (giả lập)".into(),
            votes: votes.collect(),
        };
        officer.hold_meeting(round, &meeting).await.with_context(|| format!("the meeting of {hamlet}"))?;
        Ok(())
    }
}
