//! Chains by name. Their genesis comes from the runtime's presets; here are only the names around it.

use phala_runtime::{configs::SS58_PREFIX, genesis_config_presets as presets, WASM_BINARY};
use polkadot_sdk::sc_service::{self, ChainType, Properties};

/// A chain: its genesis, name and how to show its amounts and addresses.
pub(crate) type ChainSpec = sc_service::GenericChainSpec;

/// One validator and a block a second.
pub(crate) fn development() -> Result<ChainSpec, String> {
    preset("Phala Development", "phala_development", ChainType::Development, presets::DEVELOPMENT)
}

/// Four validators on one machine.
pub(crate) fn local() -> Result<ChainSpec, String> {
    preset("Phala Local", "phala_local", ChainType::Local, presets::LOCAL)
}

fn preset(name: &str, id: &str, kind: ChainType, preset: &str) -> Result<ChainSpec, String> {
    let wasm = WASM_BINARY.ok_or(
        "this node was built without the runtime's Wasm: build it again without SKIP_WASM_BUILD, \
         or name a chain specification file with --chain",
    )?;
    // From the runtime linked into this program: the same function as in the Wasm, which would have to
    // be compiled once more to be asked.
    let patch =
        presets::get_preset(&preset.into()).ok_or_else(|| format!("the runtime has no preset {preset}"))?;
    let patch = serde_json::from_slice(&patch)
        .map_err(|error| format!("the preset {preset} is not JSON: {error}"))?;
    Ok(ChainSpec::builder(wasm, None)
        .with_name(name)
        .with_id(id)
        .with_chain_type(kind)
        .with_genesis_config_patch(patch)
        .with_properties(properties())
        .build())
}

fn properties() -> Properties {
    [("tokenSymbol", "PHA".into()), ("tokenDecimals", 12.into()), ("ss58Format", SS58_PREFIX.into())]
        .into_iter()
        .map(|(name, value): (&str, serde_json::Value)| (name.to_owned(), value))
        .collect()
}
