//! Which step follows which, by the procedure of the pack, and when a limit ends.
