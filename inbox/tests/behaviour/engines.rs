//! What every engine does in the same way.

use std::time::Duration;

use tower_tencent_webhook_inbox::store::{
    Admin, Claim, Claimed, Filter, Retention, Settle, Settlement, State, Stored,
};

use crate::{
    on_each_engine,
    support::{AFTER, LEASE, claim_all, entry, entry_of, key, put},
};

on_each_engine! {
    stores_each_key_once
    knows_a_key_twice_in_a_batch
    gives_back_what_was_stored
    takes_bytes_that_are_no_text
    counts_an_attempt_when_it_is_claimed
    claims_nothing_twice
    settles_only_for_the_holder_of_the_lease
    an_older_lease_settles_nothing_beside_the_present_one
    knows_what_is_settled_twice
    a_failed_delivery_is_due_later
    what_was_never_started_is_not_counted
    knows_a_done_key_until_it_is_swept
    forgets_the_body_and_keeps_the_key
    takes_back_what_a_dead_process_had_in_hand
    three_crashes_alone_are_the_end
    what_has_ended_an_attempt_is_not_alone_any_more
    an_extended_lease_does_not_run_out
    an_operator_lists_replays_buries_and_purges
    an_operator_changes_any_number
    an_operator_means_ids_and_keys_wherever_they_are
    counts_what_it_holds
    sweeps_in_chunks
    takes_the_longest_times
    takes_errors_of_any_words
    concurrent_puts_of_the_same_keys_store_each_once
}

fn settle(claimed: &Claimed, end: Settle) -> Vec<Settlement> {
    let lease = claimed.lease;
    vec![Settlement { lease, end }]
}

const DONE: Settle = Settle::Done { forget: false };

/// Keeps everything that is over.
fn keep() -> Retention {
    Retention::default()
}

/// Keeps nothing that is over.
fn keep_nothing() -> Retention {
    Retention::new().done(Duration::ZERO).dead(Duration::ZERO)
}

async fn stores_each_key_once(store: impl Admin) {
    assert_eq!(store.put(vec![entry(1)]).await.expect("put"), [Stored::New]);
    let again = store.put(vec![entry(2), entry(1)]).await.expect("put");
    assert_eq!(again, [Stored::New, Stored::Known]);
    assert_eq!(claim_all(&store).await.len(), 2);
}

async fn knows_a_key_twice_in_a_batch(store: impl Admin) {
    let stored = store.put(vec![entry(1), entry(1), entry(2)]).await;
    assert_eq!(
        stored.expect("put"),
        [Stored::New, Stored::Known, Stored::New]
    );
}

async fn gives_back_what_was_stored(store: impl Admin) {
    let before = entry(1);
    store.put(vec![before.clone()]).await.expect("put");
    let claimed = claim_all(&store).await.pop().expect("one");
    assert_eq!(claimed.key, before.key);
    assert_eq!(
        format!("{:?}", claimed.record),
        format!("{:?}", before.record)
    );
    assert_eq!(claimed.record.body(), before.record.body());
    assert_eq!(claimed.record.command(), before.record.command());
    assert_eq!(claimed.record.sdk_app_id(), before.record.sdk_app_id());
    assert_eq!(claimed.record.received(), before.record.received());
}

/// What one sender sends must not keep others from being stored.
async fn takes_bytes_that_are_no_text(store: impl Admin) {
    let bytes: &[u8] = b"{\"a\":\"\x00\xff\"}";
    let stored = store
        .put(vec![entry(1), entry_of(2, "Cake.CallbackAfterBake", bytes)])
        .await;
    assert_eq!(stored.expect("put"), [Stored::New, Stored::New]);
    let claimed = claim_all(&store).await;
    assert!(claimed.iter().any(|one| *one.record.body() == bytes));
}

async fn counts_an_attempt_when_it_is_claimed(store: impl Admin) {
    put(&store, [1]).await;
    for attempt in 1..=3 {
        let claimed = claim_all(&store).await.pop().expect("one");
        assert_eq!(claimed.attempt, attempt);
        assert_eq!(claimed.failures, attempt - 1);
        let again = Settle::Retry {
            after: Duration::ZERO,
            error: "no".to_owned(),
        };
        let held = store.settle(settle(&claimed, again)).await.expect("settle");
        assert_eq!(held, [true]);
    }
}

