//! What stands behind the figures: who entered, how they were chosen, what was left out, by which weights; as sentences
//! for the screen, and as texts for the head of a file.

use super::about::of_law;
use super::answer::Answer;
use super::data::{self, Households};
use super::near::{Near, near};
use super::question::Question;
use super::{Comparison, Precision};
use crate::command::caveats;
use crate::command::law::{Opened, force_note};
use crate::screen::{decimal, say};
use std::collections::BTreeMap;
use vuon_measure::alkire_foster::Dimension;
use vuon_measure::change::{Link, Round};
use vuon_measure::cube::Sampling;
use vuon_measure::design::{Design, LonelyPsu};
use vuon_measure::income::IncomeError;
use vuon_measure::interval::Interval;
use vuon_measure::weighting::Weighting;
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_policy::words::grouped;
use vuon_population::beside::PERSONS;

/// What stands behind the figures of a round.
#[derive(Clone, Debug, PartialEq)]
pub struct RoundFacts {
    /// Its name; empty where there is one only.
    pub name: String,
    /// Its year.
    pub year: Option<f64>,
    /// Whether the figures are of income; else they are of deprivations.
    pub of_income: bool,
    /// Rows that enter.
    pub entering: u64,
    /// Rows in all.
    pub rows: u64,
    /// The share of the weight that is left out.
    pub excluded_share: f64,
    /// Units, strata and degrees of freedom; none without a sample.
    pub design: Option<[usize; 3]>,
    /// Whether each row is a sampling unit.
    pub elements: bool,
}

/// What stands behind all figures.
#[derive(Debug, Default)]
pub struct Facts {
    /// What was measured.
    pub title: Option<String>,
    /// What to know before all else: an example, an incomplete pack.
    pub caveats: Vec<String>,
    /// The rounds.
    pub rounds: Vec<RoundFacts>,
    /// How people were weighed and compared.
    pub basis: Vec<String>,
    /// What to know about the figures.
    pub notes: Vec<String>,
    /// The level of confidence.
    pub confidence: f64,
    /// Each cut-off as the user wrote it.
    pub typed: BTreeMap<String, String>,
    /// The weight of each weighting and indicator, as a fraction.
    pub weights: BTreeMap<(String, String), String>,
    /// Whether there is more than one weighting.
    pub weightings: bool,
    /// What a cube says of its weight and its sampling.
    cube: Option<(String, Sampling)>,
    /// The head of a file, but for what the rounds add.
    head: Vec<(String, String)>,
}

impl Facts {
    /// Nothing yet.
    pub fn new(precision: &Precision) -> Self {
        Self { confidence: precision.confidence, ..Self::default() }
    }

    /// The weight of an indicator, as a fraction.
    pub fn weight(&self, weighting: &str, indicator: &str) -> Option<&str> {
        self.weights.get(&(weighting.to_owned(), indicator.to_owned())).map(String::as_str)
    }

