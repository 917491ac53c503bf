//! Each scheme on one page: who, what, how to apply, what is owed back, what is not known.

use super::author::{Author, see};
use super::book::{Block, Page};
use std::collections::{BTreeMap, BTreeSet};
use vuon_policy::evaluate::Household;
use vuon_policy::exact::Exact;
use vuon_policy::ir::NodeId;
use vuon_policy::lattice::Tri;
use vuon_policy::model::Language;
use vuon_policy::support::{Beneficiary, IfMissed, Modality, PriorityKey, Rate, Repayment, Scheme};
use vuon_programme::entitled::unpayable;

pub(super) fn pages(author: &Author<'_>) -> Vec<Page> {
    (0..author.program.pack.schemes.len()).map(|place| page(author, place)).collect()
}

fn page(author: &Author<'_>, place: usize) -> Page {
    let program = author.program;
    let scheme = &program.pack.schemes[place];
    let id = &scheme.id.value;
    let title = author.words.label(&format!("scheme-{id}"), &scheme.label);
    let mut page = author.page(&format!("scheme.{id}"), title, &format!("scheme.{id}"));
    if page.drawing.is_none() {
        page.drawing = author.shown(&format!("modality.{}", scheme.modality.id()));
    }
    page.blocks.push(Block::Text { text: author.say(&format!("modality-{}", scheme.modality.id())) });
    who(author, place, &mut page);
    what(author, scheme, &mut page);
    page.blocks.push(author.named("scheme-how", how(author, scheme)));
    page.blocks.push(author.named("scheme-owed", owed(author, scheme)));
    page.blocks.extend(lends(author, scheme).map(|text| author.named("scheme-lends", text)));
    rules(author, scheme, &mut page);
    if scheme.sources().any(|source| !source.verified) {
        page.blocks.push(Block::Warning { text: author.say("scheme-unverified") });
    }
    rest(author, scheme, &mut page);
    page
}

/// How one applies. The pack does not hold it: what is usual for the modality is told as that, and nothing of a grant that
/// another office pays.
fn how(author: &Author<'_>, scheme: &Scheme) -> String {
    if scheme.modality == Modality::Grant && unpayable(scheme).is_some() {
        return author.say("apply-unknown");
    }
    format!("{} {}", author.say(&format!("apply-{}", scheme.modality.id())), author.say("apply-usual"))
}

fn who(author: &Author<'_>, place: usize, page: &mut Page) {
    let program = author.program;
    let (scheme, checked) = (&program.pack.schemes[place], &program.schemes[place]);
    let anybody = Household::unanswered(program, 1);
    let mut sure = Vec::new();
    let mut perhaps = Vec::new();
    for (status, written) in program.pack.statuses.iter().enumerate() {
        let label = author.status_label(&written.id.value);
        match author.value(checked.eligible, &anybody, Some(status)).tri() {
            Tri::True => sure.push(label),
            Tri::Unknown => perhaps.push(label),
            Tri::False => {}
        }
    }
    let key = format!("scheme-to-{}", scheme.beneficiary.id());
    page.blocks.push(author.named("scheme-who", author.say(&key)));
    page.blocks.extend(author.list("scheme-sure", sure));
    if !perhaps.is_empty() {
        page.blocks.extend(author.list("scheme-perhaps", perhaps));
        let hangs = labels(author, checked.eligible);
        page.blocks.push(author.named("scheme-hangs", hangs.join("; ")));
    }
    if let Some(node) = checked.member.filter(|_| scheme.beneficiary == Beneficiary::Member) {
        page.blocks.push(author.named("scheme-members", labels(author, node).join("; ")));
    }
    let classes = |ids: &[vuon_policy::Text]| -> Vec<String> {
        let classes = program.pack.area_classes.iter().filter(|class| ids.iter().any(|id| id.value == class.id.value));
        classes.map(|class| author.words.label(&format!("area-{}", class.id.value), &class.label)).collect()
    };
    page.blocks.extend(author.list("scheme-places", classes(&scheme.places)));
    page.blocks.extend(author.list("scheme-not-places", classes(&scheme.not_places)));
}

/// The questions that a condition hangs on.
fn labels(author: &Author<'_>, node: NodeId) -> Vec<String> {
    let questionnaire = &author.program.pack.questionnaire;
    let (household, members) = author.program.variables_behind([node]);
    let household = household.into_iter().map(|v| &questionnaire.household[v]);
    let members = members.into_iter().map(|v| &questionnaire.member[v]);
    let labels: BTreeSet<String> = household.chain(members).map(|variable| author.variable_label(variable)).collect();
    labels.into_iter().collect()
}

fn what(author: &Author<'_>, scheme: &Scheme, page: &mut Page) {
    let (amount, ceiling) = (author.quantity(&scheme.amount), author.quantity(&scheme.ceiling));
    match (amount, ceiling) {
        (None, None) => page.blocks.push(Block::Warning { text: author.say("scheme-amount-unknown") }),
        (amount, ceiling) => {
            page.blocks.extend(amount.map(|text| author.named("scheme-amount", text)));
            page.blocks.extend(ceiling.map(|text| author.named("scheme-ceiling", text)));
        }
    }
    page.blocks.extend(scheme.own_share.map(|share| author.named("scheme-own-share", hundredths(author, share))));
    page.blocks.extend(scheme.again_after_months.map(|months| {
        author.named("scheme-again", author.words.say_with("scheme-months", &[("months", months.to_string())]))
    }));
    let milestones: Vec<String> = scheme
        .milestones
        .iter()
        .map(|milestone| {
            let label = author.words.label(&format!("milestone-{}", milestone.id.value), &milestone.label);
            let missed = author.say(&format!("missed-{}", milestone.if_missed.id()));
            format!("{label}: {}. {missed}", hundredths(author, milestone.share))
        })
        .collect();
    page.blocks.extend(author.list("scheme-milestones", milestones));
}

