//! Where one can go, by role, in groups of what people do. A new area of pages is a new line here and a new file in `pages`.

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

/// Places that belong together.
struct Group {
    /// Its name.
    name: fn(&View) -> String,
    /// Its places, in order. Somebody who is shown one alone gets it without the group.
    places: &'static [Place],
}

/// The bar, in order.
const GROUPS: &[Group] = &[
    Group {
        name: |view| view.t("nav-home"),
        places: &[Place { path: "/", name: |view| view.t("nav-home"), shown: |_| true }],
    },
    Group {
        name: |view| view.t("nav-review"),
        places: &[
            Place { path: "/rounds", name: |view| view.t("review-rounds"), shown: |role| role.may(Action::ReadPeople) },
            Place {
                path: "/complaints",
                name: |view| view.t("review-complaints"),
                shown: |role| role.may(Action::ReadPeople),
            },
            Place {
                path: "/progress",
                name: |view| view.t("review-progress"),
                shown: |role| role.may(Action::ReadFigures),
            },
        ],
    },
    Group {
        name: |view| view.t("nav-people"),
        places: &[
            Place {
                path: "/households",
                name: |view| view.t("nav-households"),
                shown: |role| role.may(Action::ReadPeople),
            },
            Place { path: "/lists", name: |view| view.t("nav-lists"), shown: |role| role.may(Action::ReadPeople) },
            Place { path: "/import", name: |view| view.t("nav-import"), shown: |role| role.may(Action::Import) },
            Place {
                path: "/duplicates",
                name: |view| view.t("nav-duplicates"),
                shown: |role| role.may(Action::CompareRecords),
            },
        ],
    },
    Group {
        name: |view| view.t("nav-support"),
        places: &[Place {
            path: "/support",
            name: |view| view.t("nav-support"),
            shown: |role| role.may(Action::ReadFigures),
        }],
    },
    Group {
        name: |view| view.t("nav-figures"),
        places: &[
            Place { path: "/flows", name: |view| view.t("nav-flows"), shown: |role| role.may(Action::ReadFigures) },
            Place { path: "/reports", name: |view| view.t("nav-reports"), shown: |role| role.may(Action::ReadFigures) },
        ],
    },
    Group {
        name: |view| view.t("nav-training"),
        places: &[Place { path: "/training", name: |view| view.t("nav-training"), shown: |_| true }],
    },
    Group {
        name: |view| view.t("nav-system"),
        places: &[
            Place { path: "/areas", name: |view| view.t("nav-areas"), shown: |_| true },
            Place { path: "/ledger", name: |view| view.t("nav-ledger"), shown: |role| role.may(Action::ReadLedger) },
            Place { path: "/users", name: |view| view.t("nav-users"), shown: |role| role.may(Action::ManageAccounts) },
        ],
    },
];

/// Pages whose address does not begin with that of their place.
const ELSEWHERE: &[(&str, &str)] =
    &[("/work", "/"), ("/cases", "/rounds"), ("/meetings", "/rounds"), ("/postings", "/rounds")];

/// A group as somebody is shown it.
struct Shown {
    group: &'static Group,
    places: Vec<&'static Place>,
}

/// The bar for somebody.
pub fn bar(view: &View, who: &Who) -> Markup {
    let page = view.path.split('?').next().unwrap_or_default();
    let within = |path: &str| page == path || page.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    let here = |place: &Place| {
        within(place.path) || ELSEWHERE.iter().any(|(begin, path)| *path == place.path && within(begin))
    };
    let shown = GROUPS.iter().map(|group| {
        let places = group.places.iter().filter(|place| (place.shown)(who.role)).collect();
        Shown { group, places }
    });
    let groups: Vec<Shown> = shown.filter(|shown| !shown.places.is_empty()).collect();
    let current = groups.iter().flat_map(|shown| &shown.places).find(|place| here(place));
    let link = |place: &Place| {
        html! { a href=(place.path) aria-current=[here(place).then_some("page")] { ((place.name)(view)) } }
    };
    html! {
        nav.bar aria-label=(view.t("nav")) {
            // One of the two is there for a width: a closed menu cannot be opened by a style alone in every browser.
            div.wide {
                ul { @for shown in &groups { li { (on_a_wide_screen(view, shown, &here, &link)) } } }
            }
            details.menu {
                summary { (view.t("nav-menu")) @if let Some(place) = current { ": " ((place.name)(view)) } }
                @for shown in &groups {
                    @if shown.places.len() > 1 { p.group { ((shown.group.name)(view)) } }
                    ul { @for place in &shown.places { li { (link(place)) } } }
                }
            }
        }
    }
}

/// A group that unfolds below its name; opening one closes the others, where the browser can.
fn on_a_wide_screen(
    view: &View,
    shown: &Shown,
    here: &impl Fn(&Place) -> bool,
    link: &impl Fn(&Place) -> Markup,
) -> Markup {
    html! {
        @if let [place] = shown.places[..] {
            (link(place))
        } @else {
            details name="nav" {
                summary aria-current=[shown.places.iter().any(|place| here(place)).then_some("true")] {
                    ((shown.group.name)(view))
                }
                ul { @for place in &shown.places { li { (link(place)) } } }
            }
        }
    }
}
