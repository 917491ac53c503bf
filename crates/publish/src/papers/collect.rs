//! Papers filled from the register, through the desk of whoever prints them.

use super::blank::{form_a_title, household_line};
use super::code::{address, picture};
use super::letterhead::Letterhead;
use super::{Block, Filled, Sheet, form, form_a};
use crate::document::{Paper, Picture};
use crate::report::ReportError;
use jiff::civil::Date;
use std::ops::Deref;
use vuon_policy::calendar::Day;
use vuon_policy::explain::cite;
use vuon_policy::model::{Kind, Language};
use vuon_policy::process::StepKind;
use vuon_policy::program::{Program, UNDETERMINED};
use vuon_policy::words::{grouped, pick};
use vuon_registry::cases::{AnswersVersion, CaseView};
use vuon_registry::clock::day_of;
use vuon_registry::forms::{Answers, MemberAnswers, Under, evaluated};
use vuon_registry::households::Member;
use vuon_registry::rounds::{Certificate, RoundRow};
use vuon_registry::{Desk, RegistryError, Result};

/// What papers of a round are printed with.
#[derive(Clone, Debug)]
pub struct Printing<'a> {
    /// Who prints.
    pub desk: &'a Desk,
    /// The language of the papers.
    pub language: Language,
    /// The address of the register, for codes.
    pub public_url: Option<&'a str>,
}

/// Papers and the pictures on them.
pub type Papers = (Vec<Sheet>, Vec<Picture>);

