//! What every request has at hand.

use crate::config::Config;
use crate::handbook::Books;
use crate::kept::Kept;
use crate::limit::Buckets;
use crate::openid::Provider;
use crate::pages::{Import, SiteTags};
use crate::searches::Searches;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use vuon_programme::audit::MoneyAudit;
use vuon_publish::document::Templates;
use vuon_registry::audit::AuditReport;
use vuon_registry::{Register, Result};

/// How many complaints without an account an address files at once, and how many more in a minute: a whole village may
/// stand behind one address.
const FILED_AT_ONCE: u32 = 10;
const FILED_PER_MINUTE: u32 = 1;

/// What a verification found.
pub(crate) struct Verified {
    /// In the register.
    pub report: AuditReport,
    /// In the money of support; nothing for whoever may not see all of it.
    pub money: Option<MoneyAudit>,
}

/// The application's state. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    register: Register,
    config: Config,
    demo: bool,
    sign_in_limit: Buckets,
    public_limit: Buckets,
    filing_limit: Buckets,
    provider: Provider,
    imports: Kept<Import>,
    verified: Kept<Arc<Verified>>,
    searches: Searches,
    templates: Arc<Templates>,
    books: Books,
    site_tags: SiteTags,
}

impl App {
    /// The state of a server for a register.
    ///
    /// # Errors
    /// [`RegistryError`](vuon_registry::RegistryError) when the register does not answer.
    pub async fn new(config: Config, register: Register) -> Result<Self> {
        let demo = config.demo || register.setting("demo").await?.is_some_and(|value| value != "0");
        let sign_in_limit = Buckets::new(config.sign_in_tries, config.sign_in_per_minute);
        let public_limit = Buckets::new(config.public_per_minute.saturating_mul(2), config.public_per_minute);
        let filing_limit = Buckets::new(FILED_AT_ONCE, FILED_PER_MINUTE);
        let provider = Provider::new(&config);
        let (imports, verified, searches) = (Kept::default(), Kept::default(), Searches::default());
        // A folder that cannot be read is told in the log; papers are then set as the program has them.
        let templates = match config.templates.as_deref().map(Templates::with_folder) {
            Some(Ok(templates)) => templates,
            Some(Err(error)) => {
                tracing::error!(%error, "the folder of templates cannot be read");
                Templates::default()
            }
            None => Templates::default(),
        };
        let templates = Arc::new(templates);
        let (books, site_tags) = (Books::default(), SiteTags::default());
        let inner = Inner {
            register,
            config,
            demo,
            sign_in_limit,
            public_limit,
            filing_limit,
            provider,
            imports,
            verified,
            searches,
            templates,
            books,
            site_tags,
        };
        Ok(App { inner: Arc::new(inner) })
    }

    /// The register.
    pub fn register(&self) -> &Register {
        &self.inner.register
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Whether the data are synthetic, which every page must say.
    pub fn demo(&self) -> bool {
        self.inner.demo
    }

    pub(crate) fn templates(&self) -> &Arc<Templates> {
        &self.inner.templates
    }

    pub(crate) fn books(&self) -> &Books {
        &self.inner.books
    }

    pub(crate) fn sign_in_limit(&self) -> &Buckets {
        &self.inner.sign_in_limit
    }

    pub(crate) fn site_tags(&self) -> &SiteTags {
        &self.inner.site_tags
    }

    /// Pages that need no account.
    pub(crate) fn public_limit(&self) -> &Buckets {
        &self.inner.public_limit
    }

    /// Complaints without an account.
    pub(crate) fn filing_limit(&self) -> &Buckets {
        &self.inner.filing_limit
    }

    pub(crate) fn imports(&self) -> &Kept<Import> {
        &self.inner.imports
    }

    pub(crate) fn verified(&self) -> &Kept<Arc<Verified>> {
        &self.inner.verified
    }

    pub(crate) fn searches(&self) -> &Searches {
        &self.inner.searches
    }

    pub(crate) fn provider(&self) -> &Provider {
        &self.inner.provider
    }
}

/// The figures for Prometheus. There is one recorder in a process, however many servers tests make.
pub(crate) fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let recorder: PrometheusRecorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        // Somebody else's recorder may stand already; then ours stays empty.
        let _ = metrics::set_global_recorder(recorder);
        handle
    })
}

/// Folds figures that were recorded into what is told of them, again and again: without it each request would stay in
/// memory until somebody reads `/metrics`.
pub(crate) async fn keep_figures_small() {
    let mut often = tokio::time::interval(Duration::from_secs(5));
    loop {
        often.tick().await;
        metrics().run_upkeep();
    }
}
