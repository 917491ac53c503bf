//! Papers of support: the agreement, the receipt of what came back, the statement of all agreements of a household or
//! group.
//!
//! An amount is told as the book of money has it; what is owed, as it stands on the day of printing.

use super::collect::Papers;
use super::letterhead::Letterhead;
use super::spelt::spelt;
use super::{Block, Sheet};
use crate::document::Paper;
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_policy::words::{grouped, number, pick};
use vuon_programme::agreements::{AgreedPart, Agreement, AgreementState, Recipient, counted};
use vuon_programme::debt::Debt;
use vuon_programme::groups::Loan;
use vuon_programme::money::Event;
use vuon_programme::records::{At, Filter, Kept, Thing};
use vuon_programme::repayment::{Lent, Split, Standing, Terms};
use vuon_programme::{MadeTransfer, Office};
use vuon_registry::{RegistryError, Result};

/// What papers of support are printed with.
#[derive(Clone, Copy, Debug)]
pub struct Supporting<'a> {
    /// Whose office prints.
    pub office: &'a Office,
    /// The language of the papers.
    pub language: Language,
}

impl Supporting<'_> {
    /// An agreement, to be signed by both sides.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for one out of reach.
    pub async fn agreement(&self, id: &str) -> Result<Papers> {
        let agreement = self.office.one::<Agreement>(id).await?.thing;
        let language = self.language;
        let head = self.letterhead(&agreement.at).await?;
        let recipient = self.name(&agreement.recipient).await?;
        let chair = self.office.approved_by(id).await?;
        let receives = head.signer(pick(language, "Bên nhận hỗ trợ", "Who receives it"), None);
        let signers = vec![receives, head.chair(chair.as_deref())];
        let title = pick(language, "THỎA THUẬN HỖ TRỢ", "AGREEMENT OF SUPPORT");
        let day = agreement.approved.as_ref().map(|(_, day)| *day);
        let mut paper = self.marked(head.face(title, day, signers), id);
        paper.subtitle = Some(self.scheme(&agreement.scheme));
        if agreement.state == AgreementState::Draft {
            paper.mark.get_or_insert_with(|| pick(language, "DỰ THẢO", "DRAFT").to_owned());
        }
        let mut blocks = vec![
            self.facts(&[
                ("Bên nhận hỗ trợ", "Who receives it", recipient),
                ("Bên hỗ trợ", "Who gives it", head.issuer.clone()),
                ("Được hỗ trợ", "Support", self.money(agreement.amount)),
                ("Bằng chữ", "In words", spelt(agreement.amount, language)),
                ("Bên nhận góp", "The recipient adds", self.money(agreement.own_share)),
                ("Từ ngày", "From", head.day(agreement.from)),
                ("Đến hết ngày", "To the end of", head.day(agreement.until)),
            ]),
            Block::quoted(pick(language, "Căn cứ", "On the ground of"), agreement.source.clone()),
        ];
        blocks.insert(1, Block::quoted(pick(language, "Để làm gì", "What it is for"), agreement.purpose.clone()));
        if let Some(things) = &agreement.things {
            let given = counted(&agreement.given(), things.count, language);
            blocks.push(Block::text(format!("{}: {given}.", pick(language, "Giao bằng hiện vật", "Given as things"))));
        }
        if !agreement.because.is_empty() {
            let because = agreement.because.iter().map(|[vi, en]| pick(language, vi, en));
            let because = because.collect::<Vec<_>>().join("; ");
            blocks.push(Block::text(format!(
                "{}: {because}.",
                pick(language, "Điều kiện được hưởng", "Entitled, since")
            )));
        }
        blocks.push(self.heading("Các phần chi trả", "In which parts it is paid"));
        blocks.push(self.parts(&head, &agreement));
        if let Some(debt) = &agreement.debt {
            blocks.extend(self.comes_back(&head, debt)?);
            blocks.extend(self.office.scheme(&agreement.scheme)?.lends(language).map(Block::text));
        }
        if let Some(why) = &agreement.ended {
            blocks.push(Block::quoted(pick(language, "Đã kết thúc", "It ended"), why.clone()));
        }
        Ok((vec![Sheet { paper, blocks }], Vec::new()))
    }

    /// The receipt of what came back under an agreement.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when nothing came back under this number, or it is out of reach.
    pub async fn receipt(&self, agreement: &str, number: &str) -> Result<Papers> {
        let kept = self.office.one::<Agreement>(agreement).await?;
        let made = self.came_back(&kept, number).await?;
        let debt = kept.thing.debt.as_ref().ok_or(RegistryError::NotFound)?;
        let from = self.name(&kept.thing.recipient).await?;
        self.receipt_of(&kept, (number, &from), &kept.thing.scheme, debt, &made).await
    }

    /// The receipt of what came back to a group's fund.
    ///
    /// # Errors
    /// As [`receipt`](Self::receipt).
    pub async fn loan_receipt(&self, loan: &str, number: &str) -> Result<Papers> {
        let kept = self.office.one::<Loan>(loan).await?;
        let made = self.came_back(&kept, number).await?;
        let from = self.name(&Recipient::Household(kept.thing.member.household.clone())).await?;
        self.receipt_of(&kept, (number, &from), &kept.thing.scheme, &kept.thing.debt, &made).await
    }

    /// Every agreement of a household or group, and how it stands today; of a household also what a group's fund lent it.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for one that has nothing, or is out of reach.
    pub async fn statement(&self, subject: &str) -> Result<Papers> {
        let filter = Filter { subject: Some(subject.to_owned()), ..Filter::default() };
        let mut agreements = self.office.all::<Agreement>(&filter).await?;
        agreements.retain(|kept| !matches!(kept.thing.state, AgreementState::Draft | AgreementState::Refused));
        let mut loans = self.office.all::<Loan>(&filter).await?;
        loans.retain(|kept| kept.thing.member.household == subject);
        let (at, recipient) = match (agreements.first(), loans.first()) {
            (Some(Kept { thing, .. }), _) => (&thing.at, thing.recipient.clone()),
            (None, Some(Kept { thing, .. })) => (&thing.at, Recipient::Household(subject.to_owned())),
            (None, None) => return Err(RegistryError::NotFound),
        };
        let language = self.language;
        let head = self.letterhead(at).await?;
        let recipient = match recipient {
            Recipient::Member { household, .. } => Recipient::Household(household),
            other => other,
        };
        let title = pick(language, "BẢN KÊ HỖ TRỢ", "STATEMENT OF SUPPORT");
        let signers = vec![head.signer(pick(language, "Người lập", "Who drew it up"), None), head.chair(None)];
        let mut paper = self.marked(head.face(title, Some(head.today), signers), subject);
        paper.subtitle = Some(self.name(&recipient).await?);
        let mut blocks = vec![self.summary(&agreements, &loans)?];
        for Kept { thing: agreement, .. } in &agreements {
            // What it is for stands there as the office wrote it.
            let purpose = match language {
                Language::Vi => agreement.purpose.clone(),
                Language::En => format!("“{}”", agreement.purpose),
            };
            let title = format!("{} – {purpose} ({})", self.scheme(&agreement.scheme), agreement.budget.year);
            blocks.push(Block::Heading { text: title });
            if let Recipient::Member { .. } = agreement.recipient {
                blocks.push(Block::text(self.name(&agreement.recipient).await?));
            }
            blocks.extend(self.office.statement(agreement, language)?.into_iter().map(Block::text));
            blocks.push(Block::quoted(pick(language, "Căn cứ", "Legal ground"), agreement.source.clone()));
        }
        for Kept { thing: loan, .. } in &loans {
            let group = self.name(&Recipient::Group(loan.group.clone())).await?;
            blocks.push(Block::Heading { text: format!("{} – {group} ({})", self.of_fund(loan), loan.year) });
            let lines = self.office.loan_statement(loan, &group, language)?;
            blocks.extend(lines.into_iter().map(Block::text));
        }
        blocks.push(Block::text(pick(
            language,
            "Ai thấy bản kê chưa đúng có quyền hỏi và khiếu nại với Ủy ban nhân dân xã.",
            "Whoever finds something wrong may ask the commune's people's committee, and complain to it.",
        )));
        Ok((vec![Sheet { paper, blocks }], Vec::new()))
    }

    async fn letterhead(&self, at: &At) -> Result<Letterhead> {
        let unit = at.commune.as_ref().or(at.district.as_ref()).or(at.province.as_ref());
        let unit = unit.ok_or(RegistryError::NotFound)?;
        let program = self.office.program();
        Letterhead::of(self.office.desk(), self.language, program, (unit, unit)).await
    }

    /// The face with what tells this paper apart from every other.
    fn marked(&self, mut paper: Paper, id: &str) -> Paper {
        paper.foot.push(format!("{}: {id}", pick(self.language, "Mã trong sổ", "Id in the register")));
        paper
    }

    /// Who receives something: the household's head with its code, a member, a group.
    async fn name(&self, recipient: &Recipient) -> Result<String> {
        let ids = [recipient.subject().to_owned(), recipient.id().to_owned()];
        let called = self.office.called(&ids).await?;
        let told = |id: &str| match called.get(id) {
            Some(called) => match &called.code {
                Some(code) => format!("{} ({code})", called.name),
                None => called.name.clone(),
            },
            None => id.to_owned(),
        };
        Ok(match recipient {
            Recipient::Member { household, person } => {
                format!("{}, {} {}", told(person), pick(self.language, "hộ", "of the household of"), told(household))
            }
            other => told(other.subject()),
        })
    }

    fn scheme(&self, id: &str) -> String {
        let found = self.office.scheme(id).ok();
        found.map_or_else(|| id.to_owned(), |scheme| scheme.label.get(self.language).to_owned())
    }

    fn money(&self, amount: i64) -> String {
        format!("{} đồng", grouped(amount, self.language))
    }

    fn facts(&self, rows: &[(&str, &str, String)]) -> Block {
        let row = |(vi, en, value): &(&str, &str, String)| [pick(self.language, vi, en).to_owned(), value.clone()];
        Block::Facts { rows: rows.iter().map(row).collect() }
    }

    fn heading(&self, vi: &str, en: &str) -> Block {
        Block::Heading { text: pick(self.language, vi, en).to_owned() }
    }

    fn listing(&self, headings: &[(&str, &str)], widths: &[u8], numbers: &[usize], rows: Vec<Vec<String>>) -> Block {
        Block::Listing {
            headings: headings.iter().map(|(vi, en)| pick(self.language, vi, en).to_owned()).collect(),
            widths: widths.to_vec(),
            numbers: numbers.to_vec(),
            rows,
        }
    }

    fn parts(&self, head: &Letterhead, agreement: &Agreement) -> Block {
        let row = |(place, part): (usize, &AgreedPart)| {
            let wants: Vec<&str> = part.wants.iter().map(|kind| evidence(kind, self.language)).collect();
            vec![
                (place + 1).to_string(),
                part.label[usize::from(self.language == Language::En)].clone(),
                grouped(part.amount, self.language),
                head.day(part.due),
                wants.join(", "),
                if_missed(&part.if_missed, self.language).to_owned(),
            ]
        };
        let headings = [
            ("TT", "No."),
            ("Phần", "Part"),
            ("Số tiền (đồng)", "Amount (đồng)"),
            ("Hạn", "By"),
            ("Chứng cứ (một trong các loại)", "Shown by any of"),
            ("Nếu không đạt", "If it is missed"),
        ];
        let rows = agreement.parts.iter().enumerate().map(row).collect();
        self.listing(&headings, &[1, 5, 3, 3, 4, 4], &[0, 2], rows)
    }

    /// What is to come back: the terms, and the parts with their days.
    fn comes_back(&self, head: &Letterhead, debt: &Debt) -> Result<Vec<Block>> {
        let rows = debt.schedule()?.into_iter().enumerate().map(|(place, part)| {
            vec![
                (place + 1).to_string(),
                head.day(part.due),
                self.lent(&debt.lent, part.principal),
                grouped(part.interest, self.language),
            ]
        });
        let headings = [
            ("TT", "No."),
            ("Trước hết ngày", "By the end of"),
            ("Gốc", "Of the loan"),
            ("Lãi (đồng)", "Interest (đồng)"),
        ];
        Ok(vec![
            self.heading("Phần phải trả lại", "What comes back"),
            Block::text(match &debt.lent {
                Lent::Money(_) => self.terms(&debt.terms),
                Lent::Things(things) => self.in_things(&debt.lent, things.count),
            }),
            self.listing(&headings, &[1, 4, 4, 4], &[0, 2, 3], rows.collect()),
        ])
    }

    /// An amount of what was lent: money, or things.
    fn lent(&self, lent: &Lent, amount: i64) -> String {
        counted(lent, amount, self.language)
    }

    fn in_things(&self, lent: &Lent, count: i64) -> String {
        let things = self.lent(lent, count);
        match self.language {
            Language::Vi => format!("Giao và trả lại bằng hiện vật: {things}. Hiện vật không tính lãi."),
            Language::En => format!("Given and brought back in things: {things}. Things bear no interest."),
        }
    }

    fn terms(&self, terms: &Terms) -> String {
        let rate = percent(&terms.rate, self.language);
        let overdue = Exact::parse(&terms.rate)
            .zip(Exact::parse(&terms.overdue_times))
            .and_then(|(rate, times)| rate.times(times))
            .map_or_else(|| terms.overdue_times.clone(), |rate| percent(&rate.to_string(), self.language));
        match self.language {
            Language::Vi => {
                format!(
                    "Lãi suất {rate} một năm trên số gốc còn nợ; {overdue} một năm trên phần quá hạn. Không tính lãi trên lãi."
                )
            }
            Language::En => format!(
                "Interest of {rate} a year on what is open of the loan; {overdue} a year on what is overdue. There is no interest \
                 on interest."
            ),
        }
    }

    /// The transfer with which something came back under a number.
    async fn came_back<T: Thing>(&self, kept: &Kept<T>, number: &str) -> Result<MadeTransfer> {
        let mut moves = self.office.money_of::<T>(&kept.id).await?.into_iter();
        moves.find(|made| receipt_number(&kept.id, made) == Some(number)).ok_or(RegistryError::NotFound)
    }

    /// What a receipt's money was taken for; nothing where another plan was agreed since.
    async fn split<T: Thing>(
        &self,
        kept: &Kept<T>,
        number: &str,
        debt: &Debt,
        made: &MadeTransfer,
    ) -> Result<Option<Split>> {
        let moves = self.office.money_of::<T>(&kept.id).await?;
        let receipts: Vec<&str> = moves.iter().filter_map(|made| receipt_number(&kept.id, made)).collect();
        // The debt keeps what came back under its present plan: the last of all.
        let earlier = receipts.len().saturating_sub(debt.repaid.len());
        let place = receipts.iter().position(|own| *own == number).and_then(|place| place.checked_sub(earlier));
        let is_this = |place: &usize| {
            debt.repaid.get(*place).is_some_and(|own| (own.on, own.amount) == (made.on, made.transfer.amount))
        };
        place.filter(is_this).map_or(Ok(None), |place| debt.split(place))
    }

    async fn receipt_of<T: Thing>(
        &self,
        kept: &Kept<T>,
        (number, from): (&str, &str),
        scheme: &str,
        debt: &Debt,
        made: &MadeTransfer,
    ) -> Result<Papers> {
        let language = self.language;
        let head = self.letterhead(kept.thing.at()).await?;
        let title = pick(language, "BIÊN NHẬN HOÀN TRẢ", "RECEIPT OF A REPAYMENT");
        let signers = vec![
            head.signer(pick(language, "Người nộp", "Who brought it"), None),
            head.signer(pick(language, "Người thu", "Who took it"), None),
        ];
        let mut paper = self.marked(head.face(title, Some(made.on), signers), &kept.id);
        paper.number = Some(number.to_owned());
        let standing = debt.standing(head.today)?;
        let amount = made.transfer.amount;
        let today = head.day(head.today);
        let open = self.lent(&debt.lent, standing.principal);
        let interest = self.money(standing.interest + standing.late_interest);
        let (late, days) = (self.lent(&debt.lent, standing.late), standing.days_late);
        let stands = match language {
            Language::Vi => {
                format!("Đến ngày {today} còn nợ gốc {open}, lãi {interest}; quá hạn {late} ({days} ngày).")
            }
            Language::En => {
                format!(
                    "On {today}, {open} of the loan are open, and {interest} of interest; {late} are late ({days} days)."
                )
            }
        };
        let mut facts = vec![
            ("Người nộp", "Brought by", from.to_owned()),
            ("Chính sách", "Scheme", self.scheme(scheme)),
            ("Ngày nộp", "On", head.day(made.on)),
        ];
        // The book of money has things at their value.
        match &debt.lent {
            Lent::Things(things) => {
                facts.push(("Hiện vật", "Things", self.lent(&debt.lent, amount / things.value_each.max(1))));
                facts.push(("Giá trị", "Worth", self.money(amount)));
            }
            Lent::Money(_) => facts.push(("Số tiền", "Amount", self.money(amount))),
        }
        facts.push(("Bằng chữ", "In words", spelt(amount, language)));
        if let (Lent::Money(_), Some(split)) = (&debt.lent, self.split(kept, number, debt, made).await?) {
            facts.push(("Trong đó trả lãi quá hạn", "Of it, interest for being late", self.money(split.late_interest)));
            facts.push(("Trong đó trả lãi trong hạn", "Of it, the usual interest", self.money(split.interest)));
            facts.push(("Trong đó trả gốc", "Of it, of the loan", self.money(split.principal)));
        }
        let blocks = vec![self.facts(&facts), Block::text(stands)];
        Ok((vec![Sheet { paper, blocks }], Vec::new()))
    }

    /// What a loan of a group's fund is called beside agreements.
    fn of_fund(&self, loan: &Loan) -> String {
        format!("{} – {}", self.scheme(&loan.scheme), pick(self.language, "vay quỹ của tổ", "loan of a group’s fund"))
    }

    /// One row an agreement or loan, and the sums.
    fn summary(&self, agreements: &[Kept<Agreement>], loans: &[Kept<Loan>]) -> Result<Block> {
        let today = self.office.desk().today();
        let money = |amount: i64| grouped(amount, self.language);
        let (mut rows, mut sums) = (Vec::new(), [0; 4]);
        let of_agreements = agreements.iter().map(|Kept { thing: agreement, .. }| {
            let state = state(agreement.state, self.language);
            (self.scheme(&agreement.scheme), state, [agreement.amount, agreement.paid()], agreement.debt.as_ref())
        });
        let of_loans = loans.iter().map(|Kept { thing: loan, .. }| {
            let state = if loan.over { AgreementState::Fulfilled } else { AgreementState::Owing };
            let worth = loan.debt.lent.worth(loan.debt.lent.units()).unwrap_or_default();
            (self.of_fund(loan), self::state(state, self.language), [worth; 2], Some(&loan.debt))
        });
        for (name, state, [agreed, received], debt) in of_agreements.chain(of_loans) {
            let debt = debt.filter(|debt| debt.begun && debt.written_off.is_none());
            let standing = debt.map(|debt| debt.standing(today)).transpose()?;
            let open =
                |standing: &Standing| debt.and_then(|debt| debt.lent.worth(standing.principal)).unwrap_or_default();
            let (open, late) = standing.as_ref().map_or((0, 0), |standing| (open(standing), standing.late_worth));
            let values = [agreed, received, open, late];
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
            rows.push([name, state.to_owned()].into_iter().chain(values.map(money)).collect());
        }
        let total = [pick(self.language, "Cộng", "All").to_owned(), String::new()];
        rows.push(total.into_iter().chain(sums.map(money)).collect());
        let headings = [
            ("Chính sách", "Scheme"),
            ("Tình trạng", "State"),
            ("Được hỗ trợ (đồng)", "Agreed (đồng)"),
            ("Đã nhận (đồng)", "Received (đồng)"),
            ("Còn phải trả (đồng)", "Still to come back (đồng)"),
            ("Quá hạn (đồng)", "Late (đồng)"),
        ];
        Ok(self.listing(&headings, &[5, 3, 3, 3, 3, 3], &[2, 3, 4, 5], rows))
    }
}

