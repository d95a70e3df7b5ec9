//! Whatever is read as a token, nobody signed it.

#![no_main]

use std::sync::LazyLock;

use daypass_token::{Algorithm, KeySet, SigningKey, UnverifiedToken, key_set_document};
use libfuzzer_sys::fuzz_target;

static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    let key = SigningKey::generate_ec(Algorithm::Es256).expect("the library makes keys");
    KeySet::parse(key_set_document([&key]).to_string().as_bytes()).expect("a key set reads its own document")
});

fuzz_target!(|text: &str| {
    if let Ok(token) = UnverifiedToken::parse(text) {
        let _ = token.issuer();
        assert!(token.verify(&KEYS).is_err());
    }
});
