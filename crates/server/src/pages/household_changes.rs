//! What changes a household: it is added, gets a new head, splits, moves, ends; its members are in `members`.
//!
//! Every form carries the version that was seen, so that nobody overwrites what somebody else did meanwhile. A form that
//! was refused comes again as it was typed.

use super::communes;
use super::fields;
use super::member_form::{self, Choices, MemberForm};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::RegistryError;
use vuon_registry::households::{HouseholdView, Member, MemberChange, NewHousehold, NextHead};
use vuon_registry::scope::Action;

/// Forms below `/households`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/households/new", get(new).post(add))
        .route("/households/{id}/head", get(heads).post(new_head))
        .route("/households/{id}/split", get(ask_split).post(split))
        .route("/households/{id}/move", get(ask_move).post(move_away))
        .route("/households/{id}/close", get(ask_close).post(close))
}

/// The household, for somebody who may change it.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn household(person: &Person, id: &str) -> Result<HouseholdView, Problem> {
    person.desk.actor().may(Action::EditPeople)?;
    Ok(person.desk.household(id).await?)
}

/// A page about a household; of one that ended, it only says so.
pub fn page(person: &Person, view: &HouseholdView, title: &str, problem: Option<&Problem>, body: Markup) -> Markup {
    let around = html! {
        p { a href=(format!("/households/{}", view.row.id)) { "← " (person.named(&view.row.name)) " (" (view.row.code) ")" } }
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        @if view.closed.is_some() { (super::households::ended(person, view)) } @else { (body) }
    };
    layout::page(person, title, around)
}

/// The version that was seen.
pub fn version_field(view: &HouseholdView) -> Markup {
    html! { input type="hidden" name="version" value=(view.row.version); }
}

/// The day of a change; today until another was typed.
pub fn day_field(person: &Person, id: &str, typed: &str) -> Markup {
    layout::day_field(id, &person.t("change-on"), &day(person, typed), true)
}

/// What was typed for a day; today until something was.
pub fn day(person: &Person, typed: &str) -> String {
    if typed.is_empty() { person.desk.today().to_string() } else { typed.to_owned() }
}

/// Back to the household, with the news that it is saved.
pub fn done(id: &str) -> Response {
    Redirect::to(&format!("/households/{id}?done=saved")).into_response()
}

/// Members as options.
pub fn options(person: &Person, members: &[Member]) -> Vec<(String, String)> {
    members.iter().map(|member| (member.person.clone(), person.named(&member.name))).collect()
}

/// What each member would be to the new head: whoever becomes the head, or is not concerned, needs no answer. Each answer
/// is sent as `person:relation`.
pub fn relations_field(person: &Person, choices: &Choices, members: &[Member], given: &[String]) -> Markup {
    html! {
        fieldset {
            legend { (person.t("household-relations")) }
            p.hint { (person.t("household-relations-hint")) }
            @for member in members {
                (layout::labelled(&format!("r-{}", member.person), &person.named(&member.name), None, html! {
                    select id=(format!("r-{}", member.person)) name="relations" {
                        option value="" { "–" }
                        @for (relation, words) in &choices.relations {
                            @let value = format!("{}:{relation}", member.person);
                            option value=(value) selected[given.contains(&value)] { (words) }
                        }
                    }
                }))
            }
            div.field.check {
                input type="checkbox" id="confirmed" name="confirmed" value="yes";
                label for="confirmed" { (person.t("household-young-head")) }
            }
        }
    }
}

/// A new head as forms give it.
pub fn next_head(head: &str, relations: &[String], confirmed: &str) -> NextHead {
    let relations = relations.iter().filter_map(|given| given.split_once(':'));
    NextHead {
        person: head.to_owned(),
        relations: relations.map(|(person, relation)| (person.to_owned(), relation.to_owned())).collect(),
        confirmed: confirmed == "yes",
    }
}

/// Back to the household, with who is its head now.
pub fn head_done(id: &str) -> Response {
    Redirect::to(&format!("/households/{id}?done=saved&head=new")).into_response()
}

