//! A chunked body decodes to the same, however it was cut on its way.

#![no_main]

use bytes::Bytes;
use daypass_wire::chunked::{ChunkError, Decoder, Framing};
use libfuzzer_sys::fuzz_target;

fn decode(body: &[u8], declared: u64, piece: usize) -> Result<Vec<u8>, ChunkError> {
    let mut decoder = Decoder::new(Framing::UnsignedWithTrailer, declared, &["x-amz-checksum-crc32"]);
    let mut decoded = Vec::new();
    for part in body.chunks(piece) {
        let mut input = Bytes::copy_from_slice(part);
        while let Some(data) = decoder.decode(&mut input)? {
            decoded.extend_from_slice(&data);
        }
    }
    decoder.finish().map(|_| decoded)
}

fuzz_target!(|input: (u16, u8, &[u8])| {
    let (declared, piece, body) = input;
    let whole = decode(body, u64::from(declared), usize::MAX);
    let pieces = decode(body, u64::from(declared), usize::from(piece) + 1);
    assert_eq!(whole.is_ok(), pieces.is_ok());
    if let (Ok(whole), Ok(pieces)) = (whole, pieces) {
        assert_eq!(whole, pieces);
        assert_eq!(whole.len(), usize::from(declared));
    }
});
