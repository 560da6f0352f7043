//! pgbouncer in front of a server of the tests, in transaction mode.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Stdio},
};

use tempfile::TempDir;

use super::cluster::{Cluster, as_user, say};

/// A pgbouncer as Debian configures it, but for the mode.
pub(crate) struct Bouncer {
    folder: TempDir,
    process: Child,
}

impl Bouncer {
    /// Starts it in front of the server. `None`, and a word about it, where it is not installed.
    pub(crate) fn start(cluster: &Cluster) -> Option<Self> {
        let binary = Path::new("/usr/sbin/pgbouncer");
        if !binary.exists() {
            say("pgbouncer is not installed: its test checks nothing");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        // It does not run as root, and writes there.
        let all = fs::Permissions::from_mode(0o777);
        fs::set_permissions(folder.path(), all).expect("permissions");
        let path = folder.path().display();
        let server = cluster.socket_folder().display();
        let file = folder.path().join("pgbouncer.ini");
        let configuration = format!(
            "[databases]\npostgres = host={server} user=postgres\n\
             [pgbouncer]\nlisten_addr =\nunix_socket_dir = {path}\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = 3\nlogfile = {path}/log\n"
        );
        fs::write(&file, configuration).expect("a file");
        let process = as_user(binary)
            .arg("--quiet")
            .arg(file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        Some(Self { folder, process })
    }

    /// The URL of the database behind it.
    pub(crate) fn url(&self) -> String {
        let folder = self.folder.path().display().to_string();
        let socket = folder.replace('/', "%2F");
        format!("postgres://postgres@localhost:6432/postgres?host={socket}")
    }

    /// Whether it listens.
    pub(crate) fn listens(&self) -> bool {
        self.folder.path().join(".s.PGSQL.6432").exists()
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.process.kill(); // it may have ended
        let _ = self.process.wait();
    }
}