impl Printing<'_> {
    /// The certificate of a case.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the case has none in force, or is out of reach.
    pub async fn certificate(&self, case: &str) -> Result<Papers> {
        let certificate = self.desk.certificate(case).await?;
        let round = self.desk.case(case, self.language).await?.round;
        self.certificates(&round, &[certificate]).await
    }

    /// Certificates of a round.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn certificates(&self, round: &RoundRow, certificates: &[Certificate]) -> Result<Papers> {
        let told = Told::of(self, round).await?;
        let mut papers = Papers::default();
        for certificate in certificates {
            let code = self.desk.certificate_code(certificate)?;
            let name = format!("code-{}.svg", papers.0.len());
            let drawn = picture(&address(self.public_url, &code));
            let too_long = |_| RegistryError::Damaged { what: "a code is too long to be drawn".into() };
            papers.1.push((name.clone(), drawn.map_err(too_long)?));
            papers.0.push(told.certificate(certificate, name));
        }
        Ok(papers)
    }

    /// The paper of a decision.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for one that is not of the round, or out of reach.
    pub async fn decision(&self, round: &str, decision: &str) -> Result<Papers> {
        let round = self.desk.round(round).await?;
        let row = round.decisions.iter().find(|own| own.id == decision).ok_or(RegistryError::NotFound)?;
        let told = Told::of(self, &round.row).await?;
        let cases = self.desk.decided(decision).await?;
        let language = self.language;
        let lines = cases.iter().enumerate().map(|(place, case)| {
            let hamlet = case.hamlet_name.clone().unwrap_or_default();
            vec![
                (place + 1).to_string(),
                case.name.clone(),
                hamlet,
                case.persons.to_string(),
                told.status(&case.status),
            ]
        });
        let title = pick(language, "QUYẾT ĐỊNH", "DECISION");
        let paper = Paper {
            number: Some(row.number.clone()),
            subtitle: Some(decision_subject(round.row.year, language)),
            recipients: told.recipients(),
            ..told.face(title, Some(row.decided_on), vec![told.chair(Some(&row.signed_by_name))])
        };
        let (day, count) = (told.day(row.effective), grouped(row.cases, language));
        let blocks = vec![
            Block::text(format!(
                "{}: {}.",
                pick(language, "Căn cứ", "On the ground of"),
                told.source(StepKind::Decision)
            )),
            Block::text(match language {
                Language::Vi => {
                    format!("Điều 1. Công nhận kết quả rà soát của {count} hộ có tên trong danh sách kèm theo.")
                }
                Language::En => {
                    format!("Article 1. The results of the {count} households on the list below are recognised.")
                }
            }),
            Block::text(match language {
                Language::Vi => format!("Điều 2. Quyết định này có hiệu lực từ ngày {day}."),
                Language::En => format!("Article 2. This decision is in force from {day}."),
            }),
            told.households(lines.collect()),
        ];
        Ok((vec![Sheet { paper, blocks }], Vec::new()))
    }

    /// A list to post: no more than may be public.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for one out of reach.
    pub async fn posting(&self, posting: &str) -> Result<Papers> {
        let posting = self.desk.posting(posting).await?;
        let told = Told::of(self, &posting.round).await?;
        let language = self.language;
        let lines = posting.lines.iter().enumerate().map(|(place, line)| {
            let hamlet = line.hamlet.clone().unwrap_or_default();
            vec![
                (place + 1).to_string(),
                line.name.clone(),
                hamlet,
                line.persons.to_string(),
                told.status(&line.status),
            ]
        });
        let title = pick(language, "DANH SÁCH NIÊM YẾT KẾT QUẢ RÀ SOÁT", "RESULTS OF THE REVIEW, POSTED");
        let whole = || told.issuer.clone();
        let paper = Paper {
            subtitle: Some(posting.row.hamlet_name.clone().unwrap_or_else(whole)),
            ..told.face(title, Some(posting.row.posted_on), vec![told.chair(None)])
        };
        let from = told.day(posting.row.posted_on);
        let until = posting.row.ends_on.map(|day| told.day(day));
        let place = &posting.row.place;
        let hangs = match (language, until) {
            (Language::Vi, Some(until)) => format!("Niêm yết tại {place} từ ngày {from} đến hết ngày {until}."),
            (Language::Vi, None) => format!("Niêm yết tại {place} từ ngày {from}."),
            (Language::En, Some(until)) => format!("Posted at “{place}” from {from} to the end of {until}."),
            (Language::En, None) => format!("Posted at “{place}” from {from}."),
        };
        let complain = pick(
            language,
            "Ai thấy kết quả chưa đúng có quyền khiếu nại với Ủy ban nhân dân xã trong thời gian niêm yết; hộ sẽ được phúc tra.",
            "Whoever finds a result wrong may complain to the commune's people's committee while the list hangs; the household \
             is then checked again.",
        );
        let signed = format!(
            "{}: {} · {}",
            pick(language, "Gốc sổ có chữ ký", "Signed root of the ledger"),
            posting.root.statement(posting.row.posted_on),
            posting.signature
        );
        let blocks = vec![
            Block::text(hangs),
            told.households(lines.collect()),
            Block::text(complain),
            Block::Facts { rows: vec![[pick(language, "Kiểm chứng", "To verify").to_owned(), signed]] },
        ];
        Ok((vec![Sheet { paper, blocks }], Vec::new()))
    }

    /// The minutes of a village meeting.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for one out of reach.
    pub async fn minutes(&self, meeting: &str) -> Result<Papers> {
        let meeting = self.desk.meeting(meeting).await?;
        let round = self.desk.round(&meeting.round).await?.row;
        let told = Told::of(self, &round).await?;
        let (language, minutes) = (self.language, &meeting.minutes);
        let signers = vec![
            told.signer(pick(language, "Thư ký", "Secretary"), Some(&minutes.secretary)),
            told.signer(pick(language, "Chủ trì", "Chair"), Some(&minutes.chair)),
        ];
        let title = pick(language, "BIÊN BẢN HỌP THÔN, BẢN", "MINUTES OF THE VILLAGE MEETING");
        let paper = Paper {
            subtitle: Some(meeting.row.hamlet_name.clone()).filter(|name| !name.is_empty()),
            ..told.face(title, Some(minutes.held_on), signers)
        };
        let rows = meeting.results.iter().enumerate().map(|(place, result)| {
            let carried = if result.carried {
                ("Đồng ý", "Agreed")
            } else {
                ("Không đủ đồng ý, rà soát lại", "Not enough; surveyed again")
            };
            let status = result.status.as_deref().map(|status| told.status(status)).unwrap_or_default();
            let agree = format!("{}/{}", result.agree, minutes.present);
            vec![
                (place + 1).to_string(),
                result.name.clone(),
                status,
                agree,
                pick(language, carried.0, carried.1).to_owned(),
            ]
        });
        let blocks = vec![
            Block::Facts {
                rows: vec![
                    [pick(language, "Ngày họp", "Held on").to_owned(), told.day(minutes.held_on)],
                    [pick(language, "Chủ trì", "Chair").to_owned(), minutes.chair.clone()],
                    [pick(language, "Thư ký", "Secretary").to_owned(), minutes.secretary.clone()],
                    [pick(language, "Số người được mời", "Invited").to_owned(), minutes.invited.to_string()],
                    [pick(language, "Số người có mặt", "Present").to_owned(), minutes.present.to_string()],
                ],
            },
            Block::Heading {
                text: pick(language, "Kết quả biểu quyết từng hộ", "Votes on each household").to_owned()
            },
            Block::Listing {
                headings: ["TT", "Chủ hộ", "Kết quả đề nghị", "Đồng ý", "Kết luận"]
                    .iter()
                    .zip(["No.", "Head of household", "Result proposed", "Agreed", "Conclusion"])
                    .map(|(vi, en)| pick(language, vi, en).to_owned())
                    .collect(),
                widths: vec![1, 5, 4, 2, 4],
                numbers: vec![0, 3],
                rows: rows.collect(),
            },
            Block::Heading { text: pick(language, "Ý kiến tại cuộc họp", "What was said").to_owned() },
            Block::quoted(pick(language, "Ghi trong biên bản", "As the minutes have it"), minutes.notes.clone()),
        ];
        Ok((vec![Sheet { paper, blocks }], Vec::new()))
    }

    /// The form of a round, blank.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a round out of reach.
    pub async fn blank_form(&self, round: &str) -> Result<Papers> {
        let round = self.desk.round(round).await?.row;
        let told = Told::of(self, &round).await?;
        let method = told.program.method(Some(&round.method)).ok_or(RegistryError::NotFound)?;
        let language = self.language;
        let title = pick(language, "PHIẾU RÀ SOÁT HỘ GIA ĐÌNH", "FORM OF THE HOUSEHOLD REVIEW");
        let signers = [("Người trả lời", "Who answered"), ("Rà soát viên", "Enumerator")];
        let signers = signers.map(|(vi, en)| told.signer(pick(language, vi, en), None)).to_vec();
        let paper = Paper { subtitle: Some(household_line(language).to_owned()), ..told.face(title, None, signers) };
        let day = Day::from_date(round.reviewed_on);
        Ok((vec![form(&told.program, method, None, paper, day, language)], Vec::new()))
    }

    /// Form A of a round, blank.
    ///
    /// # Errors
    /// [`ReportError::NotKnown`] when its pack has none; [`RegistryError::NotFound`] for a round out of reach.
    pub async fn blank_form_a(&self, round: &str) -> std::result::Result<Papers, ReportError> {
        let round = self.desk.round(round).await?.row;
        let told = Told::of(self, &round).await?;
        let language = self.language;
        let signers = [("Người trả lời", "Who answered"), ("Rà soát viên", "Enumerator")];
        let signers = signers.map(|(vi, en)| told.signer(pick(language, vi, en), None)).to_vec();
        let line = Some(household_line(language).to_owned());
        let paper = Paper { subtitle: line, ..told.face(form_a_title(language), None, signers) };
        let sheet = form_a(&told.program, None, paper, language).map_err(ReportError::NotKnown)?;
        Ok((vec![sheet], Vec::new()))
    }

    /// Form A of a case, by the answers that were signed last.
    ///
    /// # Errors
    /// [`ReportError::NotKnown`] when its pack has none; [`RegistryError::NotFound`] for a case out of reach, or without
    /// signed answers.
    pub async fn filled_form_a(&self, case: &str) -> std::result::Result<Papers, ReportError> {
        let case = self.desk.case(case, self.language).await?;
        let told = Told::of(self, &case.round).await?;
        let method = told.program.method(Some(&case.round.method)).ok_or(RegistryError::NotFound)?;
        let version = case.versions.first().ok_or(RegistryError::NotFound)?;
        let said = version.answers.as_ref().ok_or(RegistryError::NotFound)?;
        let known = known(&case.members, said);
        let under = Under { program: &told.program, method, review_date: case.round.reviewed_on };
        let household = evaluated(under, &known, said);
        let paper = told.face(form_a_title(self.language), None, Vec::new());
        let filled = Some((&household, Day::from_date(case.round.reviewed_on)));
        let mut sheet = form_a(&told.program, filled, paper, self.language).map_err(ReportError::NotKnown)?;
        sheet.blocks.insert(0, told.signed(&case, version));
        Ok((vec![sheet], Vec::new()))
    }

    /// The form of a case as it was signed last.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a case out of reach, or without signed answers.
    pub async fn filled_form(&self, case: &str) -> Result<Papers> {
        let case = self.desk.case(case, self.language).await?;
        let told = Told::of(self, &case.round).await?;
        let method = told.program.method(Some(&case.round.method)).ok_or(RegistryError::NotFound)?;
        let version = case.versions.first().ok_or(RegistryError::NotFound)?;
        let answers = version.answers.as_ref().ok_or(RegistryError::NotFound)?;
        // Names in the order of the answers: the picture of the round knows who is who.
        let name = |person: &str| case.members.iter().find(|member| member.person == person).map(|m| m.name.clone());
        let names: Vec<String> = answers.members.iter().map(|m| name(&m.person).unwrap_or_default()).collect();
        let language = self.language;
        let title = pick(language, "PHIẾU RÀ SOÁT HỘ GIA ĐÌNH", "FORM OF THE HOUSEHOLD REVIEW");
        let filled = Filled { answers, names: &names };
        let day = Day::from_date(case.round.reviewed_on);
        let mut sheet = form(&told.program, method, Some(&filled), told.face(title, None, Vec::new()), day, language);
        sheet.blocks.insert(0, told.signed(&case, version));
        sheet.blocks.extend(told.result(&case, version));
        Ok((vec![sheet], Vec::new()))
    }

    /// What a household is told of its result: status, the whole reason, what was found, and how to complain. For one that
    /// is neither poor nor near-poor it is the refusal with its reasons, and where the answers do not say what it is, that.
    /// Before the decision it is a draft that nobody signs.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a case out of reach, or without signed answers.
    pub async fn reasons(&self, case: &str) -> Result<Papers> {
        let case = self.desk.case(case, self.language).await?;
        let told = Told::of(self, &case.round).await?;
        let language = self.language;
        let why = case.explanation.as_ref().ok_or(RegistryError::NotFound)?;
        let listed = told.program.list_of(&why.status).is_some();
        let known = why.status != UNDETERMINED;
        let decided = case.decision.as_ref().map(|decision| decision.decided_on);
        let (vi, en) = match decided {
            _ if !known => (
                "CHƯA XÁC ĐỊNH ĐƯỢC KẾT QUẢ RÀ SOÁT, VÀ VÌ SAO",
                "THE RESULT OF THE REVIEW IS NOT DETERMINED YET, AND WHY",
            ),
            None => ("KẾT QUẢ THEO PHIẾU RÀ SOÁT, CHƯA QUYẾT ĐỊNH", "WHAT THE FORM SAYS, NOT DECIDED YET"),
            Some(_) if listed => ("THÔNG BÁO KẾT QUẢ RÀ SOÁT", "NOTICE OF THE RESULT"),
            Some(_) => (
                "THÔNG BÁO KHÔNG CÔNG NHẬN HỘ NGHÈO, HỘ CẬN NGHÈO VÀ LÝ DO",
                "NOTICE THAT THE HOUSEHOLD IS NOT LISTED, AND WHY",
            ),
        };
        let signers = decided.iter().map(|_| told.chair(None)).collect();
        let mut paper = told.face(pick(language, vi, en), decided, signers);
        if decided.is_none() {
            paper.mark.get_or_insert_with(|| pick(language, "DỰ THẢO", "DRAFT").to_owned());
        }
        if !why.unverified.is_empty() {
            let vi = "Dựa trên giá trị chưa đối chiếu với văn bản chính thức";
            paper.foot.push(format!(
                "{}: {}",
                pick(language, vi, "Rests on values not read in an official text"),
                why.unverified.len()
            ));
        }
        let deprived = why.indicators.iter().map(|indicator| {
            let found = match indicator.deprived {
                Some(true) => pick(language, "Thiếu hụt", "Deprived"),
                Some(false) => pick(language, "Không thiếu hụt", "Not deprived"),
                None => pick(language, "Chưa rõ", "Not known"),
            };
            vec![indicator.label.clone(), found.to_owned(), indicator.answers.join("; ")]
        });
        let mut blocks = vec![
            Block::Facts {
                rows: vec![
                    [pick(language, "Chủ hộ", "Head of household").to_owned(), case.row.name.clone()],
                    [
                        pick(language, "Thôn, bản", "Hamlet").to_owned(),
                        case.row.hamlet_name.clone().unwrap_or_default(),
                    ],
                    [pick(language, "Kết quả", "Result").to_owned(), told.status(&why.status)],
                ],
            },
            Block::text(why.sentence.clone()),
        ];
        if let Some(rule) = &why.rule {
            blocks.push(Block::text(format!("{}: {}.", pick(language, "Căn cứ", "Legal ground"), rule.source)));
        }
        blocks.push(Block::Listing {
            headings: [("Chỉ số", "Indicator"), ("Kết quả", "Found"), ("Theo trả lời", "By the answers")]
                .map(|(vi, en)| pick(language, vi, en).to_owned())
                .to_vec(),
            widths: vec![3, 2, 5],
            numbers: Vec::new(),
            rows: deprived.collect(),
        });
        let (vi, en) = match decided {
            Some(_) => (
                "Nếu không đồng ý, gia đình có quyền khiếu nại với Ủy ban nhân dân xã; hộ sẽ được phúc tra và trả lời bằng văn bản.",
                "Who does not agree may complain to the commune's people's committee; the household is checked again and \
                 answered in writing.",
            ),
            None => (
                "Đây chưa phải là kết quả được công nhận: còn phải qua họp thôn, niêm yết và quyết định của Chủ tịch Ủy ban nhân dân xã.",
                "This is no recognised result yet: the village meeting, the posting and the decision of the commune's chair \
                 are still to come.",
            ),
        };
        blocks.push(Block::text(pick(language, vi, en)));
        Ok((vec![Sheet { paper, blocks }], Vec::new()))
    }
}

