//! Messages against a proven topic head.

use phala_primitives::mailbox::{Message, TopicState, MAX_PAYLOAD};

use crate::limits::MAX_MESSAGES;

/// Verifies that `messages` are exactly those that took a topic from `taken`, a reader's position, to
/// `proven`, its state in a finalised block: none forged, edited, dropped, repeated or reordered.
pub fn verify_messages(
    taken: &TopicState,
    proven: &TopicState,
    messages: &[Message],
) -> Result<(), MailboxError> {
    let expected = proven
        .count
        .checked_sub(taken.count)
        .ok_or(MailboxError::Rollback { taken: taken.count, proven: proven.count })?;
    if messages.len() > MAX_MESSAGES {
        return Err(MailboxError::TooMany { found: messages.len() });
    }
    if u64::try_from(messages.len()).ok() != Some(expected) {
        return Err(MailboxError::WrongCount { expected, found: messages.len() });
    }
    let mut state = *taken;
    for message in messages {
        if message.payload.len() > MAX_PAYLOAD as usize {
            return Err(MailboxError::PayloadTooLarge { index: state.count, bytes: message.payload.len() });
        }
        state = state.push(message.block, &message.payload);
    }
    if state != *proven {
        return Err(MailboxError::WrongHead);
    }
    Ok(())
}

/// Why messages are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    /// The topic in the proven state is shorter than what was taken in already.
    #[error("the proven topic holds {proven} messages, but {taken} were taken in already; this is another chain or a rollback")]
    Rollback {
        /// The reader's position.
        taken: u64,
        /// The proven count.
        proven: u64,
    },
    /// More than the limit.
    #[error("{found} messages at once, more than {MAX_MESSAGES}; take in those up to an earlier final block first")]
    TooMany {
        /// How many.
        found: usize,
    },
    /// Messages are missing or too many.
    #[error("{expected} messages lead to the proven topic head, {found} were given")]
    WrongCount {
        /// Between the reader's position and the proven head.
        expected: u64,
        /// Given.
        found: usize,
    },
    /// No chain accepts such a payload.
    #[error("message {index} has {bytes} bytes, more than {MAX_PAYLOAD}: no chain of this network accepts such a message")]
    PayloadTooLarge {
        /// Number of the message in its topic.
        index: u64,
        /// Its size.
        bytes: usize,
    },
    /// The hash over the messages is not the proven one.
    #[error("the messages do not hash to the proven topic head: one was forged, edited, or moved")]
    WrongHead,
}
