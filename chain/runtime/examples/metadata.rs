//! Writes the metadata that clients are compiled against: `make metadata`.
//!
//! Usage: `cargo run -p phala-runtime --example metadata -- client/artifacts/metadata.scale`

use std::{env, error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("name the file to write: client/artifacts/metadata.scale")?;
    fs::write(&path, phala_runtime::metadata())?;
    println!("wrote {path}");
    Ok(())
}