/// What a decision is about, as it stands under its title, on the paper and on the page.
pub fn decision_subject(year: i64, language: Language) -> String {
    match language {
        Language::Vi => format!("Về việc công nhận kết quả rà soát hộ nghèo, hộ cận nghèo năm {year}"),
        Language::En => format!("On the results of the review of poor and near-poor households of {year}"),
    }
}

/// When the members were born, as the round's picture has it.
fn known(members: &[Member], said: &Answers) -> Answers {
    let born = |person: &str| members.iter().find(|member| member.person == person)?.born.as_ref();
    let of = |answers: &MemberAnswers| MemberAnswers {
        person: answers.person.clone(),
        answers: born(&answers.person).map(|born| ("birth_date".to_owned(), born.to_string())).into_iter().collect(),
    };
    Answers { members: said.members.iter().map(of).collect(), ..Answers::default() }
}

/// What all papers of a round have in common.
struct Told {
    head: Letterhead,
    round: RoundRow,
    program: std::sync::Arc<Program>,
}

impl Deref for Told {
    type Target = Letterhead;
    fn deref(&self) -> &Letterhead {
        &self.head
    }
}

impl Told {
    async fn of(printing: &Printing<'_>, round: &RoundRow) -> Result<Self> {
        let Printing { desk, language, .. } = printing;
        let program = desk.round_pack(round).await?;
        let unit = (round.place.commune.as_str(), round.commune_name.as_str());
        let head = Letterhead::of(desk, *language, &program, unit).await?;
        Ok(Told { head, round: round.clone(), program })
    }

