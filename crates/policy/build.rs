//! The packs are embedded by a macro that cargo does not see: build again when they change.
fn main() {
    println!("cargo::rerun-if-changed=../../policies");
}
