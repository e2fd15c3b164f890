//! Making blocks with Aura and finalising them with GRANDPA.

use std::sync::Arc;

use polkadot_sdk::{
    sc_basic_authorship::ProposerFactory,
    sc_consensus_aura::{self as aura, SlotProportion, StartAuraParams},
    sc_consensus_grandpa::{self as grandpa, GrandpaParams, SharedVoterState, VotingRulesBuilder},
    sc_network::service::traits::{NetworkService, NotificationService},
    sc_network_sync::SyncingService,
    sc_service::{error::Error, TaskManager},
    sc_telemetry::TelemetryHandle,
    sc_transaction_pool_api::OffchainTransactionPoolFactory,
    sp_consensus_aura::{
        inherents::InherentDataProvider as SlotProvider, sr25519::AuthorityPair, SlotDuration,
    },
    sp_keystore::KeystorePtr,
    sp_timestamp::InherentDataProvider as TimestampProvider,
    substrate_prometheus_endpoint::Registry,
};

use crate::service::{Block, BlockImport, Client, GrandpaLink, SelectChain, TransactionPool};

/// The part of a slot that an author may spend on a block; the rest is for its way to the others.
const PROPOSAL_PORTION: f32 = 2.0 / 3.0;

/// What making and finalising blocks have in common.
pub(crate) struct Consensus<'a> {
    pub(crate) tasks: &'a TaskManager,
    pub(crate) client: Arc<Client>,
    pub(crate) pool: Arc<TransactionPool>,
    pub(crate) network: Arc<dyn NetworkService>,
    pub(crate) sync: Arc<SyncingService<Block>>,
    pub(crate) registry: Option<Registry>,
    pub(crate) telemetry: Option<TelemetryHandle>,
}

/// What making blocks needs.
pub(crate) struct Authoring {
    pub(crate) select_chain: SelectChain,
    pub(crate) block_import: BlockImport,
    pub(crate) keystore: KeystorePtr,
    pub(crate) slot_duration: SlotDuration,
    pub(crate) even_when_offline: bool,
}

/// What finalising blocks needs.
pub(crate) struct Voting {
    pub(crate) config: grandpa::Config,
    pub(crate) wait_for_forks: bool,
    pub(crate) link: GrandpaLink,
    pub(crate) notifications: Box<dyn NotificationService>,
    pub(crate) state: SharedVoterState,
}

/// What a block's author puts in: the time, and the slot that it falls in.
pub(crate) fn inherents(slot_duration: SlotDuration) -> (SlotProvider, TimestampProvider) {
    let timestamp = TimestampProvider::from_system_time();
    (SlotProvider::from_timestamp_and_slot_duration(*timestamp, slot_duration), timestamp)
}

impl Consensus<'_> {
    /// Makes a block in every slot that is this validator's. The node stops if this does.
    pub(crate) fn author_blocks(&self, authoring: Authoring) -> Result<(), Error> {
        let Authoring { select_chain, block_import, keystore, slot_duration, even_when_offline } = authoring;
        let proposer_factory = ProposerFactory::new(
            self.tasks.spawn_handle(),
            self.client.clone(),
            self.pool.clone(),
            self.registry.as_ref(),
            self.telemetry.clone(),
        );
        let task = aura::start_aura::<AuthorityPair, _, _, _, _, _, _, _, _, _, _>(StartAuraParams {
            slot_duration,
            client: self.client.clone(),
            select_chain,
            block_import,
            proposer_factory,
            create_inherent_data_providers: move |_, ()| async move { Ok(inherents(slot_duration)) },
            force_authoring: even_when_offline,
            backoff_authoring_blocks: None::<()>,
            keystore,
            sync_oracle: self.sync.clone(),
            justification_sync_link: self.sync.clone(),
            block_proposal_slot_portion: SlotProportion::new(PROPOSAL_PORTION),
            max_block_proposal_slot_portion: None,
            telemetry: self.telemetry.clone(),
            compatibility_mode: Default::default(),
        })?;
        self.tasks.spawn_essential_handle().spawn_blocking("aura", Some("block-authoring"), task);
        Ok(())
    }

    /// Votes where this node is a validator, and follows the votes otherwise. The node stops if this
    /// does.
    pub(crate) fn finalise_blocks(self, voting: Voting) -> Result<(), Error> {
        let rules =
            if voting.wait_for_forks { VotingRulesBuilder::default() } else { VotingRulesBuilder::new() };
        let task = grandpa::run_grandpa_voter(GrandpaParams {
            config: voting.config,
            link: voting.link,
            network: self.network,
            sync: self.sync,
            notification_service: voting.notifications,
            voting_rule: rules.build(),
            prometheus_registry: self.registry,
            shared_voter_state: voting.state,
            telemetry: self.telemetry,
            offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(self.pool),
        })?;
        self.tasks.spawn_essential_handle().spawn_blocking("grandpa-voter", None, task);
        Ok(())
    }
}
