//! Shows what the inbox is for: a receiver is killed in the middle of its work, and nothing that it
//! acknowledged is lost.

use std::{
    collections::HashMap,
    env,
    error::Error,
    fs,
    io::{self, BufRead, BufReader, Write},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::time::sleep;

use super::client::{APP, Client, TOKEN, message};

const COMMAND: &str = "Group.CallbackAfterSendMsg";
/// How many webhooks are sent.
const COUNT: u64 = 200;
/// How long everything may take to be handled.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Runs the demo. An error is a loss, or a machine that cannot run it.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let folder = env::temp_dir().join(format!("receiver-demo-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let done = show(&folder).await;
    fs::remove_dir_all(&folder)?;
    done
}

async fn show(folder: &Path) -> Result<(), Box<dyn Error>> {
    let log = folder.join("handled.ndjson");
    say("A receiver with a SQLite inbox, whose handler takes 100 ms and fails now and then.")?;
    let receiver = Receiver::start(folder)?;
    say(&format!("{COUNT} webhooks are sent:"))?;
    let mut acknowledged = send_all(&receiver).await?;
    say(&format!("  {acknowledged} were acknowledged."))?;
    drop(receiver); // kill -9
    let before = handled(&log)?.len();
    say(&format!(
        "The receiver is killed (SIGKILL). It has handled {before} of them."
    ))?;

    let receiver = Receiver::start(folder)?;
    say("It runs again, on the same file, and the same webhooks are sent once more:")?;
    acknowledged += send_all(&receiver).await?;
    say("  those in hand at the crash run one by one, since one of them may be its cause.")?;
    let begun = Instant::now();
    let handled = loop {
        let handled = handled(&log)?;
        if handled.len() as u64 >= COUNT || begun.elapsed() > TIMEOUT {
            break handled;
        }
        sleep(Duration::from_millis(100)).await;
    };
    drop(receiver);
    let lost = COUNT.saturating_sub(handled.len() as u64);
    let twice = handled.values().filter(|keys| keys.len() > 1).count();
    let again = handled
        .values()
        .flat_map(HashMap::values)
        .filter(|attempt| **attempt > 1);
    say(&format!(
        "  handled {}, lost {lost}, stored twice {twice}; {} took another attempt.",
        handled.len(),
        again.count()
    ))?;
    if lost > 0 || twice > 0 || acknowledged < 2 * COUNT {
        return Err("that is not what the inbox promises".into());
    }
    Ok(())
}

/// Tells how many were acknowledged.
async fn send_all(receiver: &Receiver) -> io::Result<u64> {
    let mut client = Client::connect(receiver.address).await?;
    let mut acknowledged = 0;
    for n in 1..=COUNT {
        if client.send(COMMAND, &message(n, 300)).await? == 200 {
            acknowledged += 1;
        }
    }
    Ok(acknowledged)
}

/// For every message the keys under which it was handled, with the last attempt.
fn handled(log: &Path) -> io::Result<HashMap<u64, HashMap<String, u64>>> {
    let mut handled: HashMap<_, HashMap<_, _>> = HashMap::new();
    for line in fs::read_to_string(log).unwrap_or_default().lines() {
        let line: Value = serde_json::from_str(line)?;
        let key = line["event_key"].as_str().unwrap_or_default().to_owned();
        let message = line["MsgSeq"].as_u64().unwrap_or_default();
        let attempt = line["attempt"].as_u64().unwrap_or_default();
        handled.entry(message).or_default().insert(key, attempt);
    }
    Ok(handled)
}

/// A receiver in a process of its own, killed when it is dropped.
struct Receiver {
    process: Child,
    address: SocketAddr,
}

impl Receiver {
    fn start(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let mut process = Command::new(env::current_exe()?)
            .args([
                "--listen",
                "127.0.0.1:0",
                "--handle-ms",
                "100",
                "--fail-every",
                "20",
            ])
            .args(["--app", &format!("{APP}:{TOKEN}")])
            .arg("--store")
            .arg(format!("sqlite:{}", folder.join("inbox.db").display()))
            .arg("--log")
            .arg(folder.join("handled.ndjson"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        let stdout = process.stdout.take().ok_or("no output")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.trim().rsplit('/').next().unwrap_or_default().parse();
        match address {
            Ok(address) => Ok(Self { process, address }),
            Err(_) => {
                let _ = process.kill();
                let _ = process.wait();
                Err("the receiver does not start".into())
            }
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn say(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}
