//! Drawing agreements up: for one household, member or group, or for everybody within the quota of a ranking at once.

use super::super::{again, fields};
use super::plan::TypedPlan;
use super::{done, problem_told, told};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use jiff::civil::Date;
use maud::{Markup, html};
use vuon_policy::support::{Beneficiary, Scheme};
use vuon_programme::agreements::{NewAgreement, Recipient};
use vuon_programme::entitled::Entitled;
use vuon_programme::repayment::Things;
use vuon_registry::RegistryError;
use vuon_registry::scope::Action;

/// `/support/agreements/new`.
pub fn routes() -> Router<App> {
    Router::new().route("/support/agreements/new", get(new).post(draw_up))
}

/// Fields by name: which there are, the scheme says.
struct Typed(Vec<(String, String)>);

impl Typed {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, text)| text)
    }

    /// What was typed; another text until something was.
    fn or(&self, name: &str, text: String) -> String {
        let typed = self.get(name);
        if typed.is_empty() { text } else { typed.to_owned() }
    }
}

/// Who the agreements are for.
struct For {
    scheme: String,
    commune: String,
    recipients: Vec<Recipient>,
}

/// Those of the commune within a ranking who have no open agreement of its scheme; or the one that is named.
async fn whom(officer: &Officer, typed: &Typed) -> Result<For, Problem> {
    officer.desk.actor().may(Action::PrepareSupport)?;
    let ranking = typed.get("ranking");
    if !ranking.is_empty() {
        let scheme = officer.office.ranking(ranking).await?.thing.scheme;
        let commune = officer.desk.actor().reach.unit().unwrap_or_default().to_owned();
        let recipients = officer.office.not_served(ranking, &commune).await?;
        return Ok(For { scheme, commune, recipients });
    }
    let household = typed.get("household").to_owned();
    let recipient = match (typed.get("group"), typed.get("person")) {
        ("", "") => Recipient::Household(household),
        ("", person) => Recipient::Member { household, person: person.to_owned() },
        (group, _) => Recipient::Group(group.to_owned()),
    };
    Ok(For { scheme: typed.get("scheme").to_owned(), commune: String::new(), recipients: vec![recipient] })
}

async fn new(officer: Officer, Query(asked): Query<Vec<(String, String)>>) -> Page {
    ask(&officer, &Typed(asked), None).await
}

async fn ask(officer: &Officer, typed: &Typed, problem: Option<&Problem>) -> Page {
    let whom = whom(officer, typed).await?;
    let scheme = officer.office.scheme(&whom.scheme)?;
    let names = told::Names::of_recipients(officer, whom.recipients.iter()).await?;
    let body = html! {
        (problem_told(officer, problem))
        p {
            strong { (scheme.label.get(officer.language)) }
            @if let Some((value, unit)) = scheme.most() {
                " – " (officer.t("support-most")) " " (vuon_policy::words::quantity(value, unit, officer.language))
            }
        }
        p { (told::source(&vuon_policy::explain::cite(officer.office.program(), &scheme.source, officer.language))) }
        @if whom.recipients.is_empty() { p.empty { (officer.t("support-nobody")) } } @else {
            p { (officer.tr("support-agreements-for", &[("count", whom.recipients.len().into())])) }
            ul { @for recipient in &whom.recipients { li { (names.recipient(officer, recipient)) } } }
            (form(officer, scheme, &whom, typed).await?)
        }
    };
    Ok(layout::page(officer, &officer.t("support-draw-up"), body))
}

async fn form(officer: &Officer, scheme: &Scheme, whom: &For, typed: &Typed) -> Result<Markup, Problem> {
    let today = officer.desk.today();
    let members = match &whom.recipients[..] {
        [Recipient::Household(id)] if scheme.beneficiary == Beneficiary::Member => {
            Some(members(officer, scheme, id).await?)
        }
        _ => None,
    };
    Ok(layout::form(
        officer,
        "/support/agreements/new",
        html! {
            @for name in ["scheme", "household", "group", "ranking"] {
                @if !typed.get(name).is_empty() { input type="hidden" name=(name) value=(typed.get(name)); }
            }
            @match &members {
                Some(members) => { (layout::choice_field("person", &officer.t("field-person"), members, typed.get("person"), None)) },
                None => { @if !typed.get("person").is_empty() { input type="hidden" name="person" value=(typed.get("person")); } },
            }
            (told::year_field(officer, &typed.or("year", today.year().to_string())))
            (layout::text_field("purpose", &officer.t("field-purpose"), typed.get("purpose"), true))
            (amount_field(officer, scheme, typed))
            @if scheme.modality.is_repaid() { (things_fields(officer, typed)) }
            (told::money_field(officer, "own_share", &officer.t("field-own_share"), &typed.or("own_share", "0".into())))
            @if let Some(share) = scheme.own_share {
                p.hint { (officer.tr("support-own-share-least", &[("share", share.to_string().into())])) }
            }
            (layout::day_field("from", &officer.t("support-from"), &typed.or("from", today.to_string()), true))
            fieldset {
                legend { (officer.t("support-parts")) }
                @if scheme.milestones.is_empty() {
                    (layout::day_field("due-0", &officer.t("support-paid-until"), typed.get("due-0"), true))
                }
                @for (place, milestone) in scheme.milestones.iter().enumerate() {
                    @let id = format!("due-{place}");
                    @let label = format!("{} ({})", milestone.label.get(officer.language), milestone.share);
                    (layout::day_field(&id, &label, typed.get(&id), true))
                }
            }
            @if is_repaid(scheme, whom) {
                fieldset { legend { (officer.t("support-comes-back")) } (plan(typed).fields(officer)) }
            }
            (layout::send(&officer.t("support-draw-up")))
        },
    ))
}

