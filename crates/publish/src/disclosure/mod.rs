//! Disclosure control: what of a table may be published, so that nobody is exposed.
