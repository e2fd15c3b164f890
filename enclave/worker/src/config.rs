//! What the operator decides: command line and environment.

use std::{io::Read, net::SocketAddr, num::NonZeroUsize, path::PathBuf};

use anyhow::Context;
use clap::{Args, Parser};
use phala_light_client::{limits::MAX_TRUST_ROOT_BYTES, trust::TrustRoot};
use phala_primitives::{BlockNumber, Hash};
use sp_core::crypto::{AccountId32, Ss58AddressFormat, Ss58Codec};

/// SS58 prefixes whose addresses are taken: Phala's own and the generic one.
const ADDRESS_PREFIXES: [u16; 2] = [30, 42];

/// A worker of the Phala network: runs confidential jobs inside a TEE, and believes of the chain only
/// what is proven under the genesis hash it is given.
#[derive(Clone, Debug, Parser)]
#[command(name = "phala-worker", version, max_term_width = 110)]
pub struct Config {
    /// Hash of the chain's block 0: the root of everything that the worker believes.
    #[arg(long, env = "PHALA_GENESIS_HASH", value_name = "0xHASH", value_parser = parse_hash, required_unless_present = "checkpoint")]
    pub genesis_hash: Option<Hash>,

    /// File with a recent block to believe instead of block 0, as `phala checkpoint` writes it: validators that left
    /// office before it cannot deceive the worker.
    #[arg(long, env = "PHALA_CHECKPOINT", value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,

    /// Account that may put this worker to use: SS58 address, or public key in hexadecimal.
    #[arg(long, env = "PHALA_OPERATOR", value_name = "ACCOUNT", value_parser = parse_account)]
    pub operator: [u8; 32],

    /// Folder for the sealed identity, state, inputs and results. It belongs to one chain for ever.
    #[arg(long, env = "PHALA_DATA_DIR", value_name = "FOLDER")]
    pub data_dir: PathBuf,

    /// Where clients reach the worker.
    #[arg(long, env = "PHALA_LISTEN", value_name = "IP:PORT", default_value = "127.0.0.1:8000")]
    pub listen: SocketAddr,

    /// Unix socket for the relay [default: relay.sock in the data folder].
    #[arg(long, env = "PHALA_RELAY_SOCKET", value_name = "PATH")]
    pub relay_socket: Option<PathBuf>,

    /// Program that runs one job in a process of its own [default: phala-executor beside this program].
    #[arg(long, env = "PHALA_EXECUTOR", value_name = "PATH")]
    pub executor: Option<PathBuf>,

    /// Run programs even where the kernel has no Landlock, under seccomp alone; clients see it at /v1/info.
    #[arg(long, env = "PHALA_ALLOW_MISSING_LANDLOCK")]
    pub allow_missing_landlock: bool,

    /// Cores that the benchmark and the jobs may use [default: all].
    #[arg(long, env = "PHALA_CORES", value_name = "NUMBER")]
    pub cores: Option<NonZeroUsize>,

    /// What to log, such as `info` or `phala_worker=debug`.
    #[arg(long, env = "PHALA_LOG", value_name = "FILTER", default_value = "info")]
    pub log: String,

    /// How much the worker takes on.
    #[command(flatten)]
    pub limits: Limits,
}

/// How much the worker takes on. Clients see it at `/v1/info`.
#[derive(Clone, Copy, Debug, Args)]
pub struct Limits {
    /// Linear memory that one job gets at most, in MiB, whatever its own limit.
    #[arg(long, env = "PHALA_MAX_MEMORY_MIB", value_name = "MIB", default_value_t = 1024)]
    pub max_memory_mib: u32,

    /// Wall-clock time that one job gets at most, in seconds, whatever its own limit.
    #[arg(long, env = "PHALA_MAX_SECONDS", value_name = "SECONDS", default_value_t = 3600)]
    pub max_seconds: u32,

    /// Jobs that run at the same time [default: one per core].
    #[arg(long, env = "PHALA_PARALLEL_JOBS", value_name = "NUMBER")]
    pub parallel_jobs: Option<NonZeroUsize>,

    /// Jobs whose input waits on disk for its turn.
    #[arg(long, env = "PHALA_MAX_QUEUED", value_name = "NUMBER", default_value_t = 32)]
    pub max_queued: usize,

    /// Blocks after its deadline for which a job's result is kept.
    #[arg(long, env = "PHALA_RESULT_BLOCKS", value_name = "BLOCKS", default_value_t = 14_400)]
    pub result_blocks: BlockNumber,

    /// Connections open at the same time on the public address.
    #[arg(long, env = "PHALA_MAX_CONNECTIONS", value_name = "NUMBER", default_value_t = NonZeroUsize::new(256).unwrap_or(NonZeroUsize::MIN))]
    pub max_connections: NonZeroUsize,
}

