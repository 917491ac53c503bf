//! One store over two engines: a pool of connections, its migrations, and queries written once.
//!
//! SQL is the common part of SQLite and PostgreSQL. Where they differ (the collation of keys, how a writing transaction
//! begins) the difference stands here and nowhere else.

use crate::{RegistryError, Result};
use futures::future::BoxFuture;
use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Connection, Row, SqlSafeStr, SqlStr, Transaction};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;
use std::time::Duration;

/// Which database is behind a [`Store`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// One file, nothing to install.
    Sqlite,
    /// A server, for a province or a ministry.
    Postgres,
}

/// The migrations, in order. A migration that has run is never changed.
const MIGRATIONS: [(i64, &str, &str); 2] = [
    (1, "register", include_str!("../migrations/0001_register.sql")),
    (2, "programme", include_str!("../migrations/0002_programme.sql")),
];

/// How many parameters one statement may have: the smaller limit of the two engines (SQLite: 32,766).
const MOST_PARAMETERS: usize = 30_000;

/// How long the database may take to answer at all, and a request waits for a connection to it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Makes sure that somebody answers, before a pool tries again and again.
async fn reachable(url: &str) -> Result<()> {
    let unreachable = |why: String| RegistryError::Unreachable { server: server_of(url).to_owned(), why };
    match tokio::time::timeout(PATIENCE, AnyConnection::connect(url)).await {
        Ok(Ok(connection)) => Ok(connection.close().await?),
        Ok(Err(sqlx::Error::Io(error))) => Err(unreachable(error.to_string())),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(unreachable("it takes too long".to_owned())),
    }
}

/// Host and port of an address, without the user and password before them and the database after.
fn server_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (front, _) = rest.split_at(end);
    front.rsplit_once('@').map_or(front, |(_, server)| server)
}

/// A pool of connections to the register's database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    engine: Engine,
}