async fn claims_nothing_twice(store: impl Admin) {
    put(&store, 0..100).await;
    let claims = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut keys = Vec::new();
            loop {
                let claimed = store.claim(Claim::new(7, LEASE)).await.expect("claim");
                if claimed.is_empty() {
                    return keys;
                }
                keys.extend(claimed.into_iter().map(|one| one.key));
            }
        })
    });
    let mut keys = Vec::new();
    for claim in claims.collect::<Vec<_>>() {
        keys.extend(claim.await.expect("no panic"));
    }
    keys.sort_unstable();
    assert_eq!(keys, (0..100).map(key).collect::<Vec<_>>());
}

async fn settles_only_for_the_holder_of_the_lease(store: impl Admin) {
    put(&store, [1]).await;
    let first = store.claim(Claim::new(1, Duration::ZERO)).await;
    let first = first.expect("claim").pop().expect("one");
    store.sweep(keep()).await.expect("sweep");
    let second = store.claim(Claim::quarantine(LEASE)).await;
    let second = second.expect("claim").pop().expect("the same");

    let late = store.settle(settle(&first, DONE)).await.expect("settle");
    assert_eq!(late, [false]);
    store
        .extend(vec![first.lease], LEASE)
        .await
        .expect("no harm");
    let held = store.settle(settle(&second, DONE)).await.expect("settle");
    assert_eq!(held, [true]);
    let late = store.settle(settle(&first, DONE)).await.expect("settle");
    assert_eq!(late, [false]);
}

/// The answer of the first time may have been lost.
async fn knows_what_is_settled_twice(store: impl Admin) {
    put(&store, 1..=3).await;
    let claimed = claim_all(&store).await;
    let again = Settle::Retry {
        after: LEASE,
        error: "no".to_owned(),
    };
    let dead = Settle::Dead {
        error: "no".to_owned(),
    };
    let ends = [DONE, again, dead.clone()];
    let told: Vec<_> = claimed
        .iter()
        .zip(ends)
        .flat_map(|(one, end)| settle(one, end))
        .collect();
    for _ in 0..2 {
        let held = store.settle(told.clone()).await.expect("settle");
        assert_eq!(held, [true; 3]);
    }
    for one in &claimed[1..] {
        let item = store.get(one.lease.id).await.expect("get").expect("it");
        assert_eq!(item.failures, 1, "counted once");
    }
    let another = store.settle(settle(&claimed[0], dead)).await;
    assert_eq!(another.expect("settle"), [false], "it is done");
}

async fn a_failed_delivery_is_due_later(store: impl Admin) {
    put(&store, [1]).await;
    let claimed = claim_all(&store).await.pop().expect("one");
    let again = Settle::Retry {
        after: Duration::from_secs(600),
        error: "handler_error: no".to_owned(),
    };
    store.settle(settle(&claimed, again)).await.expect("settle");
    assert!(claim_all(&store).await.is_empty());
    let item = store.get(claimed.lease.id).await.expect("get").expect("it");
    assert_eq!(item.state, State::Waiting);
    assert_eq!(item.error.as_deref(), Some("handler_error: no"));
}

async fn what_was_never_started_is_not_counted(store: impl Admin) {
    put(&store, [1]).await;
    let claimed = claim_all(&store).await.pop().expect("one");
    let given = Settle::GiveBack { started: false };
    store.settle(settle(&claimed, given)).await.expect("settle");
    let claimed = claim_all(&store).await.pop().expect("one");
    assert_eq!((claimed.attempt, claimed.failures), (1, 0));

    let given = Settle::GiveBack { started: true };
    store.settle(settle(&claimed, given)).await.expect("settle");
    let claimed = claim_all(&store).await.pop().expect("one");
    assert_eq!((claimed.attempt, claimed.failures), (2, 0));
}

