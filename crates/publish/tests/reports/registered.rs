//! Papers filled from a register, and read back: a certificate's code, the papers of support.

use crate::common::{LIST, for_each_engine};
use crate::reader::{codes, looked_at, pages, text};
use crate::steps::{Picture, ask, decide, decided, meet, open, sign};
use crate::support::{CREDIT, GROUP, PRODUCTION, Support, production};
use jiff::civil::date;
use vuon_policy::model::Language;
use vuon_programme::agreements::{Agreement, NewAgreement, Recipient};
use vuon_programme::groups::{Group, GroupMember, NewGroup};
use vuon_programme::proposals::{NewProposal, Proposal, Step, StepTaken};
use vuon_programme::records::Kept;
use vuon_programme::repayment::{Plan, Repaid, Things};
use vuon_publish::briefing;
use vuon_publish::document::Templates;
use vuon_publish::papers::code::text_of;
use vuon_publish::papers::collect::{Papers, Printing};
use vuon_publish::papers::pdf;
use vuon_publish::papers::support::Supporting;
use vuon_publish::report::ReportError;
use vuon_publish::report::list::Supported;
use vuon_registry::RegistryError;
use vuon_registry::cases::AnswersReason;
use vuon_registry::rounds::{CertificateSeal, CertificateState};

fn set(name: &str, (sheets, pictures): &Papers) -> Vec<u8> {
    let pdf = pdf(&sheets[0].paper.title, sheets, pictures, &Templates::default()).unwrap();
    looked_at(name, &pdf);
    pdf
}

fn says(pdf: &[u8], wanted: &[&str]) {
    let Some(text) = text(pdf) else { return };
    // Lines may break anywhere.
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in wanted {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
}

#[tokio::test]
async fn another_reader_of_codes_reads_what_the_register_signed() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (round, case, _) = decided(world, &village, Picture::Poor).await;
        village.chair.issue_certificates(&round).await.unwrap();
        let key = world.register.public_key();
        for (public_url, name) in
            [(None, "certificate-text.pdf"), (Some("https://giamngheo.example.vn"), "certificate.pdf")]
        {
            let printing = Printing { desk: &village.officer, language: Language::Vi, public_url };
            let pdf = set(name, &printing.certificate(&case).await.unwrap());
            let Some((_folder, pages)) = pages(&pdf) else { return };
            assert_eq!(pages.len(), 1);
            let Some(codes) = codes(&pages[0]) else { return };
            assert_eq!(codes.len(), 1, "{codes:?}");
            let seal = CertificateSeal::of_code(&text_of(&codes[0]), &key).expect("the register signed it");
            assert_eq!((seal.status.as_str(), seal.commune.as_str()), ("poor", village.commune.as_str()));
            says(&pdf, &[&seal.head, &seal.number, "GIẤY CHỨNG NHẬN HỘ NGHÈO"]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_certificate_is_right_after_a_reform_of_the_areas() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (round, case, household) = decided(world, &village, Picture::Poor).await;
        village.chair.issue_certificates(&round).await.unwrap();
        let printing = Printing { desk: &village.officer, language: Language::Vi, public_url: None };
        let pdf = set("certificate-before-reform.pdf", &printing.certificate(&case).await.unwrap());

        let operator = world.operator();
        operator.load_areas("vn-2026-04-30").await.unwrap();
        world.clock.stand(date(2026, 5, 4));
        operator.reform(LIST, "vn-2026-04-30", false).await.unwrap();
        assert_ne!(
            operator.household(&household).await.unwrap().place.commune,
            village.commune,
            "it moved with its commune"
        );

        // The paper names the commune that gave it, and is right by the key alone and by the register.
        let Some((_folder, pages)) = pages(&pdf) else { return };
        let Some(codes) = codes(&pages[0]) else { return };
        let seal = CertificateSeal::of_code(&text_of(&codes[0]), &world.register.public_key());
        let seal = seal.expect("the register signed it");
        assert_eq!(seal.commune, village.commune);
        assert_eq!(world.register.certificate_state(&seal).await.unwrap(), CertificateState::Holds);
        let twin = CertificateSeal { number: "0099/2025".into(), ..seal };
        assert_eq!(world.register.certificate_state(&twin).await.unwrap(), CertificateState::Missing);
    })
    .await;
}

