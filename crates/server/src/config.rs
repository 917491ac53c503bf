//! How a server is set up: from a file, then the environment, then the command line, each stronger than the one before.
//!
//! Every setting has a default that is safe on one machine; `docs/configuration.md` tells them all. A name that is not a
//! setting is an error, so that a slip of the pen does not quietly leave a default standing.

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// All settings.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The database: `sqlite://…` or `postgres://…`; a file in [`data_dir`](Self::data_dir) when absent.
    pub database: Option<String>,
    /// How many connections to the database.
    pub connections: u32,
    /// Where the key file is, and the file database when there is no other.
    pub data_dir: PathBuf,
    /// Folders that hold packs (one subfolder each), such as a province's local standard; they come before the program's.
    pub packs: Vec<PathBuf>,
    /// A folder of templates of papers, each in place of the program's of the same name.
    pub templates: Option<PathBuf>,
    /// Where the public's site is, as `vuon publish` writes it; the folder `public` in [`data_dir`](Self::data_dir) when absent.
    pub public_site: Option<PathBuf>,
    /// How many of the pages that need no account an address gets in a minute; twice as many at once.
    pub public_per_minute: u32,
    /// The address people type, such as `https://giamngheo.example.vn`. Needed for OpenID Connect.
    pub public_url: Option<String>,
    /// Whether cookies travel over HTTPS alone; when absent, what [`public_url`](Self::public_url) says.
    pub secure_cookies: Option<bool>,
    /// Whether the client's address is the last one in `X-Forwarded-For`, set by a proxy in front.
    pub behind_proxy: bool,
    /// The language of who has not chosen one: `vi` or `en`.
    pub language: String,
    /// The language of official papers, whoever prints them: `vi` or `en`.
    pub papers_language: String,
    /// The most bytes of a request.
    pub max_body: usize,
    /// The most bytes of an upload: lists, photos, documents.
    pub max_upload: usize,
    /// After how many seconds an answer that is not there is given up.
    pub timeout: u64,
    /// How many tries to sign in an address has at once.
    pub sign_in_tries: u32,
    /// How many more it gets in a minute.
    pub sign_in_per_minute: u32,
    /// What somebody not on this machine sends as `Authorization: Bearer …` to read `/metrics`; nobody when absent.
    pub metrics_token: Option<String>,
    /// How logs are written.
    pub log: Log,
    /// Sign-in by a ministry's own provider.
    pub oidc: Option<Oidc>,
    /// Whether this is a demonstration with synthetic data, which every page says.
    pub demo: bool,
}

/// How logs are written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// As lines for people or as JSON for machines.
    pub format: LogFormat,
    /// What is written, as `tracing` filters say it.
    pub filter: String,
}

/// How a log line looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A provider of OpenID Connect.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// Its address; its description is read from `/.well-known/openid-configuration` below it.
    pub issuer: String,
    /// What the provider calls this server.
    pub client_id: String,
    /// What proves to the provider that it is this server.
    pub client_secret: String,
    /// What the button says.
    #[serde(default)]
    pub name: Option<String>,
    /// Values of `acr` or `amr` by which the provider says that a second factor was used.
    #[serde(default = "Oidc::strong_by_default")]
    pub strong: Vec<String>,
}

impl Oidc {
    fn strong_by_default() -> Vec<String> {
        ["mfa", "otp", "hwk", "sc"].map(String::from).into()
    }
}

/// The secret is not for logs.
impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oidc").field("issuer", &self.issuer).field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// An address of a database may hold a password, and a token is one.
impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("listen", &self.listen).field("demo", &self.demo).finish_non_exhaustive()
    }
}

impl Default for Log {
    fn default() -> Self {
        Log { format: LogFormat::Text, filter: "info,sqlx=warn".into() }
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            database: None,
            connections: 8,
            data_dir: "vuon-data".into(),
            packs: Vec::new(),
            templates: None,
            public_site: None,
            public_per_minute: 60,
            public_url: None,
            secure_cookies: None,
            behind_proxy: false,
            language: "vi".into(),
            papers_language: "vi".into(),
            max_body: 1024 * 1024,
            max_upload: 6 * 1024 * 1024,
            timeout: 120,
            sign_in_tries: 10,
            sign_in_per_minute: 10,
            metrics_token: None,
            log: Log::default(),
            oidc: None,
            demo: false,
        }
    }
}

/// What the command line says; what it does not say is left to the file and the environment.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ServeOptions {
    /// The file; `vuon.toml` in the present folder, if it is there, when absent.
    #[serde(skip)]
    pub file: Option<PathBuf>,
    /// Where to listen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// The database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Where the key file is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// Folders that hold packs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<PathBuf>,
    /// A demonstration.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
}

