//! Which signature counts.

use daypass_token::{Algorithm, KeySet, SigningKey, VerifyError};
use serde_json::{Map, Value, json};

use crate::fixture::{
    EC, OTHER_RSA, RSA, assemble, encode, honest, jwk_but, object, set_of, set_of_rsa, verify,
};

/// The payload of RFC 7515's examples.
const EXAMPLE_PAYLOAD: &str =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

#[test]
fn the_examples_of_rfc_7515_verify() {
    let rsa = json!({"kid": "a2", "kty": "RSA", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"});
    let ec = json!({"kid": "a3", "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"});
    let by_rsa = format!(
        "{}.{EXAMPLE_PAYLOAD}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        encode(r#"{"alg":"RS256"}"#)
    );
    let by_ec = format!(
        "{}.{EXAMPLE_PAYLOAD}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        encode(r#"{"alg":"ES256"}"#)
    );
    assert_eq!(verify(&by_rsa, &set_of(vec![rsa.clone()])), Ok(()));
    assert_eq!(verify(&by_ec, &set_of(vec![ec.clone()])), Ok(()));
    let fit = VerifyError::KeyDoesNotFit { algorithm: Algorithm::Es256 };
    assert_eq!(verify(&by_ec, &set_of(vec![rsa])), Err(fit));
    let fit = VerifyError::KeyDoesNotFit { algorithm: Algorithm::Rs256 };
    assert_eq!(verify(&by_rsa, &set_of(vec![ec])), Err(fit));
}

#[test]
fn each_of_the_six_algorithms_signs_and_verifies() {
    let claims = object(honest());
    for algorithm in [Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512] {
        let token = RSA.sign_as(algorithm, &Map::new(), &claims).unwrap();
        assert_eq!(verify(&token, &set_of_rsa()), Ok(()), "{algorithm}");
    }
    for algorithm in [Algorithm::Es256, Algorithm::Es384, Algorithm::Es512] {
        let key = SigningKey::generate_ec(algorithm).unwrap();
        let token = key.sign(&claims).unwrap();
        assert_eq!(verify(&token, &set_of(vec![key.jwk()])), Ok(()), "{algorithm}");
    }
}

#[test]
fn the_headers_algorithm_chooses_the_hash_and_the_keys_is_ignored() {
    let token = RSA.sign_as(Algorithm::Rs512, &Map::new(), &object(honest())).unwrap();
    for alg in [json!("RS256"), json!("ES256"), json!("nonsense"), json!(7)] {
        assert_eq!(verify(&token, &set_of(vec![jwk_but(&RSA, json!({ "alg": alg }))])), Ok(()));
    }
    let claimed = object(json!({"alg": "RS384"}));
    let lying = RSA.sign_as(Algorithm::Rs256, &claimed, &object(honest())).unwrap();
    assert_eq!(verify(&lying, &set_of_rsa()), Err(VerifyError::BadSignature));
}

#[test]
fn other_algorithms_are_unsupported() {
    let modulus = RSA.jwk()["n"].as_str().unwrap().to_owned();
    for name in ["none", "None", "HS256", "HS384", "HS512", "PS256", "EdDSA", "ES256K", "rs256", ""] {
        let header = json!({"alg": name, "kid": RSA.key_id()}).to_string();
        for signature in [b"".as_slice(), modulus.as_bytes()] {
            let token = assemble(&header, &honest().to_string(), signature);
            let expected = VerifyError::UnsupportedAlgorithm { algorithm: name.to_owned() };
            assert_eq!(verify(&token, &set_of_rsa()), Err(expected), "{name}");
        }
    }
}

#[test]
fn hs256_with_the_public_key_as_secret_is_unsupported() {
    let input = format!(
        "{}.{}",
        encode(json!({"alg": "HS256", "kid": RSA.key_id()}).to_string()),
        encode(honest().to_string())
    );
    let secret = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, RSA.jwk().to_string().as_bytes());
    let token = format!("{input}.{}", encode(aws_lc_rs::hmac::sign(&secret, input.as_bytes())));
    let expected = VerifyError::UnsupportedAlgorithm { algorithm: "HS256".to_owned() };
    assert_eq!(verify(&token, &set_of_rsa()), Err(expected));
}

#[test]
fn demanded_extensions_are_unknown() {
    let extra = object(json!({"crit": ["b64", "exp"], "b64": true}));
    let token = RSA.sign_as(Algorithm::Rs256, &extra, &object(honest())).unwrap();
    let error = verify(&token, &set_of_rsa()).unwrap_err();
    assert_eq!(error, VerifyError::UnknownCritical { names: vec!["b64".to_owned(), "exp".to_owned()] });
    assert_eq!(error.to_string(), "the token demands extensions that are not supported: `b64`, `exp`");
}

#[test]
fn a_key_that_the_token_brings_along_is_not_used() {
    let extra = object(json!({"kid": null, "jwk": OTHER_RSA.jwk(), "jku": "https://evil.example/jwks"}));
    let token = OTHER_RSA.sign_as(Algorithm::Rs256, &extra, &object(honest())).unwrap();
    assert_eq!(verify(&token, &set_of_rsa()), Err(VerifyError::BadSignature));
}

#[test]
fn the_right_kid_with_the_wrong_key_is_a_bad_signature() {
    let extra = object(json!({"kid": RSA.key_id()}));
    let token = OTHER_RSA.sign_as(Algorithm::Rs256, &extra, &object(honest())).unwrap();
    assert_eq!(verify(&token, &set_of_rsa()), Err(VerifyError::BadSignature));
}

#[test]
fn every_changed_part_breaks_the_signature() {
    for key in [&*RSA, &*EC] {
        let keys = set_of(vec![key.jwk()]);
        let token = key.sign(&object(honest())).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let other_header = encode(json!({"alg": key.algorithm().name(), "kid": key.key_id()}).to_string());
        let other_payload = encode(honest().to_string().replace("main", "evil"));
        let last = parts[2].chars().next().unwrap();
        let other_signature = parts[2].replacen(last, if last == 'A' { "B" } else { "A" }, 1);
        for broken in [
            format!("{other_header}.{}.{}", parts[1], parts[2]),
            format!("{}.{other_payload}.{}", parts[0], parts[2]),
            format!("{}.{}.{other_signature}", parts[0], parts[1]),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}.AA", parts[0], parts[1]),
        ] {
            assert_eq!(verify(&broken, &keys), Err(VerifyError::BadSignature), "{broken}");
        }
        assert_eq!(verify(&token, &keys), Ok(()));
    }
}

#[test]
fn an_unknown_kid_is_named() {
    let token = OTHER_RSA.sign(&object(honest())).unwrap();
    let expected = VerifyError::UnknownKey { kid: OTHER_RSA.key_id().to_owned() };
    assert_eq!(verify(&token, &set_of_rsa()), Err(expected));
}

#[test]
fn a_token_without_kid_needs_exactly_one_usable_key() {
    for kid in [Value::Null, json!("")] {
        let token = RSA.sign_as(Algorithm::Rs256, &object(json!({ "kid": kid })), &object(honest())).unwrap();
        assert_eq!(verify(&token, &set_of_rsa()), Ok(()));
        let encrypting = jwk_but(&OTHER_RSA, json!({"use": "enc"}));
        assert_eq!(verify(&token, &set_of(vec![RSA.jwk(), encrypting])), Ok(()));
        let several = VerifyError::NoKeyIdAndSeveralKeys { usable: 2 };
        assert_eq!(verify(&token, &set_of(vec![RSA.jwk(), EC.jwk()])), Err(several));
        let none = VerifyError::NoKeyIdAndSeveralKeys { usable: 0 };
        assert_eq!(verify(&token, &KeySet::default()), Err(none));
    }
}