#[tokio::test]
async fn every_paper_of_a_round_is_set_in_both_languages() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu", "Lò Thị Bé"]).await;
        let round = open(officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
        let meeting = meet(&village, &round, 0, 30).await;
        let posting = officer.post_list(&round, None, "Nhà văn hóa bản").await.unwrap();
        world.clock.stand(date(2025, 9, 12));
        let decision = decide(&village.chair, &round, "01/QĐ-UBND", None).await;
        village.chair.issue_certificates(&round).await.unwrap();
        for (language, end) in [(Language::Vi, "vi"), (Language::En, "en")] {
            let printing = Printing { desk: officer, language, public_url: Some("https://giamngheo.example.vn") };
            let papers = [
                ("certificate", printing.certificate(&case).await, ["GIẤY CHỨNG NHẬN", "CERTIFICATE"]),
                ("decision", printing.decision(&round, &decision.id).await, ["Điều 1", "Article 1"]),
                ("posting", printing.posting(&posting).await, ["Niêm yết tại", "Posted at “Nhà văn hóa bản”"]),
                ("minutes", printing.minutes(&meeting).await, ["Bà con thống nhất", "“Bà con thống nhất.”"]),
                ("reasons", printing.reasons(&case).await, ["THÔNG BÁO", "NOTICE"]),
                ("form", printing.blank_form(&round).await, ["Chỉ hỏi", "Asked only"]),
                ("filled", printing.filled_form(&case).await, ["Lò Văn Mẫu", "Lò Văn Mẫu"]),
            ];
            let filled = set(&format!("filled-{end}.pdf"), &printing.filled_form(&case).await.unwrap());
            says(
                &filled,
                match language {
                    Language::Vi => {
                        &["12,5 m²", "1.000.000", "Ngày ký: 08/09/2025", "C. Kết quả theo phiếu", "Hộ nghèo"]
                    }
                    Language::En => &["12.5 m²", "1,000,000", "Signed on: 8 September 2025", "C. What the form says"],
                },
            );
            for (name, paper, wanted) in papers {
                let pdf = set(&format!("{name}-{end}.pdf"), &paper.unwrap());
                says(&pdf, &[wanted[usize::from(language == Language::En)]]);
            }
            // The items of this pack's form A were not read anywhere.
            for refused in [printing.blank_form_a(&round).await, printing.filled_form_a(&case).await] {
                assert!(matches!(refused, Err(ReportError::NotKnown(_))), "{refused:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_is_refused_before_the_decision_nor_on_answers_that_do_not_say() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        let printing = Printing { desk: &village.officer, language: Language::Vi, public_url: None };
        let paper = async || printing.reasons(&case).await.unwrap().0.remove(0).paper;

        sign(&village.enumerator, &case, Picture::NoEvidence, AnswersReason::Survey).await;
        let not_known = paper().await;
        assert!(not_known.title.starts_with("CHƯA XÁC ĐỊNH"), "{}", not_known.title);
        assert_eq!((not_known.mark.as_deref(), not_known.signers.len()), (Some("DỰ THẢO"), 0));

        sign(&village.enumerator, &case, Picture::Well, AnswersReason::Correction).await;
        let open = paper().await;
        assert!(open.title.contains("CHƯA QUYẾT ĐỊNH"), "{}", open.title);
        assert_eq!((open.mark.as_deref(), open.signers.len()), (Some("DỰ THẢO"), 0));

        meet(&village, &round, 0, 30).await;
        village.officer.post_list(&round, None, "Nhà văn hóa bản").await.unwrap();
        world.clock.stand(date(2025, 9, 12));
        decide(&village.chair, &round, "01/QĐ-UBND", None).await;
        let refusal = paper().await;
        assert!(refusal.title.contains("KHÔNG CÔNG NHẬN"), "{}", refusal.title);
        assert_eq!((refusal.mark, refusal.signers.len()), (None, 1));
    })
    .await;
}

/// In how many columns a household has support.
fn has(supported: &Supported, household: &str) -> usize {
    supported.columns(household).iter().filter(|has| **has == Some(true)).count()
}

#[tokio::test]
async fn an_agreement_stands_in_the_list_of_the_year_it_was_approved_in() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        support.capital(PRODUCTION, 50_000_000).await;
        world.clock.stand(date(2026, 2, 10));
        // The capital of 2025, agreed in 2026.
        let new = NewAgreement {
            from: date(2026, 2, 12),
            due: vec![date(2026, 3, 20), date(2026, 5, 30), date(2026, 6, 30)],
            ..production(&household, 10_000_000)
        };
        let id = support.officer.draw_up(&new).await.unwrap();
        let kept: Kept<Agreement> = support.officer.one(&id).await.unwrap();
        let commune = &support.village.commune;
        support.chair.approve(commune, &[(id, kept.version)]).await.unwrap();
        for (on, columns) in [(date(2025, 12, 31), 0), (date(2026, 2, 9), 0), (date(2026, 12, 31), 1)] {
            let supported = Supported::of(&support.officer, commune, on).await.unwrap();
            assert_eq!(has(&supported, &household), columns, "{on}");
            assert_eq!(
                supported.columns(&household)[0],
                None,
                "the State pays health insurance: the register does not know it"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_members_of_a_group_are_those_of_the_day_of_the_list() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let (officer, chair, commune) = (&support.officer, &support.chair, &support.village.commune);
        let new = NewGroup {
            commune: commune.clone(),
            hamlet: None,
            scheme: GROUP.into(),
            name: "Tổ nuôi bò Bản Mẫu Một".into(),
            led_by: "organisation".into(),
            leader: "Hội Phụ nữ (ví dụ)".into(),
        };
        let group = officer.new_group(&new).await.unwrap();
        let version = async || officer.one::<Group>(&group).await.unwrap().version;
        let mut households = Vec::new();
        for number in 1..=6 {
            let household = support.poor(world, &format!("Lò Văn {number}")).await;
            let person = support.village.officer.household(&household).await.unwrap().members[0].person.clone();
            let member = GroupMember { household: household.clone(), person };
            officer.join_group(&group, version().await, &member).await.unwrap();
            households.push(household);
        }
        chair.certify_group(&group, version().await).await.unwrap();
        approved_project(&support, &group).await;
        support.capital(GROUP, 60_000_000).await;
        let agreed = NewAgreement {
            scheme: GROUP.into(),
            recipient: Recipient::Group(group.clone()),
            due: vec![date(2025, 9, 20)],
            ..production(&households[0], 50_000_000)
        };
        let id = officer.draw_up(&agreed).await.unwrap();
        chair.approve(commune, &[(id, 1)]).await.unwrap();

        let approved = support.today();
        world.clock.stand(date(2025, 11, 3));
        officer.leave_group(&group, version().await, &households[5]).await.unwrap();
        for (on, of_the_last) in [(approved, 1), (date(2025, 11, 3), 0), (date(2025, 9, 1), 0)] {
            let supported = Supported::of(officer, commune, on).await.unwrap();
            assert_eq!(has(&supported, &households[5]), of_the_last, "{on}");
        }
        let today = Supported::of(officer, commune, support.today()).await.unwrap();
        assert_eq!(has(&today, &households[0]), 1);
    })
    .await;
}

