//! The official reports: layouts as data, figures as plain values, identities checked before anything is written.
