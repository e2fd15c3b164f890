//! What a transaction would come to: found out by the node, before anybody signs it or pays for it.
//!
//! The chain has the last word all the same: what is true of the snapshot may have changed by the block that holds the
//! transaction. And it is a node's word, which is right for looking.

use phala_primitives::Balance;
use subxt::{
    ext::{frame_decode::runtime_apis::decode_runtime_api_response, scale_decode::DecodeAsType},
    metadata::Metadata,
    transactions::Payload,
    utils::AccountId32,
};

use crate::{
    chain::{
        api::{
            runtime_types::{
                phala_runtime::dry_run::DryRun as Outcome,
                sp_runtime::{
                    transaction_validity::{InvalidTransaction, TransactionValidityError},
                    DispatchError, ModuleError, TokenError,
                },
            },
            Event,
        },
        describe, unfit,
    },
    Error, Snapshot,
};

pub use crate::chain::api::runtime_types::phala_runtime::dry_run::Funds;

/// The runtime API and its function.
const API: (&str, &str) = ("DryRunApi", "dry_run");

/// What a transaction would come to. Amounts are in base units.
#[derive(Debug)]
pub struct DryRun {
    /// The call, as `Pallet.call`.
    pub call: String,
    /// What it would cost, whether or not it succeeds.
    pub fee: Balance,
    /// What the account has.
    pub before: Funds,
    /// What it would have then.
    pub after: Funds,
    /// What would happen, in order.
    pub events: Vec<Event>,
    /// Why it would not succeed, if so.
    pub refusal: Option<Refusal>,
}

/// Why the chain would refuse a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The error, as `Pallet.Error`.
    pub error: String,
    /// The same with cause and remedy, in the chain's words where it has any.
    pub reason: String,
}

impl DryRun {
    /// Makes sure that the chain would not refuse. `advice` may add to the reason what this snapshot knows.
    pub fn check(&self, advice: Option<&str>) -> Result<(), Error> {
        let Some(refusal) = &self.refusal else { return Ok(()) };
        let reason = match advice {
            Some(advice) => format!("{} {advice}", refusal.reason),
            None => refusal.reason.clone(),
        };
        Err(Error::WouldRefuse { call: self.call.clone(), reason })
    }
}

impl Snapshot {
    /// What `call` would come to if `who` signed it and the next block held it. Nothing is signed or sent.
    pub async fn dry_run<P: Payload>(&self, who: &AccountId32, call: &P) -> Result<DryRun, Error> {
        let at = self.at();
        let data = at.transactions().call_data(call).map_err(unfit)?;
        let arguments = [&at.block_hash().0[..], &who.0, &data].concat();
        let function = format!("{}_{}", API.0, API.1);
        let answer = at.runtime_apis().call_raw(&function, Some(&arguments)).await.map_err(unfit)?;
        let metadata = at.metadata_ref();
        let outcome: Outcome = decode(&answer, metadata)?;
        Ok(DryRun {
            call: format!("{}.{}", call.pallet_name(), call.call_name()),
            fee: outcome.fee,
            before: outcome.before,
            after: outcome.after,
            events: outcome.events,
            refusal: match outcome.result {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(failed(metadata, &error)),
                Err(error) => Some(refused(&error)),
            },
        })
    }
}

fn decode<T: DecodeAsType>(mut answer: &[u8], metadata: &Metadata) -> Result<T, Error> {
    decode_runtime_api_response(API.0, API.1, &mut answer, metadata, metadata.types(), T::into_visitor())
        .map_err(unfit)
}

/// A block would hold the transaction, and its call would fail.
fn failed(metadata: &Metadata, error: &DispatchError) -> Refusal {
    match error {
        DispatchError::Module(ModuleError { index, error: [number, ..] }) => {
            let pallet = metadata.pallet_by_error_index(*index);
            let variant = pallet.as_ref().and_then(|pallet| pallet.error_variant_by_index(*number));
            match pallet.zip(variant) {
                Some((pallet, variant)) => Refusal {
                    error: format!("{}.{}", pallet.name(), variant.name),
                    reason: describe(pallet.name(), &variant.name, &variant.docs),
                },
                None => other(format!("error {number} of pallet {index}"), "this client does not know it"),
            }
        }
        DispatchError::Token(error) => token(error),
        DispatchError::BadOrigin => other(
            "BadOrigin".to_owned(),
            "the account that signs may not do this; sign with the one that may, such as the owner's",
        ),
        DispatchError::Arithmetic(error) => other(
            format!("Arithmetic.{error:?}"),
            "a number in the call is too large for the chain; use a smaller one",
        ),
        unusual => other(format!("{unusual:?}"), "the chain cannot carry this out; try again later"),
    }
}

