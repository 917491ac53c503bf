//! `/public/check`: would my household be poor? Anybody's answers, judged as an officer's form is, and forgotten.
//!
//! The answers, from the first, come with the request and go with it: they are written to no table, no log and no
//! address. Nothing is changed by them, so the form needs no proof of where it comes from, and works without any cookie.

use super::super::review::form_fields::{Questions, anchor, named};
use super::super::review::form_typed::{self, Typed};
use super::super::review::names::Names;
use super::super::review::reason;
use super::{LARGEST, Visitor};
use crate::error::{Answer, Page};
use crate::language;
use crate::layout;
use crate::state::App;
use crate::view::View;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum_extra::extract::Form as Sent;
use jiff::civil::Date;
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::model::{Kind, PackLevel};
use vuon_policy::program::{Program, UNDETERMINED};
use vuon_registry::forms::{self, Answers, Form, MemberAnswers, Under};

/// The most members of a household that can be asked about here.
const MOST_MEMBERS: usize = 20;
/// The question that tells which of the standards for towns and for the country holds.
const AREA: &str = "area_type";

/// What the first form says beside its answers: it is not judged yet.
const BEGINS: &str = "begins";
/// What a form says that was not judged yet: in the other language it is not judged either.
const UNJUDGED: &str = "unjudged";

/// `/public/check`.
pub fn routes() -> Router<App> {
    Router::new().route("/public/check", get(ask).post(answer)).layer(DefaultBodyLimit::max(LARGEST))
}

/// Which form: the standard, the kind of area, how many members.
#[derive(Default)]
struct Which {
    pack: String,
    area: String,
    members: String,
}

