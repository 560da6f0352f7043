//! A delivery whose handler kills the process, and that is dead in the end.

use std::{
    error::Error,
    io::{Write, stdout},
    path::Path,
    process::Command,
    time::Duration,
};

use tokio::time::sleep;
use tower_tencent_webhook::{Delivery, Handlers, reply::Ack};
use tower_tencent_webhook_inbox::{
    Attempt, SqliteStore, Worker,
    store::{Admin, Filter, Queue, State, Store},
};

use crate::support::{entry, key};

/// How many deliveries there are.
const COUNT: u32 = 20;
/// The one that kills.
const POISON: u32 = 7;
/// It dies once among others, where it may have been any of them, and three times alone.
const KILLS: u32 = 4;

/// Handles what is in the file, until nothing is left.
pub(crate) async fn handle(path: &Path) -> Result<(), Box<dyn Error>> {
    let store = SqliteStore::open(path).await?;
    let handlers = Handlers::new().fallback(|delivery: Delivery| async move {
        let attempt = delivery.extensions().get::<Attempt>();
        if attempt.is_some_and(|attempt| attempt.event_key == key(POISON)) {
            std::process::abort();
        }
        Ack
    });
    let _running = Worker::new(store.clone(), handlers)
        .maintenance(Duration::from_millis(100))
        .start();
    loop {
        let stats = store.stats().await?;
        if stats.waiting + stats.leased == 0 {
            return Ok(());
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Starts a worker again and again. Prints what came of it.
pub(crate) async fn run(path: &Path) -> Result<(), Box<dyn Error>> {
    let store = SqliteStore::open(path).await?;
    store.put((0..COUNT).map(entry).collect()).await?;
    store.close().await;
    let mut kills = 0;
    while !Command::new(std::env::current_exe()?)
        .arg("poison")
        .arg(path)
        .status()?
        .success()
    {
        kills += 1;
        if kills > KILLS {
            break;
        }
    }
    let store = SqliteStore::open(path).await?;
    let list = async |state| store.list(Filter::new().state(state), 0, COUNT).await;
    let (dead, done) = (list(State::Dead).await?, list(State::Done).await?);
    writeln!(
        stdout(),
        "a delivery that kills its process: {kills} kills, {} dead, {} done",
        dead.len(),
        done.len()
    )?;
    let poison = dead.iter().map(|item| item.key).eq([key(POISON)]);
    if !poison || kills != KILLS || done.len() as u32 != COUNT - 1 {
        return Err("that is not what the inbox promises".into());
    }
    Ok(())
}
