//! What the node serves beside the standard RPC: nonces, fees and finality proofs.

use std::{error::Error, sync::Arc};

use jsonrpsee::RpcModule;
use phala_runtime::BlockNumber;
use polkadot_sdk::{
    pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer},
    sc_consensus_grandpa::{
        FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
    },
    sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer},
    sc_rpc::SubscriptionTaskExecutor,
    substrate_frame_rpc_system::{System, SystemApiServer},
};

use crate::service::{Backend, Block, Client, Hash, TransactionPool};

/// Where the answers come from.
pub(crate) struct Sources {
    pub(crate) client: Arc<Client>,
    pub(crate) pool: Arc<TransactionPool>,
    pub(crate) authorities: SharedAuthoritySet<Hash, BlockNumber>,
    pub(crate) voter: SharedVoterState,
    pub(crate) justifications: GrandpaJustificationStream<Block>,
    pub(crate) finality_proofs: Arc<FinalityProofProvider<Backend, Block>>,
}

/// `system_*`, `payment_*` and `grandpa_*`.
pub(crate) fn module(
    sources: &Sources,
    executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, Box<dyn Error + Send + Sync>> {
    let Sources { client, pool, authorities, voter, justifications, finality_proofs } = sources;
    let mut module = RpcModule::new(());
    module.merge(System::<_, _, Block>::new(client.clone(), pool.clone()).into_rpc())?;
    module.merge(TransactionPayment::<_, Block>::new(client.clone()).into_rpc())?;
    module.merge(
        Grandpa::new(
            executor,
            authorities.clone(),
            voter.clone(),
            justifications.clone(),
            finality_proofs.clone(),
        )
        .into_rpc(),
    )?;
    Ok(module)
}
