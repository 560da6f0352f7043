//! The token on stdin.

use std::io::{self, IsTerminal, Read, Write};

/// The longest token that is read from stdin, in bytes.
const MAX_TOKEN: u64 = 4096;

/// The token on stdin, without the line break. A terminal is asked for it, and does not show it.
pub(super) fn read() -> io::Result<String> {
    let mut text = String::new();
    if io::stdin().is_terminal() {
        let hidden = Hidden::start()?;
        write!(io::stderr(), "token: ")?;
        io::stdin().read_line(&mut text)?;
        drop(hidden);
        writeln!(io::stderr())?; // the one that was typed is not shown either
    } else {
        io::stdin().take(MAX_TOKEN).read_to_string(&mut text)?;
    }
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// While it lives, the terminal on stdin does not show what is typed.
#[cfg(unix)]
struct Hidden(rustix::termios::Termios);

#[cfg(unix)]
impl Hidden {
    fn start() -> io::Result<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

        let shown = tcgetattr(io::stdin())?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &hidden)?;
        Ok(Self(shown))
    }
}

#[cfg(unix)]
impl Drop for Hidden {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};

        // Without the terminal there is nothing to restore.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// Elsewhere nothing can hide it: it has to be piped.
#[cfg(not(unix))]
struct Hidden;

#[cfg(not(unix))]
impl Hidden {
    fn start() -> io::Result<Self> {
        Err(io::Error::other(
            "this terminal would show the token: pipe it, or set TENCENT_WEBHOOK_APPS_FILE",
        ))
    }
}
