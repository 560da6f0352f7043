//! What an operator has to know, in chapters.

/// What happens when something fails.
///
/// | when | then |
/// | --- | --- |
/// | the store is slow or down | a put has the layer's deadline less 100 ms; then 503, counted in `tencent_inbox_put_total`, never OK. What Tencent does then depends on the console's switch, which is documented only for time-outs: **the event may be lost** |
/// | the same, with [`PgStore::spill_to`](crate::PgStore::spill_to) | PostgreSQL has 300 ms ([`timeout`](crate::Spill::timeout), which a deadline of 400 ms or less needs shorter); then the local file takes it, then OK. It is forwarded when PostgreSQL is back, and never given up: what it refuses stays in the file and in the log |
/// | the store cannot be reached when it is opened | opening fails, with a spill, too: nothing is known of schema and durability. Let the supervisor start the process again |
/// | too many are in hand | 503 |
/// | a handler returns an error, panics or takes longer than 30 s | again after 1, 2, 4 .. s up to 1 h, give or take a tenth; dead after 20 attempts ([`Policy`](crate::Policy)). [`Retry`](crate::Retry) says otherwise |
/// | a body cannot be decoded | dead at once, to be replayed by the release that can |
/// | a process dies | its leases of 60 s, extended every 20, run out (in SQLite: at the next start). What was in hand runs alone afterwards, until an attempt of it has ended, and only crashes while alone count: after 3 of those it is dead. An attempt counts when its handler starts; what was claimed and never started is given back uncounted |
/// | dead | kept with body and class of error for 30 days; seen by `on_event` and the log; [replayed](crate::store::Admin::replay) by id or filter |
/// | done | kept for 24 h, so that a repeat is known, then swept in chunks. [`forget_content`](crate::Worker::forget_content) drops the body with the work |
/// | shutdown | [`stop`](crate::Running::stop): nothing more is claimed, what runs is waited for, the rest is given back at once, and counted |
/// | the schema is newer than the program | refused when the store is opened |
/// | the disk is full, or the file read-only | 503, no OK; it recovers when there is space again |
/// | the SQLite file is moved or removed while it is open | 503, no OK, and the log says so. What only its journal held is lost with that |
/// | the clock of the machine jumps (SQLite; PostgreSQL has the server's) | leases and delays are in its time: a jump ahead by a lease ends leases, and what is in hand is handed over a second time; after a jump back what was tried waits that much longer. What was never tried is due again at the next start |
///
/// To the layer a webhook that could not be stored is one too many: its log and its figures say
/// `overloaded`, and advise a quicker handler. The inbox tells beside it that the store failed, and why.
///
/// Leases are lost, too, when PostgreSQL is down for longer than a lease: what was in hand is then
/// treated as interrupted.
///
/// What a store keeps of an error are the class and words of this crate, since a handler's message
/// may hold what users wrote; [`keep_errors`](crate::Worker::keep_errors) keeps that as well.
pub mod failures {}

/// What the feature `metrics` counts, through the facade of the crate `metrics`.
///
/// | metric | kind | labels | what |
/// | --- | --- | --- | --- |
/// | `tencent_inbox_put_total` | counter | `result`: `stored`, `known`, or why not: `failed`, `timed_out`, `overloaded`, `closed` | after-webhooks that reached the inbox; what the layer turned away as `overloaded` is in its own figures. **What is neither stored nor known was not acknowledged, and may be lost** |
/// | `tencent_inbox_put_seconds` | histogram | | how long storing took |
/// | `tencent_inbox_handled_total` | counter | `command`, or `other`; `end`: `done`, `retried`, `dead` | attempts of this worker; what is dead because its process died counts as `other` |
/// | `tencent_inbox_handle_seconds` | histogram | | how long the handlers took |
/// | `tencent_inbox_waiting` | gauge | | what waits for a worker or for its next attempt, in the whole store |
/// | `tencent_inbox_oldest_seconds` | gauge | | how long the oldest that is due has waited |
///
/// The dashboard `docs/grafana.json` of the repository has a panel for each. Worth an alert are a
/// `result` that is neither `stored` nor `known`, an `end` that is `dead`, and an oldest that grows.
pub mod metrics {}

