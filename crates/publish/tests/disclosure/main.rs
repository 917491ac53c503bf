//! Disclosure control attacked: whoever knows all that is published, the sums and the rule, never narrows a hidden cell to
//! less than the width. The attackers here share no code with what they attack.

mod amounts;
mod attacker;
mod generated;
mod releases;
mod rules;
