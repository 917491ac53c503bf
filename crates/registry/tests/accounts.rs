//! Accounts: who gets in, for how long, and that nobody gets more power than was given.

#![allow(clippy::unwrap_used)]

mod common;

use common::{COMMUNE, OTHER_COMMUNE, PASSWORD, PROVINCE, World, code, for_each_engine};
use totp_rs::Secret;
use vuon_policy::Library;
use vuon_registry::accounts::{NewAccount, PasswordCost};
use vuon_registry::clock::Clock;
use vuon_registry::keys::Keys;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::{Reach, Role};
use vuon_registry::{Register, RegistryError, Store};

const MINUTE: i64 = 60_000_000;

fn new(login: &str, role: Role, area: Option<&str>) -> NewAccount {
    NewAccount {
        login: login.into(),
        name: "Người Mẫu".into(),
        role,
        area: area.map(str::to_owned),
        hamlet: None,
        password: PASSWORD.into(),
    }
}

#[tokio::test]
async fn name_and_password_open_a_session_with_the_reach_of_the_account() {
    for_each_engine(async |world| {
        let village = world.village().await;
        assert!(world.register.has_accounts().await.unwrap());
        let reach = |desk: &vuon_registry::Desk| desk.actor().reach.clone();
        assert_eq!(reach(&village.officer), Reach::Commune(COMMUNE.into()));
        let hamlet = Reach::Hamlet { hamlet: village.hamlets[0].clone(), commune: COMMUNE.into() };
        assert_eq!(reach(&village.hamlet_enumerator), hamlet);
        assert_eq!(reach(&village.upper), Reach::Province(PROVINCE.into()));
        assert_eq!(reach(&village.auditor), Reach::Everything);

        let session = world.register.sign_in(" AUDITOR.vn-2025-07-01-03160", PASSWORD).await.unwrap();
        assert!(!session.signed_in.actor.strong);
        assert!(session.token.len() >= 43 && session.signed_in.csrf.len() >= 43);
        let again = world.register.session(&session.token).await.unwrap().unwrap();
        assert_eq!(again.csrf, session.signed_in.csrf);
        // Neither the token nor the password is in the database.
        let kept = format!("SELECT COUNT(*) FROM session WHERE token = '{}'", session.token);
        assert_eq!(world.number(&kept).await, 0);
        assert_eq!(world.number("SELECT COUNT(*) FROM account WHERE password LIKE '%sentence%'").await, 0);

        world.register.sign_out(&session.token).await.unwrap();
        assert!(world.register.session(&session.token).await.unwrap().is_none());
        assert!(world.register.session("nobody's").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn five_failures_lock_the_name_then_twice_as_long_each_time_up_to_an_hour() {
    for_each_engine(async |world| {
        world.village().await;
        // A name without an account locks just so: the answers do not tell them apart.
        for login in ["auditor.vn-2025-07-01-03160", "nobody.at.all"] {
            for _ in 0..5 {
                let error = world.register.sign_in(login, "a wrong sentence").await.unwrap_err();
                assert!(matches!(error, RegistryError::SignIn), "{error}");
            }
            for minutes in [5, 10, 20, 40, 60, 60] {
                let error = world.register.sign_in(login, PASSWORD).await.unwrap_err();
                assert!(matches!(error, RegistryError::Locked { minutes: m } if m == minutes), "{error}");
                world.clock.set(world.clock.now() + minutes * MINUTE);
                let error = world.register.sign_in(login, "a wrong sentence").await.unwrap_err();
                assert!(matches!(error, RegistryError::SignIn), "{error}");
            }
        }
        world.clock.set(world.clock.now() + 61 * MINUTE);
        world.register.sign_in("auditor.vn-2025-07-01-03160", PASSWORD).await.unwrap();
        // What was right is forgotten: five more are free.
        for _ in 0..5 {
            let error = world.register.sign_in("auditor.vn-2025-07-01-03160", "wrong").await.unwrap_err();
            assert!(matches!(error, RegistryError::SignIn));
        }
    })
    .await;
}

#[tokio::test]
async fn many_tries_at_once_are_no_more_than_few() {
    for_each_engine(async |world| {
        world.village().await;
        let tries = (0..20).map(|_| world.register.sign_in("auditor.vn-2025-07-01-03160", "a wrong sentence"));
        let answers = futures::future::join_all(tries).await;
        let looked_at = answers.iter().filter(|a| matches!(a, Err(RegistryError::SignIn))).count();
        assert_eq!(looked_at, 5);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_after_an_hour_without_use_and_after_twelve_hours() {
    for_each_engine(async |world| {
        world.village().await;
        let start = world.clock.now();
        let at = |minutes: i64| world.clock.set(start + minutes * MINUTE);
        let used = world.register.sign_in("auditor.vn-2025-07-01-03160", PASSWORD).await.unwrap().token;
        let idle = world.register.sign_in("auditor.vn-2025-07-01-03160", PASSWORD).await.unwrap().token;
        for minutes in (50..=710).step_by(50) {
            at(minutes);
            assert!(world.register.session(&used).await.unwrap().is_some(), "after {minutes} minutes");
        }
        assert!(world.register.session(&idle).await.unwrap().is_none());
        at(721);
        assert!(world.register.session(&used).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_code_is_good_once_and_wrong_codes_lock() {
    for_each_engine(async |world| {
        world.village().await;
        let login = "commune_chair.vn-2025-07-01-03160";
        let session = world.register.sign_in(login, PASSWORD).await.unwrap();
        let chair = world.register.desk(session.signed_in.actor.clone());
        let none = world.register.give_second_factor(&session.token, "000000").await.unwrap_err();
        assert!(matches!(none, RegistryError::NotFound));

        let factor = chair.new_second_factor().await.unwrap();
        assert!(factor.url.starts_with("otpauth://totp/Vuon:commune_chair."));
        let wrong = chair.confirm_second_factor(&factor.secret, "12345").await.unwrap_err();
        assert!(matches!(wrong, RegistryError::WrongCode));
        let first = code(&world.clock, &factor.secret);
        chair.confirm_second_factor(&factor.secret, &first).await.unwrap();
        // The code that proved the device is good for the session, once.
        let strong = world.register.give_second_factor(&session.token, &first).await.unwrap();
        assert!(strong.signed_in.actor.strong && strong.signed_in.account.second_factor);
        // Whoever saw the token of the weak session has nothing.
        assert!(world.register.session(&session.token).await.unwrap().is_none());
        assert!(world.register.session(&strong.token).await.unwrap().unwrap().actor.strong);
        let again = world.register.sign_in(login, PASSWORD).await.unwrap();
        let used = world.register.give_second_factor(&again.token, &first).await.unwrap_err();
        assert!(matches!(used, RegistryError::WrongCode));

        // Without the factor nobody puts another in its place.
        let weak = world.register.desk(again.signed_in.actor.clone());
        assert!(matches!(weak.new_second_factor().await.unwrap_err(), RegistryError::NeedsSecondFactor));
        let other = Secret::from(vec![1; 20]).to_base32();
        let error = weak.confirm_second_factor(&other, &code(&world.clock, &other)).await.unwrap_err();
        assert!(matches!(error, RegistryError::NeedsSecondFactor));

        world.clock.set(world.clock.now() + MINUTE);
        let next = code(&world.clock, &factor.secret);
        for _ in 0..4 {
            let wrong = if next == "000000" { "111111" } else { "000000" };
            let error = world.register.give_second_factor(&again.token, wrong).await.unwrap_err();
            assert!(matches!(error, RegistryError::WrongCode | RegistryError::Locked { .. }));
        }
        let locked = world.register.give_second_factor(&again.token, &next).await.unwrap_err();
        assert!(matches!(locked, RegistryError::Locked { .. }));
        world.clock.set(world.clock.now() + 6 * MINUTE);
        let later = code(&world.clock, &factor.secret);
        assert!(world.register.give_second_factor(&again.token, &later).await.unwrap().signed_in.actor.strong);
        // The secret is sealed.
        let plain = format!("SELECT COUNT(*) FROM account WHERE totp LIKE '%{}%'", factor.secret);
        assert_eq!(world.number(&plain).await, 0);
    })
    .await;
}

#[tokio::test]
async fn somebody_known_to_an_openid_provider_signs_in_without_a_password() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (id, login) = (village.enumerator.actor().id.clone(), "enumerator.vn-2025-07-01-03160");
        let own = world.register.sign_in(login, PASSWORD).await.unwrap().token;
        let other = world.register.sign_in(login, PASSWORD).await.unwrap().token;
        world.register.tie_openid(&own, "https://id.example", "subject-1").await.unwrap();
        assert!(world.register.session(&own).await.unwrap().unwrap().account.openid);
        assert!(world.register.session(&other).await.unwrap().is_none(), "the other sessions end");
        let session = world.register.sign_in_openid("https://id.example", "subject-1", true).await.unwrap();
        assert_eq!(session.signed_in.account.id, id);
        assert!(session.signed_in.actor.strong);
        for (issuer, subject) in [("https://id.example", "subject-2"), ("https://other.example", "subject-1")] {
            let error = world.register.sign_in_openid(issuer, subject, true).await.unwrap_err();
            assert!(matches!(error, RegistryError::SignIn));
        }
        let auditor = world.register.sign_in("auditor.vn-2025-07-01-03160", PASSWORD).await.unwrap().token;
        let taken = world.register.tie_openid(&auditor, "https://id.example", "subject-1").await.unwrap_err();
        assert!(matches!(taken, RegistryError::Exists { .. }));
        let issuer = "SELECT COUNT(*) FROM content WHERE body LIKE '%https://id.example%subject_print%'";
        assert_eq!(world.number(issuer).await, 1, "the entry says to whom, by a print");
        assert_eq!(world.number("SELECT COUNT(*) FROM content WHERE body LIKE '%subject-1%'").await, 0);

        village.administrator.untie_openid(&id).await.unwrap();
        assert!(world.register.session(&session.token).await.unwrap().is_none());
        let untied = world.register.sign_in_openid("https://id.example", "subject-1", true).await.unwrap_err();
        assert!(matches!(untied, RegistryError::SignIn));
        let own = world.register.sign_in(login, PASSWORD).await.unwrap().token;
        world.register.tie_openid(&own, "https://id.example", "subject-1").await.unwrap();
        village.administrator.set_active(&id, false, None).await.unwrap();
        let off = world.register.sign_in_openid("https://id.example", "subject-1", true).await.unwrap_err();
        assert!(matches!(off, RegistryError::SignIn));
    })
    .await;
}

#[tokio::test]
async fn only_the_owner_with_password_and_second_factor_ties_an_account_to_a_provider() {
    for_each_engine(async |world| {
        world.village().await;
        let tie = async |token: &str| world.register.tie_openid(token, "https://id.example", "mine").await;
        let login = "commune_chair.vn-2025-07-01-03160";
        let weak = world.register.sign_in(login, PASSWORD).await.unwrap().token;
        assert!(matches!(tie(&weak).await.unwrap_err(), RegistryError::NeedsSecondFactor));
        let strong = world.made_strong(world.register.sign_in(login, PASSWORD).await.unwrap()).await;
        tie(&strong).await.unwrap();
        let by_provider = world.register.sign_in_openid("https://id.example", "mine", true).await.unwrap().token;
        assert!(matches!(tie(&by_provider).await.unwrap_err(), RegistryError::Illegal { .. }));
        assert!(matches!(tie("nobody's").await.unwrap_err(), RegistryError::NotFound));
    })
    .await;
}

#[tokio::test]
async fn a_password_set_by_somebody_else_has_to_be_replaced_by_its_owner() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let must_change = async |login: &str, password: &str| {
            let session = world.register.sign_in(login, password).await.unwrap();
            assert_eq!(
                session.signed_in.account.must_change_password,
                matches!(world.register.may_tie_openid(&session.token).await, Err(RegistryError::PasswordDue))
            );
            session
        };
        village.officer.add_account(&new("helper", Role::Enumerator, Some(COMMUNE))).await.unwrap();
        let first = must_change("helper", PASSWORD).await;
        assert!(first.signed_in.account.must_change_password);
        let own = world.register.desk(first.signed_in.actor);
        let same = own.change_password(PASSWORD, PASSWORD).await.unwrap_err();
        assert!(matches!(same, RegistryError::Invalid { .. }), "the same one again is none of the owner's");
        own.change_password(PASSWORD, "a sentence of my own").await.unwrap();
        let mine = must_change("helper", "a sentence of my own").await;
        assert!(!mine.signed_in.account.must_change_password);
        village.officer.reset_password(&mine.signed_in.account.id, "another long sentence").await.unwrap();
        assert!(must_change("helper", "another long sentence").await.signed_in.account.must_change_password);
        let own = village.officer.reset_password(&village.officer.actor().id, PASSWORD).await.unwrap_err();
        assert!(matches!(own, RegistryError::Invalid { .. }), "nobody goes round the old password");
    })
    .await;
}

#[tokio::test]
async fn nobody_gives_more_power_or_a_wider_area_than_they_have() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        officer.add_account(&new("helper", Role::Enumerator, Some(COMMUNE))).await.unwrap();
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Enumerator) {
            let error = officer.add_account(&new("more", role, Some(COMMUNE))).await.unwrap_err();
            assert!(matches!(error, RegistryError::Forbidden { .. }), "{role:?}: {error}");
        }
        let wider = officer.add_account(&new("wider", Role::Enumerator, Some(OTHER_COMMUNE))).await.unwrap_err();
        assert!(matches!(wider, RegistryError::NotFound));
        let everywhere = officer.add_account(&new("wider", Role::Enumerator, None)).await.unwrap_err();
        assert!(matches!(everywhere, RegistryError::Invalid { .. }));

        // An administrator of a province gives no account of everything, and sees none.
        let part = new("part.administrator", Role::Administrator, Some(PROVINCE));
        village.administrator.add_account(&part).await.unwrap();
        let part = world.sign_in("part.administrator").await;
        for role in [Role::Ministry, Role::Auditor, Role::Administrator] {
            let error = part.add_account(&new("everything", role, None)).await.unwrap_err();
            assert!(matches!(error, RegistryError::NotFound), "{role:?}: {error}");
        }
        let whole = village.administrator.actor().id.clone();
        assert!(matches!(part.account(&whole).await.unwrap_err(), RegistryError::NotFound));
        assert!(matches!(part.reset_password(&whole, PASSWORD).await.unwrap_err(), RegistryError::NotFound));
        let seen = part.accounts(&PageRequest::first()).await.unwrap();
        assert!(seen.rows.iter().all(|account| account.area.is_some()) && !seen.rows.is_empty());

        // Taking over an account is giving its power.
        let chair = village.chair.actor().id.clone();
        for error in [
            officer.reset_password(&chair, PASSWORD).await.unwrap_err(),
            officer.set_active(&chair, false, None).await.unwrap_err(),
            officer.reset_second_factor(&chair).await.unwrap_err(),
            officer.untie_openid(&chair).await.unwrap_err(),
            officer.move_account(&chair, Some(COMMUNE), None, None).await.unwrap_err(),
        ] {
            assert!(matches!(error, RegistryError::Forbidden { .. }), "{error}");
        }
        for desk in [&village.chair, &village.enumerator, &village.auditor, &village.ministry] {
            let error = desk.add_account(&new("none", Role::Enumerator, Some(COMMUNE))).await.unwrap_err();
            assert!(matches!(error, RegistryError::Forbidden { .. }));
            assert!(matches!(desk.accounts(&PageRequest::first()).await.unwrap_err(), RegistryError::Forbidden { .. }));
            desk.account(&desk.actor().id).await.unwrap();
        }

        // Power is given with the second factor in hand.
        let weak = world.register.sign_in("administrator.vn-2025-07-01-03160", PASSWORD).await.unwrap();
        let weak = world.register.desk(weak.signed_in.actor);
        let error = weak.add_account(&new("weak", Role::Ministry, None)).await.unwrap_err();
        assert!(matches!(error, RegistryError::NeedsSecondFactor));
    })
    .await;
}

#[tokio::test]
async fn an_account_switched_off_or_given_a_new_password_has_no_session_any_more() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let login = "enumerator.vn-2025-07-01-03160";
        let id = village.enumerator.actor().id.clone();
        let token = world.register.sign_in(login, PASSWORD).await.unwrap().token;
        village.officer.set_active(&id, false, None).await.unwrap();
        assert!(world.register.session(&token).await.unwrap().is_none());
        assert!(matches!(world.register.sign_in(login, PASSWORD).await.unwrap_err(), RegistryError::SignIn));
        village.officer.set_active(&id, true, None).await.unwrap();
        let token = world.register.sign_in(login, PASSWORD).await.unwrap().token;
        village.officer.reset_password(&id, "another long sentence").await.unwrap();
        assert!(world.register.session(&token).await.unwrap().is_none());
        let session = world.register.sign_in(login, "another long sentence").await.unwrap();
        let own = world.register.desk(session.signed_in.actor);
        let wrong = own.change_password("not the old one", PASSWORD).await.unwrap_err();
        assert!(matches!(wrong, RegistryError::SignIn));
        for short in ["short", "enumerator.vn-2025-07-01-03160!"] {
            let error = own.change_password("another long sentence", short).await.unwrap_err();
            assert!(matches!(error, RegistryError::Invalid { .. }));
        }
        own.change_password("another long sentence", PASSWORD).await.unwrap();
        assert!(world.register.session(&session.token).await.unwrap().is_none());
        world.register.sign_in(login, PASSWORD).await.unwrap();
        let own_off = village.officer.set_active(&village.officer.actor().id, false, None).await.unwrap_err();
        assert!(matches!(own_off, RegistryError::Invalid { .. }));
    })
    .await;
}

