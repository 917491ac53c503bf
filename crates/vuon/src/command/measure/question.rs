//! What is asked: indicators and their weights, cut-offs, measures, subgroups; as text on the command line, then exact.

use super::wrong;
use anyhow::Result;
use std::collections::BTreeSet;
use vuon_measure::alkire_foster::{Dimension, Measure, Specification};
use vuon_measure::weighting::{Cutoff, Weighting, WeightingError};
use vuon_policy::exact::Exact;
use vuon_policy::model::{Language, Pack};

/// The question on the command line.
#[derive(clap::Args, Clone)]
#[command(next_help_heading = "What is measured")]
pub struct Options {
    /// Columns of 0 and 1 and their weights, as in d_nutr:1/6,d_water:1/18; without weights, dimensions count equally,
    /// and the indicators within each
    #[arg(long, value_delimiter = ',', value_name = "COLUMN:WEIGHT")]
    pub indicators: Vec<String>,
    /// A dimension and its indicators, as in health=d_nutr+d_cm; once for each
    #[arg(long = "dimension", value_name = "NAME=COLUMN+…")]
    pub dimensions: Vec<String>,
    /// Another weighting, by indicators or dimensions, as in health50=health:1/2,education:1/4,living:1/4; `equal` counts
    /// dimensions equally; once for each
    #[arg(long = "weighting", value_name = "NAME=ID:WEIGHT,…")]
    pub weightings: Vec<String>,
    /// Poverty cut-offs as fractions, decimals or per cent, as in 1/5,1/3,50%; `all`: every score that somebody can have
    #[arg(long = "k", value_delimiter = ',', value_name = "SHARE")]
    pub cutoffs: Vec<String>,
    /// Measures: M0, H, A, M1, M2, V, c2mean, band, hd, hdk, actb, pctb, popshare, contrib, those of --income, or `all`
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    pub measures: Vec<String>,
    /// Subgroups, as in region,area,region+area; the nation is always told first
    #[arg(long, value_delimiter = ',', value_name = "COLUMN")]
    pub by: Vec<String>,
    /// The measured gap of an indicator, a column from 0 to 1, for M1 and M2, as in d_educ=gap_educ; once for each
    #[arg(long = "gap", value_name = "INDICATOR=COLUMN")]
    pub gaps: Vec<String>,
}

/// An indicator, before there are data.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// Its name: a column, or the id in a pack.
    pub name: String,
    /// Its weight, where one was given.
    pub weight: Option<Exact>,
}

/// What is asked, exact.
pub struct Question {
    /// Weightings, cut-offs, dimensions and measures.
    pub specification: Specification,
    /// For each cut-off of the specification, how the user wrote it.
    pub typed: Vec<String>,
}

impl Options {
    /// The indicators as they were given: by a pack, or as columns; none when only a saved cube can tell.
    pub fn indicators(&self, pack: Option<&Pack>, language: Language) -> Result<Vec<Indicator>> {
        if let Some(pack) = pack {
            let of =
                |i: &vuon_policy::model::Indicator| Indicator { name: i.id.value.clone(), weight: Some(i.weight.0) };
            return Ok(pack.indicators.iter().map(of).collect());
        }
        let read = |text: &String| {
            let Some((name, weight)) = text.split_once(':') else {
                return Ok(Indicator { name: text.trim().to_owned(), weight: None });
            };
            Ok(Indicator { name: name.trim().to_owned(), weight: Some(weight_of(text, weight, language)?) })
        };
        let indicators: Vec<Indicator> = self.indicators.iter().map(read).collect::<Result<_>>()?;
        if let Some(twice) = twice(indicators.iter().map(|i| i.name.as_str())) {
            return Err(wrong(
                language,
                format!("chỉ số `{twice}` được nêu hai lần"),
                format!("the indicator `{twice}` is named twice"),
            ));
        }
        if let (Some(with), Some(without)) =
            (indicators.iter().find(|i| i.weight.is_some()), indicators.iter().find(|i| i.weight.is_none()))
        {
            return Err(wrong(
                language,
                format!(
                    "`{}` có quyền số nhưng `{}` thì không: hãy ghi cho tất cả, hoặc không chỉ số nào",
                    with.name, without.name
                ),
                format!(
                    "`{}` has a weight and `{}` has none: write one for all of them, or for none",
                    with.name, without.name
                ),
            ));
        }
        Ok(indicators)
    }

