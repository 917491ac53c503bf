//! Proxy means.
