//! Where one can go, by role. A new area of pages is a new line here and a new file in `pages`.

use crate::view::{View, Who};
use maud::{Markup, html};
use vuon_registry::scope::{Action, Role};

/// A place in the bar.
struct Place {
    /// Its address; a page whose address begins so is in this place.
    path: &'static str,
    /// What else it holds: beginnings of addresses.
    also: &'static [&'static str],
    /// Its name.
    name: fn(&View) -> String,
    /// Who is shown it.
    shown: fn(Role) -> bool,
}

/// The bar, in order.
const PLACES: &[Place] = &[
    Place { path: "/", also: &["/work"], name: |view| view.t("nav-home"), shown: |_| true },
    Place {
        path: "/rounds",
        also: &["/cases", "/meetings", "/postings"],
        name: |view| view.t("review-rounds"),
        shown: |role| role.may(Action::ReadPeople),
    },
    Place {
        path: "/complaints",
        also: &[],
        name: |view| view.t("review-complaints"),
        shown: |role| role.may(Action::ReadPeople),
    },
    Place {
        path: "/progress",
        also: &[],
        name: |view| view.t("review-progress"),
        shown: |role| role.may(Action::ReadFigures),
    },
    Place {
        path: "/households",
        also: &[],
        name: |view| view.t("nav-households"),
        shown: |role| role.may(Action::ReadPeople),
    },
    Place { path: "/lists", also: &[], name: |view| view.t("nav-lists"), shown: |role| role.may(Action::ReadPeople) },
    Place { path: "/flows", also: &[], name: |view| view.t("nav-flows"), shown: |role| role.may(Action::ReadFigures) },
    Place {
        path: "/support",
        also: &[],
        name: |view| view.t("nav-support"),
        shown: |role| role.may(Action::ReadFigures),
    },
    Place { path: "/import", also: &[], name: |view| view.t("nav-import"), shown: |role| role.may(Action::Import) },
    Place {
        path: "/duplicates",
        also: &[],
        name: |view| view.t("nav-duplicates"),
        shown: |role| role.may(Action::Merge),
    },
    Place { path: "/areas", also: &[], name: |view| view.t("nav-areas"), shown: |_| true },
    Place { path: "/ledger", also: &[], name: |view| view.t("nav-ledger"), shown: |role| role.may(Action::ReadLedger) },
    Place {
        path: "/users",
        also: &[],
        name: |view| view.t("nav-users"),
        shown: |role| role.may(Action::ManageAccounts),
    },
];

/// The bar for somebody.
pub fn bar(view: &View, who: &Who) -> Markup {
    let page = view.path.split('?').next().unwrap_or_default();
    let within = |path: &str| page == path || page.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    let here = |place: &Place| match place.path {
        "/" => page == "/" || place.also.iter().any(|path| within(path)),
        path => within(path) || place.also.iter().any(|path| within(path)),
    };
    html! {
        nav.bar aria-label=(view.t("nav")) {
            ul {
                @for place in PLACES.iter().filter(|place| (place.shown)(who.role)) {
                    li { a href=(place.path) aria-current=[here(place).then_some("page")] { ((place.name)(view)) } }
                }
            }
        }
    }
}
