//! Groups of households: members, the share of them that is entitled, the fund and its loans, whose turn it is.

use super::super::{again, communes, fields};
use super::plan::TypedPlan;
use super::{Of, agreement, back, done, problem_told, told, version_field};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_policy::support::{Beneficiary, Leader};
use vuon_programme::agreements::counted;
use vuon_programme::groups::{Fund, Group, GroupMember, GroupState, Loan, NewGroup, NewLoan, next_in_turn};
use vuon_programme::records::{Filter, Kept};
use vuon_programme::repayment::Lent;
use vuon_registry::RegistryError;
use vuon_registry::households::HouseholdFilter;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::{Action, Reach};

/// `/support/groups`, `/support/loans` and below.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/support/groups", get(list).post(new))
        .route("/support/groups/{id}", get(one))
        .route("/support/groups/{id}/join", post(join))
        .route("/support/groups/{id}/leave", post(leave))
        .route("/support/groups/{id}/certify", post(certify))
        .route("/support/groups/{id}/dissolve", post(dissolve))
        .route("/support/groups/{id}/lend", post(lend))
        .route("/support/loans/{id}", get(loan))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct New {
    commune: String,
    hamlet: String,
    scheme: String,
    name: String,
    led_by: String,
    leader: String,
}

/// What is typed on a group's page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    version: i64,
    code: String,
    household: String,
    why: String,
    amount: String,
    in_things: String,
    #[serde(flatten)]
    plan: TypedPlan,
}

async fn list(officer: Officer, Query(of): Query<Of>) -> Page {
    show_list(&officer, &of, &New::default(), None).await
}

async fn show_list(officer: &Officer, of: &Of, typed: &New, problem: Option<&Problem>) -> Page {
    officer.desk.actor().may(Action::ReadPeople)?;
    let title = officer.t("support-groups");
    let commune = match super::commune(officer, of, "/support/groups", &title).await? {
        Ok(commune) => commune,
        Err(chooser) => return Ok(chooser),
    };
    let filter = Filter { commune: Some(commune.id.clone()), ..Filter::default() };
    let groups = officer.office.all::<Group>(&filter).await?;
    let headings = [
        officer.t("field-name"),
        officer.t("support-scheme"),
        officer.t("support-members"),
        officer.t("support-state"),
    ];
    let rows = groups.iter().map(|kept| {
        vec![
            html! { a href=(format!("/support/groups/{}", kept.id)) { (kept.thing.name) } },
            layout::plain(told::scheme(officer, &kept.thing.scheme)),
            layout::plain(officer.number(kept.thing.members.len() as i64)),
            told::state(officer, "support-group", kept.thing.state.id()),
        ]
    });
    let body = html! {
        (back(officer))
        (told::other_commune(officer, "/support/groups", &super::super::areas::name(&commune)))
        (problem_told(officer, problem))
        @if groups.is_empty() { p.empty { (none(officer)) } } @else {
            (layout::list(&title, &headings, rows.collect()))
        }
        @if officer.may(Action::PrepareSupport) {
            h2 { (officer.t("support-new-group")) }
            (new_form(officer, &commune.id, typed).await?)
        }
    };
    Ok(layout::page(officer, &title, body))
}

/// That there are no groups: where somebody reaches a hamlet only, that those of the commune are not told here.
fn none(officer: &Officer) -> String {
    match officer.desk.actor().reach {
        Reach::Hamlet { .. } => officer.t("support-groups-none-of-hamlet"),
        _ => officer.t("support-groups-none"),
    }
}

async fn new_form(officer: &Officer, commune: &str, typed: &New) -> Result<Markup, Problem> {
    let schemes = told::scheme_options(officer, |scheme| scheme.beneficiary == Beneficiary::Group);
    let hamlets = communes::hamlet_options(&officer.desk.hamlets(commune).await?);
    let leaders = Leader::ALL.map(|leader| (leader.id().to_owned(), officer.of("support-leader", leader.id())));
    Ok(layout::form(
        officer,
        "/support/groups",
        html! {
            input type="hidden" name="commune" value=(commune);
            (layout::choice_field("scheme", &officer.t("support-scheme"), &schemes, &typed.scheme, None))
            (layout::text_field("name", &officer.t("field-name"), &typed.name, true))
            (layout::choice_field("led_by", &officer.t("field-led_by"), &leaders, &typed.led_by, None))
            (layout::text_field("leader", &officer.t("field-leader"), &typed.leader, true))
            (layout::choice_field("hamlet", &officer.t("household-hamlet"), &hamlets, &typed.hamlet, Some(&officer.t("support-whole-commune"))))
            (layout::send(&officer.t("support-new-group")))
        },
    ))
}

