//! Items of a form as the command line names them: variables and expressions of a pack, with cuts.

use super::form::{Form, FormItem, FormParameter, FormRow, both, persons};
use super::told;
use anyhow::Result;
use vuon_policy::exact::Exact;
use vuon_policy::model::{ChoiceOption, Kind, Label, Language, Pack, Variable};
use vuon_policy::unit::Unit;
use vuon_policy::words;

/// An item on the command line: `[ID=]VARIABLE or EXPRESSION[/person][:CUT,CUT…]`.
#[derive(Clone, Debug)]
pub struct ItemSpec {
    id: Option<String>,
    expression: String,
    per_person: bool,
    cuts: Vec<String>,
}

impl std::str::FromStr for ItemSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // `=` that is part of `==`, `<=`, `>=` or `!=` belongs to the expression.
        let named = text.split_once('=').filter(|(id, rest)| is_id(id.trim()) && !rest.starts_with('='));
        let (id, rest) = match named {
            Some((id, rest)) => (Some(id.trim().to_owned()), rest),
            None => (None, text),
        };
        let cut_off = |rest: &str| -> Option<(String, Vec<String>)> {
            let (expression, cuts) = rest.rsplit_once(':')?;
            let cuts: Vec<String> = cuts.split(',').map(|cut| cut.trim().to_owned()).collect();
            cuts.iter().all(|cut| Exact::parse(cut).is_some()).then(|| (expression.trim().to_owned(), cuts))
        };
        let (expression, cuts) = cut_off(rest).unwrap_or_else(|| (rest.trim().to_owned(), Vec::new()));
        let (expression, per_person) = match expression.strip_suffix("/person") {
            Some(variable) => (variable.trim().to_owned(), true),
            None => (expression, false),
        };
        let rises = cuts.windows(2).all(|w| Exact::parse(&w[0]) < Exact::parse(&w[1]));
        if expression.is_empty() || !rises {
            return Err("write `variable`, `variable:cut,cut`, `variable/person:cut,cut` or `name=expression`, with cuts that rise".into());
        }
        Ok(Self { id, expression, per_person, cuts })
    }
}

impl ItemSpec {
    /// The household variable whose bands are still to be found in the data, with its decimals.
    pub fn needs_cuts<'p>(&self, pack: &'p Pack) -> Option<(&'p str, u32)> {
        let variable = household(pack, &self.expression)?;
        match variable.kind {
            Kind::Number { decimals, .. } if self.cuts.is_empty() => Some((&variable.id.value, decimals)),
            _ => None,
        }
    }

    /// The same with cuts.
    pub fn with_cuts(mut self, cuts: Vec<String>) -> Self {
        self.cuts = cuts;
        self
    }
}

fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn household<'p>(pack: &'p Pack, id: &str) -> Option<&'p Variable> {
    pack.questionnaire.household.iter().find(|v| v.id.value == id)
}

impl Form {
    /// A form of variables and expressions; its columns are the options of a choice, or one.
    pub fn of_items(pack: &Pack, id: &str, specs: &[ItemSpec], by: Option<&str>, language: Language) -> Result<Self> {
        let (columns, column) = columns(pack, by, language)?;
        let mut form = Self { id: id.to_owned(), items: Vec::new(), columns, column, parameters: Vec::new() };
        for spec in specs {
            let item = form.item(pack, spec, language)?;
            if form.items.iter().any(|other| other.id == item.id) {
                let (id, expression) = (&item.id, &spec.expression);
                return Err(told(
                    language,
                    format!("hai mục cùng tên `{id}`: hãy đặt tên khác cho một mục, ví dụ `ten_khac={expression}`"),
                    format!("two items are called `{id}`: give one another name, as in `other_name={expression}`"),
                ));
            }
            form.items.push(item);
        }
        Ok(form)
    }

    fn item(&mut self, pack: &Pack, spec: &ItemSpec, language: Language) -> Result<FormItem> {
        let variable = household(pack, &spec.expression);
        let id = match (&spec.id, variable) {
            (Some(id), _) => id.clone(),
            (None, Some(variable)) => variable.id.value.clone(),
            (None, None) if is_id(&spec.expression) => {
                let (pack, variable) = (&pack.id.value, &spec.expression);
                return Err(told(
                    language,
                    format!("bảng hỏi của gói `{pack}` không có câu hỏi về hộ tên `{variable}`"),
                    format!("the questionnaire of `{pack}` has no household variable `{variable}`"),
                ));
            }
            (None, None) => {
                return Err(told(
                    language,
                    format!("hãy đặt tên cho biểu thức, ví dụ `ten_muc={}`", spec.expression),
                    format!("give the expression a name, as in `my_item={}`", spec.expression),
                ));
            }
        };
        let label = variable.map_or_else(|| both(id.clone(), id.clone()), |v| v.label.clone());
        let kind = variable.map(|v| &v.kind);
        let (ordered, rows) = match kind {
            Some(Kind::Choice(list)) if spec.cuts.is_empty() && !spec.per_person => {
                let rows = pack.questionnaire.choices[*list].options.iter().map(|option| FormRow {
                    id: option.id.value.clone(),
                    label: option.label.clone(),
                    when: format!("{} == \"{}\"", spec.expression, option.id.value),
                    otherwise: false,
                });
                (false, rows.collect())
            }
            Some(Kind::Number { unit, .. }) => (true, self.bands(pack, spec, &id, Some(unit), language)?),
            Some(Kind::Bool) | None if spec.cuts.is_empty() && !spec.per_person => (false, yes_no(&spec.expression)),
            None => (true, self.bands(pack, spec, &id, None, language)?),
            Some(_) => {
                let e = &spec.expression;
                return Err(told(
                    language,
                    format!("`{e}` không phải là số: không có ngưỡng, cũng không tính bình quân đầu người được"),
                    format!("`{e}` is not a number: it has no cuts, and cannot be an item per person"),
                ));
            }
        };
        Ok(FormItem { id, label, ordered, rows })
    }

