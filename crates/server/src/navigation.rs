//! Where one can go, by role. A new area of pages is a new line here and a new file in `pages`.

use crate::view::{View, Who};
use maud::{Markup, html};
use vuon_registry::scope::{Action, Role};

/// A place in the bar.
struct Place {
    /// Its address; a page whose address begins so is in this place.
    path: &'static str,
    /// Its name.
    name: fn(&View) -> String,
    /// Who is shown it.
    shown: fn(Role) -> bool,
}

/// The bar, in order.
const PLACES: &[Place] = &[
    Place { path: "/", name: |view| view.t("nav-home"), shown: |_| true },
    Place { path: "/rounds", name: |view| view.t("review-rounds"), shown: |role| role.may(Action::ReadPeople) },
    Place { path: "/complaints", name: |view| view.t("review-complaints"), shown: |role| role.may(Action::ReadPeople) },
    Place { path: "/progress", name: |view| view.t("review-progress"), shown: |role| role.may(Action::ReadFigures) },
    Place { path: "/households", name: |view| view.t("nav-households"), shown: |role| role.may(Action::ReadPeople) },
    Place { path: "/lists", name: |view| view.t("nav-lists"), shown: |role| role.may(Action::ReadPeople) },
    Place { path: "/flows", name: |view| view.t("nav-flows"), shown: |role| role.may(Action::ReadFigures) },
    Place { path: "/reports", name: |view| view.t("nav-reports"), shown: |role| role.may(Action::ReadFigures) },
    Place { path: "/support", name: |view| view.t("nav-support"), shown: |role| role.may(Action::ReadFigures) },
    Place { path: "/training", name: |view| view.t("nav-training"), shown: |_| true },
    Place { path: "/import", name: |view| view.t("nav-import"), shown: |role| role.may(Action::Import) },
    Place {
        path: "/duplicates",
        name: |view| view.t("nav-duplicates"),
        shown: |role| role.may(Action::CompareRecords),
    },
    Place { path: "/areas", name: |view| view.t("nav-areas"), shown: |_| true },
    Place { path: "/ledger", name: |view| view.t("nav-ledger"), shown: |role| role.may(Action::ReadLedger) },
    Place { path: "/users", name: |view| view.t("nav-users"), shown: |role| role.may(Action::ManageAccounts) },
];

/// Pages whose address does not begin with that of their place.
const ELSEWHERE: &[(&str, &str)] =
    &[("/work", "/"), ("/cases", "/rounds"), ("/meetings", "/rounds"), ("/postings", "/rounds")];

/// The bar for somebody.
pub fn bar(view: &View, who: &Who) -> Markup {
    let page = view.path.split('?').next().unwrap_or_default();
    let within = |path: &str| page == path || page.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    let here = |path: &str| within(path) || ELSEWHERE.iter().any(|(begin, place)| *place == path && within(begin));
    let places: Vec<_> = PLACES.iter().filter(|place| (place.shown)(who.role)).collect();
    let list = html! {
        ul {
            @for place in &places {
                li { a href=(place.path) aria-current=[here(place.path).then_some("page")] { ((place.name)(view)) } }
            }
        }
    };
    let current = places.iter().find(|place| here(place.path));
    html! {
        nav.bar aria-label=(view.t("nav")) {
            // One of the two is there for a width: a closed menu cannot be opened by a style alone in every browser.
            div.wide { (list) }
            details.menu {
                summary { (view.t("nav-menu")) @if let Some(place) = current { ": " ((place.name)(view)) } }
                (list)
            }
        }
    }
}