    fn recipients(&self) -> Vec<String> {
        let all = [
            ("Như Điều 1", "The households of Article 1"),
            ("UBND cấp trên", "The committee above"),
            ("Lưu: VT", "File"),
        ];
        all.map(|(vi, en)| pick(self.language, vi, en).to_owned()).to_vec()
    }

    fn status(&self, id: &str) -> String {
        if id == UNDETERMINED {
            return pick(self.language, "Chưa xác định", "Not determined").to_owned();
        }
        let status = self.program.pack.statuses.iter().find(|status| status.id.value == id);
        status.map_or_else(|| id.to_owned(), |status| status.label.get(self.language).to_owned())
    }

    /// Whose form it is, and who signed it when.
    fn signed(&self, case: &CaseView, version: &AnswersVersion) -> Block {
        let fact = |vi, en, value: String| [pick(self.language, vi, en).to_owned(), value];
        Block::Facts {
            rows: vec![
                fact("Chủ hộ", "Head of household", case.row.name.clone()),
                fact("Thôn, bản", "Hamlet", case.row.hamlet_name.clone().unwrap_or_default()),
                fact("Người ký phiếu", "Signed by", version.author_name.clone()),
                fact("Ngày ký", "Signed on", self.day(day_of(version.at))),
            ],
        }
    }

