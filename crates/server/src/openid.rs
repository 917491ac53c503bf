//! Sign-in by a ministry's own provider.

use crate::config::Config;

/// The provider, if one is set up.
pub struct Provider {}

impl Provider {
    /// By the settings.
    pub fn new(_config: &Config) -> Self {
        Provider {}
    }
}
