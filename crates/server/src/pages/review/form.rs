//! The form of a household: it is kept as one types, tells at once what the answers give, and is signed at the end.
//!
//! Everything works without scripts: `save` keeps the draft and shows the form again. Where scripts run, the whole form is
//! sent after a pause in typing, and what comes back is put into the page: the status so far, what is open, and which
//! questions are asked. Whoever signs says that the household was asked and the answers are right; sent twice, it counts
//! once; if somebody else signed meanwhile nothing is signed, nothing typed is lost, and what differs is shown.

use super::answers_told::{all, version_name};
use super::form_fields::{Questions, anchor, named};
use super::form_typed::{self, Typed};
use super::names::Names;
use super::reason;
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::language;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;
use uuid::Uuid;
use vuon_policy::process::StepKind;
use vuon_registry::RegistryError;
use vuon_registry::cases::{AnswersReason, CaseState, CaseView};
use vuon_registry::forms::{Answers, Form, MemberAnswers};
use vuon_registry::scope::Action;

/// `/cases/{id}/form` and what keeps its draft.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/cases/{id}/form", get(form).post(send))
        .route("/cases/{id}/draft", post(draft))
        .route("/cases/{id}/draft/drop", post(drop_draft))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    reason: String,
}

async fn form(person: Person, Path(id): Path<String>, Query(asked): Query<Asked>) -> Page {
    person.desk.actor().may(Action::Answer)?;
    let view = person.desk.case(&id, person.language).await?;
    let form = person.desk.form(&id, person.language).await?;
    let names = Names::of(&person, &view.round).await;
    let reason = reason_of(&view, &asked.reason);
    let sheet = Sheet {
        person: &person,
        names: &names,
        view: &view,
        form: &form.form,
        reason,
        seen: form.draft_of.unwrap_or(view.row.version),
        repeats: false,
    };
    Ok(sheet.page(None))
}

/// Why the household is asked: what was said where it can be, else what its case waits for.
fn reason_of(view: &CaseView, said: &str) -> AnswersReason {
    let complained = view.complaints.iter().any(|complaint| complaint.answered_on.is_none());
    match AnswersReason::parse(said) {
        _ if view.row.state == CaseState::Survey => AnswersReason::Survey,
        Some(said) if said != AnswersReason::Survey => said,
        _ if complained || view.decision.is_some() => AnswersReason::Recheck,
        _ => AnswersReason::Correction,
    }
}

/// A form on its page.
struct Sheet<'a> {
    person: &'a Person,
    names: &'a Names,
    view: &'a CaseView,
    form: &'a Form,
    reason: AnswersReason,
    /// The version of the case that what is in the form was typed for.
    seen: i64,
    /// Whether the author must say that the answers signed last are to be signed again.
    repeats: bool,
}

/// What was typed over what was signed: the form shows its questions only, and leaves the answers to all others.
fn typed(form: &Form, view: &CaseView, signed: &Answers) -> Answers {
    let mut answers = signed.clone();
    for field in form.fields.iter().filter(|field| !field.known) {
        let own = match field.member.map(|place| view.members.get(place)) {
            None => Some(&mut answers.household),
            Some(who) => who.map(|member| of_person(&mut answers, &member.person)),
        };
        let Some(own) = own else { continue };
        match &field.answer {
            Some(answer) => own.insert(field.variable.clone(), answer.clone()),
            None => own.remove(&field.variable),
        };
    }
    answers
}

fn of_person<'a>(answers: &'a mut Answers, person: &str) -> &'a mut BTreeMap<String, String> {
    let members = &mut answers.members;
    let place = members.iter().position(|own| own.person == person).unwrap_or_else(|| {
        members.push(MemberAnswers { person: person.to_owned(), ..MemberAnswers::default() });
        members.len() - 1
    });
    &mut members[place].answers
}