async fn knows_a_done_key_until_it_is_swept(store: impl Admin) {
    put(&store, [1]).await;
    let claimed = claim_all(&store).await.pop().expect("one");
    store.settle(settle(&claimed, DONE)).await.expect("settle");
    store.sweep(keep()).await.expect("sweep");
    let known = store.put(vec![entry(1)]).await.expect("put");
    assert_eq!(known, [Stored::Known]);
    assert!(claim_all(&store).await.is_empty());

    let swept = store.sweep(keep_nothing()).await.expect("sweep");
    assert_eq!(swept.removed, 1);
    put(&store, [1]).await;
}

async fn forgets_the_body_and_keeps_the_key(store: impl Admin) {
    put(&store, [1]).await;
    let claimed = claim_all(&store).await.pop().expect("one");
    let done = Settle::Done { forget: true };
    store.settle(settle(&claimed, done)).await.expect("settle");
    let item = store.get(claimed.lease.id).await.expect("get").expect("it");
    assert!(item.record.is_none());
    assert_eq!(
        store.put(vec![entry(1)]).await.expect("put"),
        [Stored::Known]
    );
    let nothing = store.replay(Filter::new()).await.expect("replay");
    assert_eq!(nothing, 0, "what is forgotten cannot be handed over");
}

async fn takes_back_what_a_dead_process_had_in_hand(store: impl Admin) {
    put(&store, [1, 2]).await;
    let claim = Claim::new(1, Duration::ZERO);
    let lost = store.claim(claim).await.expect("claim").pop().expect("one");
    let swept = store.sweep(keep()).await.expect("sweep");
    assert!(swept.quarantine_due);
    let [interrupted] = swept.interrupted[..] else {
        unreachable!("one was in hand")
    };
    assert_eq!((interrupted.key, interrupted.dead), (lost.key, false));

    let others = claim_all(&store).await;
    assert_eq!(others.len(), 1, "the one that was not in hand");
    assert_ne!(others[0].key, lost.key);
    let alone = store.claim(Claim::quarantine(LEASE)).await.expect("claim");
    assert_eq!((alone.len(), alone[0].key), (1, lost.key));
    assert_eq!((alone[0].attempt, alone[0].failures), (2, 0));
}

async fn three_crashes_alone_are_the_end(store: impl Admin) {
    put(&store, [1]).await;
    store
        .claim(Claim::new(1, Duration::ZERO))
        .await
        .expect("claim");
    let swept = store.sweep(keep()).await.expect("sweep");
    assert!(!swept.interrupted[0].dead, "it may have been another one");
    for crash in 1..=3 {
        let alone = store.claim(Claim::quarantine(Duration::ZERO)).await;
        assert_eq!(alone.expect("claim").len(), 1);
        let swept = store.sweep(keep()).await.expect("sweep");
        assert_eq!(swept.interrupted[0].dead, crash == 3);
    }
    let dead = Filter::new().state(State::Dead);
    let dead = store.list(dead, 0, 10).await.expect("list");
    let error = dead[0].error.as_deref().expect("an error");
    assert!(error.starts_with("crashed"), "{error}");
}

/// It has shown that it does not kill its process.
async fn what_has_ended_an_attempt_is_not_alone_any_more(store: impl Admin) {
    put(&store, [1]).await;
    let lost = store.claim(Claim::new(1, Duration::ZERO)).await;
    assert_eq!(lost.expect("claim").len(), 1);
    store.sweep(keep()).await.expect("sweep");
    let alone = store.claim(Claim::quarantine(LEASE)).await.expect("claim");
    let again = Settle::Retry {
        after: Duration::ZERO,
        error: "a failure".into(),
    };
    store
        .settle(settle(&alone[0], again))
        .await
        .expect("settle");
    let claimed = claim_all(&store).await.pop().expect("one");
    assert_eq!((claimed.attempt, claimed.failures), (3, 1));
}