fn others(view: &HouseholdView) -> Vec<Member> {
    view.members.iter().filter(|member| member.relation != "head").cloned().collect()
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Where {
    commune: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct HouseholdForm {
    commune: String,
    hamlet: String,
    code: String,
    from: String,
    #[serde(flatten)]
    head: MemberForm,
}

async fn new(person: Person, Query(place): Query<Where>) -> Page {
    ask_new(&person, &place, &HouseholdForm::default(), None).await
}

async fn ask_new(person: &Person, place: &Where, given: &HouseholdForm, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::EditPeople)?;
    let title = person.t("household-add");
    let Some(commune) = communes::commune(person, place.commune.as_deref()).await? else {
        let chooser = communes::chooser(person, "/households/new", place.name.as_deref()).await?;
        return Ok(layout::page(person, &title, chooser));
    };
    let hamlets = communes::hamlet_options(&person.desk.hamlets(&commune.id).await?);
    let choices = Choices::of(person).await?;
    let today = person.desk.today().to_string();
    let from = if given.from.is_empty() { &today } else { &given.from };
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { (person.t("household-add-explained")) }
        (layout::form(person, "/households/new", html! {
            input type="hidden" name="commune" value=(commune.id);
            fieldset {
                legend { (super::areas::name(&commune)) }
                (layout::choice_field("hamlet", &person.t("household-hamlet"), &hamlets, &given.hamlet, Some(&person.t("household-no-hamlet"))))
                (layout::text_field("code", &person.t("household-code-own"), &given.code, false))
                (layout::day_field("from", &person.t("household-from"), from, true))
            }
            fieldset {
                legend { (person.t("household-head")) }
                (member_form::fields(person, &choices, &given.head, &member_form::Asked { relation: false, identity: true }))
            }
            (layout::send(&person.t("household-add")))
        }))
    };
    Ok(layout::page(person, &title, body))
}

