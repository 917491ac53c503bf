//! What a person sees: the nation with its limits, what poverty is made of, subgroups, changes, and what to know about
//! the figures. Everything is taken from the table that is written.

use super::facts::Facts;
use crate::estimates::{Block, NATION, Tidy, What};
use crate::screen::{self, bar, columns, decimal, fitted, right, say};
use std::collections::BTreeMap;
use vuon_measure::recode::DESTITUTION;
use vuon_policy::model::Language;

/// The widest bar.
const BAR: usize = 20;
/// As many specifications are told for the nation.
const SPECIFICATIONS: usize = 12;
/// As many subgroups are told of a grouping.
const SUBGROUPS: usize = 24;

/// What is shown.
pub struct Shown<'t> {
    /// The table.
    pub tidy: &'t Tidy,
    /// What stands behind it.
    pub facts: &'t Facts,
    /// The names of indicators and dimensions, and of the values of keys, where a pack has better ones than the data.
    pub names: &'t BTreeMap<String, String>,
    /// The language.
    pub language: Language,
}

/// Prints the summary.
pub fn print(shown: &Shown) {
    shown.head();
    let rounds: Vec<&str> = rounds(shown.tidy);
    for round in &rounds {
        if rounds.len() > 1 {
            println!("\n{}", shown.round_title(round));
        }
        let blocks: Vec<&Block> = shown.levels(round).collect();
        for block in blocks.iter().filter(|block| block.by == NATION) {
            shown.nation(block);
            shown.components(block);
            shown.destitution(block);
            shown.incomes(block);
        }
        for block in blocks.iter().filter(|block| block.by != NATION) {
            shown.subgroups(block);
            shown.income_subgroups(block);
            shown.order(block);
            shown.dominance(block);
        }
    }
    for block in shown.tidy.blocks.iter().filter(|block| !block.to_round.is_empty() && block.by == NATION) {
        shown.changes(block);
        shown.decomposition(block);
        shown.flows(block);
    }
    println!();
    shown.notes();
}

/// The rounds in the order of the table.
fn rounds(tidy: &Tidy) -> Vec<&str> {
    let mut rounds: Vec<&str> = Vec::new();
    for block in &tidy.blocks {
        if !rounds.contains(&block.round.as_str()) {
            rounds.push(&block.round);
        }
    }
    rounds
}

/// A weighting and a cut-off.
type Spec<'b> = (&'b str, &'b str);

/// The specifications of a block, in order.
fn specifications(block: &Block) -> Vec<Spec<'_>> {
    let mut found: Vec<Spec> = Vec::new();
    for what in block.what.iter().filter(|what| !what.weighting.is_empty() && what.versus.is_empty()) {
        if let Some((k, _)) = &what.k
            && !found.contains(&(&what.weighting, k))
        {
            found.push((&what.weighting, k));
        }
    }
    found
}

/// The one of which details are told: the first weighting, at a third or else the (lower) middle cut-off.
fn main_specification(block: &Block) -> Option<Spec<'_>> {
    let all = specifications(block);
    let first: Vec<Spec> = all.iter().copied().filter(|spec| spec.0 == all[0].0).collect();
    first.iter().find(|spec| spec.1 == "1/3").or(first.get(first.len().saturating_sub(1) / 2)).copied()
}

/// The line of a measure; without a specification, one that has none.
fn line(block: &Block, measure: &str, spec: Option<Spec>) -> Option<usize> {
    block.what.iter().position(|what| {
        let own = what.k.as_ref().map(|(k, _)| (what.weighting.as_str(), k.as_str()));
        what.measure == measure && what.part.is_empty() && own == spec
    })
}

/// Whether a block tells who of the poor is destitute.
fn is_destitution(block: &Block) -> bool {
    block.what.first().is_some_and(|what| what.measure == DESTITUTION[0])
}

/// The line of an income measure.
fn income_line(block: &Block, measure: &str, at: Option<&str>) -> Option<usize> {
    block.what.iter().position(|what| {
        what.component == "income" && what.measure == measure && what.k.as_ref().map(|(k, _)| k.as_str()) == at
    })
}

