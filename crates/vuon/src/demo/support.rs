//! The demonstration's story of support, in Mường Lay and its province: capital allocated by the example's formula, two
//! schemes ranked, agreements in parts, a loan whose repayment is late, a group with its project and fund, a household whose
//! window ends soon. All of it under the example pack, whose amounts are made up and say so.

use super::build::{Building, COMMUNES, Commune, HAMLETS, PACK, PROVINCE, area};
use anyhow::{Context, Result};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use vuon_programme::Office;
use vuon_programme::agreements::{Agreement, EvidenceGiven, NewAgreement, Recipient};
use vuon_programme::budgets::{Allocation, NewAllocation};
use vuon_programme::groups::{Group, GroupMember, NewGroup, NewLoan};
use vuon_programme::payments::AnswerRow;
use vuon_programme::proposals::{NewProposal, Proposal, Step, StepTaken};
use vuon_programme::ranking::Quota;
use vuon_programme::ranks::AreaRanking;
use vuon_programme::records::Kept;
use vuon_programme::repayment::{Part, Plan};
use vuon_programme::support_pack::choose;
use vuon_registry::import::ImportFile;
use vuon_registry::scope::Actor;

/// The pack of the demonstration's support.
const EXAMPLE: &str = "example-province";
pub(super) const PRODUCTION: &str = "production_support";
pub(super) const GROUP: &str = "production_group";
const CREDIT: &str = "preferential_credit_poor";
/// The year of the capital.
const YEAR: i16 = 2026;

/// The offices of a commune, and of its province.
pub(super) struct Offices {
    pub commune: String,
    pub officer: Office,
    pub chair: Office,
    pub province: Office,
}

impl Building<'_> {
    /// A household that was poor until December 2023: its 36 months end soon after people first look at it.
    pub(super) async fn long_escaped(&self) -> Result<()> {
        let officer = self.desk(COMMUNES[0].officer).await?;
        let commune = area(COMMUNES[0].code);
        for (year, status, until) in [(2022, "Hộ nghèo", "poor"), (2023, "Hộ có mức sống trung bình", "average")]
        {
            let head = "Mã hộ,Thôn bản,Họ và tên,Quan hệ với chủ hộ,Giới tính,Ngày sinh,Dân tộc,Kết quả rà soát\n";
            let member = |name: &str, relation: &str, sex: &str, born: &str| {
                format!("ML-900,{},{name},{relation},{sex},{born},Thái,{status}\n", HAMLETS[0])
            };
            let text = [
                head.to_owned(),
                member("Lường Văn Mẫu", "Chủ hộ", "Nam", "12/03/1979"),
                member("Cà Thị Mẫu", "Vợ hoặc chồng", "Nữ", "02/07/1982"),
            ]
            .concat();
            let file = ImportFile {
                name: &format!("danh-sach-{year}-gia-lap.csv"),
                bytes: text.as_bytes(),
                commune: &commune,
                standard: PACK,
                status: until,
                valid_from: date(year, 12, 15),
                complete: false,
            };
            let plan = officer.plan_import(&file).await?;
            if let Some(problem) = plan.problems.first() {
                anyhow::bail!("{}: {} {}: {}", file.name, problem.row, problem.column, problem.message[1]);
            }
            officer.run_import(&file, &plan.plan).await?;
        }
        Ok(())
    }

    /// Where support is decided: all of it under the example pack.
    pub(super) async fn offices(&self, commune: &Commune) -> Result<Offices> {
        choose(&self.register.desk(Actor::operator()), Some(EXAMPLE)).await?;
        let office = async |login: &str| -> Result<Office> { Ok(Office::of(self.desk(login).await?).await?) };
        Ok(Offices {
            commune: area(commune.code),
            officer: office(commune.officer).await?,
            chair: office(commune.chair).await?,
            province: office("province").await?,
        })
    }

    /// The story, in the weeks before the review begins.
    pub(super) async fn support(&self) -> Result<()> {
        let clock = self.register.clock();
        let offices = self.offices(&COMMUNES[0]).await?;
        offices.capital().await.context("capital")?;
        clock.stand(date(2026, 8, 24));
        offices.loan().await.context("a loan")?;
        offices.ranked().await.context("rankings")?;
        let group = offices.group().await.context("a group")?;
        clock.stand(date(2026, 8, 28));
        offices.project(&group, self).await.context("a project")?;
        offices.fund(&group).await.context("a group's fund")?;
        clock.stand(date(2026, 9, 4));
        offices.first_parts().await.context("first parts")
    }
}

impl Offices {
    /// The province's capital among the demonstration's communes, and what the bank and the group's scheme have.
    async fn capital(&self) -> Result<()> {
        let document = "Quyết định giả lập số 01/2026";
        for (scheme, amount) in [(CREDIT, 200_000_000), (GROUP, 160_000_000)] {
            self.province.receive_capital(&self.commune, scheme, YEAR, amount, document).await?;
        }
        self.allocate(YEAR, 900_000_000, document, ["18.5", "32", "36.5", "27"]).await
    }