async fn new(officer: Officer, Checked(typed): Checked<New>) -> Answer {
    let new = NewGroup {
        commune: typed.commune.clone(),
        hamlet: fields::some(&typed.hamlet),
        scheme: typed.scheme.clone(),
        name: typed.name.clone(),
        led_by: typed.led_by.clone(),
        leader: typed.leader.clone(),
    };
    match officer.office.new_group(&new).await {
        Ok(id) => done(&format!("/support/groups/{id}")),
        Err(error) => {
            let of = Of { commune: typed.commune.clone(), name: None };
            again(error, async |problem| show_list(&officer, &of, &typed, Some(problem)).await).await
        }
    }
}

async fn one(officer: Officer, Path(id): Path<String>) -> Page {
    show(&officer, &id, &Typed::default(), None).await
}

async fn show(officer: &Officer, id: &str, typed: &Typed, problem: Option<&Problem>) -> Page {
    let kept: Kept<Group> = officer.office.one(id).await?;
    let group = &kept.thing;
    let fund = officer.office.group_fund(id).await?;
    let names = told::Names::of(officer, group.members.iter().map(|member| member.household.clone())).await?;
    let commune = group.at.commune.clone().unwrap_or_default();
    let next = next_in_turn(group, &fund.loans);
    let share = |(entitled, all): (usize, usize)| {
        layout::plain(officer.tr("support-within-of", &[("within", entitled.into()), ("all", all.into())]))
    };
    let today = match group.state {
        GroupState::Dissolved => None,
        _ => Some(officer.office.entitled_in_group(id).await?),
    };
    let rule = officer.office.scheme(&group.scheme).ok().and_then(|scheme| scheme.group.as_ref());
    let body = html! {
        p { a href=(told::with_commune("/support/groups", &commune)) { "← " (officer.t("support-groups")) } }
        (problem_told(officer, problem))
        (layout::facts(&[
            (officer.t("support-scheme"), layout::plain(told::scheme(officer, &group.scheme))),
            (officer.t("field-led_by"), layout::plain(format!("{}: {}", officer.of("support-leader", &group.led_by), group.leader))),
            (officer.t("support-state"), told::state(officer, "support-group", group.state.id())),
            (officer.t("support-members"), layout::plain(officer.number(group.members.len() as i64))),
            (officer.t("support-entitled-today"), today.map_or_else(|| layout::plain("–"), share)),
            (officer.t("support-entitled-at-certification"), group.entitled.map_or_else(|| layout::plain("–"), share)),
            (officer.t("support-fund"), fund_told(officer, &fund)),
        ]))
        @if let Some(rule) = rule {
            p.hint {
                (officer.tr("support-group-rule", &[
                    ("least", rule.least_members.map_or_else(|| officer.t("support-not-found"), |n| officer.number(n)).into()),
                    ("share", rule.entitled_share.map_or_else(|| officer.t("support-not-found"), |s| s.to_string()).into()),
                ]))
                " " (vuon_policy::explain::cite(officer.office.program(), &rule.source, officer.language))
            }
        }
        @if let Some((day, why)) = &group.dissolved { p.warning { (officer.day(*day)) ": " (why) } }
        h2 { (officer.t("support-members")) }
        (members(officer, &kept, &names, typed))
        h2 { (officer.t("support-loans")) }
        (loans_list(officer, &fund.loans, &names))
        @match next {
            Some(next) if group.state == GroupState::Certified => {
                p { (officer.t("support-turn")) ": " strong { (names.household(officer, &next.household)) } }
                @if officer.may(Action::DecideSupport) { (lend_form(officer, &kept, &fund, &next, typed)) }
            },
            _ => {},
        }
        (decisions(officer, &kept, typed))
    };
    Ok(layout::page(officer, &group.name, body))
}

