//! `daypass snapshot` and `daypass reset`. Both work on a stopped sandbox: its lock keeps them from pulling the state
//! away under a running one.

use daypass_server::snapshot;

use crate::arguments::{DataArguments, SnapshotArguments, SnapshotDirection};
use crate::failure::Failure;

pub(crate) fn run(arguments: SnapshotArguments) -> Result<(), Failure> {
    match arguments.direction {
        SnapshotDirection::Load { data, file } => {
            snapshot::load(&data.directory, &file).map_err(with_hint)?;
            println!("loaded {} into {}", file.display(), data.directory.display());
        }
        SnapshotDirection::Save { data, file } => {
            snapshot::save(&data.directory, &file).map_err(with_hint)?;
            println!("saved {} to {}", data.directory.display(), file.display());
        }
    }
    Ok(())
}

pub(crate) fn reset(arguments: &DataArguments) -> Result<(), Failure> {
    if snapshot::reset(&arguments.directory).map_err(with_hint)? {
        println!("emptied {}", arguments.directory.display());
    } else {
        println!("nothing to empty in {}", arguments.directory.display());
    }
    Ok(())
}

fn with_hint(error: snapshot::SnapshotError) -> Failure {
    let hint = error.hint();
    let failure = Failure::new(error);
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
