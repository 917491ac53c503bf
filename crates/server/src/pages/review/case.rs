//! A case: what is known of the household, its answers and status, and all that happened on its way.

use super::answers_told::version_name;
use super::names::{Names, case_state, changes_told};
use super::{documents, reason};
use crate::error::{Page, Problem};
use crate::labels;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use maud::{Markup, html};
use vuon_publish::papers::has_form_a;
use vuon_registry::cases::{CaseState, CaseView, ComplaintRow};
use vuon_registry::scope::Action;

/// `/cases/{id}`.
pub fn routes() -> Router<App> {
    Router::new().route("/cases/{id}", get(case))
}

async fn case(person: Person, Path(id): Path<String>) -> Page {
    show(&person, &id, None).await
}

/// The page of a case.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn show(person: &Person, id: &str, problem: Option<&Problem>) -> Page {
    let view = person.desk.case(id, person.language).await?;
    let names = Names::of(person, &view.round).await;
    let changes = person.desk.changes_since_listed(&view.row.round, Some(id)).await?.remove(id).unwrap_or_default();
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        (summary(person, &names, &view))
        @if !changes.is_empty() {
            p.warning { (person.tr("review-changed-since-by", &[("changes", changes_told(person, &changes).into())])) }
        } @else if view.changed_since { p.warning { (person.t("review-changed-since")) } }
        (offers(person, &view))
        h2 { (person.t("review-status-and-reason")) }
        @match &view.explanation {
            Some(told) => {
                (reason::reason(person, &names, told))
                p.actions.noprint {
                    a.button.second href=(format!("/papers/reasons/{}", view.row.id)) { (person.t("paper-reasons")) }
                    a.button.second href=(format!("/papers/filled/{}", view.row.id)) { (person.t("paper-filled")) }
                    @if names.program.as_deref().is_some_and(has_form_a) {
                        a.button.second href=(format!("/papers/filled_a/{}", view.row.id)) { (person.t("paper-filled-a")) }
                    }
                }
            },
            None => { p.empty { (person.t("review-no-answers")) } },
        }
        h2 { (person.t("review-members")) }
        (members(person, &names, &view))
        h2 { (person.t("review-versions")) }
        (versions(person, &names, &view))
        (votes(person, &view))
        (posting(person, &names, &view))
        (complaints(person, &names, &view))
        (decision(person, &view))
        (documents::section(person, &view))
        (history(person, &view).await)
    };
    let title = person.tr("review-case-title", &[("name", person.named(&view.row.name).into())]);
    Ok(layout::page(person, &title, body))
}

fn summary(person: &Person, names: &Names, view: &CaseView) -> Markup {
    let row = &view.row;
    let mut facts = vec![
        (
            person.t("review-round"),
            html! {
                a href=(format!("/rounds/{}", view.round.id)) { (names.round(person, &view.round)) }
            },
        ),
        (
            person.t("review-household"),
            html! { a href=(format!("/households/{}", row.household)) { (person.named(&row.name)) } },
        ),
        (person.t("review-hamlet"), layout::plain(row.hamlet_name.as_deref().unwrap_or("–"))),
        (person.t("review-waits-for"), layout::plain(case_state(person, row.state))),
        (person.t("review-reason"), layout::plain(person.of("review-reason", row.reason.id()))),
        (person.t("review-before"), names.tag(person, row.before.as_deref())),
        (person.t("review-status"), names.tag(person, row.status.as_deref())),
    ];
    if row.due.is_some() {
        facts.push((person.t("review-due"), names.due(person, row.due)));
    }
    layout::facts(&facts)
}

fn open_complaint(view: &CaseView) -> Option<&ComplaintRow> {
    view.complaints.iter().find(|complaint| complaint.answered_on.is_none())
}

fn offers(person: &Person, view: &CaseView) -> Markup {
    let (id, state) = (&view.row.id, view.row.state);
    let open = view.round.state == "open" && state != CaseState::Withdrawn;
    let correct = open && view.decision.is_none() && state != CaseState::Survey;
    html! {
        p.actions {
            @if open && person.may(Action::Answer) {
                @if state == CaseState::Survey {
                    a.button href=(format!("/cases/{id}/form")) { (person.t("review-form")) }
                } @else if open_complaint(view).is_some() {
                    a.button href=(format!("/cases/{id}/form?reason=recheck")) { (person.t("review-recheck")) }
                }
                @if correct {
                    a.button.second href=(format!("/cases/{id}/form?reason=correction")) { (person.t("review-correct")) }
                }
            }
            @if open && person.may(Action::Complain) {
                a.button.second href=(format!("/cases/{id}/complaints/new")) { (person.t("review-complain")) }
            }
            @if open && person.may(Action::RunReview) && view.decision.is_none() {
                a.button.second href=(format!("/cases/{id}/withdraw")) { (person.t("review-withdraw")) }
            }
            @if !open && state == CaseState::Withdrawn && person.may(Action::RunReview) {
                a.button.second href=(format!("/rounds/{}/add?household={}", view.round.id, view.row.household)) { (person.t("review-add")) }
            }
        }
    }
}

