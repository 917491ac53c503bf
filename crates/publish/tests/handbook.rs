//! The handbook keeps what it promises: its results are the engine's, its languages are whole, its file needs nothing from
//! elsewhere, the same pack gives the same bytes.

use std::collections::BTreeSet;
use std::sync::Arc;
use vuon_policy::Library;
use vuon_policy::cases::prepare;
use vuon_policy::evaluate::{Answer, Household};
use vuon_policy::explain::explain;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_publish::document::Templates;
use vuon_publish::handbook::book::Block;
use vuon_publish::handbook::practice::{Exercise, compare};
use vuon_publish::handbook::{Book, Words, diff, html, pdf, write};

const PACKS: [&str; 4] = ["vn-2016-2020", "vn-2022-2026", "vn-2027-2030", "example-province"];

fn pack(id: &str) -> Arc<Program> {
    Library::embedded().load(id).expect("the pack is sound")
}

fn book(id: &str, code: &str) -> Book {
    write(&pack(id), &Words::embedded(code).expect("the words are sound")).expect("the book is written")
}

fn results(blocks: &[Block]) -> Vec<&str> {
    let sentences = blocks.iter().filter_map(|block| match block {
        Block::Result { text } => Some(text.as_str()),
        _ => None,
    });
    sentences.collect()
}

#[test]
fn both_languages_have_every_word() {
    let words = |code: &str| Words::embedded(code).expect("the words are sound");
    assert_eq!(words("vi").keys(), words("en").keys());
    for (code, id) in ["vi", "en"].into_iter().flat_map(|code| PACKS.map(|id| (code, id))) {
        let words = words(code);
        write(&pack(id), &words).expect("the book is written");
        assert_eq!(words.missing(), Vec::<String>::new(), "{id} in {code}");
    }
}

#[test]
fn a_further_language_is_told_what_it_lacks_and_reads_vietnamese_until_then() {
    let words = Words::read("tyz", "word-yes = mì").expect("the file is sound");
    let book = write(&pack("vn-2022-2026"), &words).expect("the book is written");
    let missing = words.missing();
    for key in ["book-title", "ask-income", "vn-2022-2026-rule-water", "pack-indicator-water", "drawing-water-tap"] {
        assert!(missing.iter().any(|known| known == key), "{key} is not told");
    }
    assert!(!missing.iter().any(|known| known == "word-yes"));
    assert_eq!(book.title, "Sổ tay giảm nghèo");
}

#[test]
fn worked_households_are_the_engines() {
    for id in ["vn-2016-2020", "vn-2022-2026"] {
        let program = pack(id);
        let book = book(id, "vi");
        let mut statuses = BTreeSet::new();
        for page in book.pages().filter(|page| page.id.starts_with("household.")) {
            let case = program.pack.cases.iter().find(|case| format!("household.{}", case.id.value) == page.id);
            let case = case.expect("the page is of a case of the pack");
            let ready = prepare(&program, case).expect("the case can be read");
            let reason = explain(&program, &ready.plan, &ready.household, case.review_date, Language::Vi);
            assert_eq!(reason.status, case.expect.status.value, "{}", page.id);
            assert_eq!(results(&page.blocks), [reason.sentence.as_str()], "{}", page.id);
            statuses.insert(reason.status);
        }
        assert!(["poor", "near_poor", "undetermined"].iter().all(|status| statuses.contains(*status)), "{statuses:?}");
    }
}

#[test]
fn every_indicator_step_and_scheme_has_its_page() {
    for id in PACKS {
        let program = pack(id);
        let book = book(id, "en");
        for indicator in &program.pack.indicators {
            let page = book.page(&format!("indicator.{}", indicator.id.value)).expect("an indicator has a page");
            assert!(page.drawing.is_some(), "{} has no drawing", page.id);
            assert!(!page.margin.is_empty(), "{} names no article", page.id);
        }
        for scheme in &program.pack.schemes {
            let page = book.page(&format!("scheme.{}", scheme.id.value)).expect("a scheme has a page");
            let verified = scheme.sources().all(|source| source.verified);
            assert!(
                verified || page.margin.iter().any(|citation| !citation.verified),
                "{} hides what is unverified",
                page.id
            );
        }
        for round in program.pack.process.iter().flat_map(|process| &process.rounds) {
            let page = book.page(&format!("round.{}", round.id.value)).expect("a round has a page");
            let steps = page.blocks.iter().filter(|block| matches!(block, Block::Item { .. })).count();
            assert_eq!(steps, round.steps.len());
        }
    }
}

