//! Builds the runtime's Wasm.

fn main() {
    #[cfg(feature = "std")]
    build_wasm();
}

#[cfg(feature = "std")]
fn build_wasm() {
    // The target folder may lie outside the repository; the versions are those of its Cargo.lock anyway.
    const HINT: &str = "WASM_BUILD_WORKSPACE_HINT";
    if std::env::var_os(HINT).is_none() {
        std::env::set_var(HINT, concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    }

    // The inner build has a profile of its own, so arithmetic checks are asked for here.
    let builder = substrate_wasm_builder::WasmBuilder::init_with_defaults()
        .append_to_rust_flags("-Coverflow-checks=yes");

    // Compiles the runtime twice. Wallets that show what they sign need it, development does not.
    #[cfg(feature = "metadata-hash")]
    let builder = builder.enable_metadata_hash("PHA", 12);

    builder.build();
}
