//! Which published keys are usable.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use daypass_token::{
    Algorithm, EC_KEYS_MAX, KEY_SET_BYTES_MAX, KeyFault, KeySet, KeySetError, RSA_KEYS_MAX, SigningKey,
    VerifyError,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture::{EC, OTHER_RSA, RSA, encode, honest, jwk_but, object, set_of, verify};

/// What becomes of an honest token whose issuer publishes these keys.
fn with_keys(key: &SigningKey, jwks: Vec<Value>) -> Result<(), VerifyError> {
    verify(&key.sign(&object(honest())).unwrap(), &set_of(jwks))
}

fn fault(key: &SigningKey, changes: Value) -> KeyFault {
    match with_keys(key, vec![jwk_but(key, changes)]) {
        Err(VerifyError::UnusableKey { kid, fault }) if kid == key.key_id() => fault,
        other => panic!("{other:?}"),
    }
}

/// A certificate in the form of `x5c`.
fn certificate(key: &SigningKey) -> String {
    let pair = rcgen::KeyPair::try_from(key.to_pkcs8().unwrap().as_slice()).unwrap();
    let parameters = rcgen::CertificateParams::new(vec!["issuer.example".to_owned()]).unwrap();
    STANDARD.encode(parameters.self_signed(&pair).unwrap().der())
}

#[test]
fn a_key_for_encryption_is_unusable() {
    assert_eq!(fault(&RSA, json!({"use": "enc"})), KeyFault::OtherUse);
    assert_eq!(fault(&EC, json!({"use": "enc"})), KeyFault::OtherUse);
    assert_eq!(with_keys(&RSA, vec![jwk_but(&RSA, json!({"use": "-"}))]), Ok(()));
}

#[test]
fn key_ops_make_a_key_unusable() {
    for operations in [json!(["verify"]), json!([]), json!(["sign"])] {
        assert_eq!(fault(&RSA, json!({ "key_ops": operations })), KeyFault::Operations);
    }
}

#[test]
fn a_key_without_kid_is_left_out() {
    let unnamed = jwk_but(&RSA, json!({"kid": "-"}));
    let unknown = VerifyError::UnknownKey { kid: RSA.key_id().to_owned() };
    assert_eq!(with_keys(&RSA, vec![unnamed.clone()]), Err(unknown));
    let token = RSA.sign_as(Algorithm::Rs256, &object(json!({"kid": null})), &object(honest())).unwrap();
    let none = VerifyError::NoKeyIdAndSeveralKeys { usable: 0 };
    assert_eq!(verify(&token, &set_of(vec![unnamed])), Err(none));
}

#[test]
fn of_two_keys_with_one_kid_the_later_counts() {
    let impostor = jwk_but(&OTHER_RSA, json!({"kid": RSA.key_id()}));
    assert_eq!(with_keys(&RSA, vec![impostor.clone(), RSA.jwk()]), Ok(()));
    assert_eq!(with_keys(&RSA, vec![RSA.jwk(), impostor]), Err(VerifyError::BadSignature));
    let unusable = jwk_but(&RSA, json!({"use": "enc"}));
    let error = VerifyError::UnusableKey { kid: RSA.key_id().to_owned(), fault: KeyFault::OtherUse };
    assert_eq!(with_keys(&RSA, vec![RSA.jwk(), unusable]), Err(error));
}

#[test]
fn a_certificate_must_hold_the_same_key() {
    for (key, other) in [
        (&*RSA, SigningKey::generate_rsa().unwrap()),
        (&*EC, SigningKey::generate_ec(Algorithm::Es256).unwrap()),
    ] {
        assert_eq!(with_keys(key, vec![jwk_but(key, json!({"x5c": [certificate(key)]}))]), Ok(()));
        assert_eq!(fault(key, json!({"x5c": [certificate(&other)]})), KeyFault::CertificateDisagrees);
        assert_eq!(
            fault(key, json!({"x5c": [STANDARD.encode("no certificate")]})),
            KeyFault::CertificateDisagrees
        );
        for malformed in [json!([]), json!("x"), json!([7]), json!(["?"])] {
            assert_eq!(fault(key, json!({ "x5c": malformed })), KeyFault::Malformed { member: "x5c" });
        }
    }
    assert_eq!(fault(&RSA, json!({"x5c": [certificate(&EC)]})), KeyFault::CertificateDisagrees);
}

#[test]
fn a_certificate_alone_is_no_key() {
    let only = json!({"x5c": [certificate(&RSA)], "n": "-", "e": "-"});
    assert_eq!(fault(&RSA, only), KeyFault::Malformed { member: "n" });
}