async fn an_older_lease_settles_nothing_beside_the_present_one(store: impl Admin) {
    put(&store, [1]).await;
    let older = store.claim(Claim::new(1, Duration::ZERO)).await;
    let older = older.expect("claim").pop().expect("one");
    store.sweep(keep()).await.expect("sweep");
    let present = store.claim(Claim::quarantine(LEASE)).await.expect("claim");
    let again = Settle::Retry {
        after: LEASE,
        error: "a failure".into(),
    };
    let mut both = settle(&older, Settle::Done { forget: true });
    both.extend(settle(&present[0], again));
    assert_eq!(store.settle(both).await.expect("settle"), [false, true]);
    let item = store.get(older.lease.id).await.expect("get").expect("one");
    assert_eq!((item.state, item.failures), (State::Waiting, 1));
    assert!(item.record.is_some());
}

async fn an_operator_means_ids_and_keys_wherever_they_are(store: impl Admin) {
    const LAST: u32 = 4100;
    let entries = (1..=LAST).map(entry).collect();
    store.put(entries).await.expect("put");
    let all = store.list(Filter::new(), 0, LAST).await.expect("list");
    let ids = [0, 1, 2050, 4099].map(|n: usize| all[n].id);
    let beyond = ids.into_iter().rev().chain([0, u64::MAX]);
    let buried = store.bury(Filter::new().ids(beyond)).await;
    assert_eq!(buried.expect("bury"), 4);
    let with_key = |n| Filter::new().key(key(n));
    let replay = async |filter| store.replay(filter).await.expect("replay");
    assert_eq!(replay(with_key(LAST).ids([ids[0]])).await, 0);
    assert_eq!(replay(with_key(LAST).ids(ids)).await, 1);
    assert_eq!(replay(with_key(LAST + 1)).await, 0);
    let dead = Filter::new().state(State::Dead);
    assert_eq!(store.purge(dead).await.expect("purge"), 3);
}

async fn an_extended_lease_does_not_run_out(store: impl Admin) {
    put(&store, [1]).await;
    let claimed = store.claim(Claim::new(1, Duration::ZERO)).await;
    let claimed = claimed.expect("claim").pop().expect("one");
    store
        .extend(vec![claimed.lease], LEASE)
        .await
        .expect("extend");
    let swept = store.sweep(keep()).await.expect("sweep");
    assert!(swept.interrupted.is_empty());
    let held = store.settle(settle(&claimed, DONE)).await.expect("settle");
    assert_eq!(held, [true]);
}

async fn an_operator_lists_replays_buries_and_purges(store: impl Admin) {
    put(&store, 1..=3).await;
    store
        .put(vec![entry_of(4, "State.StateChange", "{}")])
        .await
        .expect("put");
    let all = store.list(Filter::new(), 0, 10).await.expect("list");
    assert_eq!(all.len(), 4);
    assert!(all.iter().all(|item| item.record.is_none()));
    let after = store.list(Filter::new(), all[1].id, 1).await.expect("list");
    assert_eq!(after[0].id, all[2].id);
    let by_key = store
        .list(Filter::new().key(key(2)), 0, 10)
        .await
        .expect("list");
    assert_eq!(by_key[0].command, AFTER);

    let messages = Filter::new().command(AFTER);
    assert_eq!(store.bury(messages.clone()).await.expect("bury"), 3);
    assert_eq!(claim_all(&store).await.len(), 1);
    let one = Filter::new().state(State::Dead).ids([all[0].id]);
    assert_eq!(store.replay(one).await.expect("replay"), 1);
    let replayed = claim_all(&store).await.pop().expect("one");
    assert!(replayed.replayed);
    assert_eq!(store.purge(messages).await.expect("purge"), 2);
    put(&store, [2, 3]).await;

    let app = all[0].sdk_app_id;
    let of_app = store.list(Filter::new().sdk_app_id(app), 0, 10).await;
    assert_eq!(of_app.expect("list").len(), 4);
    let of_another = store.list(Filter::new().sdk_app_id(app + 1), 0, 10).await;
    assert_eq!(of_another.expect("list").len(), 0);
}

/// What an operator means may be more than fits into a chunk.
async fn an_operator_changes_any_number(store: impl Admin) {
    const MANY: u64 = 2500;
    put(&store, 0..2500).await;
    assert_eq!(store.bury(Filter::new()).await.expect("bury"), MANY);
    let dead = Filter::new().state(State::Dead);
    assert_eq!(store.replay(dead).await.expect("replay"), MANY);
    assert_eq!(store.stats().await.expect("stats").waiting, MANY);
    assert_eq!(store.bury(Filter::new()).await.expect("bury"), MANY);
    assert_eq!(store.purge(Filter::new()).await.expect("purge"), MANY);
    assert_eq!(store.purge(Filter::new()).await.expect("purge"), 0);
}