fn members(officer: &Officer, kept: &Kept<Group>, names: &told::Names, typed: &Typed) -> Markup {
    let changes = officer.may(Action::PrepareSupport) && kept.thing.state != GroupState::Dissolved;
    html! {
        @if kept.thing.members.is_empty() { p.empty { (officer.t("support-nobody")) } }
        ol {
            @for member in &kept.thing.members {
                li {
                    (names.household(officer, &member.household))
                    @if changes {
                        form.inline method="post" action=(format!("/support/groups/{}/leave", kept.id)) {
                            (layout::csrf_field(officer))
                            (version_field(kept.version))
                            input type="hidden" name="household" value=(member.household);
                            " " button.quiet type="submit" {
                                (officer.t("support-leaves")) span.hidden { " – " (names.bare(officer, &member.household)) }
                            }
                        }
                    }
                }
            }
        }
        @if changes {
            (layout::form(officer, &format!("/support/groups/{}/join", kept.id), html! {
                (version_field(kept.version))
                (layout::labelled("code", &officer.t("support-join-code"), Some(&officer.t("support-join-hint")), html! {
                    input type="text" id="code" name="code" value=(typed.code) required maxlength="40" aria-describedby="code-hint";
                }))
                (layout::send(&officer.t("support-join")))
            }))
        }
    }
}

fn loans_list(officer: &Officer, loans: &[Kept<Loan>], names: &told::Names) -> Markup {
    if loans.is_empty() {
        return html! { p.empty { (officer.t("support-no-loans")) } };
    }
    let today = officer.desk.today();
    let headings = [
        officer.t("support-recipient"),
        officer.t("support-amount"),
        officer.t("support-state"),
        officer.t("support-due"),
    ];
    let rows = loans.iter().map(|kept| {
        let state = if kept.thing.over { "over" } else { "owing" };
        vec![
            html! { a href=(format!("/support/loans/{}", kept.id)) { (names.bare(officer, &kept.thing.member.household)) } },
            told::units_cell(officer, &kept.thing.debt.lent, kept.thing.debt.lent.units()),
            told::state(officer, "support-loan", state),
            kept.thing.debt.next_due().filter(|_| !kept.thing.over).map(|day| told::due(officer, day, today)).unwrap_or_default(),
        ]
    });
    layout::list(&officer.t("support-loans"), &headings, rows.collect())
}

/// Money, and things where the fund was given any.
fn fund_told(officer: &Officer, fund: &Fund) -> Markup {
    html! {
        (told::money(officer, fund.money))
        @if let Some(things) = &fund.things {
            "; " (counted(&Lent::Things(things.clone()), things.count, officer.language))
        }
    }
}

/// The form to lend what the fund holds: money, or things. Nothing while it is empty.
fn lend_form(officer: &Officer, kept: &Kept<Group>, fund: &Fund, next: &GroupMember, typed: &Typed) -> Markup {
    let money = (fund.money > 0).then(|| ("money".to_owned(), officer.t("support-lend-money")));
    let things = fund.things.as_ref().filter(|things| things.count > 0);
    let things = things.map(|things| ("things".to_owned(), format!("{} {}", things.unit, things.what)));
    let kinds: Vec<(String, String)> = money.into_iter().chain(things).collect();
    if kinds.is_empty() {
        return html! {};
    }
    layout::form(
        officer,
        &format!("/support/groups/{}/lend", kept.id),
        html! {
            (version_field(kept.version))
            input type="hidden" name="household" value=(next.household);
            (layout::choice_field("in_things", &officer.t("support-lend-what"), &kinds, &typed.in_things, None))
            (layout::text_field("amount", &officer.t("support-lent"), &typed.amount, true))
            (typed.plan.fields(officer))
            (layout::send(&officer.t("support-lend")))
        },
    )
}

fn decisions(officer: &Officer, kept: &Kept<Group>, typed: &Typed) -> Markup {
    let address = format!("/support/groups/{}", kept.id);
    html! {
        @if kept.thing.state == GroupState::Forming && officer.may(Action::DecideSupport) {
            h2 { (officer.t("support-certify")) }
            (layout::form(officer, &format!("{address}/certify"), html! {
                (version_field(kept.version))
                (layout::send(&officer.t("support-certify")))
            }))
        }
        @if kept.thing.state == GroupState::Certified && officer.may(Action::PrepareSupport) {
            p.actions {
                a.button href=(format!("/support/agreements/new?scheme={}&group={}", kept.thing.scheme, kept.id)) {
                    (officer.t("support-draw-up"))
                }
            }
        }
        @if kept.thing.state != GroupState::Dissolved && officer.may(Action::DecideSupport) {
            (told::reason_form(officer, &format!("{address}/dissolve"), kept.version, &officer.t("support-dissolve"), &typed.why))
        }
    }
}

