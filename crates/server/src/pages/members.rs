//! Members of a household: they come, leave, are corrected; their identity numbers; erasure.

use super::fields;
use super::household_changes::{
    day, day_field, done, head_done, household, next_head, options, page, relations_field, version_field,
};
use super::member_form::{self, Choices, MemberForm};
use crate::csrf::{Checked, Nothing};
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::RegistryError;
use vuon_registry::households::{HouseholdView, Member, MemberChange};
use vuon_registry::scope::Action;

/// Forms below `/households/{id}` that are about a member.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/households/{id}/add-member", get(new).post(add))
        .route("/households/{id}/members/{person}", get(member).post(correct))
        .route("/households/{id}/members/{person}/left", post(left))
        .route("/households/{id}/members/{person}/identity", post(set_identity))
        .route("/households/{id}/members/{person}/reveal", post(reveal))
        .route("/households/{id}/members/{person}/erase", post(erase))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Coming {
    version: i64,
    on: String,
    kind: String,
    #[serde(flatten)]
    member: MemberForm,
}

impl Coming {
    fn change(&self) -> Result<MemberChange, RegistryError> {
        let member = self.member.member();
        match self.kind.as_str() {
            "born" => Ok(MemberChange::Born { member }),
            "moved_in" => Ok(MemberChange::MovedIn { member }),
            _ => Err(RegistryError::invalid("kind", "choose one of those shown")),
        }
    }
}

async fn new(person: Person, Path(id): Path<String>) -> Page {
    ask_new(&person, &id, &Coming::default(), None).await
}

async fn ask_new(person: &Person, id: &str, given: &Coming, problem: Option<&Problem>) -> Page {
    let view = household(person, id).await?;
    let choices = Choices::of_others(person).await?;
    let kinds =
        [("born".to_owned(), person.t("member-was-born")), ("moved_in".to_owned(), person.t("member-moved-in"))];
    let body = layout::form(
        person,
        &format!("/households/{id}/add-member"),
        html! {
            (version_field(&view))
            (layout::choice_field("kind", &person.t("member-why"), &kinds, &given.kind, None))
            (day_field(person, "on", &given.on))
            (member_form::fields(person, &choices, &given.member, &member_form::Asked { relation: true, identity: true }))
            (layout::send(&person.t("member-add")))
        },
    );
    Ok(page(person, &view, &person.t("member-add"), problem, body))
}

async fn add(person: Person, Path(id): Path<String>, Checked(given): Checked<Coming>) -> Answer {
    let added = async {
        let (change, on) = (given.change()?, fields::day("on", &given.on)?);
        person.desk.change_members(&id, given.version, &change, on).await
    };
    match added.await {
        Ok(_) => Ok(done(&id)),
        Err(error) => super::again(error, async |problem| ask_new(&person, &id, &given, Some(problem)).await).await,
    }
}