    /// Adds what to know about the figures, each sentence once.
    pub fn tell(&mut self, notes: Vec<String>) {
        for note in notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    /// Adds a text to the head of a file.
    pub fn add(&mut self, key: &str, text: impl Into<String>) {
        self.head.push((key.to_owned(), text.into()));
    }

    /// What a pack says of itself.
    pub fn by(&mut self, law: &Opened, language: Language) {
        let Opened { program, review_date, .. } = law;
        let pack = &program.pack;
        self.title = Some(format!("{} — {}", pack.label.get(language), pack.id.value));
        self.caveats = caveats(program, language);
        self.notes.extend(force_note(program, *review_date, language));
        of_law(law).into_iter().for_each(|(key, text)| self.add(key, text));
    }

    /// What a saved cube says of the pack by which it was counted.
    pub fn by_saved(&mut self, head: Vec<(String, String)>, language: Language) {
        let of = |key: &str| head.iter().find(|(name, _)| name == key).map_or("", |(_, text)| text);
        self.title = Some(format!("{} — {}", say(language, "Nghèo đa chiều", "Multidimensional poverty"), of("pack")));
        if of("example") == "true" {
            self.caveats.push(say(language, "VÍ DỤ, KHÔNG PHẢI VĂN BẢN PHÁP LUẬT", "AN EXAMPLE, NOT LAW").to_owned());
        }
        let unverified = of("unverified").lines().count();
        if unverified > 0 {
            self.notes.push(match language {
                Language::Vi => format!("Kết quả dựa trên {unverified} nội dung chưa kiểm chứng với văn bản gốc."),
                Language::En => format!("The result rests on {unverified} items not verified in the official text."),
            });
        }
        self.head.extend(head);
    }

    /// What deprivations were counted, of whom, and by which weights.
    pub fn of(&mut self, question: &Question, households: &Households, answer: &Answer, language: Language) {
        let specification = &question.specification;
        let indicators = &households.indicators;
        let count = indicators.len();
        self.title.get_or_insert_with(|| match language {
            Language::Vi => format!("Nghèo đa chiều theo {count} chỉ số"),
            Language::En => format!("Multidimensional poverty by {count} indicators"),
        });
        for weighting in &specification.weightings {
            for (place, indicator) in indicators.iter().enumerate() {
                let key = (weighting.name().to_owned(), indicator.clone());
                self.weights.insert(key, fraction(weighting, place));
            }
        }
        self.weightings = specification.weightings.len() > 1;
        let exact = specification.cutoffs.iter().map(ToString::to_string);
        self.typed = exact.zip(question.typed.iter().cloned()).collect();
        self.rounds.extend(answer.rounds.iter().cloned());
        self.basis.push(
            say(
                language,
                "Điểm và ngưỡng được so sánh bằng phân số, không làm tròn",
                "Scores and cut-offs are compared as fractions, without rounding",
            )
            .to_owned(),
        );
        // Of several rounds, the one in which it matters most.
        let mut beside: BTreeMap<(usize, usize), Near> = BTreeMap::new();
        for found in households.rounds.iter().flat_map(|round| near(specification, &round.cube)) {
            let most = beside.entry((found.weighting, found.cutoff)).or_insert_with(|| found.clone());
            most.share = most.share.max(found.share);
        }
        self.notes.extend(beside.values().map(|near| near_note(near, question, language)));
        self.notes.extend(households.notes.iter().cloned());
        self.cube = households.rounds.first().map(|round| (round.cube.weight.clone(), round.cube.sampling.clone()));

        let of = |weighting: &Weighting| {
            let weights = indicators.iter().enumerate().map(|(j, id)| format!("{id} {}", fraction(weighting, j)));
            format!("{}: {}", weighting.name(), weights.collect::<Vec<_>>().join(", "))
        };
        let dimension = |dimension: &Dimension| {
            let members: Vec<&str> = dimension.indicators.iter().map(|place| indicators[*place].as_str()).collect();
            format!("{}: {}", dimension.name, members.join(", "))
        };
        self.add("weightings", lines(specification.weightings.iter().map(of)));
        self.add("dimensions", lines(specification.dimensions.iter().map(dimension)));
        self.add("cutoffs", specification.cutoffs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
        self.add(
            "comparison",
            "exact: scores and cut-offs are whole counts of one denominator; poor from the cut-off on",
        );
        self.add(
            "missing_data",
            "complete cases: rows with an unknown indicator are left out; their sampling units stay",
        );
    }

    /// What incomes were counted, and which measures had no figure somewhere.
    pub fn of_income(
        &mut self,
        column: &str,
        line: &str,
        rounds: Vec<RoundFacts>,
        without: BTreeMap<&'static str, (usize, IncomeError)>,
        language: Language,
    ) {
        self.title.get_or_insert_with(|| {
            format!("{}: {column}", say(language, "Nghèo thu nhập và bất bình đẳng", "Income poverty and inequality"))
        });
        self.rounds.extend(rounds);
        for (measure, (count, reason)) in without {
            let reason = if language == Language::Vi { reason.vietnamese() } else { reason.to_string() };
            self.notes.push(match language {
                Language::Vi => format!("{measure}: không có số liệu cho {count} nhóm ({reason})"),
                Language::En => format!("{measure}: no figure for {count} subgroups ({reason})"),
            });
        }
        self.add("income", column);
        self.add("line", line);
    }

    /// How people were chosen and weighed.
    pub fn sampling(&mut self, data: &data::Options, lonely_strata: usize, precision: &Precision, language: Language) {
        let product = |names: [&Option<String>; 2]| {
            let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
            if names.is_empty() { "rows".to_owned() } else { names.join(" × ") }
        };
        let (weight, sampling) = self.cube.clone().unwrap_or_else(|| {
            let sampling = if data.register {
                Sampling::Register
            } else if data.psu.is_some() {
                Sampling::Clusters
            } else {
                Sampling::Elements
            };
            (product([&data.weight, &data.size]), sampling)
        });
        let whole = sampling == Sampling::Register;
        let unweighted = match &self.cube {
            Some((weight, _)) => weight == "rows" && !whole,
            None => data.weight.is_none() && !whole,
        };
        if unweighted {
            self.notes.push(match (language, data.strata.is_some() || data.psu.is_some()) {
                (Language::Vi, false) => "CHÚ Ý: không có --weight và cũng không có --register: các dòng không được nhân quyền số, số liệu là của các dòng này chứ không phải của dân số.".to_owned(),
                (Language::En, false) => "TAKE CARE: neither --weight nor --register was given: rows are not weighted, and the figures are of these rows, not of a population.".to_owned(),
                (Language::Vi, true) => "CHÚ Ý: có thiết kế mẫu nhưng không có --weight: mỗi dòng được tính như nhau.".to_owned(),
                (Language::En, true) => "TAKE CARE: there is a sample design but no --weight: every row counts alike.".to_owned(),
            });
        }
        if whole {
            self.notes.insert(
                0,
                say(
                    language,
                    "Toàn bộ dân số có trong bảng: không có sai số chọn mẫu.",
                    "Everybody is in the table (a register): there is no sampling error.",
                )
                .to_owned(),
            );
        } else if precision.no_errors {
            self.notes.push(
                say(
                    language,
                    "Không tính sai số chuẩn (--no-errors).",
                    "Standard errors were not asked for (--no-errors).",
                )
                .to_owned(),
            );
        } else if lonely_strata > 0 {
            let rule = lonely_name(data.lonely_psu);
            self.notes.push(match language {
                Language::Vi => {
                    format!("{lonely_strata} tầng chỉ có một đơn vị chọn mẫu cấp một: xử lý theo `{rule}`.")
                }
                Language::En => format!("Strata with one primary sampling unit, treated by `{rule}`: {lonely_strata}."),
            });
        }
        if !matches!(weight.as_str(), "" | "rows") {
            let told = if language == Language::Vi {
                weight.replace(PERSONS, "số người của hộ")
            } else {
                weight.clone()
            };
            self.basis.push(format!("{}: {told}", say(language, "Quyền số", "Weight")));
        }
        if !whole && !precision.no_errors {
            let level = decimal(100.0 * self.confidence, 1, language);
            let level = level.strip_suffix(say(language, ",0", ".0")).unwrap_or(&level);
            self.basis.push(match language {
                Language::Vi => format!("Khoảng tin cậy {level} %"),
                Language::En => format!("Confidence limits of {level} %"),
            });
        }
        self.add("weight", weight);
        self.add(
            "sampling",
            match sampling {
                Sampling::Register => "register: everybody is in the table, no sampling error",
                Sampling::Clusters => "sample of primary sampling units in strata",
                Sampling::Elements => "sample of rows, each a primary sampling unit",
            },
        );
        if !whole && !precision.no_errors {
            self.add("confidence", precision.confidence.to_string());
            self.add("interval", if precision.interval == Interval::Logit { "logit" } else { "plain" });
            self.add("lonely_psu", lonely_name(data.lonely_psu));
        }
    }

    /// The head of a file.
    pub fn header(&self, comparison: &Comparison, precision: &Precision) -> Vec<(String, String)> {
        let mut head = vec![("version".to_owned(), env!("CARGO_PKG_VERSION").to_owned())];
        head.extend(self.head.iter().cloned());
        for round in &self.rounds {
            let of = if round.name.is_empty() { String::new() } else { format!(" of round {}", round.name) };
            let of = if round.of_income { format!(" of incomes{of}") } else { of };
            head.push((format!("rows{of}"), format!("{} of {} enter", round.entering, round.rows)));
            head.push((format!("excluded_share{of}"), round.excluded_share.to_string()));
            if let Some([psus, strata, df]) = round.design {
                let design = format!("{psus} primary sampling units, {strata} strata, {df} degrees of freedom");
                head.push((format!("design{of}"), design));
            }
        }
        if let Some(link) = comparison.change {
            let link = if link == Link::Linked { "linked" } else { "independent" };
            head.push(("rounds_are".to_owned(), link.to_owned()));
        }
        match precision.check.as_deref() {
            Some("bootstrap") => {
                let Precision { replicates, seed, .. } = precision;
                head.push(("check".to_owned(), format!("bootstrap, {replicates} replicates, seed {seed}")));
            }
            Some(method) => head.push(("check".to_owned(), format!("{method}, around the estimate"))),
            None => {}
        }
        head
    }
}

fn lines(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join("\n")
}

fn lonely_name(rule: LonelyPsu) -> &'static str {
    match rule {
        LonelyPsu::Fail => "fail",
        LonelyPsu::Adjust => "adjust",
        LonelyPsu::Average => "average",
        LonelyPsu::Certainty => "certainty",
    }
}

impl RoundFacts {
    /// The facts of a cube, and of the design that its figures have.
    pub fn of(round: &Round, name: &str, design: Option<&Design>) -> Self {
        let cube = &round.cube;
        let complete = |cell: &usize| cube.profiles[cube.cells.profile[*cell] as usize].unknown == 0;
        let all: f64 = cube.cells.weight.iter().sum();
        let enters: f64 = (0..cube.cells.len()).filter(complete).map(|cell| cube.cells.weight[cell]).sum();
        let rows = (0..cube.cells.len()).filter(complete).map(|cell| u64::from(cube.cells.rows[cell]));
        let (entering, rows) = (rows.sum(), cube.rows());
        Self {
            name: name.to_owned(),
            year: round.year,
            of_income: false,
            entering,
            rows,
            // Whole is whole, also where sums in another order differ in the last digit.
            excluded_share: if entering == rows || all <= 0.0 { 0.0 } else { (all - enters) / all },
            design: design.map(sizes),
            elements: cube.sampling == Sampling::Elements,
        }
    }