    /// What the engine made of the answers, and why.
    fn result(&self, case: &CaseView, version: &AnswersVersion) -> Vec<Block> {
        let heading = pick(self.language, "C. Kết quả theo phiếu", "C. What the form says").to_owned();
        let why = case.explanation.as_ref().filter(|why| why.status == version.status);
        [Block::Heading { text: heading }, Block::strong(self.status(&version.status))]
            .into_iter()
            .chain(why.map(|why| Block::text(why.sentence.clone())))
            .collect()
    }

    fn source(&self, kind: StepKind) -> String {
        self.found(kind).map(|step| cite(&self.program, &step.source, self.language)).unwrap_or_default()
    }

    fn found(&self, kind: StepKind) -> Option<&vuon_policy::process::Step> {
        let process = self.program.pack.process.as_ref()?;
        process.round(&self.round.kind)?.step_on(kind, Day::from_date(self.round.opened))
    }

    /// Households with their status.
    fn households(&self, rows: Vec<Vec<String>>) -> Block {
        let headings = [
            ("TT", "No."),
            ("Chủ hộ", "Head of household"),
            ("Thôn, bản", "Hamlet"),
            ("Số khẩu", "Persons"),
            ("Kết quả", "Result"),
        ];
        Block::Listing {
            headings: headings.map(|(vi, en)| pick(self.language, vi, en).to_owned()).to_vec(),
            widths: vec![1, 5, 4, 2, 5],
            numbers: vec![0, 3],
            rows,
        }
    }