async fn counts_what_it_holds(store: impl Admin) {
    let empty = store.stats().await.expect("stats");
    assert_eq!((empty.waiting, empty.oldest_waiting), (0, None));
    put(&store, 1..=3).await;
    let claimed = store.claim(Claim::new(2, LEASE)).await.expect("claim");
    let dead = Settle::Dead {
        error: "no".to_owned(),
    };
    store
        .settle(settle(&claimed[0], dead))
        .await
        .expect("settle");
    let stats = store.stats().await.expect("stats");
    assert_eq!((stats.waiting, stats.leased, stats.dead), (1, 1, 1));
    assert!(stats.oldest_waiting.is_some());
}

async fn sweeps_in_chunks(store: impl Admin) {
    put(&store, 0..1500).await;
    for _ in 0..2 {
        let claimed = claim_all(&store).await;
        let done = |one: &Claimed| Settlement {
            lease: one.lease,
            end: DONE,
        };
        let settlements = claimed.iter().map(done).collect();
        store.settle(settlements).await.expect("settle");
    }
    let first = store.sweep(keep_nothing()).await.expect("sweep");
    assert_eq!((first.removed, first.more), (1000, true));
    let second = store.sweep(keep_nothing()).await.expect("sweep");
    assert_eq!((second.removed, second.more), (500, false));
}

/// "For ever" is a time like any other.
async fn takes_the_longest_times(store: impl Admin) {
    put(&store, 1..=3).await;
    let claim = Claim::new(3, Duration::MAX);
    let claimed = store.claim(claim).await.expect("claim");
    let leases = claimed.iter().map(|one| one.lease).collect();
    store.extend(leases, Duration::MAX).await.expect("extend");
    let again = Settle::Retry {
        after: Duration::MAX,
        error: "later".to_owned(),
    };
    let dead = Settle::Dead {
        error: "no".to_owned(),
    };
    for (one, end) in claimed.iter().zip([DONE, again, dead]) {
        let held = store.settle(settle(one, end)).await.expect("settle");
        assert_eq!(held, [true]);
    }
    let retention = Retention::new().done(Duration::MAX).dead(Duration::MAX);
    let swept = store.sweep(retention).await.expect("sweep");
    assert_eq!((swept.removed, swept.interrupted.len()), (0, 0));
    assert_eq!(store.stats().await.expect("stats").waiting, 1);
}

/// What one handler says must not keep others from being settled.
async fn takes_errors_of_any_words(store: impl Admin) {
    put(&store, 1..=2).await;
    let claimed = claim_all(&store).await;
    let dead = Settle::Dead {
        error: "a\0b 错误".to_owned(),
    };
    let mut settlements = settle(&claimed[0], dead);
    settlements.extend(settle(&claimed[1], DONE));
    let held = store.settle(settlements).await.expect("settle");
    assert_eq!(held, [true, true]);
    let dead = store.get(claimed[0].lease.id).await.expect("get");
    let error = dead.expect("it").error;
    assert_eq!(error.as_deref(), Some("a\u{fffd}b 错误"));
}

/// Batches that hold the same keys in different orders neither fail nor wait for each other for
/// ever.
async fn concurrent_puts_of_the_same_keys_store_each_once(store: impl Admin) {
    let puts = (0..8).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut entries: Vec<_> = (0..200).map(entry).collect();
            entries.rotate_left(n * 25);
            if n % 2 == 0 {
                entries.reverse();
            }
            store.put(entries).await.expect("put")
        })
    });
    let mut new = 0;
    for put in puts.collect::<Vec<_>>() {
        let stored = put.await.expect("no panic");
        new += stored.iter().filter(|one| **one == Stored::New).count();
    }
    assert_eq!(new, 200);
    assert_eq!(claim_all(&store).await.len(), 200);
}