#[test]
fn the_water_that_is_a_deprivation_is_found_by_the_engine() {
    let book = book("vn-2022-2026", "en");
    let page = book.page("indicator.water").expect("water has a page");
    let pictures = page.blocks.iter().find_map(|block| match block {
        Block::Pictures { pictures, .. } => Some(pictures),
        _ => None,
    });
    let deprived: Vec<&str> = pictures
        .expect("the sources are drawn")
        .iter()
        .filter(|picture| picture.deprived == Some(true))
        .map(|picture| picture.caption.as_str())
        .collect();
    let expected =
        ["Unprotected dug well", "Unprotected spring", "Surface water (river, stream, pond, lake)", "Other source"];
    assert_eq!(deprived, expected);
}

#[test]
fn the_html_file_needs_nothing_from_elsewhere_and_its_ways_lead_somewhere() {
    for (id, code) in [("vn-2022-2026", "vi"), ("vn-2016-2020", "en"), ("example-province", "vi")] {
        let page = html(&book(id, code));
        for outside in ["<script", "<link", "<iframe", "<img", "src=", "url(", "@import", "http:", "https:", "//"] {
            assert!(!page.contains(outside), "{outside} in {id}");
        }
        let ids: BTreeSet<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        for way in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(way.strip_prefix('#').is_some_and(|id| ids.contains(id)), "{way} leads nowhere in {id}");
        }
        assert!(!page.contains('⟦') && !page.contains("[missing"), "{id}");
    }
}

#[test]
fn a_changed_pack_changes_the_pages_that_rest_on_it() {
    let changes = diff(&book("vn-2016-2020", "en"), &book("vn-2022-2026", "en"));
    let change = |id: &str| changes.iter().find(|change| change.page == id);
    let lines = change("lines").expect("the lines change");
    assert!(lines.why.iter().any(|(name, before, after)| {
        name == "lines.rural.poor" && before == "700,000 VND/person/month" && after == "1,500,000 VND/person/month"
    }));
    assert!(change("indicator.nutrition").is_some_and(|change| change.before.is_none()), "a new page");
    assert!(change("indicator.health_services").is_some_and(|change| change.after.is_none()), "a page that is gone");
    assert!(change("scheme.electricity").is_none(), "nothing of it differs");
    assert!(diff(&book("vn-2022-2026", "vi"), &book("vn-2022-2026", "vi")).is_empty());
}

#[test]
fn exercises_are_answered_by_the_engine() {
    let program = pack("vn-2022-2026");
    let book = book("vn-2022-2026", "vi");
    let exercises = Exercise::of(&program).expect("the exercises are sound");
    assert!(exercises.len() >= 3);
    for exercise in &exercises {
        let ready = exercise.ready(&program).expect("the pack knows the answers");
        let reason = explain(&program, &program.plan(0), &ready.household, Some(ready.on), Language::Vi);
        assert!(reason.questions.is_empty(), "{} tells all that is needed", exercise.id);
        let page = book.page(&format!("practice.{}", exercise.id)).expect("an exercise has a page");
        let says =
            |words: &str| page.blocks.iter().any(|block| matches!(block, Block::Text { text } if text.contains(words)));
        assert!(says("15/11/2022"), "ages are told with their day");
        assert!(
            exercise.names.iter().zip(1..).all(|(name, number)| says(&format!("{number} {name}"))),
            "{}",
            exercise.id
        );
        for block in &page.blocks {
            let Block::Quiz { id, options, .. } = block else { continue };
            assert_eq!(options.iter().filter(|option| option.right).count(), 1, "{} of {}", id, exercise.id);
            assert!(options.iter().all(|option| option.reply.contains('⟦')), "each reply names a page");
        }
    }
}