#[tokio::test]
async fn changes_of_accounts_are_in_the_ledger_without_secrets() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let id = village.enumerator.actor().id.clone();
        village.officer.reset_password(&id, "another long sentence").await.unwrap();
        let entries = format!("SELECT COUNT(*) FROM entry WHERE chain = 'register' AND subject = '{id}'");
        assert_eq!(world.number(&entries).await, 2);
        let secrets = "SELECT COUNT(*) FROM content WHERE body LIKE '%argon2%' OR body LIKE '%sentence%'";
        assert_eq!(world.number(secrets).await, 0);
        let debug = format!("{:?}", new("a", Role::Enumerator, None));
        assert!(!debug.contains(PASSWORD));
    })
    .await;
}

#[tokio::test]
async fn a_login_is_given_once_and_looks_like_one() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let administrator = &village.administrator;
        administrator.add_account(&new("Some.One", Role::Ministry, None)).await.unwrap();
        let taken = administrator.add_account(&new("some.one", Role::Ministry, None)).await.unwrap_err();
        assert!(matches!(taken, RegistryError::Exists { .. }));
        for login in ["", "ab", "a b c", "người", "a:b:c", &"x".repeat(65)] {
            let error = administrator.add_account(&new(login, Role::Ministry, None)).await.unwrap_err();
            assert!(matches!(error, RegistryError::Invalid { .. }), "{login}");
        }
        let pages = async |limit| {
            let mut logins = Vec::new();
            let mut page = PageRequest { after: None, limit };
            loop {
                let found = administrator.accounts(&page).await.unwrap();
                logins.extend(found.rows.into_iter().map(|account| account.login));
                let Some(next) = found.next else { return logins };
                page.after = Some(next);
            }
        };
        let all = pages(200).await;
        assert_eq!(pages(2).await, all);
        assert!(all.is_sorted() && all.len() == 9);
    })
    .await;
}