    /// The groupings wanted, by the names of their keys; that of everybody first.
    pub fn groupings(&self, language: Language) -> Result<Vec<Vec<String>>> {
        let mut groupings = vec![Vec::new()];
        for text in &self.by {
            let keys: Vec<String> = text.split('+').map(|key| key.trim().to_owned()).collect();
            if keys.iter().any(String::is_empty) || twice(keys.iter().map(String::as_str)).is_some() {
                return Err(wrong(
                    language,
                    format!("--by {text}: hãy nêu tên cột, các cột kết hợp nối bằng +, ví dụ region,area,region+area"),
                    format!("--by {text}: name columns, crossed with +, as in region,area,region+area"),
                ));
            }
            if keys.iter().any(|key| key == crate::estimates::NATION) {
                return Err(wrong(
                    language,
                    "`nat` là tên dành cho cả nước trong bảng kết quả: hãy đổi tên cột",
                    "`nat` names the whole in the results: give the column another name",
                ));
            }
            if !groupings.contains(&keys) {
                groupings.push(keys);
            }
        }
        Ok(groupings)
    }

    /// The indicator and the column of each gap.
    pub fn gap_columns(&self, language: Language) -> Result<Vec<(String, String)>> {
        let read = |text: &String| match text.split_once('=') {
            Some((indicator, column)) if !indicator.is_empty() && !column.is_empty() => {
                Ok((indicator.trim().to_owned(), column.trim().to_owned()))
            }
            _ => Err(wrong(
                language,
                format!("--gap {text}: hãy ghi chỉ số và cột, ví dụ d_educ=gap_educ"),
                format!("--gap {text}: write the indicator and the column, as in d_educ=gap_educ"),
            )),
        };
        self.gaps.iter().map(read).collect()
    }

    /// The specification for indicators of these names, in the order of the data.
    pub fn question(
        &self,
        names: &[String],
        indicators: &[Indicator],
        pack: Option<&Pack>,
        has_gaps: bool,
        language: Language,
    ) -> Result<Question> {
        let dimensions = match pack {
            Some(pack) if self.dimensions.is_empty() => pack_dimensions(pack, names),
            _ => self.dimensions(names, language)?,
        };
        let weightings = self.weightings(names, indicators, &dimensions, pack, language)?;
        let (cutoffs, typed) = self.cutoffs(&weightings, pack, language)?;
        let measures = self.measures(has_gaps, cutoffs.len(), language)?;
        let specification = Specification { weightings, cutoffs, dimensions, measures };
        Ok(Question { specification, typed })
    }

    fn dimensions(&self, names: &[String], language: Language) -> Result<Vec<Dimension>> {
        let mut dimensions: Vec<Dimension> = Vec::new();
        for text in &self.dimensions {
            let Some((name, members)) = text.split_once('=') else {
                return Err(wrong(
                    language,
                    format!("--dimension {text}: hãy ghi tên và các chỉ số, ví dụ health=d_nutr+d_cm"),
                    format!("--dimension {text}: write its name and its indicators, as in health=d_nutr+d_cm"),
                ));
            };
            let place = |id: &str| place_of(id.trim(), names, language);
            let indicators: Vec<usize> = members.split(['+', ',']).map(place).collect::<Result<_>>()?;
            dimensions.push(Dimension { name: name.trim().to_owned(), indicators });
        }
        let members = dimensions.iter().flat_map(|d| &d.indicators).map(|place| names[*place].as_str());
        let ids = dimensions.iter().map(|d| d.name.as_str());
        match (twice(members), twice(ids)) {
            (Some(twice), _) => Err(wrong(
                language,
                format!("chỉ số `{twice}` thuộc hai chiều"),
                format!("the indicator `{twice}` is in two dimensions"),
            )),
            (_, Some(twice)) => Err(wrong(
                language,
                format!("có hai chiều cùng tên `{twice}`"),
                format!("two dimensions are called `{twice}`"),
            )),
            _ => Ok(dimensions),
        }
    }

