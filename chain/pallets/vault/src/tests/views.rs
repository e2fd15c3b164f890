use super::*;

#[test]
fn vaults_should_be_listed_page_by_page_without_closed_ones() {
    ExtBuilder.build_and_execute(|| {
        for _ in 0..crate::views::MAX_VAULTS_LISTED + 3 {
            vault();
        }
        assert_ok!(Vault::close(by(&OWNER), 1));
        let first = Vault::vaults(0);
        assert_eq!(first.len(), crate::views::MAX_VAULTS_LISTED);
        assert_eq!((first[0].vault, first[1].vault), (0, 2));
        let next = first.last().unwrap().vault + 1;
        assert_eq!(Vault::vaults(next).len(), 2);
    });
}

#[test]
fn positions_should_name_shares_value_rewards_and_what_is_waited_for() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, _) = mining_vault();
        reward(pool, 40 * PHA);
        assert_ok!(Vault::withdraw(by(&BOB), vault, 400 * PHA));
        let seen = Vault::positions(BOB);
        assert_eq!(seen.len(), 1);
        assert_eq!((seen[0].vault, seen[0].shares, seen[0].value), (vault, 1_000 * PHA, 1_000 * PHA));
        assert_eq!((seen[0].rewards, seen[0].unsettled), (10 * PHA, 0));
        assert_eq!(seen[0].waiting.as_ref().map(|waiting| waiting.shares), Some(400 * PHA));
        assert!(Vault::positions(CAROL).is_empty());
    });
}

#[test]
fn queue_should_be_listed_in_its_order_from_any_ticket_on() {
    ExtBuilder.build_and_execute(|| {
        let (vault, _, _) = mining_vault();
        assert_ok!(Vault::contribute(by(&CAROL), vault, 100 * PHA));
        assert_ok!(Vault::withdraw(by(&BOB), vault, 500 * PHA));
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 600 * PHA));
        assert_ok!(Vault::withdraw(by(&CAROL), vault, 10 * PHA));
        let who =
            |from: u64| -> Vec<_> { Vault::queue(vault, from).into_iter().map(|entry| entry.who).collect() };
        assert_eq!(who(0), [BOB, ALICE, CAROL]);
        let third = Vault::queue(vault, 0)[2].waiting.ticket;
        assert_eq!((who(third), who(third + 1)), (vec![CAROL], vec![]));
        assert!(Vault::queue(vault + 1, 0).is_empty());
    });
}
