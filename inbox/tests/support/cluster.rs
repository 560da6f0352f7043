//! PostgreSQL servers of the tests' own, from the binaries of the machine.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use tower_tencent_webhook_inbox::PgStore;

/// The server of all tests that leave it alone. It ends with this process.
static SHARED: LazyLock<Option<Cluster>> = LazyLock::new(Cluster::start);

/// Set to `all`, it makes a machine without PostgreSQL an error.
const REQUIRE: &str = "TENCENT_WEBHOOK_REQUIRE";

/// One server, on a socket in a folder of its own.
pub(crate) struct Cluster {
    folder: PathBuf,
    binaries: PathBuf,
    /// Stops the server and removes the folder once this process is gone: its input ends then.
    _janitor: Child,
}

/// A store in a schema of its own, on the server of all tests. `None` where there is none.
pub(crate) async fn store() -> Option<PgStore> {
    let url = schema_url()?;
    Some(PgStore::connect(&url).await.expect("a store"))
}

/// The server of all tests. `None` where there is none.
pub(crate) fn shared() -> Option<&'static Cluster> {
    SHARED.as_ref()
}

/// The URL of a new schema on the server of all tests.
pub(crate) fn schema_url() -> Option<String> {
    SHARED.as_ref().map(Cluster::schema_url)
}

impl Cluster {
    /// Starts a server. `None`, and a word about it, where there are no binaries.
    pub(crate) fn start() -> Option<Self> {
        let Some(binaries) = binaries() else {
            let required = std::env::var(REQUIRE).is_ok_and(|what| what == "all");
            assert!(
                !required,
                "PostgreSQL is required, and initdb is not installed"
            );
            say("PostgreSQL is not installed: its tests check nothing");
            return None;
        };
        // The server refuses to run as root, so the folder is its user's.
        let mut made = as_user(Path::new("mktemp"));
        made.args(["-d", "--tmpdir", "inbox-pg-XXXXXX"]);
        let folder = PathBuf::from(succeed("mktemp", made.output()));
        let cluster = Self {
            _janitor: janitor(&binaries, &folder),
            folder,
            binaries,
        };
        cluster.init();
        cluster.up();
        Some(cluster)
    }

    fn init(&self) {
        let init = as_user(&self.binaries.join("initdb"))
            .args(["--no-sync", "-A", "trust", "-U", "postgres", "--locale=C"])
            .args(["-E", "UTF8", "-D"])
            .arg(self.data())
            .output();
        succeed("initdb", init);
    }

    /// Starts the server and waits until it answers.
    pub(crate) fn up(&self) {
        let socket = self.folder.display();
        let options = format!("-c listen_addresses='' -k {socket} -c max_connections=300");
        let log = self.folder.join("log");
        // After a kill it refuses for as long as something of the old one is alive.
        let started = (0..50).any(|_| {
            let mut start = self.pg_ctl(&["start", "-w", "-t", "60", "-o", &options, "-l"]);
            // The server would keep the pipes of an output that is captured.
            start.arg(&log).stdout(Stdio::null()).stderr(Stdio::null());
            let started = start.status().expect("pg_ctl").success();
            if !started {
                std::thread::sleep(std::time::Duration::from_millis(200));
            }
            started
        });
        assert!(started, "the server starts");
    }

    /// Stops the server, as an operator does.
    pub(crate) fn down(&self) {
        let stop = self.pg_ctl(&["stop", "-w", "-m", "fast"]).output();
        succeed("pg_ctl stop", stop);
    }

    /// The ids of the server's processes.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let pid = self.pid();
        let children = Command::new("pgrep").args(["-P", &pid]).output();
        let children = succeed("pgrep", children);
        let all = children.lines().chain([pid.as_str()]);
        all.map(|id| id.parse().expect("an id")).collect()
    }

    fn pid(&self) -> String {
        let pid = fs::read_to_string(self.data().join("postmaster.pid")).expect("a server");
        pid.lines().next().expect("its id").to_owned()
    }

    /// Kills the server, all its processes at once.
    pub(crate) fn kill(&self) {
        let pid = &self.pid();
        let signal = |name: &str| Command::new("kill").args([name, pid]).status();
        // Stopped, it starts no new children while the others are killed.
        let _ = signal("-STOP");
        let _ = Command::new("pkill").args(["-KILL", "-P", pid]).status();
        let _ = signal("-KILL");
        while Path::new("/proc").join(pid).exists() && !is_zombie(pid) {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }

    /// Stops all its processes where they are: connections stay, and nobody answers.
    pub(crate) fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets them go on.
    pub(crate) fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, name: &str) {
        let ids = self.processes();
        let ids = ids.iter().map(u32::to_string);
        let signalled = Command::new("kill").arg(name).args(ids).status();
        assert!(signalled.expect("kill").success());
    }

    /// The URL of a new schema.
    pub(crate) fn schema_url(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let schema = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.psql(&format!("CREATE SCHEMA {schema}"));
        format!("{}&options=-c%20search_path%3D{schema}", self.url())
    }

    /// The URL of the database itself.
    pub(crate) fn url(&self) -> String {
        let socket = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@localhost/postgres?host={socket}")
    }

    /// Runs a statement as an operator, and returns what it prints.
    pub(crate) fn psql(&self, sql: &str) -> String {
        let psql = Command::new(self.binaries.join("psql"))
            .args(["-v", "ON_ERROR_STOP=1", "-qAtU", "postgres", "-h"])
            .arg(&self.folder)
            .args(["-c", sql])
            .output();
        succeed("psql", psql)
    }

    /// The folder of its socket.
    pub(crate) fn socket_folder(&self) -> &Path {
        &self.folder
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn pg_ctl(&self, arguments: &[&str]) -> Command {
        let mut command = as_user(&self.binaries.join("pg_ctl"));
        command.arg("-D").arg(self.data()).args(arguments);
        command
    }
}

/// Waits for the end of its input, which is the end of this process, however it ends.
fn janitor(binaries: &Path, folder: &Path) -> Child {
    let script = r#"cat; "$1/pg_ctl" -D "$2/data" stop -w -m immediate; rm -rf "$2""#;
    as_user(Path::new("sh"))
        .args(["-c", script, "sh"])
        .args([binaries, folder])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell")
}

/// A command that is not run as root.
pub(crate) fn as_user(program: &Path) -> Command {
    let root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
        .arg(program);
    command
}

/// The folder of the binaries: that of the path, or the newest of Debian's.
fn binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    folders.sort();
    let on_path = std::env::split_paths(&path);
    on_path.chain(folders.into_iter().rev()).find(|folder| {
        ["initdb", "pg_ctl", "psql"]
            .iter()
            .all(|binary| folder.join(binary).exists())
    })
}

fn is_zombie(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

fn succeed(what: &str, output: io::Result<std::process::Output>) -> String {
    let output = output.expect(what);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Says something on the error output itself: the harness captures what tests print.
pub(crate) fn say(text: &str) {
    use io::Write;
    let _ = writeln!(io::stderr(), "{text}");
}
