//! Stops PostgreSQL for a while under load, as an operator does, with a spill and without.

use std::{
    error::Error,
    io::{Write, stdout},
    path::Path,
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::{
    senders::Senders,
    support::{
        cluster::Cluster,
        receiver::{Program, Receiver, handled},
        until,
    },
};

/// How long everything may take to be handled at the end.
const PATIENCE: Duration = Duration::from_mins(5);

/// Prints what came of it. A loss is an error, and so is an OK without a store; how many were refused
/// although there was a spill is a figure, since a machine may be too busy to store in time.
pub(crate) async fn run(
    folder: &Path,
    time: Duration,
    rate: u32,
    spill: bool,
) -> Result<(), Box<dyn Error>> {
    let Some(cluster) = Cluster::start() else {
        return Ok(());
    };
    let what = if spill { "with a spill" } else { "without" };
    let log = folder.join(format!("outage {what}.log"));
    let mut command = Program::this().receive(&cluster.schema_url(), &log);
    if spill {
        let file = folder.join("spill.db");
        command
            .arg("--spill")
            .arg(format!("sqlite:{}", file.display()));
    }
    let receiver = Receiver::start(&mut command);
    let senders = Senders::start_at(receiver.address, Some(rate));
    until("webhooks are acknowledged", async || {
        (senders.acknowledged() >= 50).then_some(())
    })
    .await;
    cluster.down();
    // What was on its way when the server went down may be answered either way.
    sleep(Duration::from_secs(1)).await;
    let (acknowledged, before) = (senders.acknowledged(), senders.refused());
    sleep(time).await;
    let acknowledged = senders.acknowledged() - acknowledged;
    let refused = senders.refused() - before;
    cluster.up();
    let back = Instant::now();
    // Whoever is refused tries again, so that all are acknowledged in the end.
    let others = senders.others();
    let sent = senders.stop().await;
    let drained = loop {
        let handled = handled(&log);
        let lost = sent.iter().filter(|n| !handled.contains_key(n)).count();
        if lost == 0 || back.elapsed() > PATIENCE {
            break (back.elapsed(), lost, handled);
        }
        sleep(Duration::from_millis(50)).await;
    };
    let (took, lost, handled) = drained;
    let twice = handled.values().filter(|keys| keys.len() > 1).count();
    writeln!(
        stdout(),
        "PostgreSQL stopped for {} s, {what}: meanwhile {acknowledged} acknowledged, {refused} times \
         503, {others} other answers; of {} in all {lost} lost, {twice} stored twice; drained in {:.1} s",
        time.as_secs(),
        sent.len(),
        took.as_secs_f64(),
    )?;
    // Without a spill nothing can be stored, with one something has to be.
    let as_promised = lost == 0 && twice == 0 && (acknowledged > 0) == spill;
    if !as_promised {
        return Err("that is not what the inbox promises".into());
    }
    Ok(())
}