fn token(error: &TokenError) -> Refusal {
    let text = match error {
        TokenError::FundsUnavailable | TokenError::NotExpendable | TokenError::OnlyProvider => {
            "the account has too little beside what is on hold and what must stay in it; use a smaller amount, or send \
             it some PHA first"
        }
        TokenError::BelowMinimum | TokenError::CannotCreate | TokenError::CannotCreateHold => {
            "an account would have less than the existential deposit; use a larger amount"
        }
        TokenError::Frozen => "the account's balance is locked; unlock it first",
        TokenError::UnknownAsset | TokenError::Unsupported | TokenError::Blocked => {
            "the chain does not allow this with the account's balance"
        }
    };
    other(format!("Token.{error:?}"), text)
}

/// No block would hold the transaction.
fn refused(error: &TransactionValidityError) -> Refusal {
    let TransactionValidityError::Invalid(invalid) = error else {
        return other(format!("{error:?}"), "the chain cannot tell whether it is valid; try again later");
    };
    let text = match invalid {
        InvalidTransaction::Payment => {
            "the account cannot pay the fee, or it does not exist; send it some PHA first"
        }
        InvalidTransaction::ExhaustsResources => "it is too large or too heavy for a block; do less at once",
        InvalidTransaction::Call | InvalidTransaction::MandatoryValidation => {
            "no account can sign such a call"
        }
        _ => "it is not valid now; try again with the next block",
    };
    other(format!("{invalid:?}"), text)
}

fn other(error: String, text: &str) -> Refusal {
    Refusal { reason: format!("{error}: {text}"), error }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use subxt::ext::codec::Decode;

    use super::*;

    fn metadata() -> Metadata {
        Metadata::decode(&mut &include_bytes!("../artifacts/metadata.scale")[..]).unwrap()
    }

    fn dry_run(refusal: Option<Refusal>) -> DryRun {
        let funds = || Funds { free: 1, held: 0 };
        let call = "StakePool.create".to_owned();
        DryRun { call, fee: 1, before: funds(), after: funds(), events: vec![], refusal }
    }

    #[test]
    fn error_of_a_pallet_should_be_told_with_its_documentation() {
        let metadata = metadata();
        let pallet = metadata.pallet_by_name("StakePool").unwrap();
        let variant = &pallet.error_variants().unwrap()[0];
        let index = pallet.error_index();
        let error = DispatchError::Module(ModuleError { index, error: [variant.index, 0, 0, 0] });
        let refusal = failed(&metadata, &error);
        assert_eq!(refusal.error, "StakePool.PoolNotFound");
        assert!(refusal.reason.starts_with("StakePool.PoolNotFound: There is no pool"), "{}", refusal.reason);
    }

    #[test]
    fn error_should_be_told_when_the_metadata_lacks_it() {
        let error = DispatchError::Module(ModuleError { index: 250, error: [9, 0, 0, 0] });
        assert_eq!(failed(&metadata(), &error).error, "error 9 of pallet 250");
    }

    #[test]
    fn lack_of_money_should_be_told_with_its_remedy() {
        let poor = failed(&metadata(), &DispatchError::Token(TokenError::FundsUnavailable));
        assert!(poor.reason.starts_with("Token.FundsUnavailable: the account has too little"), "{poor:?}");
        let penniless = refused(&TransactionValidityError::Invalid(InvalidTransaction::Payment));
        assert!(penniless.reason.starts_with("Payment: the account cannot pay the fee"), "{penniless:?}");
    }

    #[test]
    fn check_should_pass_exactly_when_nothing_speaks_against_the_call() {
        assert!(dry_run(None).check(Some("advice")).is_ok());
        let refusal = other("Name".to_owned(), "why");
        let told = |advice| dry_run(Some(refusal.clone())).check(advice).unwrap_err().to_string();
        assert_eq!(told(None), "the chain would refuse StakePool.create, so nothing was sent: Name: why");
        assert!(told(Some("Wait.")).ends_with("Name: why Wait."));
    }
}
