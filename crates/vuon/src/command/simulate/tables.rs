//! A simulation on tables: every household is assessed by both standards, in one pass.

use super::Arguments;
use super::changed::Changed;
use super::cost;
use super::findings::{Indicator, Side, Simulation, Status, UnitName, Units};
use super::poor;
use super::tally::{Counted, Labels, Plan, SideColumns, Tally, ValueName};
use crate::command::reading::{self, Progress};
use crate::command::{self, law};
use crate::screen::say;
use anyhow::{Context, Result, anyhow};
use std::process::ExitCode;
use std::sync::Arc;
use vuon_areas::Areas;
use vuon_measure::weighting::Weighting;
use vuon_policy::calendar::Day;
use vuon_policy::exact::Exact;
use vuon_policy::model::{AreaRole, Kind, Language, Variable};
use vuon_policy::overrides::WHAT_IF;
use vuon_policy::program::{Outcome, Program};
use vuon_policy::words::grouped;
use vuon_policy::{Library, LoadError};
use vuon_population::beside::Wanted;
use vuon_population::compare::{Comparison, Standard};
use vuon_population::passenger::Passenger;
use vuon_population::pipeline::{Job, Watch};
use vuon_population::row_problem::RowProblems;

/// The parameter that `--k` sets.
const CUTOFF: &str = "cutoffs.poor";