/// Back to the group, or the group with what is in the way.
async fn answer(officer: &Officer, id: &str, typed: &Typed, result: Result<(), RegistryError>) -> Answer {
    match result {
        Ok(()) => done(&format!("/support/groups/{id}")),
        Err(error) => again(error, async |problem: &Problem| show(officer, id, typed, Some(problem)).await).await,
    }
}

/// The household of a code in the group's commune, by its head.
async fn member_of_code(officer: &Officer, group: &Group, code: &str) -> Result<GroupMember, RegistryError> {
    let filter = HouseholdFilter {
        commune: group.at.commune.clone(),
        text: Some(code.trim().to_owned()),
        ..HouseholdFilter::default()
    };
    let found = officer.desk.households(&filter, &PageRequest::first()).await?;
    let found = found.rows.into_iter().find(|row| row.code == code.trim());
    let found = found.ok_or_else(|| RegistryError::invalid("code", "no household of the commune has this code"))?;
    let view = officer.desk.household(&found.id).await?;
    let head = view.members.iter().find(|member| member.relation == "head").ok_or(RegistryError::NotFound)?;
    Ok(GroupMember { household: found.id, person: head.person.clone() })
}

async fn join(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    let joined = async {
        let group: Kept<Group> = officer.office.one(&id).await?;
        let member = member_of_code(&officer, &group.thing, &typed.code).await?;
        officer.office.join_group(&id, typed.version, &member).await
    };
    answer(&officer, &id, &typed, joined.await).await
}

async fn leave(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    answer(&officer, &id, &typed, officer.office.leave_group(&id, typed.version, &typed.household).await).await
}

async fn certify(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    answer(&officer, &id, &typed, officer.office.certify_group(&id, typed.version).await).await
}

async fn dissolve(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    answer(&officer, &id, &typed, officer.office.dissolve_group(&id, typed.version, &typed.why).await).await
}

async fn lend(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    let lent = async {
        let new = NewLoan {
            household: typed.household.clone(),
            amount: fields::money("amount", &typed.amount)?,
            in_things: typed.in_things == "things",
            plan: typed.plan.read()?,
        };
        officer.office.lend_from_group(&id, typed.version, &new).await.map(|_| ())
    };
    answer(&officer, &id, &typed, lent.await).await
}

async fn loan(officer: Officer, Path(id): Path<String>) -> Page {
    show_loan(&officer, &id, &agreement::Typed::default(), None).await
}

/// The page of a loan.
///
/// # Errors
/// [`Problem`], as the register says.
pub(super) async fn show_loan(
    officer: &Officer,
    id: &str,
    typed: &agreement::Typed,
    problem: Option<&Problem>,
) -> Page {
    let kept: Kept<Loan> = officer.office.one(id).await?;
    let loan = &kept.thing;
    let subjects = [loan.member.household.clone(), loan.group.clone()];
    let names = told::Names::of(officer, subjects.into_iter()).await?;
    let state = if loan.over { "over" } else { "owing" };
    let body = html! {
        p { a href=(format!("/support/groups/{}", loan.group)) { "← " (names.bare(officer, &loan.group)) } }
        (problem_told(officer, problem))
        (layout::facts(&[
            (officer.t("support-recipient"), names.household(officer, &loan.member.household)),
            (officer.t("support-amount"), told::units_cell(officer, &loan.debt.lent, loan.debt.lent.units())),
            (officer.t("support-state"), told::state(officer, "support-loan", state)),
        ]))
        h2 { (officer.t("support-comes-back")) }
        (agreement::debt_told(officer, &loan.debt)?)
        (super::receipts::receipts::<Loan>(officer, id, "loan-receipt").await?)
        @if !loan.over { (agreement::debt_forms(officer, &loan.debt, &format!("/support/loans/{id}"), kept.version, typed)) }
    };
    Ok(layout::page(officer, &officer.t("support-loan"), body))
}