#[tokio::test]
async fn a_request_sent_again_is_answered_again_for_two_days() {
    for_each_engine(async |world| {
        let register = &world.register;
        assert_eq!(register.answered("a", "key", "print").await.unwrap(), None);
        register.keep_answer("a", "key", "print", 201, "body").await.unwrap();
        register.keep_answer("a", "key", "print", 500, "later").await.unwrap();
        assert_eq!(register.answered("a", "key", "print").await.unwrap(), Some((201, "body".into())));
        assert_eq!(register.answered("b", "key", "print").await.unwrap(), None);
        let other = register.answered("a", "key", "other").await.unwrap_err();
        assert!(matches!(other, RegistryError::Conflict));
        world.clock.set(world.clock.now() + 49 * 60 * MINUTE);
        assert_eq!(register.answered("a", "key", "other").await.unwrap(), None);
        register.keep_answer("a", "key", "other", 204, "").await.unwrap();
        assert_eq!(register.answered("a", "key", "other").await.unwrap(), Some((204, String::new())));
    })
    .await;
}

#[tokio::test]
async fn the_usual_cost_of_a_password_is_felt_by_who_guesses() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("register.db").display());
    let store = Store::open(&url, 2).await.unwrap();
    let library = vuon_policy::Library::embedded();
    let register = Register::open(store, Keys::random(), Clock::system(), library).await.unwrap();
    let began = std::time::Instant::now();
    register.sign_in("nobody", "a wrong sentence").await.unwrap_err();
    let took = began.elapsed();
    assert!(took.as_millis() >= 15, "{took:?}");
    assert_ne!(PasswordCost::USUAL, PasswordCost::LOWEST_FOR_TESTS);
}