/// Runs the command on tables.
pub fn run(arguments: &Arguments, language: Language) -> Result<ExitCode> {
    let policy = arguments.policy.as_deref().unwrap_or_default();
    let mut programs = [load(policy, &[], language)?, after(arguments, policy, language)?];
    let mut methods = [0; 2];
    let mut notes = Vec::new();
    for (program, method) in programs.iter().zip(&mut methods) {
        law::accept_incomplete(program, arguments.accept_incomplete, language)?;
        *method = law::method(program, arguments.method.as_deref())?;
        law::review_date(program, *method, arguments.on, language)?;
        law::complete_scorecards(program, *method, language)?;
        notes.extend(law::force_note(program, arguments.on, language));
    }
    let told = poor::told(&arguments.status, [&programs[0], &programs[1]], language)?;
    let sides = [0, 1].map(|side: usize| described(&programs[side], methods[side], language));
    // Flags of the packs alone: those of schemes are added next.
    let flags = flags([&programs[0], &programs[1]], language);
    let costs = cost::find(&arguments.cost, &mut programs, language)?;

    let roster = programs.iter().any(|program| program.pack.questionnaire.has_roster());
    let job = Job { review_date: arguments.on, keep_going: arguments.keep_going, ..arguments.tables.job(roster)? };
    reading::spare_the_tables(&job, arguments.out.iter().chain(&arguments.changed).chain([&arguments.problems]))?;
    let persons = programs.iter().any(|program| tells_persons(program));
    let columns = arguments.by.iter().map(|name| Passenger::label(name)).collect();
    let wanted = Wanted { columns, persons };
    let of_side = |side: usize| -> SideColumns {
        let poor = told.iter().map(|told| told.sides[side].clone()).collect();
        let entitled = costs.iter().map(|cost| cost.entitled[side].clone()).collect();
        SideColumns::of(&programs[side], weighting(&programs[side]), poor, entitled)
    };
    let plan = Plan {
        sides: [of_side(0), of_side(1)],
        by: wanted.columns.iter().map(|column| column.name.to_string()).collect(),
        persons,
        cost_per_person: costs.iter().map(|cost| cost.cost.per_person).collect(),
    };

    let standards = [0, 1].map(|side: usize| Standard { program: &programs[side], method: methods[side] });
    let comparison = Comparison::open(standards, &job, &wanted)?;
    let stop = reading::stopped()?;
    let mut problems = RowProblems::with_file(arguments.show_problems, &arguments.problems, language);
    let mut progress = Progress::new(language);
    let mut watch = Watch { problems: &mut problems, observer: &mut progress, stop };
    let result = comparison.fold(
        &mut watch,
        || {
            let changed = arguments.changed.as_ref();
            let changed = changed.map(|path| Changed::create(path, &comparison, &plan.sides, &sides)).transpose()?;
            Ok((Tally::new(&plan), changed))
        },
        |(tally, changed): &mut (Tally, Option<Changed>), compared| {
            // The comparison gives the columns of the plan, always.
            tally.add(compared).context("an assessment lacks a column that it should have")?;
            changed.as_mut().map_or(Ok(()), |changed| changed.add(compared))
        },
    );
    progress.finish();
    let folded = result?;
    let problem_file = problems.finish()?;

    if let Some((tally, changed)) = folded.state {
        if tally.size_unknown > 0 {
            notes.push(match language {
                Language::Vi => format!("{} hộ không rõ số người: không tính vào số người.", tally.size_unknown),
                Language::En => {
                    format!("{} households do not say how many persons they have and add none.", tally.size_unknown)
                }
            });
        }
        let units = units(persons, language);
        let same_indicators = ids(&sides[0]) == ids(&sides[1]);
        notes.extend(indicator_note(&programs, same_indicators, language));
        let poor: Vec<_> = told.into_iter().map(|told| told.poor).collect();
        let labels = Labels {
            units: &units,
            poor: &poor,
            by: plan.by.iter().map(|column| group_names(column, &programs, arguments.on, language)).collect(),
            flags,
            same_indicators,
        };
        let Counted { whole, groups, flags, entitled } = tally.finish(&labels);
        drop(labels);
        let reading = &folded.reading;
        notes.extend(reading::notes(reading.sorted, &reading.repairs, &reading.absent, language));
        let costs = costs.into_iter().zip(entitled).map(|(mut cost, entitled)| {
            notes.append(&mut cost.notes);
            cost.cost.sides = entitled;
            cost.cost
        });
        let costs = costs.collect();
        let simulation = Simulation {
            sides,
            units,
            poor,
            whole,
            groups,
            flags,
            costs,
            same_indicators,
            facts: arguments
                .on
                .map(|day| format!("{} {day}", say(language, "ngày rà soát", "reviewed on")))
                .into_iter()
                .collect(),
            notes,
        };
        super::tell(&simulation, &arguments.out, language)?;
        if let (Some(changed), Some(path)) = (changed, &arguments.changed) {
            let (rows, path) = (grouped(changed.finish()? as i64, language), path.display());
            println!(
                "{}",
                match language {
                    Language::Vi => format!("Đã ghi {rows} hộ đổi diện: {path}"),
                    Language::En => format!("{rows} households whose status changes written: {path}"),
                }
            );
        }
    }
    if problems.count() > 0 {
        let reading = &folded.reading;
        let kept_going = arguments.keep_going;
        reading::print_problems(&problems, &reading.merged, reading.dropped, problem_file, kept_going, language);
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Loads a pack, with some of its values set.
fn load(policy: &str, set: &[(String, String)], language: Language) -> Result<Arc<Program>> {
    Library::embedded().load_with_overrides(policy, set).map_err(|error| match error {
        LoadError::Overrides(errors) => anyhow!(errors.tell(language)),
        other if set.is_empty() => command::report(policy, other),
        other => command::report(policy, other).context(say(
            language,
            "các giá trị đã đặt không hợp nhau trong gói",
            "the values that were set do not go together in the pack",
        )),
    })
}

/// The standard after the change: another pack, or the same, with what was set on the command line.
fn after(arguments: &Arguments, policy: &str, language: Language) -> Result<Arc<Program>> {
    let pack = arguments.against.as_deref().unwrap_or(policy);
    let mut set = arguments.set.clone();
    let weights = arguments.weight.iter();
    set.extend(weights.map(|(indicator, weight)| (format!("indicators.{indicator}.weight"), weight.to_string())));
    if let Some(k) = arguments.k {
        let program = load(pack, &[], language)?;
        let has = program.pack.parameters.iter().any(|parameter| parameter.id.value == CUTOFF);
        if !has {
            return Err(no_cutoff(&program, language));
        }
        set.push((CUTOFF.to_owned(), k.to_string()));
    }
    load(pack, &set, language)
}

fn no_cutoff(program: &Program, language: Language) -> anyhow::Error {
    let id = &program.pack.id.value;
    let pure = program.pack.parameters.iter().filter(|parameter| parameter.unit.is_none());
    let known: Vec<&str> = pure.map(|parameter| parameter.id.value.as_str()).collect();
    let known = known.join(", ");
    match language {
        Language::Vi => {
            anyhow!("gói `{id}` không có ngưỡng `{CUTOFF}` để --k đặt; hãy dùng --set với giá trị của gói: {known}")
        }
        Language::En => anyhow!(
            "the pack `{id}` has no cut-off `{CUTOFF}` for --k to set; use --set with a value of its own: {known}"
        ),
    }
}

/// The weights of a pack's indicators.
fn weighting(program: &Program) -> Option<Weighting> {
    let weights: Vec<Exact> = program.pack.indicators.iter().map(|indicator| indicator.weight.0).collect();
    Weighting::proportional(&program.pack.id.value, &weights).ok()
}

/// Whether a pack tells how many persons a household has.
fn tells_persons(program: &Program) -> bool {
    let q = &program.pack.questionnaire;
    let person = vuon_policy::unit::Unit::base("person");
    let counts = |kind: &Kind| matches!(kind, Kind::Number { unit, decimals: 0, .. } if *unit == person);
    q.has_roster() || q.household.iter().any(|variable| counts(&variable.kind))
}

fn units(persons: bool, language: Language) -> Units {
    let name = |id: &str, vi: &str, en: &str| UnitName { id: id.into(), label: say(language, vi, en).into() };
    Units {
        rows: name("households", "hộ", "households"), weight: persons.then(|| name("persons", "người", "persons"))
    }
}

fn described(program: &Program, method: usize, language: Language) -> Side {
    let pack = &program.pack;
    let what_if = pack.id.value.ends_with(WHAT_IF);
    let outcomes = (0..pack.statuses.len()).map(Outcome::Status).chain([Outcome::Undetermined, Outcome::Refused(0)]);
    let status = |outcome: Outcome| Status {
        id: program.outcome_id(outcome).to_owned(),
        label: program.outcome_label(outcome, language),
    };
    let mut label = pack.label.get(language).to_owned();
    if program.methods.len() > 1 {
        label = format!("{label} · {}", pack.methods[method].label.get(language));
    }
    Side {
        id: pack.id.value.clone(),
        label,
        hash: Some(program.hash.clone()),
        what_if,
        caveats: caveats(program, what_if, language),
        unverified: program.unverified_by_document(method, language),
        statuses: outcomes.map(status).collect(),
        indicators: pack
            .indicators
            .iter()
            .map(|indicator| Indicator {
                id: indicator.id.value.clone(),
                label: indicator.label.get(language).to_owned(),
                weight: indicator.weight.0.to_string(),
            })
            .collect(),
    }
}

/// What is said beside the figures of a pack. A supposition is an example too, and is called what it is.
fn caveats(program: &Program, what_if: bool, language: Language) -> Vec<String> {
    let mut caveats = command::caveats(program, language);
    if what_if && !caveats.is_empty() {
        caveats[0] = say(language, "GIẢ ĐỊNH, KHÔNG PHẢI VĂN BẢN PHÁP LUẬT", "A WHAT-IF, NOT LAW").to_owned();
    }
    caveats
}

fn ids(side: &Side) -> Vec<&str> {
    side.indicators.iter().map(|indicator| indicator.id.as_str()).collect()
}

/// The subgroups and events of both packs, each once.
fn flags(programs: [&Program; 2], language: Language) -> Vec<(String, String)> {
    let mut flags: Vec<(String, String)> = Vec::new();
    for flag in programs.iter().flat_map(|program| program.flags()) {
        if !flags.iter().any(|(id, _)| *id == flag.id.value) {
            flags.push((flag.id.value.clone(), flag.label.get(language).to_owned()));
        }
    }
    flags
}

/// What M₀ of two packs can be held against.
fn indicator_note(programs: &[Arc<Program>; 2], same: bool, language: Language) -> Option<String> {
    let packs = [0, 1].map(|side: usize| &programs[side].pack);
    if packs.iter().any(|pack| pack.indicators.is_empty()) {
        return None;
    }
    let own = |pack: &vuon_policy::model::Pack| pack.id.value.trim_end_matches(WHAT_IF).to_owned();
    let [a, b] = packs.map(own);
    if !same {
        return Some(match language {
            Language::Vi => {
                format!("`{a}` và `{b}` có chỉ số khác nhau: M0 là của riêng mỗi chuẩn, không phân tách thay đổi.")
            }
            Language::En => format!(
                "`{a}` and `{b}` have different indicators: each M0 is the pack's own, and the change is not taken apart."
            ),
        });
    }
    (a != b).then(|| match language {
        Language::Vi => {
            format!("Chỉ số cùng tên có thể có ngưỡng khác nhau trong `{a}` và `{b}`: xem `vuon policy diff {a} {b}`.")
        }
        Language::En => format!(
            "Indicators of the same name may have other thresholds in `{a}` and `{b}`: see `vuon policy diff {a} {b}`."
        ),
    })
}

/// The name of a column and, for each of its values, its place in the order of the column and its name.
fn group_names<'p>(
    column: &str,
    programs: &'p [Arc<Program>; 2],
    on: Option<Day>,
    language: Language,
) -> (String, ValueName<'p>) {
    let variable = programs.iter().find_map(|program| {
        let q = &program.pack.questionnaire;
        q.household.iter().find(|variable| variable.id.value == column).map(|variable| (q, variable))
    });
    let label = variable.map_or(column.to_owned(), |(_, variable)| variable.label.get(language).to_owned());
    let name = move |value: &str| -> (usize, String) {
        if value.is_empty() {
            return (usize::MAX, say(language, "(chưa rõ)", "(unknown)").to_owned());
        }
        match variable {
            Some((q, Variable { kind: Kind::Choice(list), .. })) => {
                let place = q.choices[*list].position(value);
                let label = place.map_or(value, |place| q.choices[*list].options[place].label.get(language));
                (place.unwrap_or(usize::MAX), label.to_owned())
            }
            Some((_, Variable { kind: Kind::Code { role: Some(role), .. }, .. })) if *role != AreaRole::Village => {
                (0, area_name(value, on).map_or(value.to_owned(), |name| format!("{value} {name}")))
            }
            _ => (0, value.to_owned()),
        }
    };
    (label, Box::new(name))
}

/// The name of a unit in the list in force on the day of the review.
fn area_name(code: &str, on: Option<Day>) -> Option<String> {
    let areas = Areas::embedded();
    let list = areas.list_on(on?.date()).ok()?;
    areas.area(list, code.parse().ok()?).map(|area| area.full_name())
}
