//! ZIP files of one file.

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// The file as it is.
pub(crate) fn of(data: &[u8]) -> Vec<u8> {
    archive(0, data, data)
}

/// The file packed.
pub(crate) fn packed(data: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    archive(8, data, &encoder.finish().unwrap())
}

fn archive(method: u16, data: &[u8], bytes: &[u8]) -> Vec<u8> {
    const NAME: &[u8] = b"main.py";
    let mut crc = Crc::new();
    crc.update(data);
    let length = |length: usize| u32::try_from(length).unwrap().to_le_bytes();
    let version = 20_u16.to_le_bytes();
    let mut common =
        [&version[..], &[0; 2], &method.to_le_bytes(), &[0; 4], &crc.sum().to_le_bytes()].concat();
    common.extend([length(bytes.len()), length(data.len())].concat());
    common.extend([7, 0, 0, 0]);
    let mut zip = [b"PK\x03\x04", &common[..], NAME, bytes].concat();
    let directory = [b"PK\x01\x02", &version[..], &common, &[0; 14], NAME].concat();
    let start = length(zip.len());
    zip.extend(&directory);
    zip.extend(
        [b"PK\x05\x06", &[0, 0, 0, 0, 1, 0, 1, 0][..], &length(directory.len()), &start, &[0; 2]].concat(),
    );
    zip
}
