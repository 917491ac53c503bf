//! What changes a household: it is added, members come and go, it splits, moves, ends; identity numbers; erasure.
//!
//! Every form carries the version that was seen, so that nobody overwrites what somebody else did meanwhile.

use super::communes;
use crate::csrf::{Checked, Nothing};
use crate::error::{Answer, Page, Problem};
use crate::labels;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::RegistryError;
use vuon_registry::households::{HouseholdView, Member, MemberChange, NewHousehold, NewMember};
use vuon_registry::scope::{Action, Place};

/// Forms below `/households`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/households/new", get(new).post(add))
        .route("/households/{id}/add-member", get(new_member).post(add_member))
        .route("/households/{id}/head", get(heads).post(new_head))
        .route("/households/{id}/split", get(ask_split).post(split))
        .route("/households/{id}/move", get(ask_move).post(move_away))
        .route("/households/{id}/close", get(ask_close).post(close))
        .route("/households/{id}/members/{person}", get(member).post(correct))
        .route("/households/{id}/members/{person}/left", post(left))
        .route("/households/{id}/members/{person}/identity", post(set_identity))
        .route("/households/{id}/members/{person}/reveal", post(reveal))
        .route("/households/{id}/members/{person}/erase", post(erase))
}

/// A member as a form gives them. An empty text is no answer.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct MemberForm {
    name: String,
    relation: String,
    sex: String,
    born: String,
    ethnic: String,
    identity: String,
}

impl MemberForm {
    fn of(member: &Member) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        MemberForm {
            name: member.name.clone(),
            relation: member.relation.clone(),
            sex: text(&member.sex),
            born: text(&member.born),
            ethnic: text(&member.ethnic),
            identity: String::new(),
        }
    }

    fn member(&self) -> NewMember {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        NewMember {
            name: self.name.clone(),
            relation: self.relation.clone(),
            sex: some(&self.sex),
            born: some(&self.born).map(|born| iso(&born)),
            ethnic: some(&self.ethnic),
            identity: some(&self.identity),
        }
    }
}