/// What each is given. The ceiling stands beside the field and not in it: whoever does not look would agree on the most there is.
fn amount_field(officer: &Officer, scheme: &Scheme, typed: &Typed) -> Markup {
    let most = scheme.most().map(|(most, _)| most.numerator() / most.denominator());
    let hint = match most {
        Some(most) => officer.tr("support-ceiling-hint", &[("most", told::money(officer, most).into())]),
        None => officer.t("support-money-hint"),
    };
    let control = html! {
        input type="text" inputmode="numeric" id="amount" name="amount" value=(typed.get("amount")) required maxlength="30"
            aria-describedby="amount-hint";
    };
    layout::labelled("amount", &officer.t("support-given-each"), Some(&hint), control)
}

fn plan(typed: &Typed) -> TypedPlan {
    TypedPlan::of(|name| typed.get(name).to_owned())
}

/// What is given in kind, folded away: most support is money.
fn things_fields(officer: &Officer, typed: &Typed) -> Markup {
    let whole = |id: &str, label: String| {
        let control = html! { input type="number" id=(id) name=(id) value=(typed.get(id)) min="1"; };
        layout::labelled(id, &label, None, control)
    };
    html! {
        details open[!typed.get("what").is_empty()] {
            summary { (officer.t("support-in-things")) }
            div.inside {
                p.hint { (officer.t("support-in-things-hint")) }
                (layout::text_field("what", &officer.t("field-what"), typed.get("what"), false))
                div.row {
                    (whole("count", officer.t("field-count")))
                    (layout::text_field("unit", &officer.t("support-counted-in"), typed.get("unit"), false))
                    (layout::text_field("value_each", &officer.t("field-value_each"), typed.get("value_each"), false))
                }
            }
        }
    }
}

/// What is given in kind, where that is filled in.
fn things(typed: &Typed) -> Result<Option<Things>, RegistryError> {
    let named = ["what", "count", "unit", "value_each"].map(|name| typed.get(name).trim());
    if named.iter().all(|text| text.is_empty()) {
        return Ok(None);
    }
    let [what, count, unit, value_each] = named;
    Ok(Some(Things {
        what: what.to_owned(),
        unit: unit.to_owned(),
        count: fields::whole("count", count)?,
        value_each: fields::money("value_each", value_each)?,
    }))
}

/// What a group gets as its fund, its members bring back, not the group.
fn is_repaid(scheme: &Scheme, whom: &For) -> bool {
    scheme.modality.is_repaid() && !matches!(whom.recipients[..], [Recipient::Group(_)])
}

/// The members of a household who are entitled.
async fn members(officer: &Officer, scheme: &Scheme, household: &str) -> Result<Vec<(String, String)>, Problem> {
    let standing = officer.office.household_standing(household, officer.language).await?;
    let own = standing.schemes.into_iter().find(|own| own.scheme == scheme.id.value).ok_or(Problem::NotFound)?;
    let view = officer.desk.household(household).await?;
    let entitled = |person: &str| own.members.iter().any(|(id, is)| id == person && *is == Entitled::Yes);
    let members = view.members.iter().filter(|member| entitled(&member.person));
    Ok(members.map(|member| (member.person.clone(), officer.named(&member.name))).collect())
}

fn days(scheme: &Scheme, typed: &Typed) -> Result<Vec<Date>, RegistryError> {
    let places = 0..scheme.milestones.len().max(1);
    places.map(|place| fields::day("due", typed.get(&format!("due-{place}")))).collect()
}

async fn draw_up(officer: Officer, Checked(typed): Checked<Vec<(String, String)>>) -> Answer {
    let typed = Typed(typed);
    let whom = whom(&officer, &typed).await?;
    let drawn_up = async {
        let scheme = officer.office.scheme(&whom.scheme)?;
        let plan = match is_repaid(scheme, &whom) {
            true => Some(plan(&typed).read()?),
            false => None,
        };
        let things = things(&typed)?;
        let one = |recipient: &Recipient| {
            Ok(NewAgreement {
                scheme: whom.scheme.clone(),
                recipient: recipient.clone(),
                year: fields::whole("year", typed.get("year"))?,
                purpose: typed.get("purpose").to_owned(),
                amount: fields::money("amount", typed.get("amount"))?,
                things: things.clone(),
                own_share: fields::money("own_share", typed.get("own_share"))?,
                from: fields::day("from", typed.get("from"))?,
                due: days(scheme, &typed)?,
                plan: plan.clone(),
            })
        };
        let new = whom.recipients.iter().map(one).collect::<Result<Vec<_>, RegistryError>>()?;
        match &new[..] {
            [one] => officer.office.draw_up(one).await.map(|id| vec![id]),
            all => officer.office.draw_up_all(&whom.commune, all).await,
        }
    };
    match drawn_up.await {
        Ok(ids) if ids.len() == 1 => done(&format!("/support/agreements/{}", ids[0])),
        Ok(_) => {
            let address = told::with_commune("/support/agreements", &whom.commune);
            Ok(Redirect::to(&format!("{address}&state=draft&done=saved")).into_response())
        }
        Err(error) => again(error, async |problem| ask(&officer, &typed, Some(problem)).await).await,
    }
}
