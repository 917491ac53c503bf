//! What changes from one pack to another, in words.

use crate::explain::cite;
use crate::model::*;
use crate::program::Program;
use crate::words::{number, pick, unit};

/// One change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// What kind of thing changes: lines and values, indicators, rules, schemes …
    pub topic: &'static str,
    /// The change.
    pub text: String,
}

/// All changes from `a` to `b`.
pub fn diff(a: &Program, b: &Program, language: Language) -> Vec<Difference> {
    let mut differ = Differ { a, b, language, list: Vec::new() };
    differ.force();
    differ.parameters();
    differ.indicators();
    differ.classification();
    differ.questions();
    differ.schemes();
    differ.list
}

struct Differ<'a> {
    a: &'a Program,
    b: &'a Program,
    language: Language,
    list: Vec<Difference>,
}

impl Differ<'_> {
    fn say<'t>(&self, vi: &'t str, en: &'t str) -> &'t str {
        pick(self.language, vi, en)
    }

    fn add(&mut self, topic: (&'static str, &'static str), text: String) {
        let topic = pick(self.language, topic.0, topic.1);
        self.list.push(Difference { topic, text });
    }

    fn changed(&mut self, topic: (&'static str, &'static str), name: &str, before: &str, after: &str) {
        if before != after {
            self.add(topic, format!("{name}: {before} → {after}"));
        }
    }

    /// Items only in one of the two, and pairs in both.
    fn pair<'t, T>(
        &mut self,
        topic: (&'static str, &'static str),
        a: &'t [T],
        b: &'t [T],
        id: fn(&T) -> &str,
        tell: impl Fn(&Self, &Program, &T) -> String,
    ) -> Vec<(&'t T, &'t T)> {
        let (program_a, program_b) = (self.a, self.b);
        for gone in a.iter().filter(|x| !b.iter().any(|y| id(x) == id(y))) {
            let text = format!("{} {}", self.say("bỏ", "removed:"), tell(self, program_a, gone));
            self.add(topic, text);
        }
        for new in b.iter().filter(|y| !a.iter().any(|x| id(x) == id(y))) {
            let text = format!("{} {}", self.say("thêm", "added:"), tell(self, program_b, new));
            self.add(topic, text);
        }
        a.iter().filter_map(|x| Some((x, b.iter().find(|y| id(x) == id(y))?))).collect()
    }

    fn force(&mut self) {
        let language = self.language;
        let periods = |program: &Program| {
            let told: Vec<String> = program
                .pack
                .in_force
                .iter()
                .map(|p| {
                    let document = program.pack.documents.iter().find(|d| d.id.value == p.by.value);
                    let by = document.map_or(p.by.value.as_str(), |d| d.label.get(language));
                    format!("{}–{} ({by})", p.from, p.to.map_or("…".into(), |to| to.to_string()))
                })
                .collect();
            told.join("; ")
        };
        let (before, after) = (periods(self.a), periods(self.b));
        self.changed(FORCE, self.say("hiệu lực", "in force"), &before, &after);
    }

    fn value(&self, parameter: &Parameter) -> String {
        let value = number(parameter.value.numerator(), parameter.value.denominator(), self.language);
        if parameter.unit.is_none() { value } else { format!("{value} {}", unit(&parameter.unit, self.language)) }
    }

    fn parameters(&mut self) {
        let pairs = self.pair(
            VALUES,
            &self.a.pack.parameters,
            &self.b.pack.parameters,
            |p| &p.id.value,
            |d, program, p| {
                format!("{} = {} ({})", p.label.get(d.language), d.value(p), cite(program, &p.source, d.language))
            },
        );
        for (a, b) in pairs {
            let (before, after) = (self.value(a), self.value(b));
            self.changed(VALUES, b.label.get(self.language), &before, &after);
        }
    }

    fn indicators(&mut self) {
        let pairs = self.pair(
            INDICATORS,
            &self.a.pack.indicators,
            &self.b.pack.indicators,
            |i| &i.id.value,
            |d, program, i| {
                let dimension = program.pack.dimensions.iter().find(|x| x.id.value == i.dimension.value);
                format!(
                    "{} ({}, {})",
                    i.label.get(d.language),
                    dimension.map_or("", |x| x.label.get(d.language)),
                    i.weight.0
                )
            },
        );
        for (a, b) in pairs {
            let name = b.label.get(self.language).to_owned();
            let weight = format!("{name}, {}", self.say("trọng số", "weight"));
            self.changed(INDICATORS, &weight, &a.weight.0.to_string(), &b.weight.0.to_string());
            let when = format!("{name}, {}", self.say("thiếu hụt khi", "deprived when"));
            self.changed(INDICATORS, &when, &flat(&a.deprived_when.value), &flat(&b.deprived_when.value));
        }
    }

    fn classification(&mut self) {
        let _ = self.pair(
            STATUSES,
            &self.a.pack.statuses,
            &self.b.pack.statuses,
            |s| &s.id.value,
            |d, _, s| s.label.get(d.language).to_owned(),
        );
        let methods = self.pair(
            RULES,
            &self.a.pack.methods,
            &self.b.pack.methods,
            |m| &m.id.value,
            |d, _, m| format!("{} {}", d.say("cách phân loại", "method"), m.label.get(d.language)),
        );
        for (a, b) in methods {
            for status in &self.b.pack.statuses {
                let rules = |program: &Program, method: &Method| {
                    let told: Vec<String> = method
                        .rules
                        .iter()
                        .filter(|r| r.status.value == status.id.value)
                        .map(|r| format!("{} [{}]", flat(&r.when.value), cite(program, &r.source, self.language)))
                        .collect();
                    told.join(self.say(" hoặc ", " or "))
                };
                let (before, after) = (rules(self.a, a), rules(self.b, b));
                let name = format!("{} ({})", status.label.get(self.language), b.label.get(self.language));
                if !before.is_empty() {
                    self.changed(RULES, &name, &before, &after);
                }
            }
        }
        let flags = |p: &Program| p.flags().cloned().collect::<Vec<_>>();
        let (a, b) = (flags(self.a), flags(self.b));
        let _ = self.pair(GROUPS, &a, &b, |f| &f.id.value, |d, _, f| f.label.get(d.language).to_owned());
    }

    fn questions(&mut self) {
        // The questions a pack uses, not those a shared questionnaire offers.
        let used = |p: &Program| -> Vec<Variable> {
            let plans: Vec<_> = (0..p.methods.len()).map(|m| p.plan(m)).collect();
            let q = &p.pack.questionnaire;
            let household = (0..q.household.len())
                .filter(|i| plans.iter().any(|plan| plan.household.contains(i)))
                .map(|i| q.household[i].clone());
            let member = (0..q.member.len())
                .filter(|i| plans.iter().any(|plan| plan.member.contains(i)))
                .map(|i| q.member[i].clone());
            household.chain(member).collect()
        };
        let (a, b) = (used(self.a), used(self.b));
        let _ = self.pair(QUESTIONS, &a, &b, |v| &v.id.value, |d, _, v| v.label.get(d.language).to_owned());
    }

    fn schemes(&mut self) {
        let pairs = self.pair(
            SCHEMES,
            &self.a.pack.schemes,
            &self.b.pack.schemes,
            |s| &s.id.value,
            |d, program, s| format!("{} ({})", s.label.get(d.language), cite(program, &s.source, d.language)),
        );
        for (a, b) in pairs {
            let name = b.label.get(self.language).to_owned();
            self.changed(SCHEMES, &name, &flat(&a.eligible_when.value), &flat(&b.eligible_when.value));
        }
    }
}

const FORCE: (&str, &str) = ("Hiệu lực", "In force");
const VALUES: (&str, &str) = ("Mức và ngưỡng", "Lines and values");
const INDICATORS: (&str, &str) = ("Chỉ số", "Indicators");
const STATUSES: (&str, &str) = ("Loại hộ", "Statuses");
const RULES: (&str, &str) = ("Quy tắc", "Rules");
const GROUPS: (&str, &str) = ("Nhóm và biến động", "Subgroups and events");
const QUESTIONS: (&str, &str) = ("Câu hỏi", "Questions");
const SCHEMES: (&str, &str) = ("Chính sách", "Schemes");

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