#[test]
fn over_a_hundred_rsa_keys_no_rsa_key_is_usable_but_the_others_are() {
    let filling = |count: usize, key: &SigningKey| -> Vec<Value> {
        (0..count).map(|number| jwk_but(key, json!({"kid": format!("filling-{number}")}))).collect()
    };
    let mut full = filling(RSA_KEYS_MAX - 1, &OTHER_RSA);
    full.extend([RSA.jwk(), EC.jwk()]);
    assert_eq!(with_keys(&RSA, full.clone()), Ok(()));
    full.push(OTHER_RSA.jwk());
    let fault = KeyFault::TooMany { max: 100 };
    let too_many = VerifyError::UnusableKey { kid: RSA.key_id().to_owned(), fault: fault.clone() };
    assert_eq!(with_keys(&RSA, full.clone()), Err(too_many));
    assert_eq!(with_keys(&EC, full), Ok(()));
    let mut full = filling(EC_KEYS_MAX, &EC);
    full.extend([RSA.jwk(), EC.jwk()]);
    assert_eq!(with_keys(&RSA, full.clone()), Ok(()));
    assert_eq!(with_keys(&EC, full), Err(VerifyError::UnusableKey { kid: EC.key_id().to_owned(), fault }));
}

#[test]
fn types_and_numbers_are_checked() {
    let malformed = |member| KeyFault::Malformed { member };
    for (changes, expected) in [
        (json!({"kty": "oct", "k": "AA"}), KeyFault::UnsupportedType),
        (json!({"kty": "OKP", "crv": "Ed25519"}), KeyFault::UnsupportedType),
        (json!({"kty": "-"}), KeyFault::UnsupportedType),
        (json!({"n": "-"}), malformed("n")),
        (json!({"n": ""}), malformed("n")),
        (json!({"n": 7}), malformed("n")),
        (json!({"n": "AAAA"}), KeyFault::Size { bits: 0 }),
        (json!({"n": encode([0xff; 128])}), KeyFault::Size { bits: 1024 }),
        (json!({"n": encode([0xff; 1025])}), KeyFault::Size { bits: 8200 }),
        (json!({"e": "-"}), malformed("e")),
        (json!({"e": "AQAB="}), malformed("e")),
        (json!({"e": "AA"}), KeyFault::Invalid),
    ] {
        assert_eq!(fault(&RSA, changes.clone()), expected, "{changes}");
    }
    for (changes, expected) in [
        (json!({"crv": "secp256k1"}), KeyFault::UnsupportedType),
        (json!({"crv": "P-384"}), malformed("x")),
        (json!({"x": "-"}), malformed("x")),
        (json!({"y": encode([1; 31])}), malformed("y")),
        (json!({"y": encode([1; 32])}), KeyFault::Invalid),
    ] {
        assert_eq!(fault(&EC, changes.clone()), expected, "{changes}");
    }
}

#[test]
fn an_exponent_that_makes_forging_easy_never_verifies() {
    for exponent in ["AQ", "Ag"] {
        let result = with_keys(&RSA, vec![jwk_but(&RSA, json!({ "e": exponent }))]);
        assert!(
            matches!(
                result,
                Err(VerifyError::UnusableKey { fault: KeyFault::Invalid, .. } | VerifyError::BadSignature)
            ),
            "{result:?}"
        );
    }
}

#[test]
fn a_modulus_with_a_leading_zero_is_the_same_key() {
    let mut modulus = URL_SAFE_NO_PAD.decode(RSA.jwk()["n"].as_str().unwrap()).unwrap();
    modulus.insert(0, 0);
    assert_eq!(with_keys(&RSA, vec![jwk_but(&RSA, json!({"n": encode(modulus)}))]), Ok(()));
}

#[test]
fn a_text_that_is_no_key_set_is_refused() {
    let error = |text: &str| KeySet::parse(text.as_bytes()).unwrap_err();
    for text in ["", "[]", "null", "{", "<html>"] {
        assert_eq!(error(text), KeySetError::NotAnObject, "{text}");
    }
    for text in ["{}", r#"{"keys":{}}"#, r#"{"keys":[7]}"#, r#"{"keys":null}"#] {
        assert_eq!(error(text), KeySetError::NoKeys, "{text}");
    }
    assert_eq!(error(&format!("{{\"keys\":{}", "[".repeat(10_000))), KeySetError::NotAnObject);
    let bytes = KEY_SET_BYTES_MAX + 1;
    assert_eq!(error(&" ".repeat(bytes)), KeySetError::TooLong { bytes });
    assert!(KeySet::parse(br#"{"keys":[]}"#).is_ok());
}

#[test]
fn a_set_knows_its_ids() {
    let keys = set_of(vec![RSA.jwk(), jwk_but(&EC, json!({"use": "enc"}))]);
    assert!(keys.contains(RSA.key_id()) && keys.contains(EC.key_id()) && !keys.contains("other"));
    assert_eq!(keys.usable_key_ids().collect::<Vec<_>>(), [RSA.key_id()]);
}

proptest! {
    #[test]
    fn no_document_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = KeySet::parse(&bytes);
    }

    #[test]
    fn no_certificate_makes_it_panic(cut in 0_usize..600, flip in 0_usize..600, bits in 1_u8..) {
        let mut der = STANDARD.decode(certificate(&EC)).unwrap();
        der.truncate(cut.max(1));
        let at = flip % der.len();
        der[at] ^= bits;
        let _ = set_of(vec![jwk_but(&EC, json!({"x5c": [STANDARD.encode(der)]}))]);
    }
}