/// Settings that cannot be.
#[derive(thiserror::Error, Debug)]
pub enum ConfigError {
    /// A file, a variable or an option does not say what it should.
    #[error("{0}")]
    Unreadable(#[from] Box<figment::Error>),
    /// The file that was named is not there.
    #[error("there is no file {}", .0.display())]
    NoFile(PathBuf),
    /// A variable that is not a setting.
    #[error("there is no setting {0}: docs/configuration.md names them all")]
    Variable(String),
    /// Settings that do not go together.
    #[error("{0}")]
    Together(&'static str),
}

/// Variables of ours that are no settings: the language of the command line, and what tests and measurements are told.
const OTHERS: [&str; 6] = ["lang", "renew", "pictures", "test_", "bench_", "kill_"];

/// Whether a variable of ours is known not to be a setting; a name that ends in `_` stands for all that begin so.
fn is_other(name: &str) -> bool {
    OTHERS.iter().any(|other| name == *other || (other.ends_with('_') && name.starts_with(other)))
}

/// A variable of ours that is neither a setting nor known otherwise.
fn unknown<'a>(variables: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    variables.into_iter().find(|variable| {
        let name = variable.strip_prefix("VUON_").map(str::to_lowercase);
        name.is_some_and(|name| !NAMES.contains(&name.split("__").next().unwrap_or(&name)) && !is_other(&name))
    })
}

/// The names of the settings.
const NAMES: [&str; 22] = [
    "listen",
    "database",
    "connections",
    "data_dir",
    "packs",
    "templates",
    "public_site",
    "public_per_minute",
    "public_url",
    "secure_cookies",
    "behind_proxy",
    "language",
    "papers_language",
    "max_body",
    "max_upload",
    "timeout",
    "sign_in_tries",
    "sign_in_per_minute",
    "metrics_token",
    "log",
    "oidc",
    "demo",
];

impl Config {
    /// Reads the settings. Variables are `VUON_LISTEN`, and `VUON_OIDC__CLIENT_SECRET` for one inside of another.
    ///
    /// # Errors
    /// [`ConfigError`], which names the file or variable.
    pub fn read(options: &ServeOptions) -> Result<Self, ConfigError> {
        let file = options.file.as_deref().unwrap_or(Path::new("vuon.toml"));
        if options.file.is_some() && !file.is_file() {
            return Err(ConfigError::NoFile(file.to_owned()));
        }
        let variables: Vec<String> = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect();
        if let Some(unknown) = unknown(variables.iter().map(String::as_str)) {
            return Err(ConfigError::Variable(unknown.to_owned()));
        }
        let ours = |name: &str| NAMES.contains(&name.split("__").next().unwrap_or(name));
        let environment = Env::prefixed("VUON_").filter(move |name| ours(&name.as_str().to_lowercase())).split("__");
        let mut settings = Figment::from(Serialized::defaults(Config::default()));
        if file.is_file() {
            settings = settings.merge(Toml::file_exact(file));
        }
        let config: Config =
            settings.merge(environment).merge(Serialized::defaults(options)).extract().map_err(Box::new)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        if self.oidc.is_some() && self.public_url.is_none() {
            return Err(ConfigError::Together("oidc needs public_url: the provider sends people back to it"));
        }
        if [&self.language, &self.papers_language].iter().any(|language| *language != "vi" && *language != "en") {
            return Err(ConfigError::Together("language and papers_language are vi or en"));
        }
        if self.metrics_token.as_ref().is_some_and(|token| token.len() < 16) {
            return Err(ConfigError::Together("metrics_token needs at least 16 signs"));
        }
        Ok(())
    }

    /// Whether cookies travel over HTTPS alone: as it is set, or else whenever people come by HTTPS.
    pub fn secure_cookies(&self) -> bool {
        let https = || self.public_url.as_deref().is_some_and(|url| url.to_lowercase().starts_with("https://"));
        self.secure_cookies.unwrap_or_else(https)
    }

    /// The address of the database.
    pub fn database_url(&self) -> String {
        self.database
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}?mode=rwc", self.data_dir.join("register.db").display()))
    }

    /// The folder of the public's site.
    pub fn public_site(&self) -> PathBuf {
        self.public_site.clone().unwrap_or_else(|| self.data_dir.join("public"))
    }

    /// The key file.
    pub fn key_file(&self) -> PathBuf {
        self.data_dir.join("register.key")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_secure_when_people_come_by_https_unless_it_is_said_otherwise() {
        for (set, url, secure) in [
            (None, None, false),
            (None, Some("http://register.example.vn"), false),
            (None, Some("https://register.example.vn"), true),
            (None, Some("HTTPS://register.example.vn"), true),
            (Some(true), None, true),
            (Some(false), Some("https://register.example.vn"), false),
        ] {
            let config = Config { secure_cookies: set, public_url: url.map(String::from), ..Config::default() };
            assert_eq!(config.secure_cookies(), secure, "{set:?} {url:?}");
        }
    }

    #[test]
    fn a_variable_that_is_no_setting_is_named() {
        let known = ["PATH", "VUON_LISTEN", "VUON_OIDC__CLIENT_SECRET", "VUON_LANG", "VUON_TEST_POSTGRES"];
        assert_eq!(unknown(known.into_iter()), None);
        assert_eq!(unknown(["VUON_LISTEN", "VUON_DATABSE"].into_iter()), Some("VUON_DATABSE"));
        assert_eq!(unknown(["VUON_OIDC_CLIENT_SECRET"].into_iter()), Some("VUON_OIDC_CLIENT_SECRET"), "one underline");
    }
}
