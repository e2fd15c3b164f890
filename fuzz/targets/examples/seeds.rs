//! Writes the targets' seeds to `fuzz/seeds`.

use std::{fs, path::PathBuf};

use phala_fuzz_targets::TARGETS;

fn main() -> std::io::Result<()> {
    let seeds = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../seeds");
    for target in TARGETS {
        let folder = seeds.join(target.name);
        fs::create_dir_all(&folder)?;
        let made = (target.seeds)();
        for seed in &made {
            fs::write(folder.join(format!("{}-{}", seed.verdict.name(), seed.name)), &seed.bytes)?;
        }
        println!("{}: {} seeds", target.name, made.len());
    }
    Ok(())
}