    /// The province's capital of a year for production, shared among the communes by the example's formula. `rates` are the
    /// poverty rates of the communes.
    pub(super) async fn allocate(&self, year: i16, amount: i64, document: &str, rates: [&str; 4]) -> Result<()> {
        let province = area(PROVINCE);
        self.province.receive_capital(&province, PRODUCTION, year, amount, document).await?;
        // What the register does not know is entered: made up, as all here, the rate among all households too.
        let told = |rate: &str| {
            [("border_commune", "0"), ("transfers", "0.9"), ("poor_rate", rate)]
                .map(|(figure, value)| (figure.to_owned(), value.to_owned()))
                .into()
        };
        let figures = COMMUNES.iter().zip(rates).map(|(commune, rate)| (area(commune.code), told(rate))).collect();
        let new = NewAllocation {
            unit: Some(province),
            scheme: PRODUCTION.into(),
            year,
            formula: "to_communes".into(),
            amount,
            figures_of: self.officer.desk().today(),
            units: COMMUNES.iter().map(|commune| area(commune.code)).collect(),
            figures,
            coefficients: BTreeMap::new(),
        };
        let id = self.province.draft_allocation(&new).await?;
        let draft: Kept<Allocation> = self.province.allocation(&id).await?;
        Ok(self.province.decide_allocation(&id, draft.version).await?)
    }

    /// A loan of August, the first half of which was to come back after the harvest, in October.
    async fn loan(&self) -> Result<()> {
        let rows = self.officer.entitled_in(&self.commune).await?;
        let household =
            rows.iter().find(|row| row.entitled.iter().any(|scheme| scheme == CREDIT)).context("a household")?;
        let half = |due: Date| Part { due, amount: 10_000_000 };
        let new = NewAgreement {
            scheme: CREDIT.into(),
            recipient: Recipient::Household(household.household.clone()),
            year: YEAR,
            purpose: "mua trâu sinh sản (giả lập)".into(),
            amount: 20_000_000,
            things: None,
            own_share: 0,
            from: self.officer.desk().today(),
            due: vec![date(2026, 9, 15)],
            plan: Some(Plan::Seasonal(vec![half(date(2026, 10, 15)), half(date(2027, 5, 15))])),
        };
        let id = self.officer.draw_up(&new).await?;
        self.chair.approve(&self.commune, &[(id.clone(), 1)]).await?;
        self.paid(&[id], "whole", "signature").await
    }

    /// Two rankings: production for what the capital is enough for, loans for ten places. Those within the first get
    /// agreements; the chair has approved most of them.
    async fn ranked(&self) -> Result<()> {
        let ranking = async |scheme: &str, quota| -> Result<Kept<AreaRanking>> {
            let id = self.officer.rank_area(&self.commune, scheme, YEAR, quota).await?;
            Ok(self.officer.one(&id).await?)
        };
        let loans = ranking(CREDIT, Quota::Places(10)).await?;
        self.chair.approve_ranking(&loans.id, loans.version).await?;
        let production = ranking(PRODUCTION, Quota::Places(12)).await?;
        self.chair.approve_ranking(&production.id, production.version).await?;
        let within = self.officer.not_served(&production.id, &self.commune).await?.into_iter();
        let new = within.map(|recipient| NewAgreement {
            scheme: PRODUCTION.into(),
            recipient,
            year: YEAR,
            purpose: "nuôi bò, trồng cỏ (giả lập)".into(),
            amount: 10_000_000,
            things: None,
            own_share: 1_200_000,
            from: self.officer.desk().today(),
            due: vec![date(2026, 9, 15), date(2026, 11, 5), date(2027, 6, 30)],
            plan: None,
        });
        let ids = self.officer.draw_up_all(&self.commune, &new.collect::<Vec<_>>()).await?;
        let seen: Vec<(String, i64)> = ids.into_iter().take(9).map(|id| (id, 1)).collect();
        Ok(self.chair.approve(&self.commune, &seen).await?)
    }

    /// A group of six households of one hamlet, led by the Women's Union, certified.
    async fn group(&self) -> Result<String> {
        let rows = self.officer.entitled_in(&self.commune).await?;
        let hamlet = rows.iter().find_map(|row| row.hamlet.clone()).context("a hamlet")?;
        let new = NewGroup {
            commune: self.commune.clone(),
            hamlet: Some(hamlet.clone()),
            scheme: GROUP.into(),
            name: "Tổ phụ nữ nuôi lợn bản (giả lập)".into(),
            led_by: "organisation".into(),
            leader: "Chi hội Phụ nữ (giả lập)".into(),
        };
        let id = self.officer.new_group(&new).await?;
        let listed = |status: &str| matches!(status, "poor" | "near_poor");
        let members =
            rows.iter().filter(|row| row.hamlet.as_ref() == Some(&hamlet) && row.status.as_deref().is_some_and(listed));
        for row in members.take(6) {
            let view = self.officer.desk().household(&row.household).await?;
            let person = view.members.first().context("a member")?.person.clone();
            let kept: Kept<Group> = self.officer.one(&id).await?;
            let member = GroupMember { household: row.household.clone(), person };
            self.officer.join_group(&id, kept.version, &member).await?;
        }
        let kept: Kept<Group> = self.officer.one(&id).await?;
        self.chair.certify_group(&id, kept.version).await?;
        Ok(id)
    }

