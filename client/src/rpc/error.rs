//! What can go wrong between a node and its clients.

use thiserror::Error;

use super::REQUEST_TIMEOUT;

/// Why a node did not give what it was asked for.
#[derive(Debug, Error)]
pub enum RpcError {
    /// No connection in the first place.
    #[error(
        "cannot connect to the node at {url}: {reason}; check the address, and that the node runs and \
         serves RPC there"
    )]
    Connect {
        /// The address tried.
        url: String,
        /// What failed.
        reason: String,
    },
    /// The connection was lost. It is being restored; the request can be repeated.
    #[error("the connection to the node was lost ({0}); it is being restored, try again")]
    Disconnected(String),
    /// No answer in time.
    #[error(
        "the node did not answer {method} within {} s: it is down, busy or far away",
        REQUEST_TIMEOUT.as_secs()
    )]
    Timeout {
        /// The method called.
        method: &'static str,
    },
    /// The node refused.
    #[error("the node refused {method}: {message} (code {code})")]
    Refused {
        /// The method called.
        method: &'static str,
        /// The node's error code.
        code: i32,
        /// The node's explanation.
        message: String,
    },
    /// The node's answer is not what the method gives.
    #[error("the node's answer to {method} makes no sense: {reason}; is it a Phala node?")]
    Malformed {
        /// The method called.
        method: &'static str,
        /// What is wrong.
        reason: String,
    },
}

impl RpcError {
    /// Code of `grandpa_proveFinality` for a block that is not final, or that the node cannot prove to be.
    pub const CANNOT_PROVE_FINALITY: i32 = 4;
    /// Code of `author_submitExtrinsic` for a transaction that the chain would refuse.
    pub const INVALID_TRANSACTION: i32 = 1010;
    /// Code of `author_submitExtrinsic` for a transaction that the chain cannot judge yet.
    pub const UNKNOWN_TRANSACTION: i32 = 1011;
    /// Code of `author_submitExtrinsic` for a transaction that was refused a short time ago.
    pub const TEMPORARILY_BANNED: i32 = 1012;
    /// Code of `author_submitExtrinsic` for a transaction that is in the pool already.
    pub const ALREADY_IMPORTED: i32 = 1013;
    /// Code of `author_submitExtrinsic` for a transaction that would replace one of the same or a higher
    /// priority.
    pub const TOO_LOW_PRIORITY: i32 = 1014;
    /// Code of `author_submitExtrinsic` for a transaction that a full pool did not keep.
    pub const POOL_FULL: i32 = 1016;

    pub(super) fn malformed(method: &'static str, reason: impl ToString) -> Self {
        Self::Malformed { method, reason: reason.to_string() }
    }

    pub(super) fn from_rpc(method: &'static str, error: subxt::rpcs::Error) -> Self {
        use subxt::rpcs::Error;
        match error {
            Error::User(error) => {
                let message = match error.data {
                    Some(data) => format!("{}: {}", error.message, data.get().trim_matches('"')),
                    None => error.message,
                };
                Self::Refused { method, code: error.code, message }
            }
            Error::Client(error) => Self::Disconnected(error.to_string()),
            Error::DisconnectedWillReconnect(reason) => Self::Disconnected(reason),
            other => Self::malformed(method, other),
        }
    }
}
