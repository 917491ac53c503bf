//! A short year that is over, so that the public's window tells of more than lists: capital shared among the communes,
//! production support paid in Na Sang, a project of one of its hamlets, and a review within the year in Pa Ham in which
//! households complained and were answered in time.
//!
//! Counts from 1 to 4 are hidden in the public's window: there are a few more of each, or it would show that they are hidden
//! and nothing else.

use super::build::{Building, COMMUNES, Commune, HAMLETS, PACK, area};
use super::people::Household;
use super::support::{GROUP, Offices, PRODUCTION};
use anyhow::{Context, Result};
use jiff::civil::{Date, date};
use std::collections::HashMap;
use vuon_policy::program::UNDETERMINED;
use vuon_programme::agreements::{NewAgreement, Recipient};
use vuon_programme::proposals::{NewProposal, Proposal, Step, StepTaken};
use vuon_programme::records::Kept;
use vuon_registry::cases::{
    AnswersReason, CaseReason, CaseState, ComplaintAnswer, ComplaintKind, ComplaintOutcome, NewComplaint,
};
use vuon_registry::households::HouseholdFilter;
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::{NewDecision, NewRound};

/// The commune of the review, by its place: Pa Ham.
pub(super) const REVIEWED: usize = 3;
/// Its hamlets in which households asked to be reviewed, by their places.
const ASKING: usize = 2;
const YEAR: i16 = 2025;
/// How many households are paid, and how many complain.
const FEW: usize = 6;

/// Whether a household asked to be reviewed: one of the list of 2024.
pub(super) fn is_reviewed(commune: &Commune, household: &Household) -> bool {
    commune.code == COMMUNES[REVIEWED].code && household.hamlet < ASKING && household.before[1].is_some()
}

impl Building<'_> {
    /// The story of the year; `people` are those of the commune of the review.
    pub(super) async fn last_year(&mut self, people: &[Household]) -> Result<()> {
        self.register.clock().stand(date(YEAR, 3, 10));
        let offices = self.offices(&COMMUNES[1]).await?;
        let document = "Quyết định giả lập số 01/2025";
        offices.allocate(YEAR, 320_000_000, document, ["20.5", "34", "38.5", "29"]).await.context("capital")?;
        offices.first_project(self, document).await.context("a project")?;
        let agreements = offices.agree().await.context("agreements")?;
        self.paid(&offices, &agreements, date(YEAR, 3, 28), "signed", "signature").await?;
        self.paid(&offices, &agreements, date(YEAR, 5, 12), "stock_bought", "receipt").await?;
        self.reviewed(people).await.context("a review within the year")?;
        self.paid(&offices, &agreements, date(YEAR, 10, 20), "kept_a_season", "visit").await
    }

    async fn paid(&self, offices: &Offices, ids: &[String], on: Date, part: &str, evidence: &str) -> Result<()> {
        self.register.clock().stand(on);
        offices.paid_but(0, ids, part, evidence).await.with_context(|| format!("the part {part}"))
    }

    /// Households of the list ask to be reviewed within the year; some complain about what was posted.
    async fn reviewed(&mut self, people: &[Household]) -> Result<()> {
        let (commune, clock) = (&COMMUNES[REVIEWED], self.register.clock());
        clock.stand(date(YEAR, 6, 16));
        let (officer, chair) = (self.desk(commune.officer).await?, self.desk(commune.chair).await?);
        let new = NewRound {
            commune: area(commune.code),
            kind: "in_year".into(),
            year: YEAR.into(),
            pack: PACK.into(),
            method: Some("income".into()),
        };
        let round = officer.open_round(&new).await?;
        for hamlet in &HAMLETS[..ASKING] {
            let hamlet = Some(self.hamlet(&officer, commune, hamlet).await?);
            let of_hamlet = HouseholdFilter { hamlet, ..HouseholdFilter::default() };
            let page = PageRequest { after: None, limit: PageRequest::MOST };
            for household in officer.households(&of_hamlet, &page).await?.rows {
                officer.list_case(&round, &household.id, CaseReason::Requested, Some(clock.today())).await?;
            }
        }
        self.survey(commune, &round, people, |_, _| true).await?;
        // Of whom the answers do not say what they are, the list of the year before goes on.
        for case in self.cases(&officer, &round, None, None).await? {
            if case.status.as_deref() == Some(UNDETERMINED) {
                officer.withdraw_case(&case.id, case.version, "chưa đủ căn cứ (giả lập)").await?;
            }
        }
        clock.stand(date(YEAR, 6, 20));
        for hamlet in &HAMLETS[..ASKING] {
            self.meeting(commune, &round, hamlet, 0).await?;
        }
        clock.stand(date(YEAR, 6, 23));
        officer.post_list(&round, None, "Trụ sở UBND xã").await?;
        clock.stand(date(YEAR, 6, 24));
        self.complaints(commune, &round, people).await.context("complaints")?;
        clock.stand(date(YEAR, 6, 30));
        let cases = chair.ready_to_decide(&round).await?;
        let decision = NewDecision { number: "01/2025/QĐ-UBND (giả lập)".into(), effective: None, cases };
        chair.decide(&round, &decision).await?;
        chair.issue_certificates(&round).await?;
        Ok(officer.close_round(&round).await?)
    }

    /// Each is checked again on the next day, found as it was, and told so.
    async fn complaints(&mut self, commune: &Commune, round: &str, people: &[Household]) -> Result<()> {
        let (officer, enumerator) = (self.desk(commune.officer).await?, self.desk(commune.enumerator).await?);
        let by_code: HashMap<&str, &Household> = people.iter().map(|own| (own.code.as_str(), own)).collect();
        let posted = self.cases(&officer, round, None, Some(CaseState::Posted)).await?;
        let complaint = NewComplaint {
            kind: ComplaintKind::WrongData,
            text: "Gia đình đề nghị xem lại diện tích nhà ở. (giả lập)".into(),
            received_on: None,
        };
        let mut received = Vec::new();
        for case in posted.into_iter().take(FEW) {
            received.push((officer.complain(&case.id, &complaint).await?, case));
        }
        self.register.clock().stand(date(YEAR, 6, 25));
        for (id, case) in received {
            let view = officer.household(&case.household).await?;
            let household = *by_code.get(view.row.code.as_str()).context("a household of the commune")?;
            self.sign(&enumerator, &case, household, view.members, AnswersReason::Recheck).await?;
            let answer = ComplaintAnswer {
                outcome: ComplaintOutcome::Confirmed,
                text: "Đã đo lại nhà ở cùng gia đình; kết quả giữ nguyên. (giả lập)".into(),
            };
            officer.answer_complaint(&id, &answer, None).await?;
        }
        Ok(())
    }
}

