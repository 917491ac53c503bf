//! The practice ground as pages and the interface put it: exercises under their packs, a form compared with the right
//! answers. What was typed comes with the question and is kept nowhere.

use crate::error::Problem;
use crate::handbook::{broken, words};
use crate::language::Language;
use crate::signed_in::Person;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vuon_policy::program::Program;
use vuon_publish::handbook::practice::{Comparison, Exercise, Told, compare};
use vuon_registry::forms::{self, Answers, Form, MemberAnswers, Under, known_variables};
use vuon_registry::training::Completed;

/// The pack of an address.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn pack(person: &Person, id: &str) -> Result<Arc<Program>, Problem> {
    person.desk.register().program(id).map_err(|_| Problem::NotFound)
}

/// A pack with its exercises.
pub type Practised = (Arc<Program>, Vec<Exercise>);

/// The packs that have exercises: that of today first.
///
/// # Errors
/// [`Problem`].
pub fn packs(person: &Person) -> Result<Vec<Practised>, Problem> {
    let register = person.desk.register();
    let today = register.standard(person.desk.today()).map(|program| program.pack.id.value.clone());
    let mut ids = register.pack_ids();
    ids.sort_by_key(|id| (Some(id) != today.as_ref(), id.clone()));
    let mut packs = Vec::new();
    // A pack that cannot be read is told where it is used.
    for program in ids.iter().filter_map(|id| register.program(id).ok()) {
        let exercises = Exercise::of(&program).map_err(broken)?;
        if !exercises.is_empty() {
            packs.push((program, exercises));
        }
    }
    Ok(packs)
}

/// Says without which modules nobody decides, as `pack/module`.
///
/// # Errors
/// [`Problem::NotFound`] for a module that no pack has.
pub async fn require(person: &Person, modules: &BTreeSet<String>) -> Result<(), Problem> {
    let packs = packs(person)?;
    let known: BTreeSet<String> =
        packs.iter().flat_map(|(program, all)| all.iter().map(|exercise| both(program, exercise))).collect();
    if !modules.iter().all(|module| known.contains(module)) {
        return Err(Problem::NotFound);
    }
    Ok(person.desk.require_modules(modules).await?)
}

/// An exercise with its pack, as conditions of deciding name it.
pub fn both(program: &Program, exercise: &Exercise) -> String {
    format!("{}/{}", program.pack.id.value, exercise.id)
}

/// Of what somebody completed, the latest of a module: under the pack as it is, or else under an earlier content of it.
pub fn completed<'a>(own: &'a [Completed], program: &Program, module: &str) -> Option<&'a Completed> {
    let pack = &program.pack.id.value;
    let current = own.iter().find(|done| done.module == module && done.pack_hash == program.hash);
    current.or_else(|| own.iter().find(|done| done.module == module && done.pack == *pack))
}

/// An exercise under its pack.
pub struct Sheet {
    /// The pack.
    pub program: Arc<Program>,
    /// The exercise.
    pub exercise: Exercise,
    /// What a register would know of the household before anybody asks.
    pub known: Answers,
}

impl Sheet {
    /// The exercise of an address.
    ///
    /// # Errors
    /// [`Problem::NotFound`].
    pub fn of(person: &Person, pack_id: &str, module: &str) -> Result<Self, Problem> {
        let program = pack(person, pack_id)?;
        let mut exercises = Exercise::of(&program).map_err(broken)?.into_iter();
        let exercise = exercises.find(|exercise| exercise.id == module).ok_or(Problem::NotFound)?;
        let names: BTreeSet<String> = known_variables(&program).into_iter().collect();
        let pick = |answers: &BTreeMap<String, String>| -> BTreeMap<String, String> {
            let known = answers.iter().filter(|(name, _)| names.contains(*name));
            known.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        let members = exercise.members.iter().zip(1..);
        let members =
            members.map(|(own, place): (_, u32)| MemberAnswers { person: place.to_string(), answers: pick(own) });
        let known = Answers { household: pick(&exercise.household), members: members.collect() };
        Ok(Sheet { program, exercise, known })
    }

    /// The household as it is told and shown.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub fn told(&self, language: Language) -> Result<Told, Problem> {
        self.exercise.told(&self.program, &words(language)?).map_err(broken)
    }

    /// The form with these answers.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub fn form(&self, answers: &Answers, language: Language) -> Result<Form, Problem> {
        let review_date: Date = self.exercise.review_date.parse().map_err(|_| Problem::Internal)?;
        let under = Under { program: &self.program, method: 0, review_date };
        Ok(forms::form(under, &self.known, answers, None, language))
    }

    /// The form beside the right answers. A question that is not put has no answer.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub fn compared(&self, form: &Form, language: Language) -> Result<Comparison, Problem> {
        let mut household = BTreeMap::new();
        let mut members = vec![BTreeMap::new(); self.exercise.members.len()];
        for field in form.fields.iter().filter(|field| field.asked != Some(false)) {
            let own = field.member.map_or(&mut household, |member| &mut members[member]);
            if let Some(answer) = &field.answer {
                own.insert(field.variable.clone(), answer.clone());
            }
        }
        let filled = Exercise::filled(&self.program, &household, &members);
        compare(&self.program, &words(language)?, &self.exercise, &filled).map_err(broken)
    }

    /// Keeps what came of a form: that the module is completed, or without names on which pages it differs.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn keep(&self, person: &Person, form: &Form, told: &Comparison) -> Result<Option<Completed>, Problem> {
        let (pack, module) = (&self.program.pack.id.value, &self.exercise.id);
        if told.is_right() && form.problems.is_empty() {
            return Ok(Some(person.desk.complete_module(pack, module).await?));
        }
        let pages: BTreeSet<String> = told.lessons.iter().map(|lesson| lesson.page.clone()).collect();
        person.desk.count_missed(pack, module, &pages).await?;
        Ok(None)
    }
}