#[test]
fn a_trainees_form_is_compared_answer_by_answer() {
    let program = pack("vn-2022-2026");
    let words = Words::embedded("en").expect("the words are sound");
    let exercises = Exercise::of(&program).expect("the exercises are sound");
    let exercise = exercises.iter().find(|exercise| exercise.id == "house_and_water").expect("it is there");
    let right = exercise.ready(&program).expect("the pack knows the answers").household;
    let compared = |filled: &Household| compare(&program, &words, exercise, filled).expect("it can be compared");
    assert!(compared(&right).is_right());

    let place = |name: &str| {
        let place = program.pack.questionnaire.household.iter().position(|variable| variable.id.value == name);
        place.expect("it is asked")
    };
    let mut filled = right.clone();
    filled.household[place("water_source")] = Answer::Int(0);
    filled.household[place("has_tv")] = Answer::Bool(true);
    let told = compared(&filled);
    let find = |page: &str| told.lessons.iter().position(|lesson| lesson.page == page).expect("it is told");
    let water = &told.lessons[0];
    assert_eq!(
        (water.page.as_str(), water.yours.as_str(), water.right.as_str(), water.changes_result),
        ("questions.water_sanitation", "Tap water", "Unprotected spring", true)
    );
    let indicator = &told.lessons[find("indicator.water")];
    assert_eq!((indicator.yours.as_str(), indicator.right.as_str()), ("Not deprived", "Deprived"));
    for lesson in [water, indicator] {
        assert!(lesson.article.as_ref().is_some_and(|article| article.contains("Decree 07/2021")), "{lesson:?}");
    }
    // What changes nothing comes last: the household hears the loudspeaker, whether it has a television or not.
    let last = told.lessons.last().expect("there are lessons");
    assert_eq!((last.yours.as_str(), last.changes_result), ("yes", false), "{told:?}");
    assert_eq!(told.left_open, []);
}

#[test]
fn what_a_trainee_left_open_is_counted_and_drowns_nothing() {
    let program = pack("vn-2022-2026");
    let words = Words::embedded("en").expect("the words are sound");
    let exercises = Exercise::of(&program).expect("the exercises are sound");
    let exercise = exercises.iter().find(|exercise| exercise.id == "house_and_water").expect("it is there");
    let mut filled = Household::unanswered(&program, exercise.members.len());
    let told = compare(&program, &words, exercise, &filled).expect("it can be compared");
    assert_eq!(told.lessons, [], "what is not known yet is no mistake");
    assert!(told.left_open.len() > 10 && !told.is_right());
    let of_members: Vec<_> = told.left_open.iter().filter(|open| !open.members.is_empty()).collect();
    assert!(!of_members.is_empty() && of_members.iter().all(|open| open.members == exercise.names), "{of_members:?}");

    let tap = program.pack.questionnaire.household.iter().position(|variable| variable.id.value == "water_source");
    filled.household[tap.expect("it is asked")] = Answer::Int(0);
    let one = compare(&program, &words, exercise, &filled).expect("it can be compared");
    assert_eq!(one.left_open.len() + 1, told.left_open.len());
    let pages: Vec<&str> = one.lessons.iter().map(|lesson| lesson.page.as_str()).collect();
    assert_eq!(pages, ["questions.water_sanitation", "indicator.water"]);
}

#[test]
fn the_same_pack_gives_the_same_bytes_and_the_pdf_is_tagged() {
    let first = book("vn-2022-2026", "vi");
    let again = book("vn-2022-2026", "vi");
    assert_eq!(html(&first), html(&again));
    let templates = Templates::default();
    let set = pdf(&first, &templates).expect("the book is set");
    assert!(set == pdf(&again, &templates).expect("the book is set"), "two PDFs of one book differ");
    let holds = |text: &[u8]| set.windows(text.len()).any(|window| window == text);
    assert!(set.starts_with(b"%PDF-") && holds(b"pdfuaid") && holds(b"/Lang"), "the book is not tagged after PDF/UA");
}
