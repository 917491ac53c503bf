//! What the tests of this crate stand on: a new register on each engine, and a small made-up commune with an account of
//! each role.
//!
//! Every test runs on SQLite in a temporary folder. When the variable `VUON_TEST_POSTGRES` names a server
//! (`postgres://user@host/database`, a user who may create databases), it runs again in a database of its own there.
//! The clock stands; passwords cost next to nothing. All names are made up.

#![allow(dead_code, clippy::unwrap_used)]

use jiff::civil::{Date, date};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use totp_rs::{Builder, Secret};
use vuon_policy::Library;
use vuon_registry::accounts::{Account, NewAccount, NewSession, PasswordCost};
use vuon_registry::clock::Clock;
use vuon_registry::households::{NewHousehold, NewMember};
use vuon_registry::keys::Keys;
use vuon_registry::scope::{Actor, Place, Role};
use vuon_registry::{Desk, Engine, Register, Store};

/// The list in force in these tests, and a commune of it.
pub const LIST: &str = "vn-2025-07-01";
/// A province of [`LIST`].
pub const PROVINCE: &str = "vn-2025-07-01:11";
/// A commune of [`PROVINCE`].
pub const COMMUNE: &str = "vn-2025-07-01:03160";
/// Another commune of [`PROVINCE`].
pub const OTHER_COMMUNE: &str = "vn-2025-07-01:03172";
/// The pack of these tests.
pub const PACK: &str = "vn-2022-2026";
/// Everybody's password.
pub const PASSWORD: &str = "a long enough sentence";
/// The day on which the clock stands at first: a Monday in the weeks of the annual review.
pub const TODAY: Date = date(2025, 9, 8);

/// A new, empty register.
pub struct World {
    /// The register.
    pub register: Register,
    /// Its clock, to be moved.
    pub clock: Clock,
    /// Its address.
    pub url: String,
    /// Its keys, to open it again.
    pub secret: [u8; 32],
    server: Option<String>,
    _folder: tempfile::TempDir,
}

/// Runs a test on each engine.
pub async fn for_each_engine(test: impl AsyncFn(&World)) {
    let world = World::sqlite().await;
    test(&world).await;
    world.end().await;
    if let Ok(server) = std::env::var("VUON_TEST_POSTGRES") {
        let world = World::postgres(&server).await;
        test(&world).await;
        world.end().await;
    }
}

impl Drop for World {
    /// Takes the database of a test that did not come to its end off the server as well.
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            let name = self.url.rsplit_once('/').map_or_else(String::new, |(_, name)| name.to_owned());
            let drop = move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(on_server(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
            };
            // A test's own runtime cannot wait here.
            std::thread::spawn(drop).join().unwrap();
        }
    }
}

impl World {
    /// On the engine that tests of one engine alone are run on: in a file, or, when `VUON_TEST_ENGINE` is `postgres`, on the
    /// server that `VUON_TEST_POSTGRES` names.
    pub async fn chosen() -> Self {
        match std::env::var("VUON_TEST_ENGINE").as_deref() {
            Ok("postgres") => Self::postgres(&std::env::var("VUON_TEST_POSTGRES").unwrap()).await,
            _ => Self::sqlite().await,
        }
    }