impl Sheet<'_> {
    fn page(&self, problem: Option<&Problem>) -> Markup {
        let (person, id) = (self.person, &self.view.row.id);
        let questions = Questions::of(person, self.names, self.form);
        let members: Vec<(String, String)> =
            self.view.members.iter().map(|own| (person.named(&own.name), own.person.clone())).collect();
        let address = format!("/cases/{id}/form");
        let body = html! {
            @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
            p {
                a href=(format!("/cases/{id}")) { (person.named(&self.view.row.name)) }
                " – " (self.view.row.hamlet_name.as_deref().unwrap_or_default()) " – " (self.names.round(person, &self.view.round))
            }
            p { (person.t("review-asked-for")) ": " strong { (person.of("review-answers-reason", self.reason.id())) } }
            @if self.seen != self.view.row.version { p.warning { (person.t("review-draft-stale")) } }
            (self.others(problem))
            form.sheet method="post" action=(address) novalidate hx-post=(format!("/cases/{id}/draft"))
                hx-trigger="input delay:600ms" hx-target="#so-far" hx-swap="innerHTML" hx-sync="this:replace" {
                (layout::csrf_field(person))
                input type="hidden" name="version" value=(self.seen);
                input type="hidden" name="submission" value=(Uuid::new_v4());
                input type="hidden" name="reason" value=(self.reason.id());
                input type="hidden" name=(form_typed::LANGUAGE) value=(language::code(person.language));
                div.live {
                    div id="so-far" role="status" { (so_far(person, self.names, self.form)) }
                    (open(person, self.form, false))
                    input type="hidden" id="seen" name="seen" value=(questions.seen());
                    p.actions {
                        button.second type="submit" name="act" value="save" { (person.t("review-save")) }
                        span.htmx-indicator aria-hidden="true" { (person.t("review-saving")) }
                    }
                    (self.names.step_note(person, StepKind::Survey))
                }
                div.questions {
                    (questions.all(&members))
                    fieldset.sign {
                        legend { (person.t("review-sign")) }
                        p { (person.t("review-sign-hint")) }
                        div.field.check {
                            input type="checkbox" id="sure" name="sure" value="yes" required;
                            label for="sure" { (person.t("review-sure")) }
                        }
                        @if self.repeats {
                            div.field.check {
                                input type="checkbox" id="same" name="same" value="yes" required;
                                label for="same" { (person.t("review-same")) }
                            }
                        }
                        p.actions {
                            button type="submit" name="act" value="sign" { (person.t("review-sign")) }
                            button.second type="submit" name="act" value="save" { (person.t("review-save")) }
                        }
                    }
                }
            }
        };
        let title = person.tr("review-form-title", &[("name", person.named(&self.view.row.name).into())]);
        layout::page(person, &title, body)
    }

    /// Where what is typed is not what was signed last: what differs, and how one goes back to what was signed.
    fn others(&self, problem: Option<&Problem>) -> Markup {
        let person = self.person;
        let Some(latest) = self.view.versions.first() else { return html! {} };
        let (Some(signed), Some(program)) = (&latest.answers, &self.names.program) else { return html! {} };
        let mine = typed(self.form, self.view, signed);
        let rows: Vec<_> = all(person, &program.pack.questionnaire, &self.view.members, &[signed, &mine])
            .into_iter()
            .filter(|row| row.differs())
            .collect();
        if rows.is_empty() {
            return html! {};
        }
        let values = [("who", latest.author_name.clone().into()), ("when", person.moment(latest.at).into())];
        let names = [version_name(person, latest), person.t("review-my-draft")];
        html! {
            details.others open[problem.is_some() || self.seen != self.view.row.version] {
                summary { (person.tr("review-draft-differs", &values)) }
                div.inside {
                    (super::compare::table(person, &person.t("review-answers"), &person.t("review-question"), &rows, &names))
                    (layout::form(person, &format!("/cases/{}/draft/drop", self.view.row.id), html! {
                        input type="hidden" name="reason" value=(self.reason.id());
                        p.actions { button.second type="submit" { (person.t("review-draft-drop")) } }
                    }))
                }
            }
        }
    }
}

/// What the answers so far give, in a line or two: on a phone it stays in sight.
fn so_far(person: &Person, names: &Names, form: &Form) -> Markup {
    html! {
        p.outcome { (names.tag(person, Some(&form.explanation.status))) }
        @if !form.scores.is_empty() {
            p.scores { @for (label, value) in &form.scores { span { (label) ": " strong { (value) } } " " } }
        }
    }
}

/// The reason in a sentence; what is wrong and what is still open, each a way to its question.
fn open(person: &Person, form: &Form, exchanged: bool) -> Markup {
    let label = |member: Option<usize>, variable: &str| {
        form.fields
            .iter()
            .find(|field| field.member == member && field.variable == variable)
            .map(|field| field.label.clone())
    };
    let place = |member: Option<usize>| match member {
        Some(member) => person.tr("review-member-number", &[("number", (member + 1).to_string().into())]),
        None => String::new(),
    };
    let questions: Vec<_> = form.explanation.questions.iter().map(|question| named(&question.id)).collect();
    html! {
        div id="open" hx-swap-oob=[exchanged.then_some("true")] {
            p.sentence { (form.explanation.sentence) }
            @if !form.problems.is_empty() {
                p.late { strong { (person.tr("review-problems", &[("count", form.problems.len().into())])) } }
                ul {
                    @for problem in &form.problems {
                        li {
                            a href=(anchor(problem.member, &problem.variable)) {
                                (place(problem.member)) (label(problem.member, &problem.variable).unwrap_or_else(|| problem.variable.clone()))
                            }
                            ": " (problem.message)
                        }
                    }
                }
            }
            @if !questions.is_empty() {
                details {
                    summary { (person.tr("review-questions-open", &[("count", questions.len().into())])) }
                    ul.inside {
                        @for (member, variable) in &questions {
                            li { a href=(anchor(*member, variable)) {
                                (place(*member)) (label(*member, variable).unwrap_or_else(|| (*variable).to_owned()))
                            } }
                        }
                    }
                }
            }
            (reason::rule(person, &form.explanation))
            (reason::unverified(person, &form.explanation))
        }
    }
}