/// What was typed on a member's page, in the one form of it that was sent.
#[derive(Default)]
enum Typed<'a> {
    #[default]
    Nothing,
    Correction(&'a Correction),
    Left(&'a Left),
    Number(&'a str),
    Erasure(&'a Erase),
}

async fn member(person: Person, Path((id, member)): Path<(String, String)>) -> Page {
    show(&person, &id, &member, None, &Typed::Nothing, None).await
}

/// A member's page: correct what is recorded, record that they left, the identity number, erasure. `number` is the
/// identity number where it was asked for.
async fn show(
    person: &Person,
    id: &str,
    member: &str,
    number: Option<&str>,
    typed: &Typed<'_>,
    problem: Option<&Problem>,
) -> Page {
    let view = household(person, id).await?;
    let Some(member) = view.members.iter().find(|m| m.person == member) else { return Err(Problem::NotFound) };
    let of_others = Choices::of_others(person).await?;
    let choices = if member.relation == "head" { &Choices::of(person).await? } else { &of_others };
    let address = format!("/households/{id}/members/{}", member.person);
    let body = html! {
        (correction(person, &view, member, choices, &address, typed))
        (leaving(person, &view, member, &of_others, &address, typed))
        (identity(person, &view, member, &address, number, typed))
        (erasure(person, &member.name, &address, typed))
    };
    Ok(page(person, &view, &person.named(&member.name), problem, body))
}

fn correction(
    person: &Person,
    view: &HouseholdView,
    member: &Member,
    choices: &Choices,
    address: &str,
    typed: &Typed<'_>,
) -> Markup {
    let (form, on) = match typed {
        Typed::Correction(given) => (given.member.clone(), given.on.as_str()),
        _ => (MemberForm::of(member), ""),
    };
    let head = member.relation == "head";
    html! {
        details open[matches!(typed, Typed::Nothing | Typed::Correction(_))] {
            summary { (person.t("member-correct")) }
            div.inside { (layout::form(person, address, html! {
                (version_field(view))
                p { (person.t("member-correct-explained")) }
                @if head { input type="hidden" name="relation" value=(member.relation); }
                (member_form::fields(person, choices, &form, &member_form::Asked { relation: !head, identity: false }))
                (day_field(person, "on", on))
                (layout::send(&person.t("save")))
            })) }
        }
    }
}

fn leaving(
    person: &Person,
    view: &HouseholdView,
    member: &Member,
    choices: &Choices,
    address: &str,
    typed: &Typed<'_>,
) -> Markup {
    let nothing = Left::default();
    let (open, given) = match typed {
        Typed::Left(given) => (true, *given),
        _ => (false, &nothing),
    };
    let others: Vec<Member> = view.members.iter().filter(|other| other.person != member.person).cloned().collect();
    let kinds = [("died".to_owned(), person.t("member-died")), ("moved_out".to_owned(), person.t("member-moved-out"))];
    html! {
        details open[open] {
            summary { (person.t("member-left")) }
            div.inside { (layout::form(person, &format!("{address}/left"), html! {
                (version_field(view))
                (layout::choice_field("kind", &person.t("member-why"), &kinds, &given.kind, None))
                (layout::labelled("left-on", &person.t("change-on"), None, html! {
                    input type="date" id="left-on" name="on" value=(day(person, &given.on)) required;
                }))
                @if member.relation == "head" && !others.is_empty() {
                    (layout::choice_field("new_head", &person.t("household-new-head"), &options(person, &others), &given.new_head, None))
                    (relations_field(person, choices, &others, &given.relations))
                }
                (layout::send(&person.t("save")))
            })) }
        }
    }
}

fn identity(
    person: &Person,
    view: &HouseholdView,
    member: &Member,
    address: &str,
    shown: Option<&str>,
    typed: &Typed<'_>,
) -> Markup {
    let (open, number) = match typed {
        Typed::Number(number) => (true, *number),
        _ => (shown.is_some(), ""),
    };
    html! {
        details open[open] {
            summary { (person.t("member-identity")) }
            div.inside {
                @if let Some(shown) = shown {
                    p role="status" { strong.code { (shown) } }
                }
                @if member.identified && shown.is_none() && person.may(Action::ReadIdentity) {
                    (layout::form(person, &format!("{address}/reveal"), html! {
                        p { (person.t("member-reveal-explained")) }
                        p.actions { button.second type="submit" { (person.t("member-reveal")) } }
                    }))
                }
                (layout::form(person, &format!("{address}/identity"), html! {
                    (version_field(view))
                    (layout::labelled("number", &person.t("member-identity-number"), Some(&person.t("member-identity-hint")), html! {
                        input type="text" id="number" name="number" value=(number) required inputmode="numeric" autocomplete="off" maxlength="14" aria-describedby="number-hint";
                    }))
                    (layout::send(&person.t("member-identity-set")))
                }))
            }
        }
    }
}

fn erasure(person: &Person, name: &str, address: &str, typed: &Typed<'_>) -> Markup {
    let (open, reason) = match typed {
        Typed::Erasure(given) => (true, given.reason.as_str()),
        _ => (false, ""),
    };
    html! {
        details open[open] {
            summary { (person.t("member-erase")) }
            div.inside { (layout::form(person, &format!("{address}/erase"), html! {
                p { (person.t("member-erase-explained")) }
                p { (person.t("member-erase-stays")) }
                (layout::text_field("reason", &person.t("member-erase-reason"), reason, true))
                div.field.check {
                    input type="checkbox" id="erase-sure" name="sure" value="yes" required;
                    label for="erase-sure" { (person.tr("member-erase-sure", &[("name", name.into())])) }
                }
                p.actions { button.danger type="submit" { (person.t("member-erase")) } }
            })) }
        }
    }
}

/// The answer to one of the forms: back to the household, or the page again with what was typed and what is in the way.
async fn answer<T>(
    person: &Person,
    (id, member): &(String, String),
    done_so: Result<T, RegistryError>,
    typed: Typed<'_>,
) -> Answer {
    match done_so {
        Ok(_) => Ok(done(id)),
        Err(error) => {
            let page = async |problem: &Problem| show(person, id, member, None, &typed, Some(problem)).await;
            super::again(error, page).await
        }
    }
}

#[derive(Deserialize)]
struct Correction {
    version: i64,
    on: String,
    #[serde(flatten)]
    member: MemberForm,
}

async fn correct(person: Person, Path(whose): Path<(String, String)>, Checked(given): Checked<Correction>) -> Answer {
    let change = MemberChange::Corrected { person: whose.1.clone(), member: given.member.member() };
    let corrected = async {
        let on = fields::day("on", &given.on)?;
        person.desk.change_members(&whose.0, given.version, &change, on).await
    };
    answer(&person, &whose, corrected.await, Typed::Correction(&given)).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Left {
    version: i64,
    on: String,
    kind: String,
    new_head: String,
    relations: Vec<String>,
    confirmed: String,
}

async fn left(person: Person, Path(whose): Path<(String, String)>, Checked(given): Checked<Left>) -> Answer {
    let who = whose.1.clone();
    let new_head = fields::some(&given.new_head).map(|head| next_head(&head, &given.relations, &given.confirmed));
    let changes_head = new_head.is_some();
    let gone = async {
        let change = match given.kind.as_str() {
            "died" => MemberChange::Died { person: who, new_head },
            "moved_out" => MemberChange::MovedOut { person: who, new_head },
            _ => return Err(RegistryError::invalid("kind", "choose one of those shown")),
        };
        let on = fields::day("on", &given.on)?;
        person.desk.change_members(&whose.0, given.version, &change, on).await
    };
    match gone.await {
        Ok(_) if changes_head => Ok(head_done(&whose.0)),
        gone => answer(&person, &whose, gone, Typed::Left(&given)).await,
    }
}

#[derive(Deserialize)]
struct Number {
    version: i64,
    number: String,
}

async fn set_identity(person: Person, Path(whose): Path<(String, String)>, Checked(given): Checked<Number>) -> Answer {
    let set = person.desk.set_identity(&whose.1, given.number.trim(), Some(given.version)).await;
    answer(&person, &whose, set, Typed::Number(&given.number)).await
}

/// The number is in the answer to this form alone, never in an address.
async fn reveal(
    person: Person,
    Path((id, member)): Path<(String, String)>,
    Checked(Nothing {}): Checked<Nothing>,
) -> Page {
    let number = person.desk.reveal_identity(&member).await?;
    show(&person, &id, &member, number.as_deref(), &Typed::Nothing, None).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Erase {
    reason: String,
    sure: String,
}

async fn erase(person: Person, Path(whose): Path<(String, String)>, Checked(given): Checked<Erase>) -> Answer {
    let erased = if given.sure == "yes" {
        person.desk.erase_person(&whose.1, &given.reason).await
    } else {
        Err(RegistryError::invalid("confirmed", "tick that the data are to be erased for good"))
    };
    answer(&person, &whose, erased, Typed::Erasure(&given)).await
}
