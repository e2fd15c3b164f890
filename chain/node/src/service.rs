//! The parts of a node and how they are wired.

use std::{sync::Arc, time::Duration};

use phala_runtime::apis::RuntimeApi;
use polkadot_sdk::{
    sc_client_api::BlockBackend,
    sc_consensus::{DefaultImportQueue, LongestChain},
    sc_consensus_aura::{self as aura, ImportQueueParams},
    sc_consensus_grandpa::{self as grandpa, FinalityProofProvider, SharedVoterState},
    sc_executor::WasmExecutor,
    sc_network::{config::FullNetworkConfiguration, NetworkBackend},
    sc_service::{
        self, error::Error, ChainType, Configuration, KeystoreContainer, TFullBackend, TFullClient,
        TaskManager, WarpSyncConfig,
    },
    sc_telemetry::{self, Telemetry, TelemetryWorker},
    sc_transaction_pool::{self, TransactionPoolHandle},
    sp_consensus_aura::{
        sr25519::{AuthorityId, AuthorityPair},
        SlotDuration,
    },
    sp_io::SubstrateHostFunctions,
    sp_runtime::{generic, OpaqueExtrinsic},
};

use crate::{
    consensus::{self, Authoring, Consensus, Voting},
    rpc,
};

pub(crate) use phala_runtime::Hash;
/// A block whose transactions the node does not look into.
pub(crate) type Block = generic::Block<phala_runtime::Header, OpaqueExtrinsic>;
pub(crate) type Client = TFullClient<Block, RuntimeApi, WasmExecutor<SubstrateHostFunctions>>;
pub(crate) type Backend = TFullBackend<Block>;
pub(crate) type TransactionPool = TransactionPoolHandle<Block, Client>;
pub(crate) type SelectChain = LongestChain<Backend, Block>;
pub(crate) type BlockImport = grandpa::GrandpaBlockImport<Backend, Block, Client, SelectChain>;
pub(crate) type GrandpaLink = grandpa::LinkHalf<Block, Client, SelectChain>;

/// Every so many blocks a justification is kept for ever, so that light clients that come late find
/// one close to what they look for.
const JUSTIFICATION_PERIOD: u32 = 16;

/// How long a GRANDPA message is expected to travel between validators.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);

/// The same where there is one validator: it waits this long for votes that nobody else casts.
const LONE_GOSSIP_DURATION: Duration = Duration::from_millis(50);

/// What a node consists of before it talks to anybody.
struct Parts {
    client: Arc<Client>,
    backend: Arc<Backend>,
    task_manager: TaskManager,
    keystore: KeystoreContainer,
    select_chain: SelectChain,
    import_queue: DefaultImportQueue<Block>,
    pool: Arc<TransactionPool>,
    block_import: BlockImport,
    grandpa_link: GrandpaLink,
    slot_duration: SlotDuration,
    telemetry: Option<Telemetry>,
}

fn parts(config: &Configuration) -> Result<Parts, Error> {
    let telemetry = config
        .telemetry_endpoints
        .clone()
        .filter(|endpoints| !endpoints.is_empty())
        .map(|endpoints| {
            let worker = TelemetryWorker::new(16)?;
            let telemetry = worker.handle().new_telemetry(endpoints);
            Ok::<_, sc_telemetry::Error>((worker, telemetry))
        })
        .transpose()?;

    let (client, backend, keystore, task_manager) = sc_service::new_full_parts::<Block, RuntimeApi, _>(
        config,
        telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
        sc_service::new_wasm_executor(&config.executor),
        Vec::new(),
    )?;
    let client = Arc::new(client);
    let telemetry = telemetry.map(|(worker, telemetry)| {
        task_manager.spawn_handle().spawn("telemetry", None, worker.run());
        telemetry
    });

    let select_chain = LongestChain::new(backend.clone());
    let pool = sc_transaction_pool::Builder::new(
        task_manager.spawn_essential_handle(),
        client.clone(),
        config.role.is_authority().into(),
    )
    .with_options(config.transaction_pool.clone())
    .with_prometheus(config.prometheus_registry())
    .build();
    let (block_import, grandpa_link) = grandpa::block_import(
        client.clone(),
        JUSTIFICATION_PERIOD,
        &client,
        select_chain.clone(),
        telemetry.as_ref().map(Telemetry::handle),
    )?;
    // Fixed at genesis, so it may be read once.
    let slot_duration = aura::slot_duration::<AuthorityId, _, _>(&*client)?;
    let import_queue = aura::import_queue::<AuthorityPair, _, _, _, _, _>(ImportQueueParams {
        block_import: block_import.clone(),
        justification_import: Some(Box::new(block_import.clone())),
        client: client.clone(),
        create_inherent_data_providers: move |_, ()| async move { Ok(consensus::inherents(slot_duration)) },
        spawner: &task_manager.spawn_essential_handle(),
        registry: config.prometheus_registry(),
        check_for_equivocation: Default::default(),
        telemetry: telemetry.as_ref().map(Telemetry::handle),
        compatibility_mode: Default::default(),
    })?;

    Ok(Parts {
        client,
        backend,
        task_manager,
        keystore,
        select_chain,
        import_queue,
        pool: Arc::new(pool),
        block_import,
        grandpa_link,
        slot_duration,
        telemetry,
    })
}

