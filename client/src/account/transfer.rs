//! Sending money.

use phala_primitives::{Balance, BlockNumber, Hash};
use subxt::{
    transactions::Payload,
    utils::{AccountId32, MultiAddress, MultiSignature},
};

use super::Keypair;
use crate::{
    chain::{api, unfit, Chain},
    Error,
};

/// Money to send from one account to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// Who pays, the fee included.
    pub from: AccountId32,
    /// Who gets it.
    pub to: AccountId32,
    /// Base units.
    pub amount: Balance,
    /// Refuse a transfer that would leave the payer with less than the existential deposit, which ends an
    /// account.
    pub keep_alive: bool,
}

/// What a transfer costs and meets, before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// Estimated fee, in base units.
    pub fee: Balance,
    /// What the payer has beside what is on hold, in base units.
    pub free: Balance,
    /// What the recipient has, in base units.
    pub recipient_free: Balance,
    /// Least that an account must hold to exist, in base units.
    pub existential_deposit: Balance,
}

/// What became of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Number of the final block that holds it.
    pub block: BlockNumber,
    /// Its hash.
    pub block_hash: Hash,
    /// Hash of the transaction.
    pub transaction: Hash,
    /// Fee paid, in base units.
    pub fee: Balance,
}

impl Transfer {
    /// Asks what it would cost, with an empty signature: nothing is signed or sent.
    pub async fn quote(&self, chain: &Chain) -> Result<Quote, Error> {
        let fee = match self.keep_alive {
            true => fee(chain, &self.keep_alive_call(), &self.from).await?,
            false => fee(chain, &self.call(), &self.from).await?,
        };
        let at = chain.online().at_current_block().await.map_err(unfit)?;
        let existential_deposit =
            at.constants().entry(api::constants().balances().existential_deposit()).map_err(unfit)?;
        let (free, _) = chain.balances(&self.from).await?;
        let (recipient_free, _) = chain.balances(&self.to).await?;
        Ok(Quote { fee, free, recipient_free, existential_deposit })
    }

    /// Signs and sends it, and waits until a final block holds it.
    pub async fn send(&self, chain: &Chain, signer: &Keypair) -> Result<Receipt, Error> {
        let included = match self.keep_alive {
            true => chain.include("Balances.transfer_keep_alive", &self.keep_alive_call(), signer).await?,
            false => chain.include("Balances.transfer_allow_death", &self.call(), signer).await?,
        };
        Ok(Receipt {
            block: included.number,
            block_hash: included.block,
            transaction: included.events.extrinsic_hash().0,
            fee: included.fee()?,
        })
    }

    fn keep_alive_call(&self) -> impl Payload {
        api::transactions().balances().transfer_keep_alive(MultiAddress::Id(self.to), self.amount)
    }

    fn call(&self) -> impl Payload {
        api::transactions().balances().transfer_allow_death(MultiAddress::Id(self.to), self.amount)
    }
}

impl Quote {
    /// Why the transfer cannot work, in words; none if nothing is known against it.
    pub fn objection(&self, transfer: &Transfer) -> Option<Objection> {
        let cost = transfer.amount.saturating_add(self.fee);
        if cost > self.free {
            return Some(Objection::TooMuch { missing: cost - self.free });
        }
        if transfer.keep_alive && self.free - cost < self.existential_deposit {
            return Some(Objection::EndsPayer { least: self.existential_deposit });
        }
        if self.recipient_free.saturating_add(transfer.amount) < self.existential_deposit {
            return Some(Objection::TooLittle { least: self.existential_deposit });
        }
        None
    }
}

/// Why a transfer cannot work. Amounts in base units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objection {
    /// The payer has less than amount and fee.
    TooMuch {
        /// What is missing.
        missing: Balance,
    },
    /// The payer would be left with less than an account must hold.
    EndsPayer {
        /// What an account must hold.
        least: Balance,
    },
    /// The recipient would have less than an account must hold.
    TooLittle {
        /// What an account must hold.
        least: Balance,
    },
}

async fn fee(chain: &Chain, call: &impl Payload, payer: &AccountId32) -> Result<Balance, Error> {
    let at = chain.online().at_current_block().await.map_err(unfit)?;
    let transactions = at.transactions();
    let mut unsigned = transactions.create_signable(call, payer, Default::default()).await.map_err(unfit)?;
    unsigned
        .sign_with_account_and_signature(payer, &MultiSignature::Sr25519([0; 64]))
        .map_err(unfit)?
        .partial_fee_estimate()
        .await
        .map_err(unfit)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use phala_primitives::PHA;

    use super::*;

    const QUOTE: Quote =
        Quote { fee: PHA / 1_000, free: 10 * PHA, recipient_free: 0, existential_deposit: PHA / 100 };

    fn transfer(amount: Balance, keep_alive: bool) -> Transfer {
        Transfer { from: AccountId32([1; 32]), to: AccountId32([2; 32]), amount, keep_alive }
    }

    #[test]
    fn transfer_should_be_objected_to_exactly_when_the_chain_would_refuse_it() {
        let left = PHA / 100 + PHA / 1_000;
        let cases = [
            (10 * PHA, true, Some(Objection::TooMuch { missing: PHA / 1_000 })),
            (10 * PHA, false, Some(Objection::TooMuch { missing: PHA / 1_000 })),
            (Balance::MAX, false, Some(Objection::TooMuch { missing: Balance::MAX - 10 * PHA })),
            (10 * PHA - left + 1, true, Some(Objection::EndsPayer { least: PHA / 100 })),
            (10 * PHA - left + 1, false, None),
            (10 * PHA - left, true, None),
            (PHA / 100 - 1, true, Some(Objection::TooLittle { least: PHA / 100 })),
            (PHA / 100, true, None),
        ];
        for (amount, keep_alive, expected) in cases {
            assert_eq!(QUOTE.objection(&transfer(amount, keep_alive)), expected, "{amount} {keep_alive}");
        }
    }

    #[test]
    fn small_amount_should_be_fine_when_the_recipient_exists() {
        let quote = Quote { recipient_free: PHA, ..QUOTE };
        assert_eq!(quote.objection(&transfer(1, true)), None);
    }
}
