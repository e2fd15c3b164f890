//! Measures the benchmarks of a runtime's pallets and writes their weights: the SDK's `benchmark pallet`, and nothing
//! else. `chain/weights.sh` calls it.

use clap::Parser;
use frame_benchmarking_cli::PalletCmd;
use sp_runtime::traits::BlakeTwo256;
use tracing_subscriber::EnvFilter;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    // The runtime imports the host functions of the SDK and no others.
    PalletCmd::parse().run_with_spec::<BlakeTwo256, ()>(None)?;
    Ok(())
}
