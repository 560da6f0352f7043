//! Watches the flushes of the process that stores, with strace.
//!
//! That an OK comes after a flush is shown with one sender, whose webhooks follow each other:
//! between the arrival of each and its OK a flush has ended. How many OKs share a flush is counted
//! with many senders.

use std::{
    error::Error,
    fs,
    io::{self, BufRead, BufReader, Write, stdout},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::{
    senders::send,
    support::{
        cluster::{Cluster, say},
        receiver::Receiver,
        until,
    },
};

/// How many send while OKs are counted.
const SENDERS: usize = 128;

/// Which calls are of interest: those of the disk, and those of the network as tokio makes them.
const FLUSHES: &str = "trace=fsync,fdatasync";
const ALL: &str = "trace=fsync,fdatasync,recvfrom,read,sendto,write,writev";

/// Whether it can be done here: strace may be missing, or not be allowed to attach.
pub(crate) fn is_possible() -> bool {
    let possible = attaches().unwrap_or(false);
    if !possible {
        say("strace is missing, or may not attach: no flush is watched");
    }
    possible
}

/// Whether strace attaches to another process of ours.
fn attaches() -> io::Result<bool> {
    let mut process = Command::new("sleep").arg("60").spawn()?;
    let strace = Command::new("strace")
        .args(["-o", "/dev/null", "-p", &process.id().to_string()])
        .stderr(Stdio::piped())
        .spawn();
    let attached = strace.and_then(|mut strace| {
        let mut said = String::new();
        let stderr = strace.stderr.take().map(BufReader::new);
        stderr.map_or(Ok(0), |mut stderr| stderr.read_line(&mut said))?;
        strace.kill()?;
        strace.wait()?;
        Ok(said.contains("attached"))
    });
    process.kill()?;
    process.wait()?;
    attached
}

/// Prints how many OKs come before their flush. Tells whether there were any.
pub(crate) async fn order(
    name: &str,
    receiver: &Receiver,
    cluster: Option<&Cluster>,
    trace: &Path,
    time: Duration,
) -> Result<bool, Box<dyn Error>> {
    let processes = processes(receiver, cluster);
    let strace = Strace::start(&processes, ALL, trace).await;
    let sent = send(receiver, 1, time, None).await;
    strace.stop();
    let (acknowledged, unflushed) = acknowledged(&fs::read_to_string(trace)?);
    writeln!(
        stdout(),
        "{name}: {acknowledged} of {} OKs of one sender seen, {unflushed} without a flush before",
        sent.count()
    )?;
    if acknowledged == 0 {
        return Err("no OK was seen".into());
    }
    Ok(unflushed > 0)
}

/// Prints how many OKs share a flush.
pub(crate) async fn share(
    name: &str,
    receiver: &Receiver,
    cluster: Option<&Cluster>,
    trace: &Path,
    time: Duration,
) -> Result<(), Box<dyn Error>> {
    let processes = processes(receiver, cluster);
    let strace = Strace::start(&processes, FLUSHES, trace).await;
    let sent = send(receiver, SENDERS, time, None).await;
    strace.stop();
    let trace = fs::read_to_string(trace)?;
    let flushes = trace.lines().filter(|line| is_flush(line)).count();
    let each = sent.count() as f64 / flushes.max(1) as f64;
    writeln!(
        stdout(),
        "{name}: {} OKs of {SENDERS} senders, {flushes} flushes, {each:.1} OKs for each",
        sent.count()
    )?;
    Ok(())
}

/// The processes that may flush, and the receiver.
fn processes(receiver: &Receiver, cluster: Option<&Cluster>) -> Vec<u32> {
    let mut processes = vec![receiver.id()];
    processes.extend(cluster.into_iter().flat_map(Cluster::processes));
    processes
}

/// How many webhooks were acknowledged, and how many of them without a flush after they came.
fn acknowledged(trace: &str) -> (usize, usize) {
    let (mut acknowledged, mut unflushed) = (0, 0);
    let mut flushed = false;
    for line in trace.lines() {
        if line.contains("\"POST /") {
            flushed = false;
        } else if is_flush(line) {
            flushed = true;
        } else if line.contains("\"HTTP/1.1 200 ") {
            acknowledged += 1;
            unflushed += usize::from(!flushed);
        }
    }
    (acknowledged, unflushed)
}

/// Whether a flush has ended here.
fn is_flush(line: &str) -> bool {
    let is_sync = line.contains("fsync") || line.contains("fdatasync");
    is_sync && line.trim_end().ends_with("= 0")
}

/// strace, attached to processes and what they start.
struct Strace(Child);

impl Strace {
    async fn start(processes: &[u32], calls: &str, trace: &Path) -> Self {
        let _ = fs::remove_file(trace); // there may be none
        let mut command = Command::new("strace");
        command
            .args(["-f", "-s", "32", "-e", calls, "-o"])
            .arg(trace);
        for process in processes {
            command.args(["-p", &process.to_string()]);
        }
        let log = trace.with_extension("strace");
        let said = fs::File::create(&log).expect("a file");
        let strace = command
            .stdin(Stdio::null())
            .stderr(said)
            .spawn()
            .expect("strace");
        until("strace is attached to all", async || {
            let said = fs::read_to_string(&log).expect("what it said");
            let attached = |id: &u32| said.contains(&format!("Process {id} attached"));
            processes.iter().all(attached).then_some(())
        })
        .await;
        Self(strace)
    }

    /// Detaches it: it ends what it is writing.
    fn stop(mut self) {
        let id = self.0.id().to_string();
        let _ = Command::new("kill").args(["-INT", &id]).status();
        let _ = self.0.wait();
    }
}

impl Drop for Strace {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it may have ended
        let _ = self.0.wait();
    }
}
