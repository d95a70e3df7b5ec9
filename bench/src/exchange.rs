//! The benchmark from its start to its figures.

use std::sync::Arc;

use daypass_token::{SigningKey, key_set_document};

use crate::failure::Outcome;
use crate::figures::Figures;
use crate::load::{self, Load};
use crate::options::{EXCHANGES_BEFORE_MEMORY, Options};
use crate::process_figures::{cpu_time, resident_bytes};
use crate::server::Server;
use crate::{first_answer, setup, tokens, verification};

/// Measures everything.
///
/// # Errors
/// Whatever keeps a figure from being taken; a wrong answer among them.
pub(crate) fn run(options: &Options) -> Outcome<Figures> {
    let binary_bytes = std::fs::metadata(&options.binary)
        .map_err(|error| format!("there is no server at `{}`: {error}", options.binary.display()))?
        .len();
    let first_answers = first_answer::on_new_directories(&options.binary)?;
    let verification = verification::measure()?;

    let scratch = tempfile::tempdir()?;
    let key = SigningKey::generate_rsa()?;
    let key_set = scratch.path().join("keys.json");
    std::fs::write(&key_set, key_set_document([&key]).to_string())?;
    eprintln!("signing {} tokens", options.tokens);
    let requests = tokens::prepare(&key, options.tokens)?;

    // One thread for the driver, so that it takes no more of the machine than it must.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let server = Server::start(&options.binary, scratch.path(), &key_set)?;
    runtime.block_on(setup::register(&server))?;

    eprintln!("driving {} connections for {} s", options.connections, options.measured.as_secs());
    let load = Arc::new(Load::new(server.aws_address()?, requests));
    let cpu_before = cpu_time(server.process())?;
    let measured =
        runtime.block_on(load::drive(&load, options.connections, Some(options.measured), usize::MAX))?;
    let cpu = cpu_time(server.process())?.saturating_sub(cpu_before);
    let rest = EXCHANGES_BEFORE_MEMORY.saturating_sub(measured.answered());
    let further = runtime.block_on(load::drive(&load, options.connections, None, rest))?;
    let resident = resident_bytes(server.process())?;
    let again = first_answer::on_a_used_directory(server, &options.binary)?;

    Ok(Figures {
        answered_before_memory: measured.answered() + further.answered(),
        measured,
        server_cpu: cpu,
        verification,
        first_answers,
        first_answer_again: again,
        resident_bytes: resident,
        binary_bytes,
    })
}
