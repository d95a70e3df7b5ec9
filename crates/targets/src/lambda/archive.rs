//! Whether a function's code can be unzipped: a reader of ZIP files that believes none of their figures.
//!
//! Sizes that a file declares are never trusted: every entry is inflated and counted, so that a bomb ends at the limit.
//! Encrypted files, parts of several archives and the 64-bit form are refused; Lambda's own limit lies far below it.
//!
//! Source: PKWARE's APPNOTE.TXT, 4.3 "General format of a .ZIP file".

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::error::LambdaError;
use super::limits::{UNZIPPED_BYTES, ZIP_ENTRIES};

/// The end of the central directory, and how long it is without its comment.
const END: (u32, usize) = (0x0605_4b50, 22);
/// An entry of the central directory, without its name and what follows it.
const ENTRY: (u32, usize) = (0x0201_4b50, 46);
/// A file's own header.
const HEADER: (u32, usize) = (0x0403_4b50, 30);
/// The longest comment behind the end.
const COMMENT_BYTES: usize = 65_535;
/// Bytes of a path within the archive. Linux has no longer ones.
const PATH_BYTES: usize = 4_096;
/// What is inflated at once.
const BLOCK_BYTES: usize = 64 * 1024;

/// Reads an archive to its end.
///
/// # Errors
/// Lambda's sentence for what cannot be unzipped, or for what is too large when it is.
pub(super) fn check(zip: &[u8]) -> Result<(), LambdaError> {
    let end = end_of(zip).ok_or_else(LambdaError::not_a_zip)?;
    let entries = usize::from(u16_at(zip, end + 10).ok_or_else(LambdaError::not_a_zip)?);
    let start = u32_at(zip, end + 16).ok_or_else(LambdaError::not_a_zip)? as usize;
    let on_disks = [u16_at(zip, end + 4), u16_at(zip, end + 6)];
    if entries == 0 || entries >= ZIP_ENTRIES || on_disks != [Some(0), Some(0)] {
        return Err(LambdaError::not_a_zip());
    }
    let mut counted = Counted { left: UNZIPPED_BYTES, unread: zip.len() };
    let mut at = start;
    for _ in 0..entries {
        at = entry(zip, at, end, &mut counted)?;
    }
    // Entries that the end does not count would be seen by some readers and not by others.
    if at == end { Ok(()) } else { Err(LambdaError::not_a_zip()) }
}

/// Where the end of the central directory begins: the last place that fits.
fn end_of(zip: &[u8]) -> Option<usize> {
    let last = zip.len().checked_sub(END.1)?;
    let first = last.saturating_sub(COMMENT_BYTES);
    (first..=last).rev().find(|at| {
        let comment = u16_at(zip, at + 20).map(usize::from);
        u32_at(zip, *at) == Some(END.0) && comment.is_some_and(|comment| at + END.1 + comment == zip.len())
    })
}

/// Checks one entry of the central directory, and the file that it names; gives where the next one begins.
fn entry(zip: &[u8], at: usize, end: usize, counted: &mut Counted) -> Result<usize, LambdaError> {
    let refused = LambdaError::not_a_zip;
    let short = |offset: usize| u16_at(zip, at + offset).map(usize::from).ok_or_else(refused);
    let long = |offset: usize| u32_at(zip, at + offset).ok_or_else(refused);
    if long(0)? != ENTRY.0 {
        return Err(refused());
    }
    let (flags, method, crc) = (short(8)?, short(10)?, long(16)?);
    let (packed, unpacked) = (long(20)? as usize, u64::from(long(24)?));
    let (name, extra, comment) = (short(28)?, short(30)?, short(32)?);
    let header = long(42)? as usize;
    let next = at + ENTRY.1 + name + extra + comment;
    let path = zip.get(at + ENTRY.1..at + ENTRY.1 + name).ok_or_else(refused)?;
    let is_encrypted = flags & 1 != 0;
    if next > end || is_encrypted || !is_inside(path) {
        return Err(refused());
    }
    counted.read(packed)?;
    let data = data_of(zip, header, (path, method), packed).ok_or_else(refused)?;
    let found = match method {
        0 => counted.stored(data)?,
        8 => counted.inflated(data)?,
        _ => return Err(refused()),
    };
    if found == (Found { bytes: unpacked, crc }) { Ok(next) } else { Err(refused()) }
}