impl Store {
    /// Connects and brings the tables up to date.
    ///
    /// `url` is `sqlite://path?mode=rwc`, or `postgres://user@host/name`.
    pub async fn open(url: &str, connections: u32) -> Result<Self> {
        let engine = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Engine::Sqlite,
            Some("postgres" | "postgresql") => Engine::Postgres,
            _ => return Err(RegistryError::UnknownEngine),
        };
        sqlx::any::install_default_drivers();
        if engine == Engine::Postgres {
            reachable(url).await?;
        }
        let pool = AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if engine == Engine::Sqlite {
                        // A commit is on the disk when it returns, and readers do not wait for the writer.
                        let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                                       PRAGMA busy_timeout = 20000; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY";
                        sqlx::raw_sql(pragmas).execute(connection).await?;
                    } else {
                        // Compiling a plan takes longer than all but the longest of our queries. Long contents are
                        // packed by LZ4, where this PostgreSQL has it: a ranking writes some hundred megabytes of them.
                        let settings = "SET jit = off; SELECT set_config('default_toast_compression', 'lz4', false) \
                                        FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)";
                        sqlx::raw_sql(settings).execute(connection).await?;
                    }
                    Ok(())
                })
            })
            .connect(url)
            .await?;
        let store = Self { pool, engine };
        store.migrate().await?;
        Ok(store)
    }

    async fn migrate(&self) -> Result<()> {
        let sorted = match self.engine {
            Engine::Sqlite => "TEXT",
            Engine::Postgres => "TEXT COLLATE \"C\"",
        };
        let migrations: Vec<Migration> = MIGRATIONS
            .iter()
            .map(|(version, name, sql)| {
                let sql = AssertSqlSafe(sql.replace(" SORTED", &format!(" {sorted}")));
                Migration::new(*version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
            })
            .collect();
        Migrator::with_migrations(migrations).run(&self.pool).await.map_err(RegistryError::Migration)
    }

    /// Which engine.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// A connection for reading.
    pub async fn read(&self) -> Result<PoolConnection<Any>> {
        Ok(self.pool.acquire().await?)
    }

    /// A transaction for writing. On SQLite it has the only writer's place from the start, so it never has to give up
    /// half-way because somebody else wrote.
    pub async fn write(&self) -> Result<Transaction<'static, Any>> {
        Ok(match self.engine {
            Engine::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
            Engine::Postgres => self.pool.begin().await?,
        })
    }

    /// A transaction that sees one state of the database, for reports of several queries.
    pub async fn snapshot(&self) -> Result<Transaction<'static, Any>> {
        Ok(match self.engine {
            Engine::Sqlite => self.pool.begin().await?,
            Engine::Postgres => self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
        })
    }

    /// Whether the database answers, within a few seconds.
    pub async fn is_ready(&self) -> bool {
        let asked = tokio::time::timeout(PATIENCE, sqlx::query("SELECT 1").execute(&self.pool)).await;
        matches!(asked, Ok(Ok(_)))
    }

    /// Closes all connections; on SQLite the log is written back into the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// A value bound to a statement.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text, or nothing.
    Text(Option<String>),
    /// A whole number, or nothing.
    Int(Option<i64>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(Some(text.to_owned()))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Value::Text(Some(text.clone()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Value::Text(text)
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Value::Text(text.map(str::to_owned))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Value::Int(number)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Value::Int(Some(i64::from(yes)))
    }
}

impl From<jiff::civil::Date> for Value {
    fn from(day: jiff::civil::Date) -> Self {
        Value::Text(Some(day.to_string()))
    }
}

impl From<Option<jiff::civil::Date>> for Value {
    fn from(day: Option<jiff::civil::Date>) -> Self {
        Value::Text(day.map(|day| day.to_string()))
    }
}

/// A statement and its values. What comes from outside is always bound, never written into the text.
#[derive(Clone, Debug)]
pub struct Query {
    text: String,
    values: Vec<Value>,
}

/// A statement whose values are given in the order of `$1`, `$2`, ….
pub fn sql<const N: usize>(text: &'static str, values: [Value; N]) -> Query {
    Query { text: text.to_owned(), values: values.into() }
}

impl Query {
    /// A statement to be put together.
    pub fn new(text: &'static str) -> Self {
        Query { text: text.to_owned(), values: Vec::new() }
    }

    /// Adds text written in this program.
    pub fn push(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value, as the next parameter.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        // Writing to a String does not fail.
        let _ = write!(self.text, "${}", self.values.len());
        self
    }

    /// Adds a value as the parameter after the one before.
    fn bind_next(mut self, value: Value) -> Self {
        self.values.push(value);
        self.text.push('?');
        self
    }

    fn ready(self) -> sqlx::query::Query<'static, Any, sqlx::any::AnyArguments> {
        let text: SqlStr = AssertSqlSafe(self.text).into_sql_str();
        self.values.into_iter().fold(sqlx::query(text), |query, value| match value {
            Value::Text(text) => query.bind(text),
            Value::Int(number) => query.bind(number),
        })
    }

    /// Runs it; how many rows it touched.
    pub async fn run(self, connection: &mut AnyConnection) -> Result<u64> {
        Ok(self.ready().execute(connection).await?.rows_affected())
    }

    /// All rows.
    pub async fn all<T>(self, connection: &mut AnyConnection, read: impl Fn(&AnyRow) -> Result<T>) -> Result<Vec<T>> {
        self.ready().fetch_all(connection).await?.iter().map(read).collect()
    }

    /// The first row, if there is one.
    pub async fn first<T>(
        self,
        connection: &mut AnyConnection,
        read: impl Fn(&AnyRow) -> Result<T>,
    ) -> Result<Option<T>> {
        self.ready().fetch_optional(connection).await?.as_ref().map(read).transpose()
    }

    /// The row that must be there; otherwise [`RegistryError::NotFound`].
    pub async fn one<T>(self, connection: &mut AnyConnection, read: impl Fn(&AnyRow) -> Result<T>) -> Result<T> {
        self.first(connection, read).await?.ok_or(RegistryError::NotFound)
    }

    /// The number in the first column of the only row.
    pub async fn count(self, connection: &mut AnyConnection) -> Result<i64> {
        self.one(connection, |row| int(row, 0)).await
    }
}