/// How much one machine handles, and what it needs for that.
///
/// What waits while a transaction commits goes into the next one, so that one flush of the disk
/// serves many webhooks: the more come, the more share it. That is worth a factor of about 45; a
/// sender that waits for each answer pays one flush for each. PERFORMANCE.md has the figures.
///
/// - **Disk.** A webhook of 1 KiB takes about 1.5 KiB in the table and its indexes, for 24 hours.
///   1,000 a second are about 130 GB; [`forget_content`](crate::Worker::forget_content) keeps 300
///   bytes of each, and a shorter [`Retention`](crate::store::Retention) fewer of them.
/// - **Workers.** [`concurrency`](crate::Worker::concurrency) divided by the time that a handler
///   takes is what a worker handles in a second. Watch `tencent_inbox_oldest_seconds`: it grows when
///   there are too few workers.
/// - **Connections.** A `PgStore` uses up to 10: one for each of its 4
///   [writers](crate::PgOptions::writers), the others to claim, settle, extend, sweep and count, and
///   for an operator.
/// - **Locks.** Whoever locks the table, or a key that is being stored, holds up what is put together with
///   it; a put gives up at its deadline, a worker's statement after 8 seconds.
/// - **In hand.** The layer's limit of 1,024 after-webhooks bounds what waits for the store.
pub mod sizing {}

/// Running several replicas.
///
/// Every replica has the same [`PgStore`](crate::PgStore), an [`Inbox`](crate::Inbox), and a
/// [`Worker`](crate::Worker) if it is to handle. An event that reaches two of them is stored once,
/// and each delivery is claimed by one: claims lock their rows and skip those of others. A replica
/// that only receives has no `Worker`, one that only handles no `Inbox`.
///
/// All times are those of the server, so that clocks of replicas do not matter. A worker looks
/// every second, and at once when its own process has stored something: a delivery that another
/// replica has stored may wait that second.
///
/// A [spill](crate::Spill) is a file of its replica: what is in it waits for that replica, even
/// until its next start. Keep it on a disk that outlives the process. PostgreSQL may have taken some of
/// it without saying so in time: if the replica comes back only when those keys are
/// [forgotten](crate::store::Retention::done), they are handled a second time.
///
/// Replicas that start together migrate one after the other. During an upgrade the old release
/// meets the newer schema only if it is started after the migration; opening the store then fails.
///
/// It works through pgbouncer in transaction mode: every statement is unnamed and in a
/// transaction, and there is no `LISTEN`. pgbouncer refuses parameters that it does not know, so a
/// pool of your own needs `PgConnectOptions::extra_float_digits(None)`, and the `search_path` is
/// set for the role or the database, not by `options` in the URL.
pub mod replicas {}

/// The schema, for those who migrate themselves.
///
/// PostgreSQL ([`PgStore::MIGRATIONS`](crate::PgStore::MIGRATIONS), switched off by
/// [`PgOptions::migrate`](crate::PgOptions::migrate)), in the first schema of the `search_path`:
///
/// ```sql
#[doc = include_str!("postgres/0001.sql")]
/// ```
///
/// SQLite ([`SqliteStore::MIGRATIONS`](crate::SqliteStore::MIGRATIONS)), always run when the file
/// is opened:
///
/// ```sql
#[doc = include_str!("sqlite/0001.sql")]
/// ```
pub mod schema {}

/// Beyond one PostgreSQL.
///
/// | sustained events a second | store |
/// | ---: | --- |
/// | 1,000 | SQLite on one machine |
/// | 3,000 | one PostgreSQL with a synchronous standby (about 14 MB of WAL a second) |
/// | 30,000 | eight of them, sharded by key |
/// | more | Kafka or Redpanda with `acks=all` |
///
/// A broker is a [`Store`](crate::store::Store): its `put` resolves when all replicas have the records.
/// It does not recognise repeats, so the consumer keeps the keys of ten minutes, and hands each
/// record to [`handle`](crate::handle()) for the worker's own classification. The example
/// [`broker`](https://docs.rs/crate/tower-tencent-webhook-inbox/latest/source/examples/broker/main.rs) is
/// such a store in 30 lines:
///
/// ```ignore
#[doc = include_str!("../examples/broker/store.rs")]
/// ```
///
/// Not every broker keeps what it acknowledges: JetStream, for one, acknowledges before it
/// flushes unless `sync_interval` is `always`, and then it has no group commit.
///
/// Many teams that use this API run MySQL. Each engine is a folder of statements behind the same
/// traits, so that it can follow; it has no `RETURNING`, so claiming takes two more statements,
/// and it is not supported until somebody runs it.
pub mod beyond {}
