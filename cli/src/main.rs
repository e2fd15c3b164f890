//! phala.
fn main() {}