    /// The group's project, from the call to the approval.
    async fn project(&self, group: &str, building: &Building<'_>) -> Result<()> {
        let kept: Kept<Group> = self.officer.one(group).await?;
        let new = NewProposal {
            commune: self.commune.clone(),
            hamlet: kept.thing.at.hamlet.clone().context("a hamlet")?,
            scheme: GROUP.into(),
            title: "Nuôi lợn bản địa theo nhóm hộ (giả lập)".into(),
            model: "nuôi lợn bản địa".into(),
            group: Some(group.to_owned()),
        };
        let id = self.officer.call_for_project(&new).await?;
        let on = building.register.clock().today();
        let called: Kept<Proposal> = self.officer.one(&id).await?;
        let steps = [
            StepTaken::Disseminated { on, how: "họp bản, loa truyền thanh (giả lập)".into() },
            StepTaken::Met { on, present: called.thing.households, agreed: called.thing.households },
            StepTaken::Planned {
                on,
                plan: "Mua lợn giống bản địa, làm chuồng, tập huấn thú y (giả lập)".into(),
                budget: 180_000_000,
                own_share: 30_000_000,
                from: date(2026, 9, 1),
                until: date(2029, 8, 31),
                group: None,
            },
            StepTaken::Appraised { on, opinion: "Đủ điều kiện (giả lập)".into() },
            StepTaken::Approved { on, number: "02/QĐ-UBND (giả lập)".into() },
        ];
        for step in steps {
            let kept: Kept<Proposal> = self.officer.one(&id).await?;
            let office = if step.step() == Step::Approved { &self.chair } else { &self.officer };
            office.take_step(&id, kept.version, &step).await?;
        }
        Ok(())
    }

    /// The group's fund, and a loan of it to the first of its list.
    async fn fund(&self, group: &str) -> Result<()> {
        let new = NewAgreement {
            scheme: GROUP.into(),
            recipient: Recipient::Group(group.to_owned()),
            year: YEAR,
            purpose: "quỹ quay vòng nuôi lợn (giả lập)".into(),
            amount: 150_000_000,
            things: None,
            own_share: 30_000_000,
            from: self.officer.desk().today(),
            due: vec![date(2026, 9, 30)],
            plan: None,
        };
        let id = self.officer.draw_up(&new).await?;
        self.chair.approve(&self.commune, &[(id.clone(), 1)]).await?;
        self.paid(&[id], "whole", "signature").await?;
        let kept: Kept<Group> = self.officer.one(group).await?;
        let first = kept.thing.members.first().context("a member")?.household.clone();
        let plan = Plan::Regular { grace_months: 0, instalments: 2, every_months: 6 };
        self.chair
            .lend_from_group(
                group,
                kept.version,
                &NewLoan { household: first, amount: 50_000_000, in_things: false, plan },
            )
            .await?;
        Ok(())
    }

    /// Six of the agreements were signed and their first part is paid; one of them could not be paid.
    async fn first_parts(&self) -> Result<()> {
        let filter = vuon_programme::records::Filter {
            commune: Some(self.commune.clone()),
            scheme: Some(PRODUCTION.into()),
            state: Some("running".into()),
            ..Default::default()
        };
        let running: Vec<Kept<Agreement>> = self.officer.all(&filter).await?;
        let ids: Vec<String> = running.into_iter().take(6).map(|kept| kept.id).collect();
        self.paid(&ids, "signed", "signature").await
    }

    /// A part is paid; where there are several, the bank cannot pay the last.
    async fn paid(&self, ids: &[String], part: &str, evidence: &str) -> Result<()> {
        let fail = usize::from(ids.len() > 1);
        self.paid_but(fail, ids, part, evidence).await
    }

    /// Evidence, order, file and the bank's answer, by which the last ones could not be paid.
    pub(super) async fn paid_but(&self, fail: usize, ids: &[String], part: &str, evidence: &str) -> Result<()> {
        let on = self.officer.desk().today();
        let mut seen = Vec::new();
        for id in ids {
            let kept: Kept<Agreement> = self.officer.one(id).await?;
            let given =
                EvidenceGiven { kind: evidence.into(), on, reference: "hồ sơ lưu tại xã (giả lập)".into() };
            self.officer.reach_part(id, kept.version, part, &given).await?;
            seen.push((id.clone(), kept.version + 1));
        }
        self.chair.order_payments(&self.commune, &seen).await?;
        let file = self.officer.make_payment_file(&self.commune).await?;
        let lines = self.officer.payment_lines(&file).await?;
        let rows = lines.iter().enumerate().map(|(place, line)| {
            let paid = place + fail < lines.len();
            let note = if paid { String::new() } else { "sai số tài khoản (giả lập)".into() };
            AnswerRow { payment: line.payment.clone(), paid, amount: line.amount, on, note }
        });
        self.officer.take_answer(&file, &rows.collect::<Vec<_>>()).await?;
        Ok(())
    }
}