    fn certificate(&self, certificate: &Certificate, code: String) -> Sheet {
        let language = self.language;
        let decision = &certificate.decision;
        let status = certificate.status.as_deref().map(|status| self.status(status)).unwrap_or_default();
        let title = format!("{} {}", pick(language, "GIẤY CHỨNG NHẬN", "CERTIFICATE:"), status.to_uppercase());
        let fact = |vi, en, value: String| [pick(language, vi, en).to_owned(), value];
        let members = certificate.members.iter().enumerate().map(|(place, member)| {
            let born = member.born.as_deref().map(|born| self.born(born)).unwrap_or_default();
            vec![(place + 1).to_string(), member.name.clone(), self.relation(&member.relation), born]
        });
        let headings = [
            ("TT", "No."),
            ("Họ và tên", "Name"),
            ("Quan hệ với chủ hộ", "Relation to the head"),
            ("Ngày sinh", "Born"),
        ];
        let verify = pick(
            language,
            "Quét mã để kiểm tra giấy này. Mã chứa nội dung giấy kèm chữ ký số của sổ: kiểm tra được cả khi không có mạng, bằng \
             khóa công khai của sổ.",
            "Scan the code to check this paper. It holds what the paper says with the register's signature, so it can be \
             checked without a network too, with the register's public key.",
        );
        Sheet {
            paper: Paper {
                number: Some(certificate.number.clone()),
                subtitle: Some(format!("{} {}", pick(language, "Năm", "Year"), self.round.year)),
                ..self.face(&title, Some(certificate.issued_on), vec![self.chair(Some(&decision.signed_by_name))])
            },
            blocks: vec![
                Block::Facts {
                    rows: vec![
                        fact("Chủ hộ", "Head of household", certificate.name.clone()),
                        fact("Thôn, bản", "Hamlet", certificate.hamlet_name.clone().unwrap_or_default()),
                        fact("Xã, phường", "Commune", self.issuer.clone()),
                        fact(
                            "Quyết định",
                            "Decision",
                            format!("{}, {}", decision.number, self.day(decision.decided_on)),
                        ),
                        fact("Có giá trị từ", "In force from", self.day(decision.effective)),
                    ],
                },
                Block::Listing {
                    headings: headings.map(|(vi, en)| pick(language, vi, en).to_owned()).to_vec(),
                    widths: vec![1, 5, 4, 3],
                    numbers: vec![0],
                    rows: members.collect(),
                },
                Block::Picture {
                    name: code,
                    alt: pick(language, "Mã vuông để kiểm tra giấy chứng nhận", "Square code to check the certificate")
                        .to_owned(),
                    width: 4,
                    text: verify.to_owned(),
                },
            ],
        }
    }

    /// Born on a day, or in a year.
    fn born(&self, born: &str) -> String {
        born.parse::<Date>().map_or_else(|_| born.to_owned(), |day| self.day(day))
    }

    fn relation(&self, id: &str) -> String {
        let questions = &self.program.pack.questionnaire;
        let found = questions.member.iter().find(|variable| variable.id.value == "relation");
        let Some(Kind::Choice(list)) = found.map(|variable| &variable.kind) else { return id.to_owned() };
        let option = questions.choices[*list].options.iter().find(|option| option.id.value == id);
        option.map_or_else(|| id.to_owned(), |option| option.label.get(self.language).to_owned())
    }
}