    fn weightings(
        &self,
        names: &[String],
        indicators: &[Indicator],
        dimensions: &[Dimension],
        pack: Option<&Pack>,
        language: Language,
    ) -> Result<Vec<Weighting>> {
        let failed = |error: WeightingError| wrong(language, vietnamese(&error), english(&error));
        let mut weightings: Vec<Weighting> = Vec::new();
        let given: Option<Vec<Exact>> = names
            .iter()
            .map(|name| indicators.iter().find(|i| i.name == *name).and_then(|indicator| indicator.weight))
            .collect();
        match (given, pack) {
            (Some(given), Some(pack)) => {
                weightings.push(Weighting::proportional(pack.id.value.as_str(), &given).map_err(failed)?);
            }
            (Some(given), None) => weightings.push(Weighting::new("given", &given).map_err(failed)?),
            (None, _) if !indicators.is_empty() => weightings.push(equal(names, dimensions, language)?),
            (None, _) => {}
        }
        for text in &self.weightings {
            let weighting = match text.split_once('=') {
                None if text == "equal" => equal(names, dimensions, language)?,
                None => {
                    return Err(wrong(
                        language,
                        format!(
                            "--weighting {text}: hãy ghi tên và quyền số, ví dụ w2=d_nutr:1/4,d_cm:1/4,d_educ:1/2, hoặc `equal`"
                        ),
                        format!(
                            "--weighting {text}: write a name and weights, as in w2=d_nutr:1/4,d_cm:1/4,d_educ:1/2, or `equal`"
                        ),
                    ));
                }
                Some((name, parts)) => named(name.trim(), parts, names, dimensions, language)?,
            };
            if weightings.iter().any(|known| known.name() == weighting.name()) {
                let name = weighting.name();
                return Err(wrong(
                    language,
                    format!("hai bộ quyền số cùng tên `{name}`"),
                    format!("two weightings are called `{name}`"),
                ));
            }
            weightings.push(weighting);
        }
        if weightings.is_empty() {
            return Err(wrong(
                language,
                "chưa có quyền số: hãy thêm --weighting equal, hoặc --indicators với quyền số, hoặc --policy",
                "there are no weights: add --weighting equal, or --indicators with weights, or --policy",
            ));
        }
        Ok(weightings)
    }

    fn cutoffs(
        &self,
        weightings: &[Weighting],
        pack: Option<&Pack>,
        language: Language,
    ) -> Result<(Vec<Cutoff>, Vec<String>)> {
        let mut found: Vec<(Cutoff, String)> = Vec::new();
        for text in self.cutoffs.iter().map(|text| text.trim()) {
            if text == "all" {
                let attainable = weightings.iter().flat_map(Weighting::attainable);
                found.extend(attainable.map(|k| (k, k.to_string())));
                continue;
            }
            let Some(k) = share(text) else {
                return Err(wrong(
                    language,
                    format!("--k {text}: hãy ghi phân số, số thập phân hoặc phần trăm, ví dụ 1/3, 0.25, 33%"),
                    format!("--k {text}: write a fraction, a decimal or per cent, as in 1/3, 0.25, 33%"),
                ));
            };
            let k = Cutoff::new(k).map_err(|error| wrong(language, vietnamese(&error), english(&error)))?;
            found.push((k, text.to_owned()));
        }
        if self.cutoffs.is_empty() {
            found.extend(pack.into_iter().flat_map(pack_cutoffs).map(|k| (k, k.to_string())));
        }
        if found.is_empty() {
            return Err(wrong(
                language,
                "chưa có ngưỡng nghèo: hãy thêm --k, ví dụ --k 1/3",
                "there is no poverty cut-off: add --k, as in --k 1/3",
            ));
        }
        // Of equals, the one written first.
        found.sort_by_key(|(k, _)| *k);
        found.dedup_by_key(|(k, _)| *k);
        Ok(found.into_iter().unzip())
    }