impl Config {
    /// What the worker believes to begin with.
    ///
    /// # Errors
    ///
    /// There is nothing, or the checkpoint cannot be read, contradicts itself, or is of another chain than
    /// the genesis hash.
    pub fn trust_root(&self) -> anyhow::Result<TrustRoot> {
        let Some(path) = &self.checkpoint else {
            let hash =
                self.genesis_hash.context("say whom to believe, with --genesis-hash or --checkpoint")?;
            return Ok(TrustRoot::Genesis(hash));
        };
        let name = || format!("--checkpoint {}", path.display());
        let mut text = Vec::new();
        let file = std::fs::File::open(path).with_context(name)?;
        file.take(MAX_TRUST_ROOT_BYTES as u64 + 1).read_to_end(&mut text).with_context(name)?;
        let root = TrustRoot::from_json(&text).with_context(name)?;
        if let Some(genesis) = &self.genesis_hash {
            root.expect_chain(genesis).with_context(name)?;
        }
        Ok(root)
    }

    /// Cores for benchmark and jobs.
    pub fn cores(&self) -> NonZeroUsize {
        self.cores.unwrap_or_else(|| std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }

    /// Jobs that run at the same time.
    pub fn parallel_jobs(&self) -> NonZeroUsize {
        self.limits.parallel_jobs.unwrap_or_else(|| self.cores())
    }

    /// The unix socket for the relay.
    pub fn relay_socket(&self) -> PathBuf {
        self.relay_socket.clone().unwrap_or_else(|| self.data_dir.join("relay.sock"))
    }

    /// The program that runs jobs.
    pub fn executor(&self) -> std::io::Result<PathBuf> {
        match &self.executor {
            Some(path) => Ok(path.clone()),
            None => Ok(std::env::current_exe()?.with_file_name("phala-executor")),
        }
    }
}

fn parse_hash(text: &str) -> Result<Hash, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let mut hash = Hash::default();
    hex::decode_to_slice(digits, &mut hash)
        .map_err(|_| "a hash is 64 hexadecimal digits, with or without 0x; ask a node you trust for the hash of block 0".to_string())?;
    Ok(hash)
}

fn parse_account(text: &str) -> Result<[u8; 32], String> {
    if let Ok(key) = parse_hash(text) {
        return Ok(key);
    }
    let (account, prefix) = AccountId32::from_ss58check_with_version(text).map_err(|_| {
        "neither an SS58 address nor 64 hexadecimal digits; check that it was copied whole".to_string()
    })?;
    if !ADDRESS_PREFIXES.map(Ss58AddressFormat::custom).contains(&prefix) {
        return Err(format!(
            "an address of another network (prefix {prefix}); use its form with prefix 30 or 42"
        ));
    }
    Ok(account.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HASH: &str = "0x0101010101010101010101010101010101010101010101010101010101010101";
    /// //Alice, from the development accounts of every Substrate chain.
    const ALICE: &str = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

    fn parse(arguments: &[&str]) -> Result<Config, String> {
        Config::try_parse_from([&["phala-worker"], arguments].concat()).map_err(|error| error.to_string())
    }

    fn parse_operator(operator: &str) -> Result<Config, String> {
        parse(&["--genesis-hash", HASH, "--data-dir", "d", "--operator", operator])
    }

    #[test]
    fn config_should_be_refused_when_there_is_no_genesis_hash() {
        let error = parse(&["--data-dir", "d", "--operator", ALICE]).unwrap_err();
        assert!(error.contains("--genesis-hash"), "{error}");
    }

    #[test]
    fn config_should_be_refused_when_the_genesis_hash_is_too_short() {
        let error = parse(&["--genesis-hash", "0x01", "--data-dir", "d", "--operator", ALICE]).unwrap_err();
        assert!(error.contains("64 hexadecimal digits"), "{error}");
    }

    #[test]
    fn operator_should_be_the_same_account_in_hexadecimal_and_both_address_forms() {
        let key: [u8; 32] = hex::decode(ALICE).unwrap().try_into().unwrap();
        let account = AccountId32::from(key);
        let forms =
            [30, 42].map(|prefix| account.to_ss58check_with_version(Ss58AddressFormat::custom(prefix)));
        for form in [ALICE, &forms[0], &forms[1], "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"] {
            assert_eq!(parse_operator(form).unwrap().operator, key, "{form}");
        }
    }

    #[test]
    fn operator_should_be_refused_when_the_address_is_of_another_network() {
        let polkadot = AccountId32::from([1; 32]).to_ss58check_with_version(Ss58AddressFormat::custom(0));
        assert!(parse_operator(&polkadot).unwrap_err().contains("another network"));
    }

    #[test]
    fn operator_should_be_refused_when_a_character_of_the_address_is_wrong() {
        assert!(parse_operator("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQX").is_err());
    }
}
