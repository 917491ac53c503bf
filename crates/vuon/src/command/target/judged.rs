//! The figures of an assessment of targeting, on the screen and as a table.

use super::assess::Data;
use super::figures::Figure;
use super::{decimal, percent};
use crate::screen::{self, padded, right, say};
use vuon_measure::cube::Label;
use vuon_measure::interval::{Interval, Limits};
use vuon_measure::target::{self, AreaRow, Cell, Ranking, Roc, Rule, StandardErrors, TargetError, TargetingMatrix};
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_policy::words::grouped;

/// Figures of one way of counting.
struct Counted {
    unit: &'static str,
    matrix: Option<TargetingMatrix>,
    errors: Option<StandardErrors>,
    auc: Option<f64>,
}

/// What is wanted of the figures.
pub struct Wishes<'a> {
    /// The fewest households behind a figure of a group.
    pub min_cell: u64,
    /// Into how many equal parts the population is cut.
    pub groups: usize,
    /// Shares of the poorest.
    pub poorest: &'a [Exact],
    /// Whether there are no weights.
    pub unweighted: bool,
    /// Whether the score was negated because its highest are the poorest.
    pub high_is_poor: bool,
}

/// All figures.
pub struct Judged {
    /// Households, then persons where their number is known.
    counted: Vec<Counted>,
    leakage_of_benefits: Option<f64>,
    concentration: Option<f64>,
    gini: Option<f64>,
    cgh: Vec<(Exact, Option<f64>)>,
    incidence: Vec<target::IncidenceGroup>,
    areas: Vec<(String, Vec<(Label, AreaRow)>)>,
    limits: Option<Limits>,
    /// Of the score, for the way of counting that stands for the people.
    pub roc: Option<Roc>,
    /// What quotas by the score would give.
    quotas: Vec<(i64, TargetingMatrix)>,
}

/// The quotas that are tried, in per cent.
const QUOTAS: [i64; 6] = [5, 10, 20, 30, 40, 50];

impl Judged {
    /// Works them out.
    ///
    /// # Errors
    /// Columns that cannot be ranked or counted.
    pub fn new(data: &Data, wishes: &Wishes) -> Result<Self, TargetError> {
        let persons: Option<Vec<f64>> =
            data.size.as_ref().map(|size| data.weight.iter().zip(size).map(|(w, n)| w * n).collect());
        let mut counted = Vec::new();
        for (unit, weight) in [("households", Some(&data.weight)), ("persons", persons.as_ref())] {
            let Some(weight) = weight else { continue };
            let selected = data.selected.as_ref();
            counted.push(Counted {
                unit,
                matrix: selected.map(|e| TargetingMatrix::count(&data.poor, e, weight)).transpose()?,
                errors: match (&data.design, selected) {
                    (Some((psu, design)), Some(e)) => {
                        Some(target::standard_errors(&data.poor, e, weight, psu, design)?)
                    }
                    _ => None,
                },
                auc: match &data.score {
                    Some(score) => target::auc(&Ranking::new(score, weight)?, &data.poor)?,
                    None => None,
                },
            });
        }
        let weight = persons.as_ref().unwrap_or(&data.weight);
        let mut judged = Self {
            counted,
            leakage_of_benefits: None,
            concentration: None,
            gini: None,
            cgh: Vec::new(),
            incidence: Vec::new(),
            areas: Vec::new(),
            roc: None,
            quotas: Vec::new(),
            limits: data.design.as_ref().and_then(|(_, d)| Limits::new(Interval::Logit, 0.95, d.degrees_of_freedom())),
        };
        if let Some(score) = &data.score {
            let ranking = Ranking::new(score, weight)?;
            judged.roc = Roc::new(&ranking, &data.poor)?;
            for percent in QUOTAS {
                let Some(quota) = Exact::new(percent, 100) else { continue };
                let selected = Rule::Quota(quota).select(&ranking)?.selected;
                judged.quotas.push((percent, TargetingMatrix::count(&data.poor, &selected, weight)?));
            }
        }
        if let Some(benefit) = data.benefit_per_unit() {
            if data.benefit.is_some() {
                judged.leakage_of_benefits = target::leakage_of_benefits(&data.poor, &benefit, weight)?;
            }
            if let Some(welfare) = &data.welfare {
                let ranking = Ranking::new(welfare, weight)?;
                judged.concentration = target::concentration_coefficient(&ranking, &benefit)?;
                judged.incidence = target::incidence(&ranking, &benefit, wishes.groups)?;
                for share in wishes.poorest {
                    judged.cgh.push((*share, target::cgh_ratio(&ranking, &benefit, *share)?));
                }
                if welfare.iter().all(|w| *w >= 0.0) {
                    judged.gini = target::concentration_coefficient(&ranking, welfare)?;
                }
            }
        }
        if let Some(selected) = &data.selected {
            for (name, of, names) in &data.by {
                let rows = target::by_area(of, names.len(), &data.poor, selected, weight, wishes.min_cell)?;
                let rows = names.iter().cloned().zip(rows).filter(|(_, row)| row.units > 0).collect();
                judged.areas.push((name.clone(), rows));
            }
        }
        Ok(judged)
    }