fn members(person: &Person, names: &Names, view: &CaseView) -> Markup {
    let lists = ["relation", "sex", "ethnicity"].map(|list| labels::options(person, names.program.as_deref(), list));
    let [relations, sexes, groups] = &lists;
    let some = |value: &Option<String>, options: &[(String, String)]| {
        layout::plain(value.as_deref().map(|value| labels::name(options, value)).unwrap_or_default())
    };
    let headings = [
        person.t("review-member"),
        person.t("review-relation"),
        person.t("review-sex"),
        person.t("review-born"),
        person.t("review-ethnic"),
    ];
    let rows = view.members.iter().map(|member| {
        vec![
            layout::plain(person.named(&member.name)),
            layout::plain(labels::name(relations, &member.relation)),
            some(&member.sex, sexes),
            layout::plain(member.born.as_deref().map(|born| person.born(born)).unwrap_or_default()),
            some(&member.ethnic, groups),
        ]
    });
    html! {
        p.hint { (person.tr("review-picture-of", &[("day", person.day(view.round.reviewed_on).into())])) }
        (layout::list(&person.t("review-members"), &headings, rows.collect()))
    }
}

fn versions(person: &Person, names: &Names, view: &CaseView) -> Markup {
    if view.versions.is_empty() {
        return html! { p.empty { (person.t("review-no-answers")) } };
    }
    let rows = view.versions.iter().map(|version| {
        vec![
            layout::plain(version_name(person, version)),
            layout::plain(&version.author_name),
            layout::plain(person.moment(version.at)),
            names.tag(person, Some(&version.status)),
        ]
    });
    let headings = [
        person.t("review-version"),
        person.t("review-signed-by"),
        person.t("review-signed-at"),
        person.t("review-status"),
    ];
    let address = format!("/cases/{}/compare", view.row.id);
    html! {
        (layout::list(&person.t("review-versions"), &headings, rows.collect()))
        p.actions {
            a.button.second href=(address) {
                @if view.versions.len() > 1 { (person.t("review-compare")) } @else { (person.t("review-see-answers")) }
            }
        }
    }
}

fn votes(person: &Person, view: &CaseView) -> Markup {
    let headings = [person.t("review-held-on"), person.t("review-agree"), person.t("review-result")];
    let rows = view.votes.iter().map(|vote| {
        let of = [("present", vote.agree.into()), ("invited", vote.present.into())];
        vec![
            html! { a href=(format!("/meetings/{}", vote.meeting)) { (person.day(vote.held_on)) } },
            layout::plain(person.tr("review-present-of", &of)),
            layout::plain(if vote.carried { person.t("review-agreed") } else { person.t("review-not-agreed") }),
        ]
    });
    html! {
        @if !view.votes.is_empty() {
            h2 { (person.t("review-votes")) }
            (layout::list(&person.t("review-votes"), &headings, rows.collect()))
        }
    }
}

fn posting(person: &Person, names: &Names, view: &CaseView) -> Markup {
    html! {
        @if let Some(posting) = &view.posting {
            h2 { (person.t("review-posting")) }
            p {
                a href=(format!("/postings/{}", posting.id)) { (person.day(posting.posted_on)) } " – " (posting.place) ". "
                (person.t("review-posted-until")) ": " (super::postings::counter(person, names, posting))
            }
        }
    }
}

fn complaints(person: &Person, names: &Names, view: &CaseView) -> Markup {
    html! {
        @if !view.complaints.is_empty() {
            h2 { (person.t("review-complaints")) }
            ul.plainlist {
                @for complaint in &view.complaints {
                    li {
                        a href=(format!("/cases/{}/complaints/{}", complaint.case, complaint.id)) {
                            (person.of("review-complaint", complaint.kind.id())) " – " (person.day(complaint.received_on))
                        }
                        " " (super::complaints::standing(person, names, complaint))
                    }
                }
            }
        }
    }
}

fn decision(person: &Person, view: &CaseView) -> Markup {
    let Some(decision) = &view.decision else { return html! {} };
    html! {
        h2 { (person.t("review-decision")) }
        (layout::facts(&[
            (person.t("review-decision-number"), html! {
                a href=(format!("/rounds/{}/decisions/{}", view.round.id, decision.id)) { (decision.number) }
            }),
            (person.t("review-decided-on"), layout::plain(person.day(decision.decided_on))),
            (person.t("review-effective"), layout::plain(person.day(decision.effective))),
            (person.t("review-signed-by"), layout::plain(&decision.signed_by_name)),
        ]))
        @if let Some((number, day)) = &view.certificate {
            p {
                a href=(format!("/cases/{}/certificate", view.row.id)) { (person.t("review-certificate")) " " (number) }
                " – " (person.day(*day))
            }
        }
    }
}

/// What happened to the household; not every role may see it.
async fn history(person: &Person, view: &CaseView) -> Markup {
    let Ok(household) = person.desk.household(&view.row.household).await else { return html! {} };
    let Ok(told) = super::super::household_history::history(person, &household).await else { return html! {} };
    html! {
        h2 { (person.t("review-history")) }
        (told)
    }
}
