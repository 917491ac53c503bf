//! What a fit knows of each household: what the form saw, and what it does not ask — welfare, line, weights, clusters.

use super::columns::{Complete, Wanted};
use super::fit::Arguments;
use super::form::Form;
use super::items::ItemSpec;
use super::levels::Levels;
use super::{pack, told};
use crate::screen::say;
use anyhow::{Result, anyhow, bail};
use std::collections::HashMap;
use std::path::PathBuf;
use vuon_measure::proxy_means::{Item, Survey, quantile_cuts};
use vuon_policy::exact::Exact;
use vuon_policy::model::{Kind, Language, Pack};
use vuon_policy::unit::Unit;

/// The poverty line on the command line.
enum Line {
    Fixed(f64),
    Column(String),
}

impl Line {
    fn of(text: &str, pack: &Pack) -> Self {
        let parameter = pack.parameters.iter().find(|p| p.id.value == text).map(|p| p.value);
        match Exact::parse(text).or(parameter) {
            Some(number) => Line::Fixed(number.numerator() as f64 / number.denominator() as f64),
            None => Line::Column(text.to_owned()),
        }
    }
}

/// What the questionnaire does not ask: welfare, line, weights, clusters, by household.
pub struct Facts {
    row_of: HashMap<String, usize>,
    welfare: Vec<Option<f64>>,
    line: Vec<Option<f64>>,
    weight: Vec<Option<f64>>,
    size: Option<Vec<Option<f64>>>,
    cluster: Option<Vec<Option<usize>>>,
    /// Numbers of the questionnaire for which bands are to be found.
    numbers: HashMap<String, Vec<Option<f64>>>,
}

impl Facts {
    /// Reads them.
    pub fn read(a: &Arguments, pack: &Pack, files: &[PathBuf], language: Language) -> Result<Self> {
        let Some(id) = pack.questionnaire.household_id().map(|v| v.id.value.clone()) else {
            let pack = &pack.id.value;
            return Err(told(
                language,
                format!("bảng hỏi của gói `{pack}` không có mã hộ"),
                format!("the questionnaire of `{pack}` does not identify households"),
            ));
        };
        let welfare = a.welfare_column();
        let line = Line::of(&a.line, pack);
        let line_column = match &line {
            Line::Column(name) => Some(name),
            Line::Fixed(_) => None,
        };
        let unbanded: Vec<String> =
            a.item.iter().filter_map(|spec| Some(spec.needs_cuts(pack)?.0.to_owned())).collect();
        let wanted = Wanted::default().labels([&id].into_iter().chain(a.cluster.as_ref())).numbers(
            [&welfare].into_iter().chain(line_column).chain(a.weight.as_ref()).chain(a.size.as_ref()).chain(&unbanded),
        );
        let columns = wanted.read(files, language)?;
        let ids = columns.places(&id);
        let row_of = ids.of.iter().enumerate().filter_map(|(row, place)| Some((ids.names[(*place)?].to_string(), row)));
        let all = |value: f64| vec![Some(value); columns.rows()];
        Ok(Self {
            row_of: row_of.collect(),
            // The logarithm of nothing is no number.
            welfare: match a.keep_going {
                true => columns.number(&welfare).into_iter().map(|n| n.filter(|n| n.is_finite() && *n > 0.0)).collect(),
                false => columns.amount(&welfare, true)?,
            },
            line: match &line {
                Line::Fixed(value) => all(*value),
                Line::Column(name) => columns.amount(name, true)?,
            },
            weight: match &a.weight {
                Some(name) => columns.amount(name, false)?,
                None => all(1.0),
            },
            size: a.size.as_ref().map(|name| columns.amount(name, true)).transpose()?,
            cluster: a.cluster.as_ref().map(|name| columns.places(name).of),
            numbers: unbanded.into_iter().map(|name| (name.clone(), columns.number(&name))).collect(),
        })
    }

    /// The items, with bands of about equal weight for numbers without cuts.
    pub fn cut(&self, a: &Arguments, pack: &Pack, language: Language) -> Result<Vec<ItemSpec>> {
        let one = |spec: &ItemSpec| {
            let Some((name, decimals)) = spec.needs_cuts(pack) else { return Ok(spec.clone()) };
            let known = self.numbers.get(name).into_iter().flatten().zip(&self.weight);
            let (values, weight): (Vec<f64>, Vec<f64>) = known.filter_map(|(n, w)| Some(((*n)?, (*w)?))).unzip();
            let cuts = quantile_cuts(&values, &weight, 5).map_err(|e| anyhow!(e.to_string()))?;
            let mut texts: Vec<String> = cuts.into_iter().map(|cut| round_cut(cut, decimals)).collect();
            texts.dedup();
            if texts.is_empty() {
                bail!(match language {
                    Language::Vi => format!("mọi hộ có cùng {name}: không chia khoảng được"),
                    Language::En => format!("all households have the same {name}: it has no bands"),
                });
            }
            Ok(spec.clone().with_cuts(texts))
        };
        a.item.iter().map(one).collect()
    }
}

/// A cut with two digits that count, and no more decimals than the answers have.
fn round_cut(cut: f64, decimals: u32) -> String {
    let least = 10_f64.powi(-(decimals as i32));
    let step = if cut == 0.0 { least } else { 10_f64.powi(cut.abs().log10().floor() as i32 - 1).max(least) };
    let rounded = (cut / step).round() * step;
    format!("{rounded:.*}", decimals as usize)
}

/// The households with all answers, as columns.
pub struct Table {
    welfare: Vec<f64>,
    line: Vec<f64>,
    weight: Vec<f64>,
    persons: Vec<f64>,
    cluster: Vec<usize>,
    region: Vec<usize>,
    items: Vec<Item>,
    /// Who is not here for want of an answer.
    pub left_out: Option<String>,
}

