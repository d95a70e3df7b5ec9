//! Keys that sign.

use daypass_token::{Algorithm, SigningError, SigningKey, key_set_document};
use serde_json::{Map, json};

use crate::fixture::{EC, RSA, honest, object, set_of, verify};

#[test]
fn a_key_survives_being_written_and_read() {
    for key in [
        &*RSA,
        &*EC,
        &SigningKey::generate_ec(Algorithm::Es384).unwrap(),
        &SigningKey::generate_ec(Algorithm::Es512).unwrap(),
    ] {
        let read = SigningKey::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
        assert_eq!((read.key_id(), read.algorithm(), read.jwk()), (key.key_id(), key.algorithm(), key.jwk()));
        let token = read.sign(&object(honest())).unwrap();
        assert_eq!(verify(&token, &set_of(vec![key.jwk()])), Ok(()));
    }
    assert_eq!(SigningKey::from_pkcs8(b"no key").unwrap_err(), SigningError::UnreadableKey);
}

#[test]
fn the_public_half_has_the_members_that_github_publishes() {
    let jwk = object(RSA.jwk());
    assert_eq!(jwk.keys().collect::<Vec<_>>(), ["alg", "e", "kid", "kty", "n", "use"]);
    assert_eq!(
        (&jwk["alg"], &jwk["use"], &jwk["kty"], &jwk["e"]),
        (&json!("RS256"), &json!("sig"), &json!("RSA"), &json!("AQAB"))
    );
    assert_eq!(jwk["n"].as_str().unwrap().len(), 342, "2048 bits");
    assert_eq!(key_set_document([&*RSA, &*EC]), json!({"keys": [RSA.jwk(), EC.jwk()]}));
}

#[test]
fn the_id_is_the_thumbprint_of_rfc_7638() {
    let text = format!(r#"{{"e":"AQAB","kty":"RSA","n":{}}}"#, RSA.jwk()["n"]);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    assert_eq!(RSA.key_id(), crate::fixture::encode(digest));
}

#[test]
fn a_key_signs_only_what_fits_it() {
    let claims = Map::new();
    let fit = |algorithm| SigningError::DoesNotFit { algorithm };
    assert_eq!(RSA.sign_as(Algorithm::Es256, &Map::new(), &claims), Err(fit(Algorithm::Es256)));
    assert_eq!(EC.sign_as(Algorithm::Es384, &Map::new(), &claims), Err(fit(Algorithm::Es384)));
    assert_eq!(EC.sign_as(Algorithm::Rs256, &Map::new(), &claims), Err(fit(Algorithm::Rs256)));
    assert_eq!(SigningKey::generate_ec(Algorithm::Rs256).unwrap_err(), fit(Algorithm::Rs256));
}
