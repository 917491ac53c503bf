//! Every question to the register can be asked from any thread: a web server moves them about.

mod common;

use jiff::civil::Date;
use vuon_registry::accounts::NewAccount;
use vuon_registry::areas::NewArea;
use vuon_registry::households::{DuplicateVerdict, HouseholdFilter, MemberChange, NewHousehold};
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Place;
use vuon_registry::{Desk, Register};

fn sendable<T: Send>(_: T) {}

/// Not run: that it compiles is the test.
#[allow(clippy::too_many_arguments, clippy::let_underscore_future)]
fn questions(
    register: &Register,
    desk: &Desk,
    page: &PageRequest,
    account: &NewAccount,
    areas: &[NewArea],
    filter: &HouseholdFilter,
    household: &NewHousehold,
    change: &MemberChange,
    place: &Place,
    day: Date,
) {
    sendable(register.has_accounts());
    sendable(register.sign_in("", ""));
    sendable(register.sign_in_openid("", "", true));
    sendable(register.give_second_factor("", ""));
    sendable(register.session(""));
    sendable(register.sign_out(""));
    sendable(register.answered("", "", ""));
    sendable(register.keep_answer("", "", "", 0, ""));
    sendable(desk.accounts(page));
    sendable(desk.account(""));
    sendable(desk.add_account(account));
    sendable(desk.set_active("", true, None));
    sendable(desk.reset_password("", ""));
    sendable(desk.reset_second_factor(""));
    sendable(desk.move_account("", None, None, None));
    sendable(desk.change_password("", ""));
    sendable(desk.new_second_factor());
    sendable(desk.confirm_second_factor("", ""));
    sendable(desk.untie_openid(""));
    sendable(register.may_tie_openid(""));
    sendable(register.tie_openid("", "", ""));
    sendable(desk.load_areas(""));
    sendable(desk.load_own_areas("", areas));
    sendable(desk.area_lists());
    sendable(desk.area_list());
    sendable(desk.area(""));
    sendable(desk.areas_below(None));
    sendable(desk.areas_of(""));
    sendable(desk.find_communes(""));
    sendable(desk.find_destinations(""));
    sendable(desk.destination(""));
    sendable(desk.place_of_destination("", None));
    sendable(desk.members_of(&[]));
    sendable(desk.merged_pairs("", page));
    sendable(desk.lineage(""));
    sendable(desk.hamlets(""));
    sendable(desk.add_hamlet("", "", day));
    sendable(desk.place("", None));
    sendable(desk.households(filter, page));
    sendable(desk.household(""));
    sendable(desk.members_as_of("", day, None));
    sendable(desk.add_household(household));
    sendable(desk.change_members("", 1, change, day));
    sendable(desk.split_household("", 1, &Default::default(), day));
    sendable(desk.move_household("", 1, place, day));
    sendable(desk.close_household("", 1, "", day));
    sendable(desk.set_identity("", "", None));
    sendable(desk.reveal_identity(""));
    sendable(desk.find_identity(""));
    sendable(desk.erase_person("", ""));
    sendable(desk.find_duplicates(""));
    sendable(desk.duplicates("", page));
    sendable(desk.judge_duplicate("", DuplicateVerdict::Merge, None));
    sendable(desk.undo_merge(""));
    sendable(desk.reform("", "", true));
    sendable(desk.reform_worklist(""));
    sendable(desk.place_hamlet("", None, ""));
}

#[test]
fn questions_can_be_asked_from_any_thread() {
    let _ = questions;
}
