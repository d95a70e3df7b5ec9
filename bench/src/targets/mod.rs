//! S3, and services behind the gateway, next to others that do the same with the same bytes, driven by the same client in
//! one run: moto's server, a plain HTTP server, a plain copy of a file.

mod calls;
mod client;
mod compare;
mod figures;
mod gateway;
mod local;
mod neighbours;
pub(crate) mod plain;

use std::path::PathBuf;

use daypass_token::{SigningKey, key_set_document};

use self::client::Keys;
use self::compare::Scene;
pub(crate) use self::figures::Figures;
use self::neighbours::{Moto, Plain};
use crate::failure::Outcome;
use crate::server::Server;
use crate::setup;

/// Bytes of a small object.
pub(crate) const SMALL: usize = 4 * 1024;
/// Bytes of a large one.
pub(crate) const LARGE: usize = 64 << 20;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Rounds over the large object; each does everything once, so that what disturbs one disturbs all.
    pub(crate) rounds: usize,
    /// Seconds for each rate of small calls.
    pub(crate) seconds: usize,
    pub(crate) binary: PathBuf,
    pub(crate) moto: PathBuf,
    /// The one part that is measured; all of them where none is named.
    pub(crate) only: Option<Part>,
}

/// A part of the measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Large,
    Small,
    Rates,
    Cpu,
    Gateway,
    Memory,
}

impl Part {
    fn named(name: &str) -> Outcome<Self> {
        Ok(match name {
            "large" => Self::Large,
            "small" => Self::Small,
            "rates" => Self::Rates,
            "cpu" => Self::Cpu,
            "gateway" => Self::Gateway,
            "memory" => Self::Memory,
            other => return Err(format!("`{other}` is not a part of this benchmark").into()),
        })
    }
}

impl Options {
    /// Reads the command line.
    pub(crate) fn parse(arguments: &[String]) -> Outcome<Self> {
        let binary = std::env::current_exe()?.with_file_name("daypass");
        let moto = PathBuf::from("target/clients/venv/bin/moto_server");
        let mut options = Self { rounds: 7, seconds: 4, binary, moto, only: None };
        let mut rest = arguments.iter().skip(1).map(String::as_str);
        while let Some(name) = rest.next() {
            let value = rest.next().ok_or_else(|| format!("`{name}` needs a value"))?;
            let number = || value.parse::<usize>().map_err(|_| format!("`{value}` is not a number"));
            match name {
                "--rounds" => options.rounds = number()?.max(1),
                "--seconds" => options.seconds = number()?.max(1),
                "--binary" => options.binary = PathBuf::from(value),
                "--only" => options.only = Some(Part::named(value)?),
                "--moto" => options.moto = PathBuf::from(value),
                other => return Err(format!("`{other}` is not an option").into()),
            }
        }
        Ok(options)
    }
}

/// Measures everything.
///
/// # Errors
/// Whatever keeps a figure from being taken; a wrong answer among them.
pub(crate) fn run(options: &Options) -> Outcome<Figures> {
    let scratch = tempfile::tempdir()?;
    let plain = Plain::start(scratch.path())?;
    let moto = Moto::start(&options.moto)?;
    let key = SigningKey::generate_rsa()?;
    let key_set = scratch.path().join("keys.json");
    std::fs::write(&key_set, key_set_document([&key]).to_string())?;
    let upstream = format!(
        "[[upstreams]]\nservice = \"dynamodb\"\nendpoint = \"http://{}\"\naccess_key_id = \"upstream\"\n\
         secret_access_key = \"upstream\"\n",
        plain.address
    );
    let server = Server::start_with(&options.binary, scratch.path(), &key_set, &upstream)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(setup::register(&server))?;
    let session = runtime.block_on(setup::deploy_session(&server, &key))?;
    let scene = Scene {
        daypass: (server.aws_address()?, Keys::from(session), server.region().to_owned()),
        moto: (moto.address, Keys::any(), "us-east-1".to_owned()),
        plain: plain.address,
        server: server.process(),
        neighbour: plain.process(),
        folder: scratch.path().to_path_buf(),
    };
    scene.prepare(&server)?;
    scene.measure(options)
}