impl Which {
    fn of(fields: &[(String, String)]) -> Self {
        let field = |name: &str| {
            let found = fields.iter().find(|(field, _)| field == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        Which { pack: field("pack"), area: field("area"), members: field("members") }
    }

    fn count(&self) -> Option<usize> {
        self.members.trim().parse().ok().filter(|count| (1..=MOST_MEMBERS).contains(count))
    }
}

/// A form that somebody fills in about an own household.
struct Sheet {
    program: Arc<Program>,
    today: Date,
    which: Which,
    /// The kind of area, and as many members as were said; nothing else is known of anybody here.
    known: Answers,
}

/// The standards in force, the usual one first.
fn standards(app: &App, today: Date) -> Vec<Arc<Program>> {
    let register = app.register();
    let usual = register.standard(today);
    let in_force = |program: &Arc<Program>| {
        let pack = &program.pack;
        pack.level != PackLevel::Library && pack.process.is_some() && program.in_force_on(Day::from_date(today))
    };
    let others = register.pack_ids().into_iter().filter_map(|id| register.program(&id).ok()).filter(in_force);
    let others = others.filter(|other| usual.as_ref().is_none_or(|usual| usual.pack.id.value != other.pack.id.value));
    usual.iter().cloned().chain(others).collect()
}

/// The kinds of area that a standard knows: id and name.
fn areas(view: &View, program: &Program) -> Vec<(String, String)> {
    let questionnaire = &program.pack.questionnaire;
    let variable = questionnaire.household.iter().find(|variable| variable.id.value == AREA);
    let Some(Kind::Choice(list)) = variable.map(|variable| &variable.kind) else { return Vec::new() };
    let options = questionnaire.choices[*list].options.iter();
    options.map(|option| (option.id.value.clone(), option.label.get(view.language).to_owned())).collect()
}

impl Sheet {
    /// The form; what was said again where it is none: of a standard there is, a kind of area it knows, how many members.
    fn of(view: &View, standards: &[Arc<Program>], today: Date, which: Which) -> Result<Self, Which> {
        let program = standards.iter().find(|program| program.pack.id.value == which.pack).cloned();
        let (Some(count), Some(program)) = (which.count(), program) else { return Err(which) };
        let areas = areas(view, &program);
        let any = !areas.is_empty();
        let area = areas.into_iter().find(|(id, _)| *id == which.area);
        if any && area.is_none() {
            return Err(which);
        }
        let household = area.map(|(id, _)| (AREA.to_owned(), id)).into_iter().collect();
        let member = |place: usize| MemberAnswers { person: place.to_string(), answers: BTreeMap::new() };
        let members =
            if program.pack.questionnaire.has_roster() { (1..=count).map(member).collect() } else { Vec::new() };
        Ok(Sheet { program, today, which, known: Answers { household, members } })
    }

    fn form(&self, answers: &Answers, view: &View) -> Form {
        let under = Under { program: &self.program, method: 0, review_date: self.today };
        forms::form(under, &self.known, answers, None, view.language)
    }

    fn page(&self, view: &View, form: &Form, told: Option<Markup>) -> Markup {
        let names = Names::of_program(self.program.clone(), self.today);
        let questions = Questions::of(view, &names, form);
        let member = |own: &MemberAnswers| (view.t("public-check-member"), own.person.clone());
        let members: Vec<(String, String)> = self.known.members.iter().map(member).collect();
        let answered = told.is_some();
        let view = &view.keeping();
        let body = html! {
            @match told {
                Some(told) => { (told) },
                None => { p { (view.t("public-check-explained")) } },
            }
            p.hint { (view.t("public-check-nothing-kept")) }
            p { (view.t("public-check-standard")) ": " strong { (self.program.pack.label.get(view.language)) } }
            @if answered { h2 id="answers" { (view.t("public-check-change")) } }
            form method="post" action="/public/check" novalidate autocomplete="off" {
                input type="hidden" name="pack" value=(self.which.pack);
                input type="hidden" name="area" value=(self.which.area);
                input type="hidden" name="members" value=(self.which.members);
                input type="hidden" name=(form_typed::LANGUAGE) value=(language::code(view.language));
                @if !answered { input type="hidden" name=(UNJUDGED) value="yes"; }
                (questions.all(&members))
                (layout::send(&view.t("public-check-judge")))
                (layout::keeping_switch(view, "/public/check"))
            }
            p { a href="/public/check" { (view.t("public-check-again")) } }
        };
        layout::page(view, &view.t("public-check"), body)
    }

    /// What the answers give, why, and what to do with it.
    fn told(&self, view: &View, form: &Form) -> Markup {
        let names = Names::of_program(self.program.clone(), self.today);
        let told = &form.explanation;
        let missing: Vec<_> = told.questions.iter().map(|question| named(&question.id)).collect();
        html! {
            section.card aria-labelledby="result" {
                h2 id="result" { (view.t("public-check-result")) }
                p role="status" {
                    @if told.status == UNDETERMINED {
                        strong { (view.t("public-check-unsaid")) }
                    } @else {
                        strong { (view.tr("public-check-would", &[("status", names.status(view, &told.status).into())])) }
                    }
                }
                p.warning { (view.t("public-check-no-decision")) }
                (unreadable(view, form))
                @if told.status == UNDETERMINED && !missing.is_empty() {
                    p { (view.t("public-check-missing")) }
                    ul { @for (member, variable) in &missing { li { (question(view, form, *member, variable)) } } }
                }
                (reason::reason(view, &names, told))
                h3 { (view.t("public-check-next")) }
                p { (view.t("public-check-request")) }
                p { a href="/public/lists" { (view.t("public-lists")) } }
            }
        }
    }
}

/// The answers that could not be read.
fn unreadable(view: &View, form: &Form) -> Markup {
    html! {
        @if !form.problems.is_empty() {
            div.alert {
                p { (view.t("public-check-unreadable")) }
                ul {
                    @for problem in &form.problems {
                        li { (question(view, form, problem.member, &problem.variable)) ": " (problem.message) }
                    }
                }
            }
        }
    }
}

/// A question by its short name, as the way to it.
fn question(view: &View, form: &Form, member: Option<usize>, variable: &str) -> Markup {
    let field = form.fields.iter().find(|field| field.member == member && field.variable == variable);
    html! {
        a href=(anchor(member, variable)) {
            @if let Some(member) = member { (view.tr("review-member-number", &[("number", (member + 1).to_string().into())])) }
            (field.map_or(variable, |field| field.label.as_str()))
        }
    }
}

async fn ask(State(app): State<App>, visitor: Visitor) -> Page {
    let standards = standards(&app, visitor.desk.today());
    Ok(start(&visitor.seen.view, &standards, &Which::default(), None))
}

/// Which form it is to be: its kinds of area are those of the standard that was chosen, else of the usual one.
fn start(view: &View, standards: &[Arc<Program>], which: &Which, problem: Option<&str>) -> Markup {
    let packs: Vec<(String, String)> = standards
        .iter()
        .map(|program| (program.pack.id.value.clone(), program.pack.label.get(view.language).to_owned()))
        .collect();
    let chosen = standards.iter().find(|program| program.pack.id.value == which.pack).or(standards.first());
    let areas = chosen.map(|program| areas(view, program)).unwrap_or_default();
    let view = &if chosen.is_some() { view.keeping() } else { view.clone() };
    let body = html! {
        @if let Some(chosen) = chosen.map(|program| &program.pack.id.value) {
            @if let Some(problem) = problem { (layout::alert(problem)) }
            p { (view.t("public-check-explained")) }
            p.hint { (view.t("public-check-nothing-kept")) }
            form.fields method="post" action="/public/check" autocomplete="off" {
                input type="hidden" name=(BEGINS) value="yes";
                @if packs.len() > 1 {
                    (layout::choice_field("pack", &view.t("public-check-standard"), &packs, chosen, None))
                } @else {
                    input type="hidden" name="pack" value=(chosen);
                }
                @if !areas.is_empty() {
                    (layout::choice_field("area", &view.t("public-check-area"), &areas, &which.area, None))
                }
                (layout::labelled("members", &view.t("public-check-members"), Some(&view.t("public-check-members-hint")), html! {
                    input type="number" id="members" name="members" required min="1" max=(MOST_MEMBERS) inputmode="numeric"
                        value=(which.members) aria-describedby="members-hint";
                }))
                (layout::send(&view.t("public-check-begin")))
                (layout::keeping_switch(view, "/public/check"))
            }
        } @else {
            p.empty { (view.t("public-check-no-standard")) }
        }
    };
    layout::page(view, &view.t("public-check"), body)
}

async fn answer(State(app): State<App>, visitor: Visitor, Sent(fields): Sent<Vec<(String, String)>>) -> Answer {
    let view = &visitor.seen.view;
    let today = visitor.desk.today();
    let standards = standards(&app, today);
    let said = |name: &str| fields.iter().any(|(field, _)| field == name);
    let (begins, switched) = (said(BEGINS), said(layout::SWITCHED));
    if begins && switched {
        return Ok(start(view, &standards, &Which::of(&fields), None).into_response());
    }
    let sheet = match Sheet::of(view, &standards, today, Which::of(&fields)) {
        Ok(sheet) => sheet,
        Err(which) => {
            let page = start(view, &standards, &which, Some(&view.t("public-check-which")));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    if begins {
        return Ok(sheet.page(view, &sheet.form(&Answers::default(), view), None).into_response());
    }
    let unjudged = switched && said(UNJUDGED);
    let form = sheet.form(&Typed::read(fields, view.language).answers, view);
    if unjudged {
        return Ok(sheet.page(view, &form, None).into_response());
    }
    let told = sheet.told(view, &form);
    Ok(sheet.page(view, &form, Some(told)).into_response())
}