/// A project of a group, from the call to the approval.
async fn approved_project(support: &Support, group: &str) {
    let new = NewProposal {
        commune: support.village.commune.clone(),
        hamlet: support.village.hamlets[0].clone(),
        scheme: GROUP.into(),
        title: "Nuôi bò sinh sản".into(),
        model: "nuôi bò sinh sản".into(),
        group: Some(group.to_owned()),
    };
    let id = support.officer.call_for_project(&new).await.unwrap();
    let (on, called) = (support.today(), support.officer.one::<Proposal>(&id).await.unwrap().thing.households);
    let steps = [
        StepTaken::Disseminated { on, how: "họp bản".into() },
        StepTaken::Met { on, present: called, agreed: called },
        StepTaken::Planned {
            on,
            plan: "nuôi bò sinh sản".into(),
            budget: 62_000_000,
            own_share: 12_000_000,
            from: on,
            until: date(2028, 8, 31),
            group: None,
        },
        StepTaken::Appraised { on, opinion: "đủ điều kiện".into() },
        StepTaken::Approved { on, number: "QĐ mẫu 1".into() },
    ];
    for step in steps {
        let version = support.officer.one::<Proposal>(&id).await.unwrap().version;
        let office = if step.step() == Step::Approved { &support.chair } else { &support.officer };
        office.take_step(&id, version, &step).await.unwrap();
    }
}