impl Offices {
    /// Some entitled households agree on production support; the chair approves.
    async fn agree(&self) -> Result<Vec<String>> {
        let rows = self.officer.entitled_in(&self.commune).await?;
        let entitled = rows.into_iter().filter(|row| row.entitled.iter().any(|scheme| scheme == PRODUCTION));
        let new = entitled.take(FEW).map(|row| NewAgreement {
            scheme: PRODUCTION.into(),
            recipient: Recipient::Household(row.household),
            year: YEAR,
            purpose: "nuôi dê sinh sản (giả lập)".into(),
            amount: 9_000_000,
            things: None,
            own_share: 1_080_000,
            from: self.officer.desk().today(),
            due: vec![date(YEAR, 3, 31), date(YEAR, 5, 30), date(YEAR, 10, 31)],
            plan: None,
        });
        let ids = self.officer.draw_up_all(&self.commune, &new.collect::<Vec<_>>()).await?;
        let seen: Vec<(String, i64)> = ids.iter().map(|id| (id.clone(), 1)).collect();
        self.chair.approve(&self.commune, &seen).await?;
        Ok(ids)
    }

    /// A project of a hamlet, from the call to the approval.
    async fn first_project(&self, building: &Building<'_>, document: &str) -> Result<()> {
        self.province.receive_capital(&self.commune, GROUP, YEAR, 60_000_000, document).await?;
        let hamlet = building.hamlet(self.officer.desk(), &COMMUNES[1], HAMLETS[0]).await?;
        let new = NewProposal {
            commune: self.commune.clone(),
            hamlet,
            scheme: GROUP.into(),
            title: "Trồng cỏ nuôi dê theo nhóm hộ (giả lập)".into(),
            model: "nuôi dê sinh sản".into(),
            group: None,
        };
        let id = self.officer.call_for_project(&new).await?;
        let on = building.register.clock().today();
        let called: Kept<Proposal> = self.officer.one(&id).await?;
        let steps = [
            StepTaken::Disseminated { on, how: "họp bản, loa truyền thanh (giả lập)".into() },
            StepTaken::Met { on, present: called.thing.households, agreed: called.thing.households },
            StepTaken::Planned {
                on,
                plan: "Mua dê giống, trồng cỏ, tập huấn thú y (giả lập)".into(),
                budget: 60_000_000,
                own_share: 12_000_000,
                from: date(YEAR, 4, 1),
                until: date(2028, 3, 31),
                group: None,
            },
            StepTaken::Appraised { on, opinion: "Đủ điều kiện (giả lập)".into() },
            StepTaken::Approved { on, number: "01/2025/QĐ-UBND (giả lập)".into() },
        ];
        for step in steps {
            let kept: Kept<Proposal> = self.officer.one(&id).await?;
            let office = if step.step() == Step::Approved { &self.chair } else { &self.officer };
            office.take_step(&id, kept.version, &step).await?;
        }
        Ok(())
    }
}