/// Adds many rows, in as few statements as the engines allow.
pub fn insert_all<'c, const N: usize>(
    connection: &'c mut AnyConnection,
    into: &'static str,
    rows: impl IntoIterator<Item = [Value; N]>,
) -> BoxFuture<'c, Result<()>> {
    let added = insert_or(connection, into, "", rows);
    Box::pin(async move { added.await.map(|_| ()) })
}

/// As [`insert_all`], but rows whose key is taken are left out; how many were added.
pub fn insert_new<'c, const N: usize>(
    connection: &'c mut AnyConnection,
    into: &'static str,
    rows: impl IntoIterator<Item = [Value; N]>,
) -> BoxFuture<'c, Result<u64>> {
    insert_or(connection, into, " ON CONFLICT DO NOTHING", rows)
}

/// Adds many rows; `on_conflict` says what becomes of one that is there already.
///
/// The rows are taken before anything is waited for: what is made here can be sent to another thread, whatever the rows
/// come from.
pub fn insert_or<'c, const N: usize>(
    connection: &'c mut AnyConnection,
    into: &'static str,
    on_conflict: &'static str,
    rows: impl IntoIterator<Item = [Value; N]>,
) -> BoxFuture<'c, Result<u64>> {
    // SQLite finds a numbered parameter by looking through all of them, one without a number at once.
    let numbered = connection.backend_name() != "SQLite";
    let most = (MOST_PARAMETERS / N).min(500);
    let mut rows = rows.into_iter().peekable();
    let mut queries = Vec::new();
    while rows.peek().is_some() {
        let mut query = Query::new("INSERT INTO ").push(into).push(" VALUES ");
        for (place, row) in rows.by_ref().take(most).enumerate() {
            query = query.push(if place == 0 { "(" } else { ", (" });
            for (column, value) in row.into_iter().enumerate() {
                query = if column == 0 { query } else { query.push(", ") };
                query = if numbered { query.bind(value) } else { query.bind_next(value) };
            }
            query = query.push(")");
        }
        queries.push(query.push(on_conflict));
    }
    Box::pin(async move {
        let mut added = 0;
        for query in queries {
            added += query.run(connection).await?;
        }
        Ok(added)
    })
}

/// Adds `($1, $2, …)`: at least one value.
pub fn among<'a>(mut query: Query, values: impl IntoIterator<Item = &'a String>) -> Query {
    let mut separator = "(";
    for value in values {
        query = query.push(separator).bind(value);
        separator = ", ";
    }
    query.push(")")
}

/// How many values one condition names at most: SQLite looks through all parameters of a statement for each.
pub const MANY: usize = 1_000;

/// Rows by whom they are about, each in the order they were in.
pub fn grouped<T>(rows: Vec<(String, T)>) -> HashMap<String, Vec<T>> {
    let mut groups: HashMap<String, Vec<T>> = HashMap::new();
    for (of, row) in rows {
        groups.entry(of).or_default().push(row);
    }
    groups
}

/// Text of a column.
pub fn text(row: &AnyRow, column: usize) -> Result<String> {
    Ok(row.try_get(column)?)
}

/// Text of a column that may be empty.
pub fn maybe(row: &AnyRow, column: usize) -> Result<Option<String>> {
    Ok(row.try_get(column)?)
}

/// The number of a column.
pub fn int(row: &AnyRow, column: usize) -> Result<i64> {
    Ok(row.try_get(column)?)
}

/// The number of a column that may be empty.
pub fn maybe_int(row: &AnyRow, column: usize) -> Result<Option<i64>> {
    Ok(row.try_get(column)?)
}

/// Yes or no.
pub fn yes(row: &AnyRow, column: usize) -> Result<bool> {
    Ok(int(row, column)? != 0)
}

/// The day of a column.
pub fn day(row: &AnyRow, column: usize) -> Result<jiff::civil::Date> {
    maybe_day(row, column)?.ok_or(RegistryError::Damaged { what: "a day is missing".into() })
}

/// The day of a column that may be empty.
pub fn maybe_day(row: &AnyRow, column: usize) -> Result<Option<jiff::civil::Date>> {
    maybe(row, column)?
        .map(|text| text.parse().map_err(|_| RegistryError::Damaged { what: "a day cannot be read".into() }))
        .transpose()
}