    /// In a file.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("register.db").display());
        Self::open(url, None, folder).await
    }

    /// In a database of its own on a server.
    pub async fn postgres(server: &str) -> Self {
        let name = format!("vuon_test_{}", uuid::Uuid::now_v7().simple());
        on_server(server, &format!("CREATE DATABASE {name}")).await;
        let (rest, _) = server.rsplit_once('/').unwrap();
        Self::open(format!("{rest}/{name}"), Some(server.to_owned()), tempfile::tempdir().unwrap()).await
    }

    async fn open(url: String, server: Option<String>, folder: tempfile::TempDir) -> Self {
        let clock = Clock::standing(TODAY);
        let secret = [7; 32];
        let register = open_register(&url, &secret, &clock).await;
        World { register, clock, url, secret, server, _folder: folder }
    }

    /// Another register on the same database, as after a new start.
    pub async fn reopened(&self) -> Register {
        open_register(&self.url, &self.secret, &self.clock).await
    }

    /// The same with other packs.
    pub async fn reopened_with(&self, library: Library) -> Register {
        register_with(&self.url, &self.secret, &self.clock, library).await
    }

    /// Which engine.
    pub fn engine(&self) -> Engine {
        self.register.store().engine()
    }

    /// Another new register on the same engine.
    pub async fn twin(&self) -> Self {
        match &self.server {
            Some(server) => Self::postgres(server).await,
            None => Self::sqlite().await,
        }
    }

    /// Closes it, and takes its database off the server.
    pub async fn end(mut self) {
        self.register.store().close().await;
        if let Some(server) = self.server.take() {
            let (_, name) = self.url.rsplit_once('/').unwrap();
            on_server(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }

    /// Changes the database behind the register's back.
    pub async fn tamper(&self, sql: &str) -> u64 {
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        let done = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        done.rows_affected()
    }

    /// The number that a query gives, past the register.
    pub async fn number(&self, sql: &str) -> i64 {
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        let number = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        number
    }

    /// All chains and contents, computed again from what is stored.
    pub async fn chains_verify(&self) {
        use sqlx::Row;
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        let entries = sqlx::query(
            "SELECT chain, seq, at, author, kind, subject, content, before, hash FROM entry ORDER BY chain, seq",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        let mut ends = std::collections::BTreeMap::<String, String>::new();
        for row in entries {
            let entry = vuon_registry::ledger::Entry {
                chain: row.get(0),
                seq: row.get(1),
                at: row.get(2),
                author: row.get(3),
                kind: row.get(4),
                subject: row.get(5),
                content: row.get(6),
                before: row.get(7),
                hash: row.get(8),
            };
            let before = ends.entry(entry.chain.clone()).or_insert_with(|| vuon_registry::ledger::ORIGIN.into());
            assert_eq!((&entry.before, &entry.hash), (&*before, &entry.computed_hash()));
            *before = entry.hash;
        }
        let contents = sqlx::query("SELECT hash, salt, body FROM content WHERE erased_at IS NULL");
        for row in contents.fetch_all(&mut connection).await.unwrap() {
            let (hash, salt, body): (String, String, String) = (row.get(0), row.get(1), row.get(2));
            assert_eq!(hash, vuon_registry::ledger::content_hash(&salt, &body));
        }
        let orphans = sqlx::query_scalar::<_, i64>(
            "SELECT COUNT(*) FROM entry e LEFT JOIN content c ON c.hash = e.content WHERE c.hash IS NULL",
        );
        assert_eq!(orphans.fetch_one(&mut connection).await.unwrap(), 0);
        connection.close().await.unwrap();
    }

    /// The desk of whoever has the machine.
    pub fn operator(&self) -> Desk {
        self.register.desk(Actor::operator())
    }

    /// Loads [`LIST`] and sets up [`COMMUNE`].
    pub async fn village(&self) -> Village {
        let operator = self.operator();
        operator.load_areas(LIST).await.unwrap();
        operator.set("area_list", LIST).await.unwrap();
        self.village_in(COMMUNE).await
    }

    /// Two hamlets and an account of each role in a commune whose list is loaded.
    pub async fn village_in(&self, commune: &str) -> Village {
        let operator = self.operator();
        let place = operator.place(commune, None).await.unwrap();
        let since = date(2020, 1, 1);
        let mut hamlets = Vec::new();
        for name in ["Bản Mẫu Một", "Bản Mẫu Hai"] {
            hamlets.push(operator.add_hamlet(commune, name, since).await.unwrap().id);
        }
        let code = commune.replace(':', "-");
        let account = async |role: Role, area: Option<&str>, hamlet: Option<&str>| {
            let login = format!("{}.{code}{}", role.id(), if hamlet.is_some() { ".hamlet" } else { "" });
            self.account(&login, role, area, hamlet).await
        };
        let upper = Some(place.district.as_deref().unwrap_or(&place.province));
        let upper_role = if place.district.is_some() { Role::District } else { Role::Province };
        Village {
            officer: account(Role::CommuneOfficer, Some(commune), None).await,
            chair: account(Role::CommuneChair, Some(commune), None).await,
            enumerator: account(Role::Enumerator, Some(commune), None).await,
            hamlet_enumerator: account(Role::Enumerator, Some(commune), Some(&hamlets[0])).await,
            upper: account(upper_role, upper, None).await,
            auditor: account(Role::Auditor, None, None).await,
            ministry: account(Role::Ministry, None, None).await,
            administrator: account(Role::Administrator, None, None).await,
            commune: commune.to_owned(),
            hamlets: [hamlets[0].clone(), hamlets[1].clone()],
            place,
        }
    }

    /// An account, signed in, with the second factor taken as given.
    pub async fn account(&self, login: &str, role: Role, area: Option<&str>, hamlet: Option<&str>) -> Desk {
        add_account(&self.register, login, role, area, hamlet).await;
        self.sign_in(login).await
    }

    /// Sets up a second factor for the owner of a session, and gives it; the token of the strong session.
    pub async fn made_strong(&self, session: NewSession) -> String {
        let own = self.register.desk(session.signed_in.actor);
        let secret = own.new_second_factor().await.unwrap().secret;
        let code = code(&self.clock, &secret);
        own.confirm_second_factor(&secret, &code).await.unwrap();
        self.register.give_second_factor(&session.token, &code).await.unwrap().token
    }

    /// Signs in with [`PASSWORD`], the second factor taken as given.
    pub async fn sign_in(&self, login: &str) -> Desk {
        let mut actor = self.register.sign_in(login, PASSWORD).await.unwrap().signed_in.actor;
        actor.strong = true;
        self.register.desk(actor)
    }
}

/// The code that a device with this secret shows now.
pub fn code(clock: &Clock, secret: &str) -> String {
    let codes = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
    codes.generate((clock.now() / 1_000_000) as u64).to_string()
}

/// Makes an account with [`PASSWORD`].
pub async fn add_account(
    register: &Register,
    login: &str,
    role: Role,
    area: Option<&str>,
    hamlet: Option<&str>,
) -> Account {
    let new = NewAccount {
        login: login.to_owned(),
        name: format!("Người Mẫu {}", role.id()),
        role,
        area: area.map(str::to_owned),
        hamlet: hamlet.map(str::to_owned),
        password: PASSWORD.to_owned(),
    };
    register.desk(Actor::operator()).add_account(&new).await.unwrap()
}

async fn open_register(url: &str, secret: &[u8; 32], clock: &Clock) -> Register {
    register_with(url, secret, clock, Library::embedded()).await
}

async fn register_with(url: &str, secret: &[u8; 32], clock: &Clock, library: Library) -> Register {
    let store = Store::open(url, 8).await.unwrap();
    let keys = Keys::from_secret(secret);
    let cost = PasswordCost::LOWEST_FOR_TESTS;
    Register::open_with_cost(store, keys, clock.clone(), library, cost).await.unwrap()
}

async fn on_server(server: &str, sql: &str) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(server).await.unwrap();
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// A small commune.
pub struct Village {
    /// Its id.
    pub commune: String,
    /// Where it lies.
    pub place: Place,
    /// Its hamlets.
    pub hamlets: [String; 2],
    /// Its officer.
    pub officer: Desk,
    /// Its chair.
    pub chair: Desk,
    /// An enumerator of the whole commune.
    pub enumerator: Desk,
    /// An enumerator of the first hamlet.
    pub hamlet_enumerator: Desk,
    /// The district, or without districts the province.
    pub upper: Desk,
    /// An auditor of everything.
    pub auditor: Desk,
    /// The ministry.
    pub ministry: Desk,
    /// The administrator.
    pub administrator: Desk,
}

impl Village {
    /// Adds a household to the first (0) or second (1) hamlet; its id. The first name is the head's; see [`members`].
    pub async fn household(&self, hamlet: usize, names: &[&str]) -> String {
        let new = NewHousehold {
            commune: self.commune.clone(),
            hamlet: Some(self.hamlets[hamlet].clone()),
            code: None,
            from: date(2020, 1, 1),
            members: members(names),
        };
        self.officer.add_household(&new).await.unwrap()
    }

    /// Where a hamlet lies.
    pub fn place_of(&self, hamlet: usize) -> Place {
        Place { hamlet: Some(self.hamlets[hamlet].clone()), ..self.place.clone() }
    }
}

/// Members of a household: the head, a spouse, then children; ages and sexes by turns.
pub fn members(names: &[&str]) -> Vec<NewMember> {
    names
        .iter()
        .enumerate()
        .map(|(i, name)| NewMember {
            name: (*name).to_owned(),
            relation: ["head", "spouse", "child"][i.min(2)].to_owned(),
            sex: Some(["male", "female"][i % 2].to_owned()),
            born: Some(["1980-03-01", "1983-05-02", "2010-09-05", "2014-02-03"][i.min(3)].to_owned()),
            ethnic: Some("thai".to_owned()),
            identity: None,
        })
        .collect()
}