/// The number of the receipt of a transfer, if with it something came back under an agreement or a loan.
pub fn receipt_number<'a>(record: &str, made: &'a MadeTransfer) -> Option<&'a str> {
    let came_back = matches!(made.transfer.event, Event::Repay | Event::RepayGroup | Event::RepayThings);
    made.transfer.key.strip_prefix("repay/")?.strip_prefix(record)?.strip_prefix('/').filter(|_| came_back)
}

/// An exact share in per cent: `6,6 %`.
fn percent(share: &str, language: Language) -> String {
    let hundredths = Exact::parse(share).and_then(|share| share.in_units_of(10_000));
    hundredths.map_or_else(|| share.to_owned(), |count| format!("{}%", number(count, 100, language)))
}

fn evidence(kind: &str, language: Language) -> &str {
    match kind {
        "visit" => pick(language, "chuyến thăm của cán bộ", "a visit"),
        "photo" => pick(language, "ảnh", "a photo"),
        "receipt" => pick(language, "biên lai", "a receipt"),
        "attendance" => pick(language, "danh sách tham dự", "attendance"),
        "signature" => pick(language, "chữ ký", "a signature"),
        other => other,
    }
}

fn if_missed(consequence: &str, language: Language) -> &str {
    match consequence {
        "extend" => pick(language, "được gia hạn", "there is more time"),
        "stop" => pick(language, "không chi tiếp", "nothing more is paid"),
        "reclaim" => pick(language, "phải hoàn lại khoản đã chi", "what was paid is asked back"),
        other => other,
    }
}

fn state(state: AgreementState, language: Language) -> &'static str {
    match state {
        AgreementState::Draft => pick(language, "Dự thảo", "Draft"),
        AgreementState::Running => pick(language, "Đang thực hiện", "Running"),
        AgreementState::Owing => pick(language, "Đang hoàn trả", "Owing"),
        AgreementState::Fulfilled => pick(language, "Hoàn thành", "Fulfilled"),
        AgreementState::Stopped => pick(language, "Kết thúc sớm", "Stopped"),
        AgreementState::Reclaimed => pick(language, "Kết thúc sớm, phải trả lại", "Stopped, to be given back"),
        AgreementState::Refused => pick(language, "Không duyệt", "Refused"),
    }
}