#[tokio::test]
async fn a_loan_has_its_agreement_receipt_and_statement() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        support.capital(CREDIT, 50_000_000).await;
        let new = NewAgreement {
            scheme: CREDIT.into(),
            recipient: Recipient::Household(household.clone()),
            own_share: 0,
            due: vec![date(2025, 9, 20)],
            plan: Some(Plan::Regular { grace_months: 0, instalments: 2, every_months: 6 }),
            ..production(&household, 36_500_000)
        };
        let id = support.officer.draw_up(&new).await.unwrap();
        let kept: Kept<Agreement> = support.officer.one(&id).await.unwrap();
        let (vi, en) = (printing(&support, Language::Vi), printing(&support, Language::En));
        let draft = vi.agreement(&id).await.unwrap();
        assert_eq!(draft.0[0].paper.mark.as_deref(), Some("DỰ THẢO"));
        set("draft.pdf", &draft);
        assert!(matches!(vi.statement(&household).await, Err(RegistryError::NotFound)), "nothing was agreed yet");

        support.chair.approve(&support.village.commune, &[(id.clone(), kept.version)]).await.unwrap();
        let kept = support.paid(&kept, "whole", "signature").await;
        world.clock.stand(date(2026, 3, 20));
        let repaid = Repaid { on: date(2026, 3, 20), amount: 10_000_000 };
        support.officer.repay(&id, kept.version, repaid, "12/BL").await.unwrap();

        let agreement = set("agreement-vi.pdf", &vi.agreement(&id).await.unwrap());
        says(
            &agreement,
            &[
                "THỎA THUẬN HỖ TRỢ",
                "Lò Văn Một",
                "36.500.000 đồng",
                "Ba mươi sáu triệu năm trăm nghìn đồng",
                "6,6%",
                "08/03/2026",
                "Đến hết ngày: 08/09/2026",
                "1.194.600",
                "BÊN NHẬN HỖ TRỢ",
                "XÃ MƯỜNG NHÉ",
                "Ngân hàng Chính sách xã hội cho vay.",
                "Người Mẫu commune_chair",
            ],
        );
        let agreement = set("agreement-en.pdf", &en.agreement(&id).await.unwrap());
        says(&agreement, &["On the ground of: “", "What it is for: “", "Người Mẫu commune_chair"]);
        let receipt = set("receipt-vi.pdf", &vi.receipt(&id, "12/BL").await.unwrap());
        says(&receipt, &["Số: 12/BL", "10.000.000 đồng", "Mười triệu đồng", "20/03/2026", "còn nợ gốc"]);
        says(&receipt, &["Trong đó trả lãi quá hạn", "Trong đó trả gốc", "(12 ngày)"]);
        let receipt = set("receipt-en.pdf", &en.receipt(&id, "12/BL").await.unwrap());
        says(&receipt, &["No.: 12/BL", "10,000,000 đồng", "Ten million đồng", "20 March 2026"]);
        assert!(matches!(vi.receipt(&id, "13/BL").await, Err(RegistryError::NotFound)));
        let statement = set("statement-vi.pdf", &vi.statement(&household).await.unwrap());
        says(&statement, &["BẢN KÊ HỖ TRỢ", "Lò Văn Một", "Đang hoàn trả", "36.500.000", "Hôm nay còn nợ gốc"]);
        set("statement-en.pdf", &en.statement(&household).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_briefing_is_two_pages_and_tells_what_it_does_not_know() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = support.village.commune.clone();
        let on = date(2025, 12, 31);
        let asked = |language| briefing::Asked { area: commune.clone(), on, language };
        let to_come = briefing::collect(&support.village.officer, &asked(Language::En)).await;
        assert!(to_come.unwrap_err().to_string().contains("a day to come"));
        let today = briefing::Asked { on: support.today(), ..asked(Language::En) };
        let refused = briefing::collect(&support.village.officer, &today).await;
        assert!(refused.unwrap_err().to_string().contains("has no list"));

        for name in ["Lò Văn Một", "Lò Văn Hai"] {
            support.poor(world, name).await;
        }
        support.household(world, &["Lò Văn Ba"], "near_poor", date(2024, 12, 31)).await;
        support.household(world, &["Lò Văn Bốn"], "poor", date(2025, 10, 1)).await;
        support.capital(CREDIT, 50_000_000).await;
        world.clock.stand(on);
        for (language, name, wanted) in [
            (
                Language::Vi,
                "briefing-vi.pdf",
                ["TÓM TẮT CHO BAN CHỈ ĐẠO", "31/12/2024", "1 hộ trở thành hộ nghèo trong năm", "Việc cần quyết định"],
            ),
            (
                Language::En,
                "briefing-en.pdf",
                ["BRIEFING FOR THE STEERING COMMITTEE", "31 Dec 2024", "became poor within the year: 1", "To decide"],
            ),
        ] {
            let told = briefing::collect(&support.village.officer, &asked(language)).await.unwrap();
            let years: Vec<(i64, i64)> = told.trend.iter().map(|year| (year.poor, year.near_poor)).collect();
            assert_eq!(years, [(2, 1), (3, 1)], "years before the first list are not known");
            assert_eq!(told.decisions.len(), 3, "{:?}", told.decisions);
            let pdf = briefing::pdf(&told, &Templates::default(), None).unwrap();
            looked_at(name, &pdf);
            says(&pdf, &wanted);
            if let Some((_folder, pages)) = pages(&pdf) {
                assert_eq!(pages.len(), 2);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_lent_in_things_is_told_in_things() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        support.capital(CREDIT, 50_000_000).await;
        let calves = Things { what: "bê cái".into(), unit: "con".into(), count: 3, value_each: 12_000_000 };
        let new = NewAgreement {
            scheme: CREDIT.into(),
            things: Some(calves),
            own_share: 0,
            due: vec![date(2025, 9, 20)],
            plan: Some(Plan::Regular { grace_months: 0, instalments: 3, every_months: 12 }),
            ..production(&household, 36_000_000)
        };
        let id = support.officer.draw_up(&new).await.unwrap();
        let kept: Kept<Agreement> = support.officer.one(&id).await.unwrap();
        support.chair.approve(&support.village.commune, &[(id.clone(), kept.version)]).await.unwrap();
        let kept = support.paid(&kept, "whole", "signature").await;
        world.clock.stand(date(2026, 3, 20));
        let repaid = Repaid { on: date(2026, 3, 20), amount: 1 };
        support.officer.repay(&id, kept.version, repaid, "7").await.unwrap();
        let vi = printing(&support, Language::Vi);
        says(&set("calves-agreement.pdf", &vi.agreement(&id).await.unwrap()), &["3 con bê cái", "không tính lãi"]);
        let receipt = set("calves-receipt.pdf", &vi.receipt(&id, "7").await.unwrap());
        says(&receipt, &["1 con bê cái", "12.000.000 đồng", "còn nợ gốc 2 con bê cái"]);
        says(&set("calves-statement.pdf", &vi.statement(&household).await.unwrap()), &["24.000.000"]);
    })
    .await;
}

fn printing(support: &Support, language: Language) -> Supporting<'_> {
    Supporting { office: &support.officer, language }
}