/// A day as people here write it (`28/02/1980`) as it is recorded (`1980-02-28`); anything else as it is, for the
/// register to judge.
fn iso(born: &str) -> String {
    let parts: Vec<&str> = born.split(['/', '.']).map(str::trim).collect();
    match parts[..] {
        [day, month, year] if year.len() == 4 && day.len() <= 2 && month.len() <= 2 => {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        _ => born.to_owned(),
    }
}

/// The choices of a member's fields.
struct Choices {
    relations: Vec<(String, String)>,
    sexes: Vec<(String, String)>,
    groups: Vec<(String, String)>,
}

impl Choices {
    async fn of(person: &Person) -> Result<Self, Problem> {
        let program = labels::standard(person.desk.register(), person.desk.today()).await?;
        let [relations, sexes, groups] =
            ["relation", "sex", "ethnicity"].map(|list| labels::options(person, program.as_deref(), list));
        Ok(Choices { relations, sexes, groups })
    }
}

fn member_fields(person: &Person, choices: &Choices, form: &MemberForm, relation: bool, identity: bool) -> Markup {
    html! {
        (layout::text_field("name", &person.t("member-name"), &form.name, true))
        div.row {
            @if relation {
                (layout::choice_field("relation", &person.t("member-relation"), &choices.relations, &form.relation, Some("")))
            }
            (layout::choice_field("sex", &person.t("member-sex"), &choices.sexes, &form.sex, Some("")))
            (layout::choice_field("ethnic", &person.t("member-ethnic"), &choices.groups, &form.ethnic, Some("")))
        }
        div.row {
            (layout::labelled("born", &person.t("member-born"), Some(&person.t("member-born-hint")), html! {
                input type="text" id="born" name="born" value=(person.born(&form.born)) inputmode="numeric" maxlength="10" aria-describedby="born-hint";
            }))
            @if identity {
                (layout::labelled("identity", &person.t("member-identity-number"), Some(&person.t("member-identity-hint")), html! {
                    input type="text" id="identity" name="identity" inputmode="numeric" autocomplete="off" maxlength="14" aria-describedby="identity-hint";
                }))
            }
        }
    }
}

/// The household and the top of a page about it.
async fn household(person: &Person, id: &str) -> Result<HouseholdView, Problem> {
    person.desk.actor().may(Action::EditPeople)?;
    Ok(person.desk.household(id).await?)
}

fn page(person: &Person, view: &HouseholdView, title: &str, problem: Option<&Problem>, body: Markup) -> Markup {
    let around = html! {
        p { a href=(format!("/households/{}", view.row.id)) { "← " (view.row.name) " (" (view.row.code) ")" } }
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        (body)
    };
    layout::page(person, title, around)
}

fn version_field(view: &HouseholdView) -> Markup {
    html! { input type="hidden" name="version" value=(view.row.version); }
}

fn on_field(person: &Person) -> Markup {
    layout::day_field("on", &person.t("change-on"), &person.desk.today().to_string(), true)
}

fn done(id: &str) -> axum::response::Response {
    Redirect::to(&format!("/households/{id}?done=saved")).into_response()
}

fn options(members: &[Member]) -> Vec<(String, String)> {
    members.iter().map(|member| (member.person.clone(), member.name.clone())).collect()
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Where {
    commune: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct HouseholdForm {
    commune: String,
    #[serde(default)]
    hamlet: String,
    #[serde(default)]
    code: String,
    from: Date,
    #[serde(flatten)]
    head: MemberForm,
}

async fn new(person: Person, Query(place): Query<Where>) -> Page {
    ask_new(&person, &place, None, None).await
}

async fn ask_new(person: &Person, place: &Where, given: Option<&HouseholdForm>, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::EditPeople)?;
    let title = person.t("household-add");
    let Some(commune) = communes::commune(person, place.commune.as_deref()).await? else {
        let chooser = communes::chooser(person, "/households/new", place.name.as_deref()).await?;
        return Ok(layout::page(person, &title, chooser));
    };
    let hamlets = communes::hamlet_options(&person.desk.hamlets(&commune.id).await?);
    let choices = Choices::of(person).await?;
    let head = given.map(|given| given.head.clone()).unwrap_or_default();
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { (person.t("household-add-explained")) }
        (layout::form(person, "/households/new", html! {
            input type="hidden" name="commune" value=(commune.id);
            fieldset {
                legend { (super::areas::name(&commune)) }
                (layout::choice_field("hamlet", &person.t("household-hamlet"), &hamlets, given.map_or("", |given| &given.hamlet), Some("")))
                (layout::text_field("code", &person.t("household-code-own"), given.map_or("", |given| &given.code), false))
                (layout::day_field("from", &person.t("household-from"), &given.map_or(person.desk.today(), |given| given.from).to_string(), true))
            }
            fieldset {
                legend { (person.t("household-head")) }
                (member_fields(person, &choices, &head, false, true))
            }
            (layout::send(&person.t("household-add")))
        }))
    };
    Ok(layout::page(person, &title, body))
}

async fn add(person: Person, Checked(given): Checked<HouseholdForm>) -> Answer {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut head = given.head.member();
    head.relation = "head".into();
    let new = NewHousehold {
        commune: given.commune.clone(),
        hamlet: some(&given.hamlet),
        code: some(&given.code),
        from: given.from,
        members: vec![head],
    };
    match person.desk.add_household(&new).await {
        Ok(id) => Ok(Redirect::to(&format!("/households/{id}?done=household")).into_response()),
        Err(error) => {
            let place = Where { commune: Some(given.commune.clone()), name: None };
            super::again(error, async |problem| ask_new(&person, &place, Some(&given), Some(problem)).await).await
        }
    }
}

#[derive(Deserialize)]
struct Coming {
    version: i64,
    on: Date,
    kind: String,
    #[serde(flatten)]
    member: MemberForm,
}

async fn new_member(person: Person, Path(id): Path<String>) -> Page {
    ask_member(&person, &id, &MemberForm::default(), None).await
}

async fn ask_member(person: &Person, id: &str, form: &MemberForm, problem: Option<&Problem>) -> Page {
    let view = household(person, id).await?;
    let mut choices = Choices::of(person).await?;
    choices.relations.retain(|(relation, _)| relation != "head");
    let kinds =
        [("born".to_owned(), person.t("member-was-born")), ("moved_in".to_owned(), person.t("member-moved-in"))];
    let body = layout::form(
        person,
        &format!("/households/{id}/add-member"),
        html! {
            (version_field(&view))
            (layout::choice_field("kind", &person.t("member-why"), &kinds, "moved_in", None))
            (on_field(person))
            (member_fields(person, &choices, form, true, true))
            (layout::send(&person.t("member-add")))
        },
    );
    Ok(page(person, &view, &person.t("member-add"), problem, body))
}

async fn add_member(person: Person, Path(id): Path<String>, Checked(given): Checked<Coming>) -> Answer {
    let member = given.member.member();
    let change = match given.kind.as_str() {
        "born" => MemberChange::Born { member },
        "moved_in" => MemberChange::MovedIn { member },
        _ => return Err(Problem::Form("kind".into())),
    };
    match person.desk.change_members(&id, given.version, &change, given.on).await {
        Ok(_) => Ok(done(&id)),
        Err(error) => {
            super::again(error, async |problem| ask_member(&person, &id, &given.member, Some(problem)).await).await
        }
    }
}

#[derive(Deserialize)]
struct NewHead {
    version: i64,
    on: Date,
    person: String,
    former_relation: String,
}

async fn heads(person: Person, Path(id): Path<String>) -> Page {
    ask_head(&person, &id, None).await
}

async fn ask_head(person: &Person, id: &str, problem: Option<&Problem>) -> Page {
    let view = household(person, id).await?;
    let mut choices = Choices::of(person).await?;
    choices.relations.retain(|(relation, _)| relation != "head");
    let others: Vec<Member> = view.members.iter().filter(|member| member.relation != "head").cloned().collect();
    let body = layout::form(
        person,
        &format!("/households/{id}/head"),
        html! {
            (version_field(&view))
            (layout::choice_field("person", &person.t("household-new-head"), &options(&others), "", None))
            (layout::choice_field("former_relation", &person.t("household-former-head"), &choices.relations, "", None))
            (on_field(person))
            (layout::send(&person.t("save")))
        },
    );
    Ok(page(person, &view, &person.t("household-new-head"), problem, body))
}

async fn new_head(person: Person, Path(id): Path<String>, Checked(given): Checked<NewHead>) -> Answer {
    let change = MemberChange::NewHead { person: given.person, former_relation: given.former_relation };
    match person.desk.change_members(&id, given.version, &change, given.on).await {
        Ok(_) => Ok(done(&id)),
        Err(error) => super::again(error, async |problem| ask_head(&person, &id, Some(problem)).await).await,
    }
}

#[derive(Deserialize)]
struct Split {
    version: i64,
    on: Date,
    #[serde(default)]
    persons: Vec<String>,
    head: String,
}

async fn ask_split(person: Person, Path(id): Path<String>) -> Page {
    show_split(&person, &id, None).await
}

async fn show_split(person: &Person, id: &str, problem: Option<&Problem>) -> Page {
    let view = household(person, id).await?;
    let others: Vec<Member> = view.members.iter().filter(|member| member.relation != "head").cloned().collect();
    let body = layout::form(
        person,
        &format!("/households/{id}/split"),
        html! {
            (version_field(&view))
            p { (person.t("household-split-explained")) }
            fieldset {
                legend { (person.t("household-split-who")) }
                @for member in &others {
                    div.field.check {
                        input type="checkbox" id=(format!("p-{}", member.person)) name="persons" value=(member.person);
                        label for=(format!("p-{}", member.person)) { (member.name) }
                    }
                }
            }
            (layout::choice_field("head", &person.t("household-split-head"), &options(&others), "", None))
            (on_field(person))
            (layout::send(&person.t("household-split")))
        },
    );
    Ok(page(person, &view, &person.t("household-split"), problem, body))
}

async fn split(person: Person, Path(id): Path<String>, Checked(given): Checked<Split>) -> Answer {
    match person.desk.split_household(&id, given.version, &given.persons, &given.head, given.on).await {
        Ok(new) => Ok(Redirect::to(&format!("/households/{new}?done=household")).into_response()),
        Err(error) => super::again(error, async |problem| show_split(&person, &id, Some(problem)).await).await,
    }
}

#[derive(Deserialize)]
struct Move {
    version: i64,
    on: Date,
    commune: String,
    #[serde(default)]
    hamlet: String,
}

async fn ask_move(person: Person, Path(id): Path<String>, Query(to): Query<Where>) -> Page {
    show_move(&person, &id, &to, None).await
}

async fn show_move(person: &Person, id: &str, to: &Where, problem: Option<&Problem>) -> Page {
    let view = household(person, id).await?;
    let commune = to.commune.clone().unwrap_or_else(|| view.place.commune.clone());
    let commune = person.desk.area(&commune).await?;
    // A commune out of reach shows no hamlets: the household arrives there without one.
    let hamlets = person.desk.hamlets(&commune.id).await.map(|all| communes::hamlet_options(&all)).unwrap_or_default();
    let address = format!("/households/{id}/move");
    let body = html! {
        (layout::form(person, &address, html! {
            (version_field(&view))
            input type="hidden" name="commune" value=(commune.id);
            p { (person.t("household-move-to")) ": " strong { (super::areas::full_name(person, &commune.id).await?) } }
            (layout::choice_field("hamlet", &person.t("household-hamlet"), &hamlets, "", Some(&person.t("household-no-hamlet"))))
            (on_field(person))
            (layout::send(&person.t("household-move")))
        }))
        h2 { (person.t("household-move-elsewhere")) }
        (communes::chooser(person, &address, to.name.as_deref()).await?)
    };
    Ok(page(person, &view, &person.t("household-move"), problem, body))
}

async fn move_away(person: Person, Path(id): Path<String>, Checked(given): Checked<Move>) -> Answer {
    let hamlet = Some(given.hamlet.as_str()).filter(|hamlet| !hamlet.is_empty());
    let to: Result<Place, RegistryError> = person.desk.place(&given.commune, hamlet).await;
    let moved = match to {
        Ok(to) => person.desk.move_household(&id, given.version, &to, given.on).await,
        Err(error) => Err(error),
    };
    match moved {
        // It may be out of reach now.
        Ok(_) => match person.desk.household(&id).await {
            Ok(_) => Ok(done(&id)),
            Err(_) => Ok(Redirect::to("/households?done=moved").into_response()),
        },
        Err(error) => {
            let to = Where { commune: Some(given.commune), name: None };
            super::again(error, async |problem| show_move(&person, &id, &to, Some(problem)).await).await
        }
    }
}

#[derive(Deserialize)]
struct Close {
    version: i64,
    on: Date,
    cause: String,
}

async fn ask_close(person: Person, Path(id): Path<String>) -> Page {
    show_close(&person, &id, None).await
}

async fn show_close(person: &Person, id: &str, problem: Option<&Problem>) -> Page {
    let view = household(person, id).await?;
    let causes: Vec<_> =
        ["moved_away", "died_out"].iter().map(|cause| ((*cause).to_owned(), person.of("cause", cause))).collect();
    let body = layout::form(
        person,
        &format!("/households/{id}/close"),
        html! {
            (version_field(&view))
            p { (person.t("household-close-explained")) }
            (layout::choice_field("cause", &person.t("household-close-cause"), &causes, "", None))
            (on_field(person))
            p.actions { button.danger type="submit" { (person.t("household-close")) } }
        },
    );
    Ok(page(person, &view, &person.t("household-close"), problem, body))
}

async fn close(person: Person, Path(id): Path<String>, Checked(given): Checked<Close>) -> Answer {
    match person.desk.close_household(&id, given.version, &given.cause, given.on).await {
        Ok(()) => Ok(done(&id)),
        Err(error) => super::again(error, async |problem| show_close(&person, &id, Some(problem)).await).await,
    }
}

async fn member(person: Person, Path((id, member)): Path<(String, String)>) -> Page {
    show_member(&person, &id, &member, None, None).await
}

/// A member's page: correct what is recorded, record that they left, the identity number, erasure.
async fn show_member(person: &Person, id: &str, member: &str, number: Option<&str>, problem: Option<&Problem>) -> Page {
    let view = household(person, id).await?;
    let Some(member) = view.members.iter().find(|m| m.person == member) else { return Err(Problem::NotFound) };
    let choices = Choices::of(person).await?;
    let address = format!("/households/{id}/members/{}", member.person);
    let body = html! {
        details open {
            summary { (person.t("member-correct")) }
            div.inside { (layout::form(person, &address, html! {
                (version_field(&view))
                p { (person.t("member-correct-explained")) }
                input type="hidden" name="relation" value=(member.relation);
                (member_fields(person, &choices, &MemberForm::of(member), member.relation != "head", false))
                (on_field(person))
                (layout::send(&person.t("save")))
            })) }
        }
        (leaving(person, &view, member, &address))
        (identity(person, member, &address, number))
        details {
            summary { (person.t("member-erase")) }
            div.inside { (layout::form(person, &format!("{address}/erase"), html! {
                p { (person.t("member-erase-explained")) }
                (layout::labelled("reason", &person.t("member-erase-reason"), None, html! { input type="text" id="reason" name="reason" required maxlength="300"; }))
                p.actions { button.danger type="submit" { (person.t("member-erase")) } }
            })) }
        }
    };
    Ok(page(person, &view, &member.name, problem, body))
}

fn leaving(person: &Person, view: &HouseholdView, member: &Member, address: &str) -> Markup {
    let others: Vec<Member> = view.members.iter().filter(|other| other.person != member.person).cloned().collect();
    let kinds = [("died".to_owned(), person.t("member-died")), ("moved_out".to_owned(), person.t("member-moved-out"))];
    html! {
        details {
            summary { (person.t("member-left")) }
            div.inside { (layout::form(person, &format!("{address}/left"), html! {
                (version_field(view))
                (layout::choice_field("kind", &person.t("member-why"), &kinds, "", None))
                (layout::labelled("left-on", &person.t("change-on"), None, html! {
                    input type="date" id="left-on" name="on" value=(person.desk.today()) required;
                }))
                @if member.relation == "head" && !others.is_empty() {
                    (layout::choice_field("new_head", &person.t("household-new-head"), &options(&others), "", None))
                }
                (layout::send(&person.t("save")))
            })) }
        }
    }
}

fn identity(person: &Person, member: &Member, address: &str, number: Option<&str>) -> Markup {
    html! {
        details open[number.is_some()] {
            summary { (person.t("member-identity")) }
            div.inside {
                @if let Some(number) = number {
                    p role="status" { strong.code { (number) } }
                }
                @if member.identified && number.is_none() && person.may(Action::ReadIdentity) {
                    (layout::form(person, &format!("{address}/reveal"), html! {
                        p { (person.t("member-reveal-explained")) }
                        p.actions { button.second type="submit" { (person.t("member-reveal")) } }
                    }))
                }
                (layout::form(person, &format!("{address}/identity"), html! {
                    (layout::labelled("number", &person.t("member-identity-number"), Some(&person.t("member-identity-hint")), html! {
                        input type="text" id="number" name="number" required inputmode="numeric" autocomplete="off" maxlength="14" aria-describedby="number-hint";
                    }))
                    (layout::send(&person.t("member-identity-set")))
                }))
            }
        }
    }
}

#[derive(Deserialize)]
struct Correction {
    version: i64,
    on: Date,
    #[serde(flatten)]
    member: MemberForm,
}

async fn correct(
    person: Person,
    Path((id, member)): Path<(String, String)>,
    Checked(given): Checked<Correction>,
) -> Answer {
    let change = MemberChange::Corrected { person: member.clone(), member: given.member.member() };
    match person.desk.change_members(&id, given.version, &change, given.on).await {
        Ok(_) => Ok(done(&id)),
        Err(error) => {
            super::again(error, async |problem| show_member(&person, &id, &member, None, Some(problem)).await).await
        }
    }
}

#[derive(Deserialize)]
struct Left {
    version: i64,
    on: Date,
    kind: String,
    new_head: Option<String>,
}

async fn left(person: Person, Path((id, member)): Path<(String, String)>, Checked(given): Checked<Left>) -> Answer {
    let new_head = given.new_head.filter(|head| !head.is_empty());
    let change = match given.kind.as_str() {
        "died" => MemberChange::Died { person: member.clone(), new_head },
        "moved_out" => MemberChange::MovedOut { person: member.clone(), new_head },
        _ => return Err(Problem::Form("kind".into())),
    };
    match person.desk.change_members(&id, given.version, &change, given.on).await {
        Ok(_) => Ok(done(&id)),
        Err(error) => {
            super::again(error, async |problem| show_member(&person, &id, &member, None, Some(problem)).await).await
        }
    }
}

#[derive(Deserialize)]
struct Number {
    number: String,
}

async fn set_identity(
    person: Person,
    Path((id, member)): Path<(String, String)>,
    Checked(given): Checked<Number>,
) -> Answer {
    match person.desk.set_identity(&member, given.number.trim()).await {
        Ok(()) => Ok(done(&id)),
        Err(error) => {
            super::again(error, async |problem| show_member(&person, &id, &member, None, Some(problem)).await).await
        }
    }
}

/// The number is in the answer to this form alone, never in an address.
async fn reveal(
    person: Person,
    Path((id, member)): Path<(String, String)>,
    Checked(Nothing {}): Checked<Nothing>,
) -> Page {
    let number = person.desk.reveal_identity(&member).await?;
    show_member(&person, &id, &member, number.as_deref(), None).await
}

#[derive(Deserialize)]
struct Erase {
    reason: String,
}

async fn erase(person: Person, Path((id, member)): Path<(String, String)>, Checked(given): Checked<Erase>) -> Answer {
    match person.desk.erase_person(&member, &given.reason).await {
        Ok(()) => Ok(done(&id)),
        Err(error) => {
            super::again(error, async |problem| show_member(&person, &id, &member, None, Some(problem)).await).await
        }
    }
}