fn owed(author: &Author<'_>, scheme: &Scheme) -> String {
    if let Some(repayment) = &scheme.repayment {
        let mut parts = vec![author.say(&format!("owed-{}", scheme.modality.id())), rate(author, repayment)];
        parts.extend(
            repayment
                .overdue_times
                .map(|times| author.words.say_with("owed-overdue", &[("times", hundredths(author, times))])),
        );
        parts.extend(
            repayment
                .longest_months
                .map(|months| author.words.say_with("owed-longest", &[("months", months.to_string())])),
        );
        return parts.join(" ");
    }
    let reclaimed = scheme.milestones.iter().any(|milestone| milestone.if_missed == IfMissed::Reclaim);
    author.say(match scheme.modality {
        Modality::Repayable | Modality::Revolving => "owed-unknown",
        _ if reclaimed => "owed-if-missed",
        _ => "owed-nothing",
    })
}

/// Who lends, and who keeps account of it.
fn lends(author: &Author<'_>, scheme: &Scheme) -> Option<String> {
    let told = |code: &str, language| Some((code.to_owned(), scheme.lends(language)?));
    let texts: BTreeMap<String, String> =
        [told("vi", Language::Vi), told("en", Language::En)].into_iter().flatten().collect();
    (!texts.is_empty()).then(|| author.words.of(&format!("lends-{}", scheme.id.value), &texts))
}

fn rate(author: &Author<'_>, repayment: &Repayment) -> String {
    match &repayment.rate {
        Rate::PerYear(None) => author.say("rate-unknown"),
        Rate::PerYear(Some(rate)) if rate.numerator() == 0 => author.say("rate-none"),
        Rate::PerYear(Some(rate)) => author.words.say_with("rate-per-year", &[("rate", hundredths(author, *rate))]),
        Rate::Times { scheme, times } => {
            let values = [("times", hundredths(author, *times)), ("page", see(&format!("scheme.{}", scheme.value)))];
            author.words.say_with("rate-times", &values)
        }
    }
}

fn rules(author: &Author<'_>, scheme: &Scheme, page: &mut Page) {
    let keys: Vec<String> = scheme
        .priority
        .iter()
        .map(|key| author.words.label(&format!("priority-{}", key.id.value), &key.label))
        .collect();
    page.blocks.extend(author.list("scheme-priority", keys));
    if scheme.priority.iter().any(|key| matches!(key.key, PriorityKey::Sealed(_))) {
        page.blocks.push(Block::Text { text: author.say("scheme-sealed") });
    }
    if let Some(group) = &scheme.group {
        let mut items = Vec::new();
        items.extend(group.least_members.map(|n| author.words.say_with("group-least", &[("members", n.to_string())])));
        items.extend(
            group
                .entitled_share
                .map(|share| author.words.say_with("group-share", &[("share", hundredths(author, share))])),
        );
        let leaders: Vec<String> =
            group.led_by.iter().map(|leader| author.say(&format!("leader-{}", leader.id()))).collect();
        items.push(author.words.say_with("group-leader", &[("leaders", leaders.join(", "))]));
        page.blocks.extend(author.list("scheme-group", items));
    }
    if let Some(community) = &scheme.community {
        let items = vec![
            author.words.say_with("community-present", &[("share", community.present.to_string())]),
            author.words.say_with("community-longest", &[("months", community.longest_months.to_string())]),
        ];
        page.blocks.extend(author.list("scheme-community", items));
    }
    let excludes: Vec<String> = scheme.excludes.iter().map(|other| see(&format!("scheme.{}", other.value))).collect();
    if !excludes.is_empty() {
        page.blocks.push(author.named("scheme-excludes", excludes.join(", ")));
    }
}

fn rest(author: &Author<'_>, scheme: &Scheme, page: &mut Page) {
    let key = format!("scheme {}", scheme.id.value);
    author.rest_on_expression(page, &format!("{key} · eligible when"), &scheme.eligible_when.value);
    if let Some(when) = &scheme.member_when {
        author.rest_on_expression(page, &format!("{key} · member when"), &when.value);
    }
    let unknown = || "?".to_owned();
    page.rests_on.insert(format!("{key} · amount"), author.quantity(&scheme.amount).unwrap_or_else(unknown));
    page.rests_on.insert(format!("{key} · ceiling"), author.quantity(&scheme.ceiling).unwrap_or_else(unknown));
    page.rests_on.insert(format!("{key} · modality"), scheme.modality.id().to_owned());
    if let Some(repayment) = &scheme.repayment {
        page.rests_on.insert(format!("{key} · repayment"), owed(author, scheme));
        let lender = repayment.lender.as_ref().map_or_else(unknown, |lender| lender.get(author.language).to_owned());
        page.rests_on.insert(format!("{key} · lender"), lender);
        author.rest_on_source(page, &format!("{key} · repayment"), &repayment.source);
    }
    author.rest_on_source(page, &key, &scheme.source);
    for source in scheme.sources() {
        let citation = author.cite(source);
        if !page.margin.contains(&citation) {
            page.margin.push(citation);
        }
    }
}

/// A share as people say it: `6,6%`.
fn hundredths(author: &Author<'_>, share: Exact) -> String {
    let (top, bottom) = (share.numerator() * 1000, share.denominator());
    if top % bottom == 0 {
        format!("{}%", vuon_policy::words::number(top / bottom, 10, author.language))
    } else {
        share.to_string()
    }
}