    /// The way of counting that stands for the people: persons where they are known.
    fn main(&self) -> Option<&Counted> {
        self.counted.last()
    }

    /// All figures, one row each.
    pub fn figures(&self, data: &Data) -> Vec<Figure> {
        let n = data.poor.len() as u64;
        let mut all = Vec::new();
        for counted in &self.counted {
            if let Some(matrix) = &counted.matrix {
                for line in lines(matrix, counted.errors.as_ref()) {
                    let mut figure = Figure::new(line.measure, "all", counted.unit, line.value, line.n);
                    figure.precision = line.error.map(|se| (se, line.limits(self.limits.as_ref())));
                    all.push(figure);
                }
            }
            if data.score.is_some() {
                all.push(Figure::new("auc", "all", counted.unit, counted.auc, n));
            }
        }
        let unit = self.main().map_or("households", |c| c.unit);
        if data.benefit.is_some() {
            all.push(Figure::new("leakage_of_benefits", "all", unit, self.leakage_of_benefits, n));
        }
        if !self.incidence.is_empty() {
            all.push(Figure::new("concentration_coefficient", "all", unit, self.concentration, n));
            for (share, ratio) in &self.cgh {
                all.push(Figure::new("cgh_ratio", format!("poorest={share}"), unit, *ratio, n));
            }
        }
        for (place, part) in self.incidence.iter().enumerate() {
            let group = format!("part={} of {}", place + 1, self.incidence.len());
            for (measure, value) in [
                ("coverage", part.coverage),
                ("share_of_beneficiaries", part.share_of_beneficiaries),
                ("share_of_benefits", part.share_of_benefits),
                ("mean_benefit", part.mean_benefit),
                ("mean_of_beneficiaries", part.mean_of_beneficiaries),
                ("benefit_to_welfare", part.benefit_to_welfare),
            ] {
                all.push(Figure::new(measure, group.clone(), unit, value, n));
            }
        }
        for (name, rows) in &self.areas {
            for (label, row) in rows {
                let group = format!("{name}={label}");
                all.push(Figure::new("population_share", group.clone(), unit, row.population_share, row.units));
                for (measure, cell) in area_cells(row) {
                    let figure = Figure::new(measure, group.clone(), unit, None, row.units);
                    all.push(Figure { cell, ..figure });
                }
            }
        }
        all
    }

    /// Prints them within the width of the terminal.
    pub fn print(&self, data: &Data, wishes: &Wishes, language: Language) {
        let households = grouped(data.poor.len() as i64, language);
        println!(
            "\n{} · {households} {}",
            say(language, "Đánh giá việc xác định đối tượng", "Assessment of targeting"),
            say(language, "hộ trong dữ liệu", "households in the data")
        );
        if wishes.unweighted {
            let text = say(
                language,
                "Không có quyền số: các tỷ lệ là của các hộ trong dữ liệu, không phải của dân số.",
                "No weights: shares are those of the households in the data, not of a population.",
            );
            println!("{}", screen::wrapped(text, screen::width(), 2));
        }
        if let Some(cut) = data.cut {
            let text = match wishes.high_is_poor {
                true => say(language, "Ngưỡng điểm được chọn: từ", "Selected: scores from"),
                false => say(language, "Ngưỡng điểm được chọn: đến", "Selected: scores up to"),
            };
            println!("{text} {}", number(if wishes.high_is_poor { -cut } else { cut }, language));
        }
        self.print_errors(language);
        self.print_quotas(language);
        self.print_benefits(data, language);
        for (name, rows) in &self.areas {
            print_areas(name, rows, wishes.min_cell, language);
        }
        println!();
    }

    fn print_errors(&self, language: Language) {
        let with_limits = self.main().is_some_and(|c| c.errors.is_some());
        let mut head = padded(say(language, "\nTỷ lệ (%)", "\nShares (%)"), 38);
        for counted in &self.counted {
            head += &right(unit_name(counted.unit, language), 11);
        }
        if with_limits {
            head += &right(say(language, "khoảng tin cậy 95 %", "95 % interval"), 20);
        }
        if self.counted.iter().any(|c| c.matrix.is_some()) {
            println!("{head}");
        }
        let of_all: Vec<Vec<Line>> =
            self.counted.iter().filter_map(|c| Some(lines(c.matrix.as_ref()?, c.errors.as_ref()))).collect();
        for place in 0..of_all.first().map_or(0, Vec::len) {
            let mut text = padded(of_all[0][place].label(language), 37);
            for lines in &of_all {
                text += &right(&percent(lines[place].value, language), 11);
            }
            if let Some((lower, upper)) = of_all.last().and_then(|lines| lines[place].limits(self.limits.as_ref())) {
                text += &right(&format!("{} – {}", percent(Some(lower), language), percent(Some(upper), language)), 20);
            }
            println!("{}", text.trim_end());
        }
        if self.counted.iter().any(|c| c.auc.is_some()) {
            let mut text =
                padded(say(language, "Diện tích dưới đường ROC (AUC)", "Area under the ROC curve (AUC)"), 37);
            for counted in &self.counted {
                text += &right(&decimal(counted.auc, 3, language), 11);
            }
            println!("{text}");
        }
    }

