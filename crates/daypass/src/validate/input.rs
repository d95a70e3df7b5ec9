//! Files and standard input.

use std::fs::File;
use std::io::Read;

use super::unreadable;
use crate::failure::Failure;

/// The longest file that is read, in bytes: plans of large projects have tens of megabytes.
const INPUT_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// What a file's name is where it is standard input.
const STANDARD_INPUT: &str = "-";

/// Reads a file, or standard input for `-`.
pub(super) fn read(file: &str) -> Result<String, Failure> {
    let bytes = if file == STANDARD_INPUT {
        read_all(file, std::io::stdin().lock())?
    } else {
        read_all(file, File::open(file).map_err(|error| unreadable(file, error))?)?
    };
    let text = String::from_utf8(bytes).map_err(|_| unreadable(file, "it is no UTF-8 text"))?;
    // Editors of some systems put a mark in front, which is no part of the text.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn read_all(file: &str, from: impl Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    from.take(INPUT_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| unreadable(file, error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > INPUT_BYTES_MAX) {
        return Err(unreadable(file, format_args!("it has more than {INPUT_BYTES_MAX} bytes")));
    }
    Ok(bytes)
}
