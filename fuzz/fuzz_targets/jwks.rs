//! An issuer's key set is read or refused, within its limits.

#![no_main]

use daypass_token::{EC_KEYS_MAX, KeySet, RSA_KEYS_MAX};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|document: &[u8]| {
    if let Ok(keys) = KeySet::parse(document) {
        assert!(keys.usable_key_ids().count() <= RSA_KEYS_MAX + EC_KEYS_MAX);
    }
});