    fn print_quotas(&self, language: Language) {
        if self.quotas.is_empty() {
            return;
        }
        let heads = match language {
            Language::Vi => ["được chọn %", "bỏ sót %", "rò rỉ %", "không nghèo %"],
            Language::En => ["selected %", "exclusion %", "leakage %", "inclusion %"],
        };
        let first = say(language, "Nếu chọn theo điểm (%)", "With a quota of (%)");
        println!("\n{}{}", padded(first, 24), heads.map(|head| right(head, 14)).concat());
        for (percent_wanted, m) in &self.quotas {
            let figures = [m.coverage(), m.exclusion_error(), m.leakage(), m.inclusion_error()];
            let figures: String = figures.iter().map(|f| right(&percent(*f, language), 14)).collect();
            println!("{}{figures}", padded(&format!("{percent_wanted:>4}"), 24));
        }
    }

    fn print_benefits(&self, data: &Data, language: Language) {
        if self.incidence.is_empty() {
            return;
        }
        let what = match data.benefit {
            Some(_) => say(language, "mức hưởng", "benefits"),
            None => say(language, "được chọn (mỗi người như nhau)", "selection (every person alike)"),
        };
        println!("\n{} {what}", say(language, "Phân bổ:", "Incidence of"));
        let row = |label: &str, value: String| println!("{}{}", padded(label, 56), right(&value, 8));
        if data.benefit.is_some() {
            row(
                say(language, "Rò rỉ tính theo tiền (%)", "Leakage in money (%)"),
                percent(self.leakage_of_benefits, language),
            );
        }
        row(
            say(
                language,
                "Hệ số tập trung (âm: nghiêng về người nghèo)",
                "Concentration coefficient (negative: to the poor)",
            ),
            decimal(self.concentration, 3, language),
        );
        if self.gini.is_some() {
            row(
                say(language, "  để so sánh: hệ số Gini của mức sống", "  to compare: Gini coefficient of welfare"),
                decimal(self.gini, 3, language),
            );
        }
        for (share, ratio) in &self.cgh {
            let percent = percent(Some(share.numerator() as f64 / share.denominator() as f64), language);
            let label = match language {
                Language::Vi => format!("Tỷ số Coady–Grosh–Hoddinott, {percent} % nghèo nhất"),
                Language::En => format!("Coady–Grosh–Hoddinott ratio, poorest {percent} %"),
            };
            row(&label, decimal(*ratio, 2, language));
        }
        let heads = match language {
            Language::Vi => ["bao phủ %", "% người hưởng", "% mức hưởng", "% mức sống"],
            Language::En => ["coverage %", "% of reached", "% of benefits", "% of welfare"],
        };
        let first = say(language, "Từ nghèo nhất", "From the poorest");
        print!("\n{}", padded(first, 18));
        println!("{}", heads.iter().map(|h| right(h, 15)).collect::<String>().trim_end());
        for (place, part) in self.incidence.iter().enumerate() {
            let name = format!("{:>4}/{}", place + 1, self.incidence.len());
            let numbers = [
                part.coverage,
                part.share_of_beneficiaries,
                part.share_of_benefits,
                part.benefit_to_welfare.filter(|_| data.benefit.is_some()),
            ];
            let numbers: String = numbers.iter().map(|n| right(&percent(*n, language), 15)).collect();
            println!("{}{numbers}", padded(&name, 18));
        }
    }
}

impl Data {
    /// What each unit of weight receives: per person where persons are counted.
    fn benefit_per_unit(&self) -> Option<Vec<f64>> {
        match (&self.benefit, &self.selected, &self.size) {
            (Some(benefit), _, Some(size)) => Some(benefit.iter().zip(size).map(|(b, n)| b / n).collect()),
            (Some(benefit), _, None) => Some(benefit.clone()),
            (None, Some(selected), _) => Some(selected.iter().map(|e| f64::from(u8::from(*e))).collect()),
            (None, None, _) => None,
        }
    }
}

/// One figure of a matrix with its error.
struct Line {
    measure: &'static str,
    value: Option<f64>,
    error: Option<f64>,
    n: u64,
    is_share: bool,
}

