//! The account of a fit: what there is to tell, sentence by sentence and table by table.

use super::form::Form;
use super::{decimal, percent};
use crate::screen::say;
use std::collections::BTreeMap;
use vuon_measure::cube::Label as CubeLabel;
use vuon_measure::design::{Design, LonelyPsu, Stratum};
use vuon_measure::interval::{Interval, Limits};
use vuon_measure::proxy_means::{Change, Fit, Note, Options, Quality, Selection, Survey, Target, Units, Within};
use vuon_measure::target::{DEFAULT_MINIMUM, Ranking, Rule, TargetingMatrix, standard_errors};
use vuon_policy::exact::Exact;
use vuon_policy::model::{Label, Language};
use vuon_policy::program::Program;
use vuon_policy::words::grouped;

/// What there is to tell.
pub struct About<'a> {
    /// The form.
    pub form: &'a Form,
    /// The pack it stands on.
    pub base: &'a Program,
    /// The survey.
    pub survey: &'a Survey<'a>,
    /// What was wanted.
    pub options: &'a Options,
    /// What came out.
    pub fit: &'a Fit,
    /// The names of the files.
    pub files: String,
    /// Who was left out for want of an answer.
    pub left_out: Option<String>,
    /// How many bad rows there were.
    pub bad_rows: u64,
    /// Whether all households count alike for want of weights.
    pub unweighted: bool,
    /// Whether each household is a cluster for want of clusters.
    pub unclustered: bool,
    /// The line, as given.
    pub line: String,
    /// The column of welfare.
    pub welfare: String,
    /// The language.
    pub language: Language,
}

/// A table of texts; the first row is the head.
pub struct Table {
    /// What stands above it.
    pub title: String,
    /// The head, and then the rows.
    pub rows: Vec<Vec<String>>,
}

