//! The steps of a review: who does what by when, from the pack's procedure.

use super::author::{Author, see};
use super::book::{Block, Page};
use vuon_policy::calendar::Day;
use vuon_policy::model::Language;
use vuon_policy::process::{Limit, Role, RoundKind, Step};
use vuon_policy::words::pick;

pub(super) fn pages(author: &Author<'_>) -> Vec<Page> {
    let Some(process) = &author.program.pack.process else { return Vec::new() };
    let mut pages: Vec<Page> = process.rounds.iter().map(|kind| round(author, &process.rounds, kind)).collect();
    if let Some(rule) = &process.complaint {
        let title = author.words.label("complaint", &rule.label);
        let mut page = author.page("complaint", title, "page.complaint");
        page.blocks.push(Block::Text { text: author.say("complaint-text") });
        page.blocks.push(author.named("step-who", actors(author, &rule.actors)));
        let within = rule
            .recheck_within
            .map(|limit| author.words.say_with("complaint-within", &[("limit", limit.told(author.language))]));
        page.blocks.push(author.named("step-when", within.unwrap_or_else(|| author.say("step-no-limit"))));
        if let Some(limit) = rule.result_posted_for {
            let text = author.words.say_with("complaint-posted", &[("limit", limit.told(author.language))]);
            page.blocks.push(Block::Text { text });
        }
        page.blocks.extend(author.mistake("complaint-mistake"));
        let told =
            [rule.recheck_within, rule.result_posted_for].map(|limit| limit.map(|limit| limit.told(author.language)));
        let told = told.into_iter().flatten().collect::<Vec<_>>().join(", ");
        page.rests_on.insert("complaint".into(), format!("{} {told}", actors(author, &rule.actors)));
        author.rest_on_source(&mut page, "complaint", &rule.source);
        pages.push(page);
    }
    pages
}

fn round(author: &Author<'_>, rounds: &[RoundKind], kind: &RoundKind) -> Page {
    let id = format!("round.{}", kind.id.value);
    let title = author.words.label(&format!("round-{}", kind.id.value), &kind.label);
    let mut page = author.page(&id, title, "step.list");
    page.blocks.push(author.named("round-opens", kind.opens.told(author.language)));
    if let Some((limit, from)) = kind.decided_within {
        let values = [("limit", limit.told(author.language)), ("from", from.label(author.language).to_owned())];
        page.blocks.push(author.named("round-decided", author.words.say_with("round-decided-within", &values)));
    }
    let within = kind.decided_within.map(|(limit, from)| {
        let (limit, from) = (limit.told(author.language), from.label(author.language));
        match author.language {
            Language::Vi => format!(", quyết định trong {limit} kể từ {from}"),
            Language::En => format!(", decided within {limit} of {from}"),
        }
    });
    page.rests_on.insert(id.clone(), format!("{}{}", kind.opens.told(author.language), within.unwrap_or_default()));
    author.rest_on_source(&mut page, &id, &kind.source);
    // What is so of every step is said once.
    let all_unverified = kind.steps.iter().all(|step| !step.source.verified);
    if all_unverified {
        page.blocks.push(Block::Warning { text: author.say("round-unverified") });
    }
    // The steps of every time in force; one that holds only for a time says so.
    for (number, step) in kind.steps.iter().enumerate() {
        page.blocks.push(one(author, rounds, kind, (step, number + 1), !all_unverified));
        let key = format!("{id} {}", step.id.value);
        page.rests_on.insert(key.clone(), rested(author, step));
        author.rest_on_source(&mut page, &key, &step.source);
    }
    page
}

fn one(
    author: &Author<'_>,
    rounds: &[RoundKind],
    kind: &RoundKind,
    (step, number): (&Step, usize),
    marks: bool,
) -> Block {
    let language = author.language;
    let label = author.words.label(&format!("step-{}-{}", kind.id.value, step.id.value), &step.label);
    let mut blocks = vec![author.named("step-who", actors(author, &step.actors))];
    let mut when = Vec::new();
    when.extend(step.limit.map(|limit| author.words.say_with("step-within", &[("limit", limit.told(language))])));
    when.extend(step.stands_for.map(|limit| author.words.say_with("step-stands", &[("limit", limit.told(language))])));
    when.extend(step.since.map(|day| author.words.say_with("step-since", &[("day", author.date(day))])));
    when.extend(step.until.map(|day| author.words.say_with("step-until", &[("day", author.date(day))])));
    if when.is_empty() {
        when.push(author.say("step-no-limit"));
    }
    blocks.push(author.named("step-when", when.join(" ")));
    if let Some(quorum) = step.quorum {
        let mut rule = Vec::new();
        rule.extend(
            quorum.present.map(|share| author.words.say_with("quorum-present", &[("share", share.to_string())])),
        );
        let key = if quorum.strict { "quorum-agree-more" } else { "quorum-agree" };
        rule.push(author.words.say_with(key, &[("share", quorum.agree.to_string())]));
        rule.extend(quorum.repeat_from.map(|from| {
            let from = from.label(language).to_lowercase();
            author.words.say_with("quorum-repeat", &[("step", from)])
        }));
        blocks.push(author.named("step-quorum", rule.join(" ")));
    }
    // How a step is done is told once, in the first round that has it.
    let told = rounds.iter().find(|round| round.steps.iter().any(|known| known.kind == step.kind));
    match told.filter(|round| round.id.value != kind.id.value) {
        Some(round) => {
            let page = see(&format!("round.{}", round.id.value));
            blocks.push(author.named("step-how", author.words.say_with("step-as-before", &[("page", page)])));
        }
        None => {
            blocks.push(author.named("step-how", author.told(&format!("step-{}", step.kind.id()))));
            blocks.extend(author.mistake(&format!("step-{}-mistake", step.kind.id())));
        }
    }
    if marks && !step.source.verified {
        blocks.push(Block::Warning { text: author.say("step-unverified") });
    }
    Block::Item {
        title: format!("{number}. {label}"),
        line: author.cite(&step.source).text,
        shown: author.shown(&format!("step.{}", step.kind.id())),
        blocks,
    }
}

/// A step as a later pack is compared with it.
fn rested(author: &Author<'_>, step: &Step) -> String {
    let language = author.language;
    let limit =
        |vi, en, limit: Option<Limit>| limit.map(|l| format!("{} {}", pick(language, vi, en), l.told(language)));
    let day = |vi, en, day: Option<Day>| day.map(|day| format!("{} {}", pick(language, vi, en), author.date(day)));
    let parts = [
        limit("trong", "within", step.limit),
        limit("niêm yết", "for", step.stands_for),
        step.quorum.map(|quorum| quorum.told(language)),
        day("từ", "since", step.since),
        day("đến hết", "until", step.until),
    ];
    std::iter::once(actors(author, &step.actors)).chain(parts.into_iter().flatten()).collect::<Vec<_>>().join(", ")
}

fn actors(author: &Author<'_>, actors: &[Role]) -> String {
    actors.iter().map(|role| role.label(author.language)).collect::<Vec<_>>().join("; ")
}