#[tokio::test]
async fn a_page_still_open_can_be_sent_after_signing_in_again_but_not_after_the_session_was_ended() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let login = "auditor.vn-2025-07-01-03160";
        let first = world.register.sign_in(login, PASSWORD).await.unwrap();
        world.clock.set(world.clock.now() + 13 * 60 * MINUTE);
        assert!(world.register.session(&first.token).await.unwrap().is_none());
        let second = world.register.sign_in(login, PASSWORD).await.unwrap();
        assert_eq!(second.signed_in.csrf, first.signed_in.csrf);
        for active in [false, true] {
            village.administrator.set_active(&second.signed_in.account.id, active, None).await.unwrap();
        }
        let third = world.register.sign_in(login, PASSWORD).await.unwrap();
        assert_ne!(third.signed_in.csrf, first.signed_in.csrf);
    })
    .await;
}

#[tokio::test]
async fn the_print_of_a_request_is_keyed() {
    let (one, other) = (World::sqlite().await, World::sqlite().await);
    let body = b"001080000001".as_slice();
    assert_eq!(one.register.request_print(&[body]), other.register.request_print(&[body]), "the same key");
    let store = Store::open("sqlite::memory:", 1).await.unwrap();
    let register = Register::open(store, Keys::random(), Clock::system(), Library::embedded()).await.unwrap();
    assert_ne!(register.request_print(&[body]), one.register.request_print(&[body]));
    assert_ne!(one.register.request_print(&[b"ab", b"c"]), one.register.request_print(&[b"a", b"bc"]));
}

#[tokio::test]
async fn a_database_that_nobody_runs_is_told_within_seconds_without_its_password() {
    let started = std::time::Instant::now();
    let error = Store::open("postgres://vuon:hunter2@127.0.0.1:1/vuon", 2).await.unwrap_err();
    println!("given up after {:?}", started.elapsed());
    assert!(matches!(error, RegistryError::Unreachable { .. }), "{error:?}");
    let told = error.to_string();
    assert!(told.contains("127.0.0.1:1") && !told.contains("hunter2"), "{told}");
}