    /// Rows for the bands of a number.
    fn bands(
        &mut self,
        pack: &Pack,
        spec: &ItemSpec,
        id: &str,
        unit: Option<&Unit>,
        language: Language,
    ) -> Result<Vec<FormRow>> {
        let e = &spec.expression;
        if spec.cuts.is_empty() {
            return Err(told(
                language,
                format!("`{e}` cần các ngưỡng, ví dụ `{e}:1,2,5`"),
                format!("`{e}` needs cuts, as in `{e}:1,2,5`"),
            ));
        }
        let unit = match unit {
            Some(unit) if spec.per_person => Unit::parse(&format!("{unit}/person")),
            other => other.cloned(),
        };
        let mut limits = Vec::new();
        for cut in &spec.cuts {
            let tag = cut.replace(['.', '/'], "_").replace('-', "minus_");
            if !spec.per_person {
                limits.push((cut.clone(), tag));
                continue;
            }
            let (Some(unit), Some(persons)) = (&unit, persons(pack)) else {
                return Err(told(
                    language,
                    format!("`{e}` không tính bình quân đầu người được: không có đơn vị, hoặc gói không đếm số người"),
                    format!("`{e}` cannot be taken per person: it has no unit, or the pack does not count persons"),
                ));
            };
            let parameter = format!("{}.{id}_{tag}", self.id);
            limits.push((format!("{parameter} * {persons}"), tag));
            let label = both(format!("Ngưỡng của mục {id}"), format!("Cut of the item {id}"));
            self.parameters.push(FormParameter { id: parameter, label, value: cut.clone(), unit: unit.clone() });
        }
        let told = |language: Language, cut: &str| {
            Exact::parse(cut).map_or(cut.to_owned(), |n| words::number(n.numerator(), n.denominator(), language))
        };
        let in_unit = |language: Language| match &unit {
            Some(unit) if !unit.is_none() => format!(" {}", plural(words::unit(unit, language), language)),
            _ => String::new(),
        };
        // Where answers are whole numbers, a band of one of them is told by it.
        let whole =
            matches!(household(pack, &spec.expression).map(|v| &v.kind), Some(Kind::Number { decimals: 0, .. }));
        let single = |from: &str, to: &str| {
            let one = Exact::parse(from).and_then(|n| n.plus(Exact::whole(1)));
            whole && !spec.per_person && one.is_some() && one == Exact::parse(to)
        };
        let label = |from: Option<&str>, to: Option<&str>| {
            let text = |language: Language| {
                let unit = in_unit(language);
                let cut = |cut: &str| told(language, cut);
                match (language, from, to) {
                    (Language::Vi, None, Some(to)) => format!("Dưới {}{unit}", cut(to)),
                    (_, Some(from), Some(to)) if single(from, to) => format!("{}{unit}", cut(from)),
                    (Language::Vi, Some(from), Some(to)) => format!("Từ {} đến dưới {}{unit}", cut(from), cut(to)),
                    (Language::Vi, Some(from), None) => format!("Từ {}{unit} trở lên", cut(from)),
                    (Language::En, None, Some(to)) => format!("Under {}{unit}", cut(to)),
                    (Language::En, Some(from), Some(to)) => format!("{} to under {}{unit}", cut(from), cut(to)),
                    (Language::En, Some(from), None) => format!("{}{unit} or more", cut(from)),
                    (_, None, None) => String::new(),
                }
            };
            both(text(Language::Vi), text(Language::En))
        };
        let first = (&limits[0], &spec.cuts[0]);
        let mut rows = vec![FormRow {
            id: format!("below_{}", first.0.1),
            label: label(None, Some(first.1)),
            when: format!("{e} < {}", first.0.0),
            otherwise: false,
        }];
        for (place, (limit, tag)) in limits.iter().enumerate() {
            let next = limits.get(place + 1);
            rows.push(FormRow {
                id: format!("from_{tag}"),
                label: label(Some(&spec.cuts[place]), spec.cuts.get(place + 1).map(String::as_str)),
                when: match next {
                    Some((next, _)) => format!("{e} >= {limit} && {e} < {next}"),
                    None => format!("{e} >= {limit}"),
                },
                otherwise: false,
            });
        }
        Ok(rows)
    }
}

