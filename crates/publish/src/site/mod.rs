//! The public's window: a static site of results, targets, money and methods.