/// Keeps what is typed; the answer is what changes in the page.
async fn draft(person: Person, Path(id): Path<String>, Checked(fields): Checked<Vec<(String, String)>>) -> Page {
    let typed = Typed::read(fields, person.language);
    let form = person.desk.save_draft(&id, typed.version, &typed.answers, person.language).await?;
    let names = Names::of_pack(&person, &form.explanation.pack);
    let questions = Questions::of(&person, &names, &form);
    let saved = person.tr("review-saved-at", &[("time", person.moment(person.desk.register().clock().now()).into())]);
    Ok(html! {
        (so_far(&person, &names, &form))
        p.hint.saved { (saved) }
        (open(&person, &form, true))
        input type="hidden" id="seen" name="seen" value=(questions.seen()) hx-swap-oob="true";
        (questions.exchanged(&typed.seen))
    })
}

/// Goes back to the answers that were signed last.
async fn drop_draft(person: Person, Path(id): Path<String>, Checked(asked): Checked<Asked>) -> Answer {
    let view = person.desk.case(&id, person.language).await?;
    person.desk.drop_draft(&id).await?;
    let reason = reason_of(&view, &asked.reason).id();
    Ok(Redirect::to(&format!("/cases/{id}/form?reason={reason}&done=review-draft-dropped")).into_response())
}

/// Keeps the draft or signs it, as the button says.
async fn send(person: Person, Path(id): Path<String>, Checked(fields): Checked<Vec<(String, String)>>) -> Answer {
    let typed = Typed::read(fields, person.language);
    if typed.act != "sign" {
        person.desk.save_draft(&id, typed.version, &typed.answers, person.language).await?;
        let reason = AnswersReason::parse(&typed.reason).map(|reason| format!("reason={}&", reason.id()));
        let address = format!("/cases/{id}/form?{}done=review-saved", reason.unwrap_or_default());
        return Ok(Redirect::to(&address).into_response());
    }
    let reason = AnswersReason::parse(&typed.reason).ok_or_else(|| Problem::Form("reason".into()))?;
    match sign(&person, &id, &typed, reason).await {
        Ok(Signing::Done) => Ok(Redirect::to(&format!("/cases/{id}?done=review-signed")).into_response()),
        Ok(Signing::Repeats) => {
            let ask = RegistryError::invalid(person.t("review-sign"), person.t("review-same-first"));
            again(&person, &id, &typed, ask, true).await
        }
        Err(error) => again(&person, &id, &typed, error, false).await,
    }
}

/// What became of a wish to sign.
enum Signing {
    Done,
    /// Nothing differs from what was signed last, and the author did not say that it is to be signed again.
    Repeats,
}

async fn sign(person: &Person, id: &str, typed: &Typed, reason: AnswersReason) -> Result<Signing, RegistryError> {
    if !typed.sure {
        return Err(RegistryError::invalid(person.t("review-sign"), person.t("review-sure-first")));
    }
    if !typed.same && person.desk.repeats(id, &typed.answers, &typed.submission).await? {
        return Ok(Signing::Repeats);
    }
    person.desk.sign_answers(id, typed.version, &typed.answers, reason, &typed.submission).await?;
    Ok(Signing::Done)
}

/// The form again, as it was typed and is kept, and why it was not signed.
async fn again(person: &Person, id: &str, typed: &Typed, error: RegistryError, repeats: bool) -> Answer {
    let problem = Problem::from(error);
    let status = problem.status();
    if status.is_server_error() || status == StatusCode::NOT_FOUND || status == StatusCode::FORBIDDEN {
        return Err(problem);
    }
    let view = person.desk.case(id, person.language).await?;
    // Whoever is told what somebody else signed has seen it.
    let seen = if matches!(problem, Problem::Register(RegistryError::Stale { .. })) {
        view.row.version
    } else {
        typed.version
    };
    let form = person.desk.save_draft(id, seen, &typed.answers, person.language).await?;
    let names = Names::of(person, &view.round).await;
    let reason = reason_of(&view, &typed.reason);
    let sheet = Sheet { person, names: &names, view: &view, form: &form, reason, seen, repeats };
    Ok((status, sheet.page(Some(&problem))).into_response())
}