    /// The multidimensional measures wanted.
    fn measures(&self, has_gaps: bool, cutoffs: usize, language: Language) -> Result<Vec<Measure>> {
        use Measure::*;
        let named: Vec<&str> = self.measures.iter().map(|name| name.trim()).collect();
        let gap = |measure: &Measure| matches!(measure, AdjustedGap | AdjustedSquaredGap);
        if named.contains(&"all") {
            let possible = |m: &Measure| (has_gaps || !gap(m)) && (cutoffs > 1 || *m != Band);
            return Ok(Measure::ALL.into_iter().filter(possible).collect());
        }
        let mut measures: Vec<Measure> = Vec::new();
        for name in named {
            match Measure::named(name) {
                Some(measure) => measures.push(measure),
                None if super::income::is_measure(name) => {}
                None => {
                    let known = Measure::ALL.map(Measure::name).join(", ");
                    let incomes = super::income::names().join(", ");
                    return Err(wrong(
                        language,
                        format!("không có số đo `{name}`; các số đo: {known}; của thu nhập: {incomes}"),
                        format!("there is no measure `{name}`; there are: {known}; of income: {incomes}"),
                    ));
                }
            }
        }
        if let Some(measure) = measures.iter().find(|m| gap(m)).filter(|_| !has_gaps) {
            let name = measure.name();
            return Err(wrong(
                language,
                format!(
                    "{name} cần ít nhất một chỉ số có mức thiếu hụt đo được: hãy thêm --gap, ví dụ d_educ=gap_educ"
                ),
                format!("{name} needs an indicator with a measured gap: add --gap, as in d_educ=gap_educ"),
            ));
        }
        if measures.contains(&Band) && cutoffs < 2 {
            return Err(wrong(
                language,
                "`band` là tỷ lệ giữa hai ngưỡng liền nhau: hãy nêu ít nhất hai ngưỡng, ví dụ --k 1/5,1/3,1/2",
                "`band` is the share between two successive cut-offs: give at least two, as in --k 1/5,1/3,1/2",
            ));
        }
        if measures.is_empty() {
            measures =
                vec![AdjustedHeadcount, Headcount, Intensity, Uncensored, Censored, Contribution, ContributionShare];
            if !self.by.is_empty() {
                measures.push(SubgroupContribution);
            }
        }
        Ok(measures)
    }
}

/// A number as a share: `1/3`, `0.25`, `33%`.
pub fn share(text: &str) -> Option<Exact> {
    match text.strip_suffix('%') {
        Some(percent) => {
            let percent = Exact::parse(percent.trim())?;
            Exact::new(percent.numerator(), percent.denominator().checked_mul(100)?)
        }
        None => Exact::parse(text),
    }
}

fn weight_of(of: &str, text: &str, language: Language) -> Result<Exact> {
    share(text.trim()).ok_or_else(|| {
        wrong(
            language,
            format!("{of}: quyền số phải là phân số, số nguyên hoặc phần trăm, ví dụ d_nutr:1/6"),
            format!("{of}: a weight is a fraction, a whole number or per cent, as in d_nutr:1/6"),
        )
    })
}

fn place_of(id: &str, names: &[String], language: Language) -> Result<usize> {
    names.iter().position(|name| name == id).ok_or_else(|| {
        let known = names.join(", ");
        wrong(
            language,
            format!("không có chỉ số `{id}`; các chỉ số: {known}"),
            format!("there is no indicator `{id}`; there are: {known}"),
        )
    })
}

