//! Tags that are read from a header can be written and read again, and are within S3's limits.

#![no_main]

use daypass_targets::s3::tags_given;
use daypass_wire::form::encode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|header: &[u8]| {
    let Ok(header) = std::str::from_utf8(header) else { return };
    let Some(tags) = tags_given(header) else { return };
    assert!(tags.len() <= 10 && tags.keys().all(|key| !key.is_empty()));
    let fields: Vec<_> = tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(tags_given(&encode(&fields)), Some(tags.clone()));
});