/// The unit as it stands after a number other than one.
fn plural(unit: String, language: Language) -> String {
    let counted = matches!(unit.as_str(), "person" | "year" | "month" | "day" | "point" | "minute");
    if language == Language::En && counted { unit + "s" } else { unit }
}

/// The rows of a question answered with yes or no.
fn yes_no(expression: &str) -> Vec<FormRow> {
    let row = |id: &str, label: Label, when: String| FormRow { id: id.into(), label, when, otherwise: false };
    vec![
        row("yes", both("Có", "Yes"), expression.to_owned()),
        row("no", both("Không", "No"), format!("!({expression})")),
    ]
}

/// The options of a choice as columns.
fn columns(pack: &Pack, by: Option<&str>, language: Language) -> Result<(Vec<(String, Label)>, String)> {
    let Some(by) = by else {
        return Ok((vec![("all".into(), both("Mọi khu vực", "All areas"))], "\"all\"".into()));
    };
    let fit = |v: &&Variable| matches!(v.kind, Kind::Choice(_));
    let Some(Variable { kind: Kind::Choice(list), .. }) = household(pack, by).filter(fit) else {
        let known: Vec<&str> = pack.questionnaire.household.iter().filter(fit).map(|v| v.id.value.as_str()).collect();
        let known = known.join(", ");
        return Err(told(
            language,
            format!("`{by}` không phải là câu hỏi lựa chọn về hộ; có: {known}"),
            format!("`{by}` is not a choice of the household; there are: {known}"),
        ));
    };
    let options: &[ChoiceOption] = &pack.questionnaire.choices[*list].options;
    let columns: Vec<(String, Label)> = options.iter().map(|o| (o.id.value.clone(), o.label.clone())).collect();
    let Some(((last, _), others)) = columns.split_last() else {
        return Err(told(
            language,
            format!("danh sách trả lời của `{by}` không có gì"),
            format!("the list of `{by}` has no options"),
        ));
    };
    let mut column = String::new();
    for (id, _) in others {
        column += &format!("{by} == \"{id}\" ? \"{id}\" : ");
    }
    column += &format!("\"{last}\"");
    Ok((columns, column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vuon_policy::Library;

    fn spec(text: &str) -> ItemSpec {
        text.parse().unwrap()
    }

    fn form(specs: &[&str]) -> Form {
        let program = Library::embedded().load("vlss-1998").unwrap();
        let specs: Vec<ItemSpec> = specs.iter().map(|s| spec(s)).collect();
        Form::of_items(&program.pack, "pmt", &specs, Some("area_type"), Language::En).unwrap()
    }

    #[test]
    fn an_item_is_a_variable_with_cuts_or_a_named_expression() {
        let area = spec("living_area/person:8,20.5");
        assert_eq!((area.expression.as_str(), area.per_person, area.cuts.len()), ("living_area", true, 2));
        let named = spec("old=head_age >= 60");
        assert_eq!((named.id.as_deref(), named.expression.as_str()), (Some("old"), "head_age >= 60"));
        let comparison = spec("head_sex == \"female\"");
        assert_eq!((comparison.id, comparison.expression.as_str()), (None, "head_sex == \"female\""));
        assert!("x:5,5".parse::<ItemSpec>().is_err());
        assert!(":5".parse::<ItemSpec>().is_err());
    }

    #[test]
    fn bands_leave_no_gap() {
        let form = form(&["head_age:30,60"]);
        let rows = &form.items[0].rows;
        assert_eq!(
            rows.iter().map(|r| r.when.as_str()).collect::<Vec<_>>(),
            ["head_age < 30", "head_age >= 30 && head_age < 60", "head_age >= 60"]
        );
        assert_eq!(rows[1].label.get(Language::Vi), "Từ 30 đến dưới 60 năm");
        assert_eq!(rows[2].label.get(Language::En), "60 years or more");
        assert_eq!(rows.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["below_30", "from_30", "from_60"]);
    }

    #[test]
    fn a_band_of_one_whole_number_is_told_by_it() {
        let form = form(&["household_size:2,3,5"]);
        let labels: Vec<&str> = form.items[0].rows.iter().map(|r| r.label.get(Language::En)).collect();
        assert_eq!(labels, ["Under 2 persons", "2 persons", "3 to under 5 persons", "5 persons or more"]);
    }

    #[test]
    fn a_number_per_person_is_compared_without_division() {
        let form = form(&["food_expenditure/person:1000000"]);
        assert_eq!(form.items[0].rows[1].when, "food_expenditure >= pmt.food_expenditure_1000000 * household_size");
        assert_eq!(form.parameters[0].unit, Unit::parse("VND/person/year").unwrap());
    }

    #[test]
    fn choices_and_yes_no_questions_have_their_answers_as_rows() {
        let form = form(&["head_sex", "farm", "old=head_age >= 60"]);
        assert_eq!(form.items[0].rows[0].when, "head_sex == \"female\"");
        assert_eq!(form.items[1].rows[1].when, "!(farm)");
        assert_eq!(form.items[2].rows[1].when, "!(head_age >= 60)");
        assert_eq!(form.column, "area_type == \"urban\" ? \"urban\" : \"rural\"");
    }
}