/// Starts a node: a validator where the configuration makes it one, otherwise a full node.
pub(crate) fn start<N: NetworkBackend<Block, Hash>>(config: Configuration) -> Result<TaskManager, Error> {
    let Parts {
        client,
        backend,
        mut task_manager,
        keystore,
        select_chain,
        import_queue,
        pool,
        block_import,
        grandpa_link,
        slot_duration,
        mut telemetry,
    } = parts(&config)?;
    let registry = config.prometheus_registry().cloned();
    let authorities = grandpa_link.shared_authority_set().clone();

    let mut network_config =
        FullNetworkConfiguration::<Block, Hash, N>::new(&config.network, registry.clone());
    let metrics = N::register_notification_metrics(registry.as_ref());
    let genesis =
        client.block_hash(0)?.ok_or_else(|| Error::Other("the database has no genesis block".into()))?;
    let grandpa_protocol = grandpa::protocol_standard_name(&genesis, &config.chain_spec);
    let (grandpa_peers, grandpa_notifications) = grandpa::grandpa_peers_set_config::<_, N>(
        grandpa_protocol.clone(),
        metrics.clone(),
        network_config.peer_store_handle(),
    );
    network_config.add_notification_protocol(grandpa_peers);
    let warp_sync =
        grandpa::warp_proof::NetworkProvider::new(backend.clone(), authorities.clone(), Vec::new());
    let (network, system_rpc_tx, tx_handler_controller, sync, _) =
        sc_service::build_network(sc_service::BuildNetworkParams {
            config: &config,
            net_config: network_config,
            client: client.clone(),
            transaction_pool: pool.clone(),
            spawn_handle: task_manager.spawn_handle(),
            spawn_essential_handle: task_manager.spawn_essential_handle(),
            import_queue,
            block_announce_validator_builder: None,
            warp_sync_config: Some(WarpSyncConfig::WithProvider(Arc::new(warp_sync))),
            block_relay: None,
            metrics,
            gap_sync_body_policy: None,
        })?;

    let voter = SharedVoterState::empty();
    let rpc_sources = rpc::Sources {
        client: client.clone(),
        pool: pool.clone(),
        authorities: authorities.clone(),
        voter: voter.clone(),
        justifications: grandpa_link.justification_stream(),
        finality_proofs: FinalityProofProvider::new_for_service(backend.clone(), Some(authorities)),
    };
    let role = config.role;
    let force_authoring = config.force_authoring;
    let lone_validator = config.chain_spec.chain_type() == ChainType::Development;
    let voting = (!config.disable_grandpa).then(|| Voting {
        config: grandpa::Config {
            gossip_duration: if lone_validator { LONE_GOSSIP_DURATION } else { GOSSIP_DURATION },
            justification_generation_period: JUSTIFICATION_PERIOD,
            observer_enabled: false,
            local_role: role,
            name: Some(config.network.node_name.clone()),
            keystore: role.is_authority().then(|| keystore.keystore()),
            telemetry: telemetry.as_ref().map(Telemetry::handle),
            protocol_name: grandpa_protocol,
        },
        // Several validators had better not vote for a block before forks around it have settled. One
        // alone makes none.
        wait_for_forks: !lone_validator,
        link: grandpa_link,
        notifications: grandpa_notifications,
        state: voter,
    });

    sc_service::spawn_tasks(sc_service::SpawnTasksParams {
        config,
        client: client.clone(),
        backend,
        task_manager: &mut task_manager,
        keystore: keystore.keystore(),
        transaction_pool: pool.clone(),
        rpc_builder: Box::new(move |executor| {
            rpc::module(&rpc_sources, executor).map_err(Error::Application)
        }),
        network: network.clone(),
        system_rpc_tx,
        tx_handler_controller,
        sync_service: sync.clone(),
        telemetry: telemetry.as_mut(),
        tracing_execute_block: None,
    })?;

    let consensus = Consensus {
        tasks: &task_manager,
        client,
        pool,
        network,
        sync,
        registry,
        telemetry: telemetry.as_ref().map(Telemetry::handle),
    };
    if role.is_authority() {
        consensus.author_blocks(Authoring {
            select_chain,
            block_import,
            keystore: keystore.keystore(),
            slot_duration,
            even_when_offline: force_authoring,
        })?;
    }
    if let Some(voting) = voting {
        consensus.finalise_blocks(voting)?;
    }
    Ok(task_manager)
}