/// A file's bytes as they lie in the archive; `None` where its own header is not of the path, method and kind that the
/// directory says. A reader that goes by the headers would unpack other files than were looked at. Sizes and checksum
/// may be left out there, and are the directory's.
fn data_of<'a>(
    zip: &'a [u8],
    header: usize,
    (path, method): (&[u8], usize),
    packed: usize,
) -> Option<&'a [u8]> {
    let is_plain = u32_at(zip, header)? == HEADER.0 && u16_at(zip, header + 6)? & 1 == 0;
    if !is_plain || usize::from(u16_at(zip, header + 8)?) != method {
        return None;
    }
    let name = usize::from(u16_at(zip, header + 26)?);
    let extra = usize::from(u16_at(zip, header + 28)?);
    let named = header + HEADER.1;
    if zip.get(named..named + name)? != path {
        return None;
    }
    let begin = named + name + extra;
    zip.get(begin..begin.checked_add(packed)?)
}

/// Whether a path stays within the folder that it is unpacked into.
fn is_inside(path: &[u8]) -> bool {
    let Ok(path) = std::str::from_utf8(path) else { return false };
    let is_named = !path.is_empty() && path.len() <= PATH_BYTES && !path.contains(['\0', '\\']);
    is_named && !path.starts_with('/') && path.split('/').all(|part| part != "..")
}

#[derive(PartialEq, Eq)]
struct Found {
    bytes: u64,
    crc: u32,
}

/// How much may still come out, and how much may still be read.
struct Counted {
    left: u64,
    /// Bytes of the archive that no entry has had. Entries that lie over each other would make the same bytes work for
    /// each of them, and bytes that inflate to nothing can do so for ever.
    unread: usize,
}

impl Counted {
    fn read(&mut self, packed: usize) -> Result<(), LambdaError> {
        self.unread = self.unread.checked_sub(packed).ok_or_else(LambdaError::not_a_zip)?;
        Ok(())
    }

    fn take(&mut self, bytes: usize) -> Result<(), LambdaError> {
        self.left = self.left.checked_sub(bytes as u64).ok_or_else(LambdaError::too_large_unzipped)?;
        Ok(())
    }

    fn stored(&mut self, data: &[u8]) -> Result<Found, LambdaError> {
        self.take(data.len())?;
        let mut crc = Crc::new();
        crc.update(data);
        Ok(Found { bytes: data.len() as u64, crc: crc.sum() })
    }

    fn inflated(&mut self, data: &[u8]) -> Result<Found, LambdaError> {
        let mut inflater = Decompress::new(false);
        let mut block = vec![0; BLOCK_BYTES];
        let mut crc = Crc::new();
        loop {
            let (read, written) = (inflater.total_in(), inflater.total_out());
            let rest = usize::try_from(read).ok().and_then(|read| data.get(read..));
            let rest = rest.ok_or_else(LambdaError::not_a_zip)?;
            let status = inflater
                .decompress(rest, &mut block, FlushDecompress::None)
                .map_err(|_| LambdaError::not_a_zip())?;
            let out = usize::try_from(inflater.total_out() - written).unwrap_or(usize::MAX);
            self.take(out)?;
            crc.update(block.get(..out).ok_or_else(LambdaError::not_a_zip)?);
            if status == Status::StreamEnd {
                return Ok(Found { bytes: inflater.total_out(), crc: crc.sum() });
            }
            if inflater.total_in() == read && out == 0 {
                return Err(LambdaError::not_a_zip());
            }
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}
