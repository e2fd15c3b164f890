use phala_light_client::{
    limits::MAX_MESSAGES,
    mailbox::{verify_messages, MailboxError},
};
use phala_primitives::mailbox::{Message, TopicState, MAX_PAYLOAD};
use proptest::prelude::*;

fn messages(count: u32) -> Vec<Message> {
    (0..count).map(|index| Message { block: index / 2, payload: vec![index as u8; 9] }).collect()
}

fn state(messages: &[Message]) -> TopicState {
    messages.iter().fold(TopicState::default(), |state, message| state.push(message.block, &message.payload))
}

#[test]
fn messages_should_be_accepted_when_they_lead_to_the_proven_head() {
    let all = messages(5);
    for taken in 0..=5 {
        let (old, fresh) = all.split_at(taken);
        assert_eq!(verify_messages(&state(old), &state(&all), fresh), Ok(()));
    }
}

#[test]
fn messages_should_be_refused_when_dropped_repeated_or_reordered() {
    let all = messages(5);
    let proven = state(&all);
    let verify = |given: &[Message]| verify_messages(&TopicState::default(), &proven, given);
    for index in 0..5 {
        let mut dropped = all.clone();
        let message = dropped.remove(index);
        assert_eq!(verify(&dropped), Err(MailboxError::WrongCount { expected: 5, found: 4 }));
        let repeated = [all.as_slice(), &[message]].concat();
        assert_eq!(verify(&repeated), Err(MailboxError::WrongCount { expected: 5, found: 6 }));
    }
    for index in 1..5 {
        let mut reordered = all.clone();
        reordered.swap(index - 1, index);
        assert_eq!(verify(&reordered), Err(MailboxError::WrongHead));
    }
}

#[test]
fn messages_should_be_refused_when_edited() {
    let all = messages(3);
    let verify = |given: &[Message]| verify_messages(&TopicState::default(), &state(&all), given);
    for index in 0..3 {
        for byte in 0..9 {
            let mut edited = all.clone();
            edited[index].payload[byte] ^= 1;
            assert_eq!(verify(&edited), Err(MailboxError::WrongHead));
        }
        let mut moved = all.clone();
        moved[index].block += 1;
        assert_eq!(verify(&moved), Err(MailboxError::WrongHead));
    }
}

#[test]
fn messages_should_be_refused_when_the_reader_is_ahead_or_elsewhere() {
    let all = messages(5);
    let result = verify_messages(&state(&all), &state(&all[..4]), &[]);
    assert_eq!(result, Err(MailboxError::Rollback { taken: 5, proven: 4 }));
    let mut elsewhere = state(&all);
    elsewhere.head[0] ^= 1;
    assert_eq!(verify_messages(&elsewhere, &state(&all), &[]), Err(MailboxError::WrongHead));
}

#[test]
fn messages_should_be_refused_when_they_exceed_the_limits() {
    let large = Message { block: 1, payload: vec![0; MAX_PAYLOAD as usize + 1] };
    let given = [large];
    let result = verify_messages(&TopicState::default(), &state(&given), &given);
    assert_eq!(result, Err(MailboxError::PayloadTooLarge { index: 0, bytes: MAX_PAYLOAD as usize + 1 }));
    let many = vec![Message { block: 0, payload: Vec::new() }; MAX_MESSAGES + 1];
    let result = verify_messages(&TopicState::default(), &state(&many), &many);
    assert_eq!(result, Err(MailboxError::TooMany { found: MAX_MESSAGES + 1 }));
}

proptest! {
    #[test]
    fn only_the_true_log_should_be_accepted(
        log in proptest::collection::vec((0u32..3, proptest::collection::vec(0u8..3, 0..3)), 0..6),
        other in proptest::collection::vec((0u32..3, proptest::collection::vec(0u8..3, 0..3)), 0..6),
    ) {
        let messages = |log: &[(u32, Vec<u8>)]| -> Vec<Message> {
            log.iter().map(|(block, payload)| Message { block: *block, payload: payload.clone() }).collect()
        };
        let (log, other) = (messages(&log), messages(&other));
        let verdict = verify_messages(&TopicState::default(), &state(&log), &other);
        prop_assert_eq!(verdict.is_ok(), log == other);
    }
}
