//! What people see of pools: everything that a list sorts by, and dates.

use super::*;

#[test]
fn pool_should_show_what_a_list_sorts_by() {
    ExtBuilder.build_and_execute(|| {
        let (pool, [first, second]) = pool_with_sessions([1, 2]);
        assert_ok!(contribute(BOB, pool, 100 * PHA));
        stop(pool, first);
        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.stake, view.free, view.available), (4_100 * PHA, 100 * PHA, 100 * PHA));
        assert_eq!((view.workers, view.sessions, view.responsive), (2, 1, 1));
        assert_eq!(view.share, Mining::worker_session(second).unwrap().share);
        assert_eq!((view.cooling, view.more_at), (2_000 * PHA, Some(Timestamp::get() + COOL_DOWN)));
        assert_eq!((view.queue, view.queued, view.overdue), (0, 0, 0));

        assert_ok!(withdraw(ALICE, pool, 300 * PHA));
        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.free, view.available, view.queue, view.queued), (0, 0, 1, 200 * PHA));
    });
}

#[test]
fn workers_should_be_listed_in_the_order_in_which_they_would_be_stopped() {
    ExtBuilder.build_and_execute(|| {
        let (pool, [oldest, middle, newest]) = pool_with_sessions([1, 2, 3]);
        let idle = benchmarked(4, OWNER);
        assert_ok!(StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, idle));
        stop(pool, middle);
        let views = StakePool::workers(pool);
        let workers: Vec<_> = views.iter().map(|view| view.worker).collect();
        assert_eq!(workers, [newest, oldest, middle, idle]);
        let stakes: Vec<_> = views.iter().map(|view| view.session.as_ref().map(|s| s.stake)).collect();
        let stake = Some(2_000 * PHA);
        assert_eq!(stakes, [stake, stake, stake, None]);
    });
}

#[test]
fn queue_should_name_dates_and_amounts_in_the_order_of_service() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = busy_pool();
        assert_ok!(withdraw(BOB, pool, 400 * PHA));
        let first = Timestamp::get();
        run_blocks(2);
        assert_ok!(withdraw(ALICE, pool, 100 * PHA));
        let listed: Vec<_> = StakePool::queue(pool)
            .into_iter()
            .map(|entry| (entry.who, entry.value, entry.ahead, entry.since, entry.due))
            .collect();
        let second = first + 2 * BLOCK_TIME;
        assert_eq!(
            listed,
            [
                (BOB, 400 * PHA, 0, first, first + GRACE_PERIOD),
                (ALICE, 100 * PHA, 400 * PHA, second, second + GRACE_PERIOD)
            ]
        );
        assert_eq!(StakePool::grace_period(), GRACE_PERIOD);
        assert_eq!(StakePool::queue(pool + 1), []);
    });
}

#[test]
fn pools_should_be_listed_in_pages_without_those_that_were_closed() {
    ExtBuilder.build_and_execute(|| {
        let listed = crate::views::MAX_LISTED;
        for _ in 0..listed + 5 {
            pool();
        }
        for closed in [0, 7, 8] {
            assert_ok!(StakePool::close(RuntimeOrigin::signed(OWNER), closed));
        }
        let page = StakePool::pools(0);
        assert_eq!((page.len(), page[0].pool), (listed, 1));
        let last = page.last().unwrap().pool;
        assert_eq!(StakePool::pools(last + 1).len(), 2);
    });
}