impl About<'_> {
    pub(super) fn say<'t>(&self, vi: &'t str, en: &'t str) -> &'t str {
        say(self.language, vi, en)
    }

    fn percent(&self, share: Option<f64>) -> String {
        percent(share, self.language)
    }

    fn decimal(&self, number: Option<f64>, decimals: usize) -> String {
        decimal(number, decimals, self.language)
    }

    pub(super) fn households(&self) -> String {
        grouped(self.survey.welfare.len() as i64, self.language)
    }

    /// In one line: what the points were estimated from.
    pub(super) fn origin(&self, language: Language) -> String {
        let households = grouped(self.survey.welfare.len() as i64, language);
        let (files, welfare, seed) = (&self.files, &self.welfare, self.options.seed);
        match language {
            Language::Vi => format!("{files}; {households} hộ; mức sống {welfare}; seed {seed}"),
            Language::En => format!("{files}; {households} households; welfare {welfare}; seed {seed}"),
        }
    }

    /// The same in both languages.
    pub fn origin_label(&self) -> Label {
        let texts = [("vi", Language::Vi), ("en", Language::En)].map(|(id, l)| (id.to_owned(), self.origin(l)));
        Label(texts.into())
    }

    /// What stands above the table of points in its file.
    pub fn head(&self) -> String {
        let after = &self.fit.out_of_sample.after_rounding;
        let matrix = self.matrix(after);
        let program = format!("vuon {}", env!("CARGO_PKG_VERSION"));
        let (exclusion, leakage) = (self.percent(matrix.exclusion_error()), self.percent(matrix.leakage()));
        let (r2, coverage) = (self.decimal(after.r2, 3), self.percent(matrix.coverage()));
        match self.language {
            Language::Vi => format!(
                "Ước lượng bằng `vuon target fit` ({program}); không phải văn bản pháp luật.\nNguồn: {}.\n{}\nNgoài mẫu: R² {r2}; được chọn {coverage} %, bỏ sót {exclusion} %, rò rỉ {leakage} %. Xem report.md.",
                self.origin(self.language),
                self.target()
            ),
            Language::En => format!(
                "Estimated by `vuon target fit` ({program}); not law.\nSource: {}.\n{}\nOut of sample: R² {r2}; selected {coverage} %, exclusion {exclusion} %, leakage {leakage} %. See report.md.",
                self.origin(self.language),
                self.target()
            ),
        }
    }

    /// Persons or households, as was asked for.
    fn matrix<'q>(&self, quality: &'q Quality) -> &'q TargetingMatrix {
        match self.options.units {
            Units::Persons => &quality.in_persons,
            Units::Households => &quality.in_households,
        }
    }

    fn units(&self) -> &'static str {
        match (self.options.units, self.language) {
            (Units::Persons, Language::Vi) => "người",
            (Units::Persons, Language::En) => "persons",
            (Units::Households, Language::Vi) => "hộ",
            (Units::Households, Language::En) => "households",
        }
    }

    /// What the cut-off is for.
    pub(super) fn target(&self) -> String {
        let share = |share: Exact| self.percent(Some(share.numerator() as f64 / share.denominator() as f64));
        let units = self.units();
        let what = match (self.options.target, self.language) {
            (Target::Coverage(q), Language::Vi) => format!("Ngưỡng: chọn ít nhất {} % số {units}", share(q)),
            (Target::Coverage(q), Language::En) => format!("Cut-off: at least {} % of {units} are selected", share(q)),
            (Target::Exclusion(q), Language::Vi) => format!("Ngưỡng: bỏ sót không quá {} % {units} nghèo", share(q)),
            (Target::Exclusion(q), Language::En) => {
                format!("Cut-off: at most {} % of the poor {units} are missed", share(q))
            }
            (Target::Leakage(q), Language::Vi) => {
                format!("Ngưỡng: không quá {} % {units} được chọn là không nghèo", share(q))
            }
            (Target::Leakage(q), Language::En) => {
                format!("Cut-off: at most {} % of the selected {units} are not poor", share(q))
            }
            (Target::Line, Language::Vi) => "Ngưỡng: mức sống dự báo bằng chuẩn nghèo".to_owned(),
            (Target::Line, Language::En) => "Cut-off: predicted welfare at the poverty line".to_owned(),
        };
        let within = match (self.options.within, self.language) {
            (Within::Country, Language::Vi) => "tính chung cả nước",
            (Within::Country, Language::En) => "over the whole",
            (Within::Region, Language::Vi) => "tính trong từng cột",
            (Within::Region, Language::En) => "in each column by itself",
        };
        format!("{what}, {within}.")
    }

    /// How the work was done, in a few sentences.
    pub(super) fn method(&self) -> Vec<String> {
        let o = self.options;
        let selection = match (o.selection, self.language) {
            (Selection::All, Language::Vi) => "giữ mọi mục",
            (Selection::All, Language::En) => "all items kept",
            (Selection::Forward { .. }, Language::Vi) => "thêm dần từng mục",
            (Selection::Forward { .. }, Language::En) => "items added one by one",
            (Selection::Backward { .. }, Language::Vi) => "bỏ dần từng mục",
            (Selection::Backward { .. }, Language::En) => "items removed one by one",
        };
        let gain = self.decimal(Some(o.least_gain), 4);
        let mut lines = match self.language {
            Language::Vi => vec![
                format!("Bình phương tối thiểu có quyền số của ln(mức sống / chuẩn nghèo), đếm theo {}, riêng cho từng cột điểm.", self.units()),
                format!("Chọn mục: {selection} theo sai số kiểm định chéo {} phần (seed {}), mức tăng R² ít nhất {gain}.", o.folds, o.seed),
                format!("Điểm: số nguyên, bước {}, tổng cao nhất {} ở mỗi cột; mức thấp nhất của mỗi mục là 0.", o.step, o.greatest_total),
                "Ngoài mẫu: mỗi phần được chấm bằng bảng điểm lập từ các phần còn lại, kể cả việc chọn mục, làm tròn và đặt ngưỡng.".into(),
            ],
            Language::En => vec![
                format!("Weighted least squares of ln(welfare / line), counting {}, for each column of points by itself.", self.units()),
                format!("Items: {selection} by the error of {}-fold cross-validation (seed {}), for a gain in R² of at least {gain}.", o.folds, o.seed),
                format!("Points: whole, in steps of {}, greatest total {} in every column; the least answer of an item has 0.", o.step, o.greatest_total),
                "Out of sample: each fold is scored by a table made from the others, selection, rounding and cut-off included.".into(),
            ],
        };
        lines.push(self.target());
        lines
    }

    /// What must be kept in mind.
    pub(super) fn cautions(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.left_out.clone().into_iter().collect();
        if self.bad_rows > 0 {
            lines.push(match self.language {
                Language::Vi => format!("{} lỗi trong các dòng: các hộ đó bị bỏ.", self.bad_rows),
                Language::En => format!("{} problems in rows: these households are left out.", self.bad_rows),
            });
        }
        if self.unweighted {
            lines.push(
                self.say(
                    "Không có quyền số: mọi hộ được đếm như nhau, kết quả là của các hộ trong khảo sát.",
                    "No weights: all households count alike, and results are those of the households surveyed.",
                )
                .into(),
            );
        }
        if self.unclustered {
            lines.push(self.say("Không có địa bàn mẫu: các hộ cùng nơi có thể nằm ở hai phần khác nhau, và kết quả ngoài mẫu đẹp hơn thực tế.", "No sampling clusters: neighbours may lie in different folds, and what is out of sample looks better than it is.").into());
        }
        lines
    }

    pub(super) fn item_label(&self, item: usize) -> String {
        self.form.items[item].label.get(self.language).to_owned()
    }

    pub(super) fn steps(&self) -> Table {
        let head = [
            "",
            self.say("Mục", "Item"),
            self.say("số mục", "items"),
            self.say("R² kiểm định chéo", "R² in cross-validation"),
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for step in &self.fit.steps {
            let (sign, name) = match step.change {
                Change::Start => ("", self.say("bắt đầu", "start").to_owned()),
                Change::Added(item) => ("+", self.item_label(item)),
                Change::Removed(item) => ("−", self.item_label(item)),
            };
            rows.push(vec![sign.into(), name, step.items.to_string(), self.decimal(Some(step.r2), 4)]);
        }
        Table { title: self.say("Chọn mục", "Choice of items").into(), rows }
    }

    pub(super) fn quality(&self) -> Table {
        let (seen, unseen) = (&self.fit.in_sample, &self.fit.out_of_sample);
        let all = [&seen.before_rounding, &seen.after_rounding, &unseen.before_rounding, &unseen.after_rounding];
        let head = match self.language {
            Language::Vi => {
                ["", "trong mẫu, trước làm tròn", "sau làm tròn", "ngoài mẫu, trước làm tròn", "sau làm tròn"]
            }
            Language::En => {
                ["", "in sample, before rounding", "after rounding", "out of sample, before rounding", "after rounding"]
            }
        };
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        let mut row = |name: &str, figure: &dyn Fn(&Quality) -> String| {
            rows.push(std::iter::once(name.to_owned()).chain(all.iter().map(|q| figure(q))).collect());
        };
        row("R²", &|q| self.decimal(q.r2, 4));
        row(self.say("AUC (hộ)", "AUC (households)"), &|q| self.decimal(q.auc_households, 4));
        row(self.say("AUC (người)", "AUC (persons)"), &|q| self.decimal(q.auc_persons, 4));
        let of = |vi: &str, en: &str| format!("{} ({}, %)", self.say(vi, en), self.units());
        row(&of("Nghèo", "Poor"), &|q| self.percent(self.matrix(q).poverty_rate()));
        row(&of("Được chọn", "Selected"), &|q| self.percent(self.matrix(q).coverage()));
        row(&of("Bỏ sót", "Exclusion error"), &|q| self.percent(self.matrix(q).exclusion_error()));
        row(&of("Rò rỉ", "Leakage"), &|q| self.percent(self.matrix(q).leakage()));
        row(&of("Không nghèo được chọn", "Inclusion error"), &|q| {
            self.percent(self.matrix(q).inclusion_error())
        });
        Table {
            title: self.say("Chất lượng, và mất mát do làm tròn", "Quality, and the loss from rounding").into(),
            rows,
        }
    }

    pub(super) fn cuts(&self) -> Table {
        let head = match self.language {
            Language::Vi => {
                ["Cột điểm", "hộ", "ngưỡng", "1 điểm = % mức sống", "nghèo %", "được chọn %", "bỏ sót %", "rò rỉ %"]
            }
            Language::En => [
                "Column",
                "households",
                "cut-off",
                "1 point = % of welfare",
                "poor %",
                "selected %",
                "exclusion %",
                "leakage %",
            ],
        };
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for (region, (id, label)) in self.fit.regions.iter().zip(&self.form.columns) {
            let quality = &region.out_of_sample.after_rounding;
            let m = self.matrix(quality);
            rows.push(vec![
                format!("{} ({id})", label.get(self.language)),
                grouped(quality.households as i64, self.language),
                region.cut.map_or_else(|| self.say("không ai", "nobody").to_owned(), |cut| format!("≤ {cut}")),
                self.decimal(Some(100.0 * (region.per_point.exp() - 1.0)), 2),
                self.percent(m.poverty_rate()),
                self.percent(m.coverage()),
                self.enough(m.exclusion_error(), m.poor().units),
                self.enough(m.leakage(), m.selected().units),
            ]);
        }
        let title = self.say("Ngưỡng của từng cột; sai số ngoài mẫu", "Cut-offs by column; errors out of sample");
        Table { title: title.into(), rows }
    }

    /// A share of so many households; a star where they are few, and not none.
    fn enough(&self, share: Option<f64>, households: u64) -> String {
        if (1..DEFAULT_MINIMUM).contains(&households) { "*".to_owned() } else { self.percent(share) }
    }

    /// What a star in the table of columns means, where there is one.
    pub(super) fn star(&self, cuts: &Table) -> Option<String> {
        let some = cuts.rows[1..].iter().flatten().any(|cell| cell == "*");
        some.then(|| match self.language {
            Language::Vi => format!("*: dựa trên dưới {DEFAULT_MINIMUM} hộ."),
            Language::En => format!("*: rests on fewer than {DEFAULT_MINIMUM} households."),
        })
    }

    /// Limits of 95 % of the errors out of sample, by the clusters of the survey.
    pub(super) fn limits(&self) -> Option<String> {
        let survey = self.survey;
        let mut places: BTreeMap<usize, usize> = survey.cluster.iter().map(|c| (*c, 0)).collect();
        places.values_mut().enumerate().for_each(|(place, cluster)| *cluster = place);
        let psu: Vec<usize> = survey.cluster.iter().map(|c| places[c]).collect();
        let stratum = Stratum { label: CubeLabel::Missing, psus: places.len(), population: None };
        let design = Design::new(vec![stratum], LonelyPsu::Fail);
        let (poor, weight) = (self.poor(), self.weight());
        let selected = &self.fit.held_out_selected;
        let errors = standard_errors(&poor, selected, &weight, &psu, &design).ok()?;
        let matrix = self.matrix(&self.fit.out_of_sample.after_rounding);
        let limits = Limits::new(Interval::Logit, 0.95, design.degrees_of_freedom())?;
        let told = |value: Option<f64>, error: Option<f64>| {
            let (lower, upper) = limits.share(value?, error?)?;
            Some(format!("{} – {} %", self.percent(Some(lower)), self.percent(Some(upper))))
        };
        let exclusion = told(matrix.exclusion_error(), errors.exclusion_error)?;
        let leakage = told(matrix.leakage(), errors.leakage)?;
        Some(match self.language {
            Language::Vi => {
                format!("Ngoài mẫu, sau làm tròn, khoảng tin cậy 95 %: bỏ sót {exclusion}, rò rỉ {leakage}.")
            }
            Language::En => {
                format!("Out of sample, after rounding, limits of 95 %: exclusion {exclusion}, leakage {leakage}.")
            }
        })
    }

    /// Who is poor.
    fn poor(&self) -> Vec<bool> {
        self.survey.welfare.iter().zip(self.survey.line).map(|(w, z)| w < z).collect()
    }

    /// The weights that are counted.
    fn weight(&self) -> Vec<f64> {
        let survey = self.survey;
        match self.options.units {
            Units::Persons => survey.weight.iter().zip(survey.persons).map(|(w, n)| w * n).collect(),
            Units::Households => survey.weight.to_vec(),
        }
    }

    /// What other quotas would give, out of sample.
    pub(super) fn trade_off(&self) -> Table {
        let head = match self.language {
            Language::Vi => ["Chỉ tiêu (%)", "được chọn %", "bỏ sót %", "rò rỉ %", "không nghèo được chọn %"],
            Language::En => ["Quota (%)", "selected %", "exclusion %", "leakage %", "inclusion error %"],
        };
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        let (poor, weight) = (self.poor(), self.weight());
        for quota in [5, 10, 15, 20, 25, 30, 40, 50] {
            let judged = Exact::new(quota, 100).and_then(|quota| {
                let ranking = Ranking::new(&self.fit.held_out, &weight).ok()?;
                let selection = Rule::Quota(quota).select(&ranking).ok()?;
                TargetingMatrix::count(&poor, &selection.selected, &weight).ok()
            });
            let Some(m) = judged else { continue };
            rows.push(vec![
                quota.to_string(),
                self.percent(m.coverage()),
                self.percent(m.exclusion_error()),
                self.percent(m.leakage()),
                self.percent(m.inclusion_error()),
            ]);
        }
        let title = self.say(
            "Nếu chọn nhiều hay ít hơn (ngoài mẫu, một ngưỡng chung)",
            "With other quotas (out of sample, one threshold for all)",
        );
        Table { title: title.into(), rows }
    }

    pub(super) fn points(&self) -> Table {
        let head = [self.say("Mục", "Item").to_owned(), self.say("Trả lời", "Answer").to_owned()];
        let mut rows =
            vec![head.into_iter().chain(self.form.columns.iter().map(|(id, _)| id.clone())).collect::<Vec<_>>()];
        for (place, item) in self.fit.items.iter().enumerate() {
            for (row, answer) in self.form.items[*item].rows.iter().enumerate() {
                let name = if row == 0 { self.item_label(*item) } else { String::new() };
                let points = self.fit.regions.iter().map(|region| region.points[place][row].to_string());
                rows.push([name, answer.label.get(self.language).to_owned()].into_iter().chain(points).collect());
            }
        }
        Table { title: self.say("Bảng điểm", "Points").into(), rows }
    }

    pub(super) fn notes(&self) -> Vec<String> {
        self.fit.notes.iter().map(|note| self.note(note)).collect()
    }

    fn note(&self, note: &Note) -> String {
        let column = |region: usize| self.form.columns[region].1.get(self.language);
        let answer = |item: usize, level: usize| self.form.items[item].rows[level].label.get(self.language);
        match (*note, self.language) {
            (Note::Joined { region, item, level, with, households: 0 }, Language::Vi) => format!(
                "{}, {}: không hộ nào trả lời “{}”; tính điểm như “{}”.",
                column(region),
                self.item_label(item),
                answer(item, level),
                answer(item, with)
            ),
            (Note::Joined { region, item, level, with, households: 0 }, Language::En) => format!(
                "{}, {}: no household answers “{}”; it has the points of “{}”.",
                column(region),
                self.item_label(item),
                answer(item, level),
                answer(item, with)
            ),
            (Note::Joined { region, item, level, with, households }, Language::Vi) => format!(
                "{}, {}: chỉ {households} hộ trả lời “{}”, tính điểm như “{}”.",
                column(region),
                self.item_label(item),
                answer(item, level),
                answer(item, with)
            ),
            (Note::Joined { region, item, level, with, households }, Language::En) => format!(
                "{}, {}: only {households} households answer “{}”; it has the points of “{}”.",
                column(region),
                self.item_label(item),
                answer(item, level),
                answer(item, with)
            ),
            (Note::Collinear { region, item, level }, Language::Vi) => format!(
                "{}, {}: “{}” suy ra được từ các mục khác, không có điểm riêng.",
                column(region),
                self.item_label(item),
                answer(item, level)
            ),
            (Note::Collinear { region, item, level }, Language::En) => format!(
                "{}, {}: “{}” follows from other items and has no points of its own.",
                column(region),
                self.item_label(item),
                answer(item, level)
            ),
            (Note::NotMonotone { region, item }, Language::Vi) => {
                format!(
                    "{}, {}: điểm lúc tăng lúc giảm theo thứ tự các mức; hãy xem lại.",
                    column(region),
                    self.item_label(item)
                )
            }
            (Note::NotMonotone { region, item }, Language::En) => {
                format!(
                    "{}, {}: points rise and fall along the bands; look at them.",
                    column(region),
                    self.item_label(item)
                )
            }
            (Note::NobodySelected { region }, Language::Vi) => {
                format!("{}: không hộ nào có thể được chọn.", column(region))
            }
            (Note::NobodySelected { region }, Language::En) => {
                format!("{}: no household can be selected.", column(region))
            }
        }
    }
}