impl Line {
    fn label(&self, language: Language) -> &'static str {
        let (vi, en) = match self.measure {
            "poverty_rate" => ("Tỷ lệ nghèo", "Poverty rate"),
            "coverage" => ("Được chọn (bao phủ)", "Selected (coverage)"),
            "coverage_of_poor" => ("Người nghèo được chọn", "Poor who are selected"),
            "exclusion_error" => ("Bỏ sót: nghèo mà không được chọn", "Exclusion error: poor, not selected"),
            "leakage" => ("Rò rỉ: được chọn mà không nghèo", "Leakage: selected, not poor"),
            "inclusion_error" => ("Không nghèo mà được chọn", "Inclusion error: non-poor selected"),
            "differential" => ("Chênh lệch bao phủ (nghèo – khác)", "Targeting differential"),
            _ => ("Xếp sai", "Misclassified"),
        };
        say(language, vi, en)
    }

    fn limits(&self, limits: Option<&Limits>) -> Option<(f64, f64)> {
        let (limits, value, error) = (limits?, self.value?, self.error?);
        if !self.is_share {
            return Some(limits.plain(value, error));
        }
        limits.share(value, error).or_else(|| limits.none_or_all(value, self.n))
    }
}

fn lines(m: &TargetingMatrix, errors: Option<&StandardErrors>) -> Vec<Line> {
    let line = |measure, value, error: Option<f64>, n, is_share| Line { measure, value, error, n, is_share };
    let se = |of: fn(&StandardErrors) -> Option<f64>| errors.and_then(of);
    vec![
        line("poverty_rate", m.poverty_rate(), se(|e| e.poverty_rate), m.all().units, true),
        line("coverage", m.coverage(), se(|e| e.coverage), m.all().units, true),
        line("coverage_of_poor", m.coverage_of_poor(), se(|e| e.exclusion_error), m.poor().units, true),
        line("exclusion_error", m.exclusion_error(), se(|e| e.exclusion_error), m.poor().units, true),
        line("leakage", m.leakage(), se(|e| e.leakage), m.selected().units, true),
        line("inclusion_error", m.inclusion_error(), se(|e| e.inclusion_error), m.other().units, true),
        line("differential", m.differential(), se(|e| e.differential), m.all().units, false),
        line("misclassified", m.misclassified(), None, m.all().units, true),
    ]
}

fn area_cells(row: &AreaRow) -> [(&'static str, Cell); 6] {
    [
        ("poverty_rate", row.poverty_rate),
        ("coverage", row.coverage),
        ("exclusion_error", row.exclusion_error),
        ("leakage", row.leakage),
        ("inclusion_error", row.inclusion_error),
        ("differential", row.differential),
    ]
}

fn print_areas(name: &str, rows: &[(Label, AreaRow)], minimum: u64, language: Language) {
    let heads = match language {
        Language::Vi => ["hộ", "dân số", "nghèo", "bao phủ", "bỏ sót", "rò rỉ"],
        Language::En => ["hholds", "popul.", "poor", "cover.", "excl.", "leak."],
    };
    println!("\n{}{}", screen::fitted(&format!("{name} (%)"), 22), heads.map(|h| right(h, 9)).concat());
    let mut withheld = false;
    for (label, row) in rows {
        let mut cell = |cell: Cell| match cell {
            Cell::Shown(value) => percent(Some(value), language),
            Cell::Undefined => "–".to_owned(),
            Cell::TooFew | Cell::Complementary => {
                withheld = true;
                if cell == Cell::TooFew { "*".to_owned() } else { "**".to_owned() }
            }
        };
        let figures = [
            grouped(row.units as i64, language),
            percent(row.population_share, language),
            cell(row.poverty_rate),
            cell(row.coverage),
            cell(row.exclusion_error),
            cell(row.leakage),
        ];
        let figures: String = figures.iter().map(|f| right(f, 9)).collect();
        println!("{}{figures}", screen::fitted(&label.to_string(), 22));
    }
    if withheld {
        let text = match language {
            Language::Vi => {
                format!("*: dựa trên dưới {minimum} hộ, không công bố. **: không công bố để không suy ra được ô *.")
            }
            Language::En => format!(
                "*: rests on fewer than {minimum} households and is withheld. **: withheld with it, as it would give * away."
            ),
        };
        println!("{}", screen::wrapped(&text, screen::width(), 2));
    }
}

fn unit_name(unit: &str, language: Language) -> &'static str {
    match (unit, language) {
        ("persons", Language::Vi) => "người",
        ("persons", Language::En) => "persons",
        (_, Language::Vi) => "hộ",
        (_, Language::En) => "households",
    }
}

fn number(value: f64, language: Language) -> String {
    value.to_string().replace('.', say(language, ",", "."))
}
