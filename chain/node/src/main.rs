//! The chain node.
fn main() {}