async fn add(person: Person, Checked(given): Checked<HouseholdForm>) -> Answer {
    let mut head = given.head.member();
    head.relation = "head".into();
    let added = async {
        let new = NewHousehold {
            commune: given.commune.clone(),
            hamlet: fields::some(&given.hamlet),
            code: fields::some(&given.code),
            from: fields::day("from", &given.from)?,
            members: vec![head],
        };
        person.desk.add_household(&new).await
    };
    match added.await {
        Ok(id) => Ok(Redirect::to(&format!("/households/{id}?done=household")).into_response()),
        Err(error) => {
            let place = Where { commune: Some(given.commune.clone()), name: None };
            super::again(error, async |problem| ask_new(&person, &place, &given, Some(problem)).await).await
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct NewHead {
    version: i64,
    on: String,
    person: String,
    relations: Vec<String>,
    confirmed: String,
}

async fn heads(person: Person, Path(id): Path<String>) -> Page {
    ask_head(&person, &id, &NewHead::default(), None).await
}

async fn ask_head(person: &Person, id: &str, given: &NewHead, problem: Option<&Problem>) -> Page {
    let view = household(person, id).await?;
    let choices = Choices::of_others(person).await?;
    let body = layout::form(
        person,
        &format!("/households/{id}/head"),
        html! {
            (version_field(&view))
            (layout::choice_field("person", &person.t("household-new-head"), &options(person, &others(&view)), &given.person, None))
            (relations_field(person, &choices, &view.members, &given.relations))
            (day_field(person, "on", &given.on))
            (layout::send(&person.t("save")))
        },
    );
    Ok(page(person, &view, &person.t("household-new-head"), problem, body))
}

async fn new_head(person: Person, Path(id): Path<String>, Checked(given): Checked<NewHead>) -> Answer {
    let change = MemberChange::NewHead { new_head: next_head(&given.person, &given.relations, &given.confirmed) };
    let changed = async {
        let on = fields::day("on", &given.on)?;
        person.desk.change_members(&id, given.version, &change, on).await
    };
    match changed.await {
        Ok(_) => Ok(head_done(&id)),
        Err(error) => super::again(error, async |problem| ask_head(&person, &id, &given, Some(problem)).await).await,
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Split {
    version: i64,
    on: String,
    persons: Vec<String>,
    head: String,
    relations: Vec<String>,
    confirmed: String,
}

impl Split {
    /// The new household's head with those who were ticked.
    fn new_head(&self) -> Result<NextHead, RegistryError> {
        if self.persons.is_empty() {
            return Err(RegistryError::invalid("persons", "say who leaves"));
        }
        if !self.persons.contains(&self.head) {
            return Err(RegistryError::invalid("head", "the head of the new household is one of those who leave"));
        }
        let mut new_head = next_head(&self.head, &self.relations, &self.confirmed);
        new_head.relations.retain(|person, _| self.persons.contains(person));
        for person in self.persons.iter().filter(|person| **person != self.head) {
            new_head.relations.entry(person.clone()).or_default();
        }
        Ok(new_head)
    }
}

async fn ask_split(person: Person, Path(id): Path<String>) -> Page {
    show_split(&person, &id, &Split::default(), None).await
}

async fn show_split(person: &Person, id: &str, given: &Split, problem: Option<&Problem>) -> Page {
    let view = household(person, id).await?;
    let others = others(&view);
    let choices = Choices::of_others(person).await?;
    let body = layout::form(
        person,
        &format!("/households/{id}/split"),
        html! {
            (version_field(&view))
            p { (person.t("household-split-explained")) }
            fieldset {
                legend { (person.t("household-split-who")) }
                @for member in &others {
                    @let field = format!("p-{}", member.person);
                    div.field.check {
                        input type="checkbox" id=(field) name="persons" value=(member.person) checked[given.persons.contains(&member.person)];
                        label for=(field) { (person.named(&member.name)) }
                    }
                }
            }
            (layout::choice_field("head", &person.t("household-split-head"), &options(person, &others), &given.head, None))
            (relations_field(person, &choices, &others, &given.relations))
            (day_field(person, "on", &given.on))
            (layout::send(&person.t("household-split")))
        },
    );
    Ok(page(person, &view, &person.t("household-split"), problem, body))
}

async fn split(person: Person, Path(id): Path<String>, Checked(given): Checked<Split>) -> Answer {
    let divided = async {
        let on = fields::day("on", &given.on)?;
        person.desk.split_household(&id, given.version, &given.new_head()?, on).await
    };
    match divided.await {
        Ok(new) => Ok(Redirect::to(&format!("/households/{new}?done=split&from={id}")).into_response()),
        Err(error) => super::again(error, async |problem| show_split(&person, &id, &given, Some(problem)).await).await,
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Move {
    version: i64,
    on: String,
    commune: String,
    hamlet: String,
}

async fn ask_move(person: Person, Path(id): Path<String>, Query(to): Query<Where>) -> Page {
    let given = Move { commune: to.commune.clone().unwrap_or_default(), ..Move::default() };
    show_move(&person, &id, &given, to.name.as_deref(), None).await
}

/// Where to: within the household's commune until another was chosen. `name` is what was typed to look for one.
async fn show_move(person: &Person, id: &str, given: &Move, name: Option<&str>, problem: Option<&Problem>) -> Page {
    let view = household(person, id).await?;
    let commune = if given.commune.is_empty() { &view.place.commune } else { &given.commune };
    let to = person.desk.destination(commune).await?;
    // A commune out of reach shows no hamlets: the household arrives there without one.
    let hamlets = communes::hamlet_options(&person.desk.hamlets(&to.id).await?);
    let address = format!("/households/{id}/move");
    let body = html! {
        (layout::form(person, &address, html! {
            (version_field(&view))
            input type="hidden" name="commune" value=(to.id);
            p { (person.t("household-move-to")) ": " strong { (to.name) } }
            @if hamlets.is_empty() { p.hint { (person.t("household-move-no-hamlets")) } } @else {
                (layout::choice_field("hamlet", &person.t("household-hamlet"), &hamlets, &given.hamlet, None))
            }
            (day_field(person, "on", &given.on))
            (layout::send(&person.t("household-move")))
        }))
        h2 { (person.t("household-move-elsewhere")) }
        (communes::destinations(person, &address, name).await?)
    };
    Ok(page(person, &view, &person.t("household-move"), problem, body))
}

async fn move_away(person: Person, Path(id): Path<String>, Checked(given): Checked<Move>) -> Answer {
    let moved = async {
        let on = fields::day("on", &given.on)?;
        let hamlet = fields::some(&given.hamlet);
        let to = person.desk.place_of_destination(&given.commune, hamlet.as_deref()).await?;
        person.desk.move_household(&id, given.version, &to, on).await
    };
    match moved.await {
        // It may be out of reach now.
        Ok(_) => match person.desk.household(&id).await {
            Ok(_) => Ok(done(&id)),
            Err(_) => Ok(Redirect::to("/households?done=moved").into_response()),
        },
        Err(error) => {
            let page = async |problem: &Problem| show_move(&person, &id, &given, None, Some(problem)).await;
            super::again(error, page).await
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Close {
    version: i64,
    on: String,
    cause: String,
}

async fn ask_close(person: Person, Path(id): Path<String>) -> Page {
    show_close(&person, &id, &Close::default(), None).await
}

async fn show_close(person: &Person, id: &str, given: &Close, problem: Option<&Problem>) -> Page {
    let view = household(person, id).await?;
    let causes: Vec<_> =
        ["moved_away", "died_out"].iter().map(|cause| ((*cause).to_owned(), person.of("cause", cause))).collect();
    let body = layout::form(
        person,
        &format!("/households/{id}/close"),
        html! {
            (version_field(&view))
            p { (person.t("household-close-explained")) }
            (layout::choice_field("cause", &person.t("household-close-cause"), &causes, &given.cause, None))
            (day_field(person, "on", &given.on))
            p.actions { button.danger type="submit" { (person.t("household-close")) } }
        },
    );
    Ok(page(person, &view, &person.t("household-close"), problem, body))
}

async fn close(person: Person, Path(id): Path<String>, Checked(given): Checked<Close>) -> Answer {
    let closed = async {
        let on = fields::day("on", &given.on)?;
        person.desk.close_household(&id, given.version, &given.cause, on).await
    };
    match closed.await {
        Ok(()) => Ok(done(&id)),
        Err(error) => super::again(error, async |problem| show_close(&person, &id, &given, Some(problem)).await).await,
    }
}