/// Dimensions count equally, and the indicators within each. Without dimensions, all indicators do.
fn equal(names: &[String], dimensions: &[Dimension], language: Language) -> Result<Weighting> {
    let weight = |place: usize| match dimensions.iter().find(|d| d.indicators.contains(&place)) {
        Some(dimension) => Exact::new(1, (dimensions.len() * dimension.indicators.len()) as i64),
        None if dimensions.is_empty() => Exact::new(1, names.len() as i64),
        None => None,
    };
    let weights: Vec<Exact> = (0..names.len())
        .map(|place| {
            weight(place).ok_or_else(|| {
                let name = &names[place];
                wrong(
                    language,
                    format!("chỉ số `{name}` không thuộc chiều nào, nên không chia đều quyền số được"),
                    format!("the indicator `{name}` is in no dimension, so weights cannot be shared out equally"),
                )
            })
        })
        .collect::<Result<_>>()?;
    Weighting::new("equal", &weights).map_err(|error| wrong(language, vietnamese(&error), english(&error)))
}

/// A weighting by indicators and dimensions; the weight of a dimension is shared equally by its indicators.
fn named(name: &str, parts: &str, names: &[String], dimensions: &[Dimension], language: Language) -> Result<Weighting> {
    let mut weights: Vec<Option<Exact>> = vec![None; names.len()];
    let mut whole = true;
    for part in parts.split(',') {
        let (id, weight) = part.split_once(':').unwrap_or((part, ""));
        let (id, weight) = (id.trim(), weight_of(part, weight, language)?);
        whole &= weight.denominator() == 1;
        // Where an indicator and a dimension have one id, the indicator is meant.
        let of_dimension = dimensions.iter().find(|dimension| dimension.name == id);
        let places = match (names.iter().position(|name| name == id), of_dimension) {
            (Some(place), _) => vec![place],
            (None, Some(dimension)) => dimension.indicators.clone(),
            (None, None) => vec![place_of(id, names, language)?],
        };
        let each =
            weight.denominator().checked_mul(places.len() as i64).and_then(|d| Exact::new(weight.numerator(), d));
        for place in places {
            if weights[place].is_some() {
                let twice = &names[place];
                return Err(wrong(
                    language,
                    format!("trong `{name}`, chỉ số `{twice}` có hai quyền số"),
                    format!("in `{name}` the indicator `{twice}` has two weights"),
                ));
            }
            weights[place] = each;
        }
    }
    let missing: Vec<&str> = names.iter().zip(&weights).filter(|(_, w)| w.is_none()).map(|(n, _)| n.as_str()).collect();
    if !missing.is_empty() {
        let list = missing.join(", ");
        return Err(wrong(
            language,
            format!("bộ quyền số `{name}` thiếu: {list} (ghi :0 nếu không tính)"),
            format!("the weighting `{name}` says nothing of: {list} (write :0 for what does not count)"),
        ));
    }
    let weights: Vec<Exact> = weights.into_iter().flatten().collect();
    // Whole numbers are proportions, also where a dimension's is shared out.
    let made = if whole { Weighting::proportional(name, &weights) } else { Weighting::new(name, &weights) };
    made.map_err(|error| {
        wrong(
            language,
            format!("bộ quyền số `{name}`: {}", vietnamese(&error)),
            format!("the weighting `{name}`: {error}"),
        )
    })
}

fn pack_dimensions(pack: &Pack, names: &[String]) -> Vec<Dimension> {
    let place = |i: &vuon_policy::model::Indicator| names.iter().position(|name| *name == i.id.value);
    let members = |id: &str| pack.indicators.iter().filter(|i| i.dimension.value == id).filter_map(place).collect();
    let dimension =
        |d: &vuon_policy::model::Dimension| Dimension { name: d.id.value.clone(), indicators: members(&d.id.value) };
    pack.dimensions.iter().map(dimension).filter(|d| !d.indicators.is_empty()).collect()
}

