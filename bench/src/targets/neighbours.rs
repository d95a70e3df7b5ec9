//! The other servers of a comparison, each a process that ends with its value.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::Outcome;
use crate::server::end;

/// How long a server may take to start.
const START_SECONDS_MAX: u64 = 60;

/// The plain HTTP server.
pub(crate) struct Plain {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Plain {
    pub(crate) fn start(folder: &Path) -> Outcome<Self> {
        let program = std::env::current_exe()?;
        let mut command = Command::new(program);
        let mut child =
            command.arg("plain-server").arg(folder).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address = line.trim().parse();
        // From here on a failure must not leave the process behind.
        let mut plain = Self { child, address: ([127, 0, 0, 1], 0).into() };
        plain.address = address?;
        Ok(plain)
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// moto's server.
pub(crate) struct Moto {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Moto {
    pub(crate) fn start(program: &Path) -> Outcome<Self> {
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let mut command = Command::new(program);
        command.args(["-H", "127.0.0.1", "-p", &address.port().to_string()]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.map_err(|error| {
            format!(
                "`{}` does not start ({error}); `cargo xtask test --only prerequisites` installs it",
                program.display()
            )
        })?;
        let moto = Self { child, address };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            if begun.elapsed() > Duration::from_secs(START_SECONDS_MAX) {
                return Err("moto's server does not answer".into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(moto)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
