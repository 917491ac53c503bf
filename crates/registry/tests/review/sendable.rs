//! Every question about rounds and cases can be asked from any thread: that this compiles is the test.

use jiff::civil::Date;
use vuon_policy::model::Language;
use vuon_registry::Desk;
use vuon_registry::cases::{AnswersReason, CaseFilter, CaseReason, ComplaintAnswer, NewComplaint};
use vuon_registry::forms::Answers;
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::{NewDecision, NewMeeting, NewRound, Whose};
use vuon_registry::spells::AsOf;

fn sendable<T: Send>(_: T) {}

struct Parts {
    round: NewRound,
    meeting: NewMeeting,
    decision: NewDecision,
    complaint: NewComplaint,
    answer: ComplaintAnswer,
    answers: Answers,
    filter: CaseFilter,
    page: PageRequest,
    list: AsOf,
    day: Date,
}

fn questions(desk: &Desk, parts: &Parts) {
    sendable(desk.open_round(&parts.round));
    sendable(desk.rounds(None, None, &parts.page));
    sendable(desk.round(""));
    sendable(desk.close_round(""));
    sendable(desk.hold_meeting("", &parts.meeting));
    sendable(desk.meeting(""));
    sendable(desk.post_list("", None, ""));
    sendable(desk.posting(""));
    sendable(desk.appraise("", &[], &[], ""));
    sendable(desk.decide("", &parts.decision));
    sendable(desk.ready_to_decide(""));
    sendable(desk.drop_draft(""));
    sendable(desk.verify_root(""));
    sendable(desk.issue_certificates(""));
    sendable(desk.decided(""));
    sendable(desk.certificates("", None, &parts.page));
    sendable(desk.certificate(""));
    sendable(desk.work(50));
    sendable(desk.work_of(Whose::Mine, &PageRequest::first()));
    sendable(desk.progress("", 0));
    sendable(desk.count_cases(&parts.filter));
    sendable(desk.cases(&parts.filter, &parts.page));
    sendable(desk.case("", Language::Vi));
    sendable(desk.explanation("", 1, Language::Vi));
    sendable(desk.list_case("", "", CaseReason::Listed, None));
    sendable(desk.withdraw_case("", 1, ""));
    sendable(desk.form("", Language::Vi));
    sendable(desk.save_draft("", 1, &parts.answers, Language::Vi));
    sendable(desk.sign_answers("", 1, &parts.answers, AnswersReason::Survey, ""));
    sendable(desk.complain("", &parts.complaint));
    sendable(desk.answer_complaint("", &parts.answer, None));
    sendable(desk.complaints(None, true, &parts.page));
    sendable(desk.attach("", "", &[]));
    sendable(desk.document("", ""));
    sendable(desk.list_as_of(&parts.list, &parts.page));
    sendable(desk.flows("", parts.day, parts.day));
    sendable(desk.verify(None));
    sendable(desk.entries("", &parts.page));
    sendable(desk.entries_of("", None, &parts.page));
    sendable(desk.entry("", 1));
    sendable(desk.entry_content("", 1));
    sendable(desk.chains(&parts.page));
    sendable(desk.signed_root(""));
}

#[test]
fn questions_can_be_asked_from_any_thread() {
    let _ = questions;
}