/// The cut-offs that a pack itself names: its shares called `cutoffs.…`.
fn pack_cutoffs(pack: &Pack) -> impl Iterator<Item = Cutoff> {
    let named = pack.parameters.iter().filter(|p| p.id.value.starts_with("cutoffs.") && p.unit.is_none());
    named.filter_map(|p| Cutoff::new(p.value).ok())
}

fn twice<'n>(names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut seen = BTreeSet::new();
    let mut names = names;
    names.find(|name| !seen.insert(*name))
}

/// What is wrong with weights or a cut-off, in Vietnamese.
fn vietnamese(error: &WeightingError) -> String {
    match error {
        WeightingError::Indicators(count) => {
            format!("{count} chỉ số; một thước đo có từ 1 đến {} chỉ số", vuon_measure::weighting::MOST_INDICATORS)
        }
        WeightingError::Negative(weight) => format!("quyền số {weight} là số âm"),
        WeightingError::Zero => "tổng các quyền số bằng 0".to_owned(),
        WeightingError::Sum(sum) => format!(
            "tổng các quyền số là {sum}, không phải 1; hãy viết phân số như 1/3, hoặc số nguyên (chỉ tính theo tỷ lệ)"
        ),
        WeightingError::Denominator => {
            "các quyền số không có mẫu số chung dưới 2^24; hãy viết thành phân số đơn giản, ví dụ 1/6".to_owned()
        }
        WeightingError::Cutoff(k) => {
            format!("ngưỡng {k} không lớn hơn 0 và không quá 1; hãy viết phân số như 1/3, hoặc phần trăm như 33%")
        }
    }
}