impl Shown<'_> {
    fn say<'s>(&self, vi: &'s str, en: &'s str) -> &'s str {
        say(self.language, vi, en)
    }

    fn line(&self, text: &str) {
        println!("{}", screen::wrapped(text, screen::width(), 2));
    }

    /// A line of figures with a bar in what room is left.
    fn with_bar(&self, line: &str, share: Option<f64>) {
        let room = screen::width().saturating_sub(columns(line) + 2).min(BAR);
        let bar = share.map_or(String::new(), |share| bar(share, room));
        println!("{}", format!("{line}  {bar}").trim_end());
    }

    fn number(&self, number: Option<f64>, decimals: usize) -> String {
        number.map_or("–".into(), |number| decimal(number, decimals, self.language))
    }

    fn percent(&self, share: Option<f64>) -> String {
        self.number(share.map(|share| 100.0 * share), 1)
    }

    /// Limits of a share in per cent, or of a number.
    fn limits(&self, limits: Option<(f64, f64)>, factor: f64, decimals: usize) -> String {
        limits.map_or("–".into(), |(lower, upper)| {
            let of = |limit: f64| decimal(factor * limit, decimals, self.language);
            format!("{} – {}", of(lower), of(upper))
        })
    }

    fn name<'s>(&'s self, id: &'s str) -> &'s str {
        self.names.get(id).map_or(id, String::as_str)
    }

    /// A specification in a few words: the name of the weighting is told where there are several.
    fn specification(&self, (weighting, k): Spec) -> String {
        let k = self.k(k);
        if self.facts.weightings { format!("{weighting} k = {k}") } else { format!("k = {k}") }
    }

    /// The cut-off as the user wrote it.
    fn k<'s>(&'s self, k: &'s str) -> &'s str {
        self.facts.typed.get(k).map_or(k, String::as_str)
    }

    fn confidence(&self) -> String {
        format!("{} %", decimal(100.0 * self.facts.confidence, 0, self.language))
    }

    /// The blocks of levels of a round.
    fn levels<'s>(&'s self, round: &'s str) -> impl Iterator<Item = &'s Block> {
        self.tidy.blocks.iter().filter(move |block| block.to_round.is_empty() && block.round == round)
    }

    fn head(&self) {
        println!();
        self.facts.title.iter().for_each(|title| self.line(title));
        self.facts.caveats.iter().for_each(|caveat| self.line(caveat));
        let rounds = &self.facts.rounds;
        for (place, round) in rounds.iter().enumerate() {
            let told = rounds[..place].iter().any(|other| other.name == round.name && other.design == round.design);
            self.line(&round.tell(!told, self.language));
        }
        if !self.facts.basis.is_empty() {
            self.line(&self.facts.basis.join(" · "));
        }
    }

    fn round_title(&self, round: &str) -> String {
        let year = self.facts.rounds.iter().find(|facts| facts.name == round).and_then(|facts| facts.year);
        let point = self.say(",", ".");
        let year = year.map_or(String::new(), |year| format!(" ({})", year.to_string().replace('.', point)));
        format!("{} {round}{year}", self.say("KỲ", "ROUND"))
    }

    /// The nation, a line for each specification.
    fn nation(&self, block: &Block) {
        let all = specifications(block);
        if all.is_empty() || !["H", "A", "M0"].iter().any(|measure| line(block, measure, Some(all[0])).is_some()) {
            self.other_measures(block);
            return;
        }
        let precise = block.precision.is_some();
        let first = if precise { 24 } else { 34 };
        let mut head = format!(
            "\n{}{}",
            screen::padded(self.say("Toàn bộ", "The whole"), first),
            right(self.say("H: nghèo %", "H: poor %"), 11)
        );
        if precise {
            head += &right(&self.confidence(), 14);
        }
        println!("{head}{}{}", right("A %", 8), right("M0", 7));
        for spec in all.iter().take(SPECIFICATIONS) {
            let figure = |measure: &str| line(block, measure, Some(*spec)).and_then(|line| block.estimate(0, line));
            let poor = figure("H");
            let mut text = format!("{}{}", fitted(&self.specification(*spec), first), right(&self.percent(poor), 11));
            if precise {
                let limits = line(block, "H", Some(*spec)).and_then(|line| block.limits(0, line));
                text += &right(&self.limits(limits, 100.0, 1), 14);
            }
            text += &format!("{}{}", right(&self.percent(figure("A")), 8), right(&self.number(figure("M0"), 3), 7));
            self.with_bar(&text, poor);
        }
        self.more(all.len().saturating_sub(SPECIFICATIONS));
        self.other_measures(block);
    }

    fn more(&self, more: usize) {
        if more > 0 {
            self.line(&match self.language {
                Language::Vi => format!("… và {more} dòng nữa trong tệp kết quả (--out)"),
                Language::En => format!("… and {more} more in the file of results (--out)"),
            });
        }
    }

    /// Measures of the nation that have no column of their own.
    fn other_measures(&self, block: &Block) {
        let shown = |measure: &str| {
            matches!(measure, "H" | "A" | "M0" | "hd" | "hdk" | "actb" | "pctb" | "popshare" | "contrib")
        };
        let lines: Vec<usize> = (0..block.what.len())
            .filter(|line| {
                let what = &block.what[*line];
                what.component.is_empty() && what.versus.is_empty() && !shown(what.measure) && !is_destitution(block)
            })
            .collect();
        if lines.is_empty() {
            return;
        }
        let precise = block.precision.is_some();
        println!();
        for place in lines.iter().take(SPECIFICATIONS) {
            let what = &block.what[*place];
            let k = what.k.as_ref().map_or("", |(k, _)| k);
            let until = what.until.as_ref().map_or(String::new(), |until| format!(" … {}", self.k(until)));
            let label = format!("{}  {}{until}", what.measure, self.specification((&what.weighting, k)));
            let (value, limits) = (block.estimate(0, *place), block.limits(0, *place));
            let share = what.measure == "band";
            let (told, limits) = match share {
                true => (self.percent(value) + " %", self.limits(limits, 100.0, 1)),
                false => (self.number(value, 4), self.limits(limits, 1.0, 4)),
            };
            let limits = if precise { right(&limits, 18) } else { String::new() };
            self.with_bar(&format!("{}{}{limits}", fitted(&label, 35), right(&told, 9)), value.filter(|_| share));
        }
        self.more(lines.len().saturating_sub(SPECIFICATIONS));
    }

    /// What the poor lack, by the main specification.
    fn components(&self, block: &Block) {
        let Some(spec) = main_specification(block) else { return self.uncensored(block) };
        let of = |measure: &str| -> BTreeMap<(&str, &str), usize> {
            let lines = block.what.iter().enumerate().filter(|(_, what)| {
                let own = what.k.as_ref().map(|(k, _)| (what.weighting.as_str(), k.as_str()));
                what.measure == measure && own.is_none_or(|own| own == spec)
            });
            lines.map(|(line, what)| ((what.component, what.part.as_str()), line)).collect()
        };
        let tables = [of("hd"), of("hdk"), of("pctb")];
        let mut parts: Vec<(&str, &str)> = Vec::new();
        for what in block.what.iter().filter(|what| matches!(what.component, "indicator" | "dimension")) {
            if !parts.contains(&(what.component, what.part.as_str())) {
                parts.push((what.component, &what.part));
            }
        }
        if parts.is_empty() || tables.iter().all(BTreeMap::is_empty) {
            return;
        }
        println!(
            "\n{}{}{}{}{}",
            fitted(&self.specification(spec), 30),
            right(self.say("quyền số", "weight"), 9),
            right("hd %", 8),
            right("hdk %", 8),
            right(self.say("% của M0", "% of M0"), 10)
        );
        for (component, part) in parts {
            let value =
                |table: &BTreeMap<_, usize>| table.get(&(component, part)).and_then(|line| block.estimate(0, *line));
            let [hd, hdk, pctb] = tables.each_ref().map(value);
            let indicator = component == "indicator";
            let name = if indicator { self.name(part).to_owned() } else { format!("  {}", self.name(part)) };
            let weight = if indicator { self.facts.weight(spec.0, part) } else { None };
            let or_blank = |figure: Option<f64>| if indicator { self.percent(figure) } else { String::new() };
            let text = format!(
                "{}{}{}{}{}",
                fitted(&name, 30),
                right(weight.unwrap_or_default(), 9),
                right(&or_blank(hd), 8),
                right(&or_blank(hdk), 8),
                right(&self.percent(pctb), 10)
            );
            self.with_bar(&text, pctb);
        }
        self.line(self.say(
            "hd: tỷ lệ thiếu hụt; hdk: vừa nghèo vừa thiếu hụt; % của M0: phần đóng góp",
            "hd: deprived; hdk: deprived and poor; % of M0: what it contributes",
        ));
    }

    /// Deprivations alone, where there is no cut-off among the measures.
    fn uncensored(&self, block: &Block) {
        for (place, what) in block.what.iter().enumerate().filter(|(_, what)| what.measure == "hd") {
            let value = block.estimate(0, place);
            self.with_bar(&format!("{}{}", fitted(self.name(&what.part), 40), right(&self.percent(value), 8)), value);
        }
    }

    /// The subgroups of a grouping, by the main specification.
    fn subgroups(&self, block: &Block) {
        let Some(spec) = main_specification(block) else { return };
        let lines = ["H", "A", "M0"].map(|measure| line(block, measure, Some(spec)));
        let [Some(h), a, m0] = lines else { return };
        let precise = block.precision.is_some();
        let first = if precise { 22 } else { 34 };
        let by: Vec<&str> = block.by.split('+').map(|key| self.name(key)).collect();
        let title = format!("{}, {}", by.join(" + "), self.specification(spec));
        let mut head =
            format!("\n{}{}{}", fitted(&title, first), right(self.say("tỷ trọng", "share %"), 9), right("H %", 7));
        if precise {
            head += &right(&self.confidence(), 14);
        }
        println!("{head}{}{}", right("A %", 7), right("M0", 7));
        let mut order: Vec<usize> = (0..block.whom.len()).collect();
        if order.len() > SUBGROUPS {
            order.sort_by(|x, y| {
                let of = |whom: usize| block.estimate(whom, m0.unwrap_or(h)).unwrap_or(-1.0);
                of(*y).total_cmp(&of(*x)).then(x.cmp(y))
            });
            let (all, most) = (order.len(), SUBGROUPS);
            self.line(&match self.language {
                Language::Vi => format!("{most} nhóm nghèo nhất trong {all} nhóm"),
                Language::En => format!("the {most} poorest of {all}"),
            });
        }
        for whom in order.into_iter().take(SUBGROUPS) {
            let figure = |line: Option<usize>| line.and_then(|line| block.estimate(whom, line));
            let people = block.whom[whom].people.map(|people| people.population_share);
            let label: Vec<String> = match block.by.split('+').collect::<Vec<_>>().as_slice() {
                [key] => vec![self.value(key, &block.whom[whom].label)],
                _ => vec![block.whom[whom].label.clone()],
            };
            let mut text = format!(
                "{}{}{}",
                fitted(&label.concat(), first),
                right(&self.percent(people), 9),
                right(&self.percent(figure(Some(h))), 7)
            );
            if precise {
                text += &right(&self.limits(block.limits(whom, h), 100.0, 1), 14);
            }
            text += &format!("{}{}", right(&self.percent(figure(a)), 7), right(&self.number(figure(m0), 3), 7));
            self.with_bar(&text, figure(Some(h)));
        }
    }

    /// The name of a value of a key.
    fn value(&self, key: &str, value: &str) -> String {
        if value == "(missing)" {
            return self.say("(chưa rõ)", "(missing)").to_owned();
        }
        self.names.get(&format!("{key}={value}")).cloned().unwrap_or_else(|| value.to_owned())
    }

    /// Whether the order of subgroups holds.
    fn order(&self, block: &Block) {
        let range = |measure: &str| {
            let lines =
                (0..block.what.len()).filter(|l| block.what[*l].measure == measure && block.what[*l].part == "M0");
            let values: Vec<f64> = lines.filter_map(|line| block.estimate(0, line)).collect();
            let (least, most) = values.iter().fold((f64::MAX, f64::MIN), |(l, m), v| (l.min(*v), m.max(*v)));
            let (least, most) = (self.number(Some(least), 2), self.number(Some(most), 2));
            (!values.is_empty()).then(|| if least == most { least } else { format!("{least} … {most}") })
        };
        let pairs = block.what.iter().position(|what| what.measure == "robust_pairs" && what.part == "M0");
        let Some(pairs) = pairs.and_then(|line| block.estimate(0, line)) else { return };
        let (kendall, spearman) = (range("kendall"), range("spearman"));
        let pairs = self.percent(Some(pairs));
        let correlations =
            kendall.zip(spearman).map_or(String::new(), |(k, s)| format!("Kendall τ-b {k}, Spearman ρ {s}; "));
        println!();
        self.line(&match self.language {
            Language::Vi => format!(
                "Thứ tự của {} theo M0 qua các quyền số và ngưỡng: {correlations}{pairs} % số cặp giữ nguyên thứ tự.",
                block.by
            ),
            Language::En => format!(
                "The order of {} by M0 across weightings and cut-offs: {correlations}{pairs} % of the pairs hold in all.",
                block.by
            ),
        });
    }

    /// In how many pairs of subgroups one is the poorer at every cut-off, and in how many of a sample that is sure.
    fn dominance(&self, block: &Block) {
        let p_values = |of: &What| -> Vec<Option<f64>> {
            let blocks = self.levels(&block.round).filter(|other| other.by == block.by);
            let lines = blocks.flat_map(|block| block.what.iter().enumerate().map(move |line| (block, line)));
            let own =
                |what: &What| what.measure == "dominance" && what.part == of.part && what.weighting == of.weighting;
            lines.filter(|(_, (_, what))| own(what)).map(|(block, (line, _))| block.p_value(0, line)).collect()
        };
        let sure = |of: &What| {
            let p = p_values(of);
            let below = p.iter().flatten().filter(|p| **p < 1.0 - self.facts.confidence).count();
            p.iter().any(Option::is_some).then(|| below as f64 / p.len() as f64)
        };
        let lines = block.what.iter().enumerate().filter(|(_, what)| what.measure == "dominance_pairs");
        let lines: Vec<(usize, &What)> = lines.collect();
        if !lines.is_empty() {
            println!();
        }
        for of_weighting in lines.chunk_by(|(_, a), (_, b)| a.weighting == b.weighting) {
            let told = |(line, what): &(usize, &What)| {
                let tested = sure(what).map_or(String::new(), |share| {
                    let (share, confidence) = (self.percent(Some(share)), self.confidence());
                    match self.language {
                        Language::Vi => format!(" ({share} % với độ tin cậy {confidence})"),
                        Language::En => format!(" ({share} % with a confidence of {confidence})"),
                    }
                });
                format!("{} {} %{tested}", what.part, self.percent(block.estimate(0, *line)))
            };
            let shares = of_weighting.iter().map(told).collect::<Vec<_>>().join(", ");
            let weighting = &of_weighting[0].1.weighting;
            let weighting = if self.facts.weightings { format!(" ({weighting})") } else { String::new() };
            self.line(&match self.language {
                Language::Vi => format!("Số cặp {} có một nhóm nghèo hơn ở mọi ngưỡng{weighting}: {shares}.", block.by),
                Language::En => {
                    format!("Pairs of {} with one the poorer at every cut-off{weighting}: {shares}.", block.by)
                }
            });
        }
    }

    /// Who of the poor is destitute.
    fn destitution(&self, block: &Block) {
        let Some(what) = block.what.first().filter(|_| is_destitution(block)) else { return };
        let spec = self.specification((&what.weighting, what.k.as_ref().map_or("", |(k, _)| k)));
        println!("\n{}, {spec}", self.say("Nghèo cùng cực", "Destitution"));
        let labels = [
            self.say("nghèo cùng cực", "destitute"),
            self.say("nghèo, chưa cùng cực", "poor, not destitute"),
            self.say("cùng cực trong số người nghèo", "destitute among the poor"),
        ];
        self.shares(block, &labels);
    }

    /// Income measures of the nation.
    fn incomes(&self, block: &Block) {
        if !block.what.iter().any(|what| what.component == "income") {
            return;
        }
        let precise = block.precision.is_some();
        let title = format!("{}: {}", self.say("Thu nhập", "Income"), block.what[0].part);
        let limits = if precise { right(&self.confidence(), 24) } else { String::new() };
        println!("\n{}{}{limits}", fitted(&title, 36), right("", 12));
        let lines = [
            ("mean", None, 1.0, 1, self.say("bình quân", "mean")),
            ("quantile", Some("1/2"), 1.0, 1, self.say("trung vị", "median")),
            ("line", None, 1.0, 1, self.say("chuẩn nghèo", "poverty line")),
            ("P0", None, 100.0, 1, self.say("P0: tỷ lệ nghèo %", "P0: poor %")),
            ("P1", None, 100.0, 2, self.say("P1: khoảng cách nghèo %", "P1: poverty gap %")),
            ("P2", None, 100.0, 2, self.say("P2: bình phương khoảng cách %", "P2: squared gap %")),
            (
                "gap_ratio",
                None,
                100.0,
                1,
                self.say("thiếu hụt bình quân của người nghèo %", "mean shortfall of the poor %"),
            ),
            ("watts", None, 1.0, 4, "Watts"),
            ("gini", None, 1.0, 4, "Gini"),
            ("theil", None, 1.0, 4, "Theil, GE(1)"),
            ("mld", None, 1.0, 4, self.say("độ lệch log, GE(0)", "mean log deviation, GE(0)")),
            ("lorenz", Some("1/5"), 100.0, 1, self.say("phần của 20 % nghèo nhất, %", "share of the poorest 20 %, %")),
            ("lorenz", Some("2/5"), 100.0, 1, self.say("phần của 40 % nghèo nhất, %", "share of the poorest 40 %, %")),
            ("S80S20", None, 1.0, 2, "S80/S20"),
            ("palma", None, 1.0, 2, "Palma"),
        ];
        for (measure, at, factor, decimals, label) in lines {
            let Some(place) = income_line(block, measure, at) else { continue };
            let value = block.estimate(0, place);
            let limits =
                if precise { right(&self.limits(block.limits(0, place), factor, decimals), 24) } else { String::new() };
            let told = self.number(value.map(|value| factor * value), decimals);
            let text = format!("{}{}{limits}", fitted(label, 36), right(&told, 12));
            if factor == 100.0 { self.with_bar(&text, value) } else { println!("{text}") }
        }
    }

    fn income_subgroups(&self, block: &Block) {
        let lines = ["mean", "P0", "gini"].map(|measure| income_line(block, measure, None));
        if lines.iter().all(Option::is_none) {
            return;
        }
        let heads = [self.say("bình quân", "mean"), "P0 %", "Gini"];
        let head: String =
            lines.iter().zip(heads).filter(|(line, _)| line.is_some()).map(|(_, h)| right(h, 12)).collect();
        println!("\n{}{}{head}", fitted(&block.by, 28), right(self.say("tỷ trọng", "share %"), 9));
        for whom in 0..block.whom.len().min(SUBGROUPS) {
            let people = block.whom[whom].people.map(|people| people.population_share);
            let value = |place: usize| lines[place].map(|line| block.estimate(whom, line));
            let told = [
                value(0).map(|mean| self.number(mean, 1)),
                value(1).map(|poor| self.percent(poor)),
                value(2).map(|gini| self.number(gini, 3)),
            ];
            let told: String = told.iter().flatten().map(|text| right(text, 12)).collect();
            let label = self.value(&block.by, &block.whom[whom].label);
            let text = format!("{}{}{told}", fitted(&label, 28), right(&self.percent(people), 9));
            self.with_bar(&text, value(1).flatten());
        }
        self.more(block.whom.len().saturating_sub(SUBGROUPS));
    }

    /// Changes of the nation.
    fn changes(&self, block: &Block) {
        let absolute: Vec<usize> = (0..block.what.len())
            .filter(|place| {
                let what = &block.what[*place];
                let told = matches!(what.measure, "H" | "A" | "M0") && what.part.is_empty();
                what.change == "abs"
                    && (told || (what.component == "income" && matches!(what.measure, "mean" | "P0" | "gini")))
            })
            .collect();
        if absolute.is_empty() {
            return;
        }
        let precise = block.precision.is_some();
        let title = format!("{} {} → {}", self.say("Từ", "From"), block.round, block.to_round);
        let mut head = format!(
            "\n{}{}{}{}",
            fitted(&title, 27),
            right(self.say("trước", "before"), 9),
            right(self.say("sau", "after"), 9),
            right(self.say("thay đổi", "change"), 10)
        );
        if precise {
            head += &format!("{}{}", right(&self.confidence(), 17), right("p", 7));
        }
        println!("{head}");
        for place in absolute.iter().take(3 * SPECIFICATIONS) {
            let what = &block.what[*place];
            let (factor, decimals) = match what.measure {
                "M0" | "gini" => (1.0, 3),
                "mean" => (1.0, 1),
                _ => (100.0, 1),
            };
            let level = |round: &str| {
                let same = |other: &&Block| other.by == NATION;
                self.levels(round).filter(same).find_map(|other| {
                    let line = other.what.iter().position(|w| *w == What { change: "", ..what.clone() })?;
                    other.estimate(0, line)
                })
            };
            let told = |value: Option<f64>| self.number(value.map(|value| factor * value), decimals);
            let per_cent = if factor == 100.0 { " %" } else { "" };
            let label = match &what.k {
                Some((k, _)) => format!("{}{per_cent}  {}", what.measure, self.specification((&what.weighting, k))),
                None => format!("{}{per_cent}", what.measure),
            };
            let mut text = format!(
                "{}{}{}{}",
                fitted(&label, 27),
                right(&told(level(&block.round)), 9),
                right(&told(level(&block.to_round)), 9),
                right(&told(block.estimate(0, *place)), 10)
            );
            if precise {
                let p = block.p_value(0, *place);
                let p = if p.is_some_and(|p| p < 0.001) {
                    format!("<{}", decimal(0.001, 3, self.language))
                } else {
                    self.number(p, 3)
                };
                text +=
                    &format!("{}{}", right(&self.limits(block.limits(0, *place), factor, decimals), 17), right(&p, 7));
            }
            println!("{text}");
        }
        self.more(absolute.len().saturating_sub(3 * SPECIFICATIONS));
    }

    /// What made the change of the nation.
    fn decomposition(&self, block: &Block) {
        let lines = block.what.iter().enumerate().filter(|(_, what)| what.measure == "M0_incidence");
        for (place, what) in lines.take(SPECIFICATIONS) {
            let spec = self.specification((&what.weighting, what.k.as_ref().map_or("", |(k, _)| k)));
            let told = |line: usize| self.number(block.estimate(0, line), 4);
            let (incidence, intensity) = (told(place), told(place + 1));
            let (from, to) = (&block.round, &block.to_round);
            self.line(&match self.language {
                Language::Vi => {
                    format!("{from} → {to}, {spec}: M0 đổi do tỷ lệ nghèo {incidence}, do cường độ {intensity}")
                }
                Language::En => {
                    format!("{from} → {to}, {spec}: M0 changed by incidence {incidence}, by intensity {intensity}")
                }
            });
        }
    }

    /// Who stayed poor, became poor, left poverty, never was poor.
    fn flows(&self, block: &Block) {
        if block.what.first().is_none_or(|what| what.measure != "stayer") {
            return;
        }
        let spec = self.specification((&block.what[0].weighting, block.what[0].k.as_ref().map_or("", |(k, _)| k)));
        println!("\n{} → {}, {spec}", block.round, block.to_round);
        let labels = [
            self.say("vẫn nghèo", "stayed poor"),
            self.say("mới rơi vào nghèo", "became poor"),
            self.say("thoát nghèo", "left poverty"),
            self.say("không nghèo ở cả hai kỳ", "poor in neither"),
        ];
        self.shares(block, &labels);
    }

    /// The first lines of the nation as shares, under these names.
    fn shares(&self, block: &Block, labels: &[&str]) {
        for (place, label) in labels.iter().enumerate() {
            let value = block.estimate(0, place);
            let limits = self.limits(block.limits(0, place), 100.0, 1);
            let limits = if block.precision.is_some() { right(&limits, 16) } else { String::new() };
            self.with_bar(&format!("{}{}{limits}", fitted(label, 30), right(&(self.percent(value) + " %"), 10)), value);
        }
    }

    fn notes(&self) {
        self.facts.notes.iter().for_each(|note| self.line(note));
    }
}