impl Table {
    /// Puts what the form saw and what it did not ask side by side; rows that no household needs leave the form.
    pub fn join(
        a: &Arguments,
        form: &mut Form,
        levels: Vec<Levels>,
        facts: &Facts,
        language: Language,
    ) -> Result<Self> {
        let rows: Vec<Option<usize>> = levels.iter().map(|l| facts.row_of.get(&l.id).copied()).collect();
        if let Some(place) = rows.iter().position(Option::is_none) {
            let id = &levels[place].id;
            return Err(told(
                language,
                format!("hộ {id}: không tìm lại được dòng của hộ theo mã hộ"),
                format!("household {id}: its row was not found again by its id"),
            ));
        }
        let rows: Vec<usize> = rows.into_iter().flatten().collect();
        let of = |column: &[Option<f64>]| rows.iter().map(|row| column[*row]).collect::<Vec<_>>();
        let (mut welfare, line, weight) = (of(&facts.welfare), of(&facts.line), of(&facts.weight));
        let persons: Vec<Option<f64>> = match &facts.size {
            Some(size) => of(size),
            None => levels.iter().map(|l| l.persons.filter(|n| *n > 0).map(|n| n as f64)).collect(),
        };
        let cluster: Vec<Option<usize>> = match &facts.cluster {
            Some(cluster) => rows.iter().map(|row| cluster[*row]).collect(),
            None => (0..rows.len()).map(Some).collect(),
        };
        let region: Vec<Option<usize>> = levels.iter().map(|l| l.column).collect();
        if a.welfare.is_some() {
            welfare.iter_mut().zip(&persons).for_each(|(w, n)| *w = w.zip(*n).map(|(w, n)| w / n));
        }
        let mut complete = Complete::of(levels.len());
        complete.need(say(language, "mức sống", "welfare"), &welfare);
        complete.need(say(language, "chuẩn nghèo", "line"), &line);
        complete.need(say(language, "quyền số", "weight"), &weight);
        complete.need(say(language, "số người", "size"), &persons);
        complete.need(say(language, "địa bàn mẫu", "cluster"), &cluster);
        complete.need(say(language, "cột điểm", "column of points"), &region);
        let answers: Vec<Vec<Option<usize>>> =
            (0..form.items.len()).map(|item| levels.iter().map(|l| l.rows[item]).collect()).collect();
        form.items.iter().zip(&answers).for_each(|(item, answers)| complete.need(&item.id, answers));
        if complete.count() == 0 {
            bail!(
                "{}",
                complete
                    .told(language)
                    .unwrap_or_else(|| say(language, "không có hộ nào", "there are no households").into())
            );
        }
        let mut items = Vec::with_capacity(form.items.len());
        for (item, answers) in form.items.iter_mut().zip(&answers) {
            let answers = complete.keep(answers);
            let mut counts = vec![0_usize; item.rows.len()];
            answers.iter().for_each(|row| counts[*row] += 1);
            let used: Vec<bool> = counts.iter().map(|n| *n > 0).collect();
            pack::without_idle_rows(item, &used);
            let levels: Vec<String> = item.rows.iter().map(|row| row.id.clone()).collect();
            // Rare answers count with the most common one; the first of equals.
            let base = (0..levels.len()).rev().max_by_key(|row| counts[*row]).unwrap_or(0);
            let always = a.keep.contains(&item.id);
            items.push(Item { name: item.id.clone(), levels, base, ordered: item.ordered, always, answers });
        }
        Ok(Self {
            welfare: complete.keep(&welfare),
            line: complete.keep(&line),
            weight: complete.keep(&weight),
            persons: complete.keep(&persons),
            cluster: complete.keep(&cluster),
            region: complete.keep(&region),
            items,
            left_out: complete.told(language),
        })
    }

    /// The columns as a survey.
    pub fn survey<'a>(&'a self, regions: &'a [String]) -> Survey<'a> {
        Survey {
            welfare: &self.welfare,
            line: &self.line,
            weight: &self.weight,
            persons: &self.persons,
            cluster: &self.cluster,
            region: &self.region,
            regions,
            items: &self.items,
        }
    }
}

/// Money of a year is not held against a line of a month: where the pack knows both units, they must agree.
pub fn same_unit(a: &Arguments, pack: &Pack, language: Language) -> Result<()> {
    let Some(line) = pack.parameters.iter().find(|p| p.id.value == a.line) else { return Ok(()) };
    let unit_of = |id: &String| {
        pack.questionnaire.household.iter().find_map(|v| match &v.kind {
            Kind::Number { unit, .. } if v.id.value == *id => Some(unit.clone()),
            _ => None,
        })
    };
    let (whole, per_head) = (a.welfare.as_ref().and_then(unit_of), a.welfare_per_head.as_ref().and_then(unit_of));
    let person = Unit::base("person");
    let fits = whole.as_ref().is_none_or(|unit| *unit == line.unit.times(&person))
        && per_head.as_ref().is_none_or(|unit| *unit == line.unit);
    let Some(unit) = whole.or(per_head).filter(|_| !fits) else { return Ok(()) };
    Err(match language {
        Language::Vi => anyhow!("mức sống tính bằng {unit} mà chuẩn nghèo `{}` tính bằng {}", a.line, line.unit),
        Language::En => anyhow!("welfare is in {unit}, but the line `{}` in {}", a.line, line.unit),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_found_in_the_data_are_round_numbers() {
        assert_eq!(round_cut(5_649_594.0, 0), "5600000");
        assert_eq!(round_cut(37.0, 0), "37");
        assert_eq!(round_cut(7.0, 0), "7");
        assert_eq!(round_cut(12.345, 1), "12.0");
        assert_eq!(round_cut(0.0, 0), "0");
    }
}