/// What is wrong with a weighting, in English, with what to do.
fn english(error: &WeightingError) -> String {
    match error {
        WeightingError::Sum(_) => {
            format!("{error}; write fractions such as 1/3, or whole numbers, whose proportions count")
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        let none = Vec::new;
        Options {
            indicators: none(),
            dimensions: none(),
            weightings: none(),
            cutoffs: vec!["1/3".into()],
            measures: none(),
            by: none(),
            gaps: none(),
        }
    }

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    fn ask(options: &Options) -> Result<Question> {
        let indicators = options.indicators(None, Language::En)?;
        let names: Vec<String> = indicators.iter().map(|i| i.name.clone()).collect();
        options.question(&names, &indicators, None, false, Language::En)
    }

    #[track_caller]
    fn refused(options: &Options, why: &str) {
        let error = ask(options).err().expect("it should be refused").to_string();
        assert!(error.contains(why), "{error}");
    }

    fn units(weighting: &Weighting) -> Vec<u32> {
        (0..weighting.indicators()).map(|j| weighting.units(j)).collect()
    }

    #[test]
    fn shares_are_read_exactly_in_three_ways() {
        assert_eq!(share("1/3"), Exact::new(1, 3));
        assert_eq!(share("33.34%"), Exact::new(1667, 5000));
        assert_eq!(share("0.2"), Exact::new(1, 5));
        assert_eq!(share("a third"), None);
    }

    #[test]
    fn weights_by_indicator_and_by_dimension() {
        let options = Options {
            indicators: texts(&["a:1/4", "b:1/4", "c:1/2"]),
            dimensions: texts(&["x=a+b", "y=c"]),
            weightings: texts(&["equal", "more_x=x:2/3,y:1/3", "whole=x:3,c:1", "mixed=a:1/2,b:0,y:1/2"]),
            ..options()
        };
        let found = ask(&options).unwrap().specification.weightings;
        let names: Vec<&str> = found.iter().map(Weighting::name).collect();
        assert_eq!(names, ["given", "equal", "more_x", "whole", "mixed"]);
        assert_eq!(units(&found[0]), [1, 1, 2]);
        assert_eq!(units(&found[1]), [1, 1, 2]);
        assert_eq!(units(&found[2]), [1, 1, 1]);
        assert_eq!(units(&found[3]), [3, 3, 2]);
        assert_eq!(units(&found[4]), [1, 0, 1]);
    }

    #[test]
    fn indicators_without_weights_count_equally_within_dimensions_that_do() {
        let options =
            Options { indicators: texts(&["a", "b", "c"]), dimensions: texts(&["x=a+b", "y=c"]), ..options() };
        let question = ask(&options).unwrap();
        assert_eq!(question.specification.weightings[0].name(), "equal");
        assert_eq!(units(&question.specification.weightings[0]), [1, 1, 2]);
    }

    #[test]
    fn cutoffs_rise_each_once_as_they_were_written() {
        let cutoffs = texts(&["50%", "1/5", "2/6", "33.34%", "1/3"]);
        let question = ask(&Options { indicators: texts(&["a", "b"]), cutoffs, ..options() }).unwrap();
        assert_eq!(question.typed, ["1/5", "2/6", "33.34%", "50%"]);
        let cutoffs = texts(&["all"]);
        let question = ask(&Options { indicators: texts(&["a", "b"]), cutoffs, ..options() }).unwrap();
        assert_eq!(question.typed, ["1/2", "1"]);
    }

    #[test]
    fn a_pack_gives_weights_dimensions_and_its_cutoffs() {
        let program = vuon_policy::Library::embedded().load("global-mpi").unwrap();
        let pack = Some(&program.pack);
        let options = Options { cutoffs: Vec::new(), ..options() };
        let indicators = options.indicators(pack, Language::En).unwrap();
        let names: Vec<String> = indicators.iter().map(|i| i.name.clone()).collect();
        let question = options.question(&names, &indicators, pack, false, Language::En).unwrap();
        assert_eq!(question.typed, ["1/5", "1/3", "1/2"]);
        let weighting = &question.specification.weightings[0];
        assert_eq!((weighting.name(), units(weighting)), ("global-mpi", vec![3, 3, 3, 3, 1, 1, 1, 1, 1, 1]));
        let dimensions: Vec<&str> = question.specification.dimensions.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(dimensions, ["health", "education", "living_standards"]);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_what_there_is() {
        let two = || texts(&["a:1/2", "b:1/2"]);
        refused(&Options { indicators: texts(&["a:1/2", "b"]), ..options() }, "`a` has a weight and `b` has none");
        refused(&Options { indicators: texts(&["a:0.33", "b:0.33"]), ..options() }, "add up to 33/50, not to 1");
        refused(&Options { indicators: texts(&["a", "a"]), ..options() }, "`a` is named twice");
        refused(&Options { indicators: two(), cutoffs: texts(&["33"]), ..options() }, "33%");
        refused(&Options { indicators: two(), cutoffs: texts(&["x"]), ..options() }, "--k x: write a fraction");
        refused(&Options { indicators: two(), cutoffs: texts(&[]), ..options() }, "add --k");
        refused(&Options { indicators: two(), measures: texts(&["M9"]), ..options() }, "there are: M0, H, A");
        refused(&Options { indicators: two(), measures: texts(&["M1"]), ..options() }, "add --gap");
        refused(&Options { indicators: two(), measures: texts(&["band"]), ..options() }, "two successive cut-offs");
        refused(&Options { indicators: two(), weightings: texts(&["w=a:1"]), ..options() }, "says nothing of: b");
        refused(
            &Options { indicators: two(), weightings: texts(&["w=c:1"]), ..options() },
            "no indicator `c`; there are: a, b",
        );
        refused(
            &Options { indicators: two(), dimensions: texts(&["x=a", "y=a+b"]), ..options() },
            "`a` is in two dimensions",
        );
        refused(
            &Options { indicators: two(), dimensions: texts(&["x=a", "x=b"]), ..options() },
            "two dimensions are called `x`",
        );
        let equal = Options { indicators: texts(&["a", "b"]), dimensions: texts(&["x=a"]), ..options() };
        refused(&equal, "`b` is in no dimension");
        assert!(Options { by: texts(&["region+"]), ..options() }.groupings(Language::En).is_err());
        assert!(Options { by: texts(&["nat"]), ..options() }.groupings(Language::En).is_err());
    }
}