    /// One sentence; the design is told where `with_design` says so.
    pub fn tell(&self, with_design: bool, language: Language) -> String {
        let count = |n: u64| grouped(n as i64, language);
        let mut parts = Vec::new();
        if !self.name.is_empty() {
            parts.push(format!("{} {}", say(language, "Kỳ", "Round"), self.name));
        }
        let (rows, out) = (count(self.rows), count(self.rows - self.entering));
        let share = decimal(100.0 * self.excluded_share, 2, language);
        parts.push(match (language, self.of_income, self.rows == self.entering) {
            (Language::Vi, false, true) => format!("{rows} dòng, mọi chỉ số đều rõ: không bỏ dòng nào"),
            (Language::Vi, true, true) => format!("{rows} dòng đều có thu nhập: không bỏ dòng nào"),
            (Language::Vi, false, false) => {
                format!(
                    "{} trong {rows} dòng được tính, bỏ {out} dòng có chỉ số chưa rõ ({share} % quyền số)",
                    count(self.entering)
                )
            }
            (Language::Vi, true, false) => {
                format!("{out} trong {rows} dòng bị bỏ vì không rõ thu nhập hoặc chuẩn nghèo ({share} % quyền số)")
            }
            (Language::En, false, true) => format!("{rows} rows, all indicators known: none is left out"),
            (Language::En, true, true) => format!("{rows} rows, all with an income: none is left out"),
            (Language::En, false, false) => {
                format!(
                    "{} of {rows} rows enter, {out} left out as an indicator is unknown ({share} % of the weight)",
                    count(self.entering)
                )
            }
            (Language::En, true, false) => {
                format!("{out} of {rows} rows left out as income or line is unknown ({share} % of the weight)")
            }
        });
        if let Some([psus, strata, df]) = self.design.filter(|_| with_design) {
            let (psus, strata, df) = (count(psus as u64), count(strata as u64), count(df as u64));
            parts.push(match (language, self.elements) {
                (Language::Vi, false) => format!("{psus} đơn vị chọn mẫu cấp một, {strata} tầng, {df} bậc tự do"),
                (Language::Vi, true) => format!("mỗi dòng là một đơn vị mẫu, {strata} tầng, {df} bậc tự do"),
                (Language::En, false) => {
                    format!("{psus} primary sampling units, strata: {strata}, {df} degrees of freedom")
                }
                (Language::En, true) => {
                    format!("each row is a sampling unit, strata: {strata}, {df} degrees of freedom")
                }
            });
        }
        parts.join(" · ")
    }
}

/// Units, strata and degrees of freedom.
pub fn sizes(design: &Design) -> [usize; 3] {
    [design.psus(), design.strata().len(), design.degrees_of_freedom()]
}

/// The weight of an indicator as a fraction of the whole.
fn fraction(weighting: &Weighting, indicator: usize) -> String {
    let share = Exact::new(i64::from(weighting.units(indicator)), i64::from(weighting.denominator()));
    share.map_or_else(String::new, |share| share.to_string())
}

/// A sentence about a cut-off that lies beside a score.
fn near_note(near: &Near, question: &Question, language: Language) -> String {
    let k = &question.typed[near.cutoff];
    let weighting = question.specification.weightings[near.weighting].name();
    let above = question.specification.cutoffs[near.cutoff] > near.score;
    let (score, share) = (near.score.to_string(), decimal(100.0 * near.share, 2, language));
    match (language, above) {
        (Language::Vi, true) => format!(
            "CHÚ Ý: k = {k} lớn hơn điểm {score} một chút ({weighting}): {share} % có đúng điểm đó không bị tính là \
             nghèo; muốn tính cả, hãy ghi --k {score}."
        ),
        (Language::Vi, false) => format!(
            "CHÚ Ý: k = {k} nhỏ hơn điểm {score} một chút ({weighting}): so với --k {score}, thêm {share} % bị tính là nghèo."
        ),
        (Language::En, true) => format!(
            "TAKE CARE: k = {k} lies just above the score {score} ({weighting}): the {share} % with exactly that \
             score do not count as poor; write --k {score} if they should."
        ),
        (Language::En, false) => format!(
            "TAKE CARE: k = {k} lies just below the score {score} ({weighting}): {share} % more of the people count as poor \
             than with --k {score}."
        ),
    }
}
