//! The form of a token.

use daypass_token::{ClaimError, ParseError, UnverifiedToken};
use proptest::prelude::*;
use serde_json::json;

use crate::fixture::{NOW, RSA, assemble, check, encode, honest, object, set_of_rsa};

fn parse(text: &str) -> ParseError {
    UnverifiedToken::parse(text).unwrap_err()
}

#[test]
fn a_token_has_three_parts() {
    let token = RSA.sign(&object(honest())).unwrap();
    let (two, _) = token.rsplit_once('.').unwrap();
    assert_eq!(parse(""), ParseError::Parts { found: 1 });
    assert_eq!(parse("garbage"), ParseError::Parts { found: 1 });
    assert_eq!(parse(two), ParseError::Parts { found: 2 });
    assert_eq!(parse(&format!("{token}.")), ParseError::Parts { found: 4 });
    assert_eq!(parse("a.b.c.d.e"), ParseError::Parts { found: 5 });
    assert_eq!(parse(&".".repeat(10_000)), ParseError::Parts { found: 6 });
    assert_eq!(parse("a.b").to_string(), "a token has three parts separated by dots, this has 2");
}

#[test]
fn each_part_is_canonical_base64url() {
    let honest = encode(r#"{"alg":"RS256"}"#);
    let part = |part| ParseError::Base64 { part };
    assert_eq!(parse(&format!("{honest}=.e30.AA")), part("header"));
    assert_eq!(parse(&format!(" {honest}.e30.AA")), part("header"));
    assert_eq!(parse(&format!("{honest}.e30=.AA")), part("payload"));
    assert_eq!(parse(&format!("{honest}.e31.AA")), part("payload"), "the unused bits are not zero");
    assert_eq!(parse(&format!("{honest}.e30.AB")), part("signature"));
    assert_eq!(parse(&format!("{honest}.e30.+/")), part("signature"));
    assert_eq!(parse(&format!("{honest}.e30.AA\n")), part("signature"));
    assert!(UnverifiedToken::parse(&format!("{honest}.e30.AA")).is_ok());
}

#[test]
fn header_and_payload_are_objects() {
    for other in ["", "null", "[]", "\"x\"", "{", "{}x", "{\"a\":\u{1}}"] {
        assert_eq!(parse(&assemble(other, "{}", b"x")), ParseError::Object { part: "header" }, "{other}");
        let token = assemble(r#"{"alg":"RS256"}"#, other, b"x");
        assert_eq!(parse(&token), ParseError::Object { part: "payload" }, "{other}");
    }
    let not_utf8 = format!("{}.{}.AA", encode(r#"{"alg":"RS256"}"#), encode(b"{\"a\":\"\xff\"}"));
    assert_eq!(parse(&not_utf8), ParseError::Object { part: "payload" });
}

#[test]
fn deep_nesting_is_refused_without_harm() {
    for depth in [128, 10_000] {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        let in_payload = assemble(r#"{"alg":"RS256"}"#, &deep, b"x");
        assert_eq!(parse(&in_payload), ParseError::Object { part: "payload" });
        assert_eq!(parse(&assemble(&deep, "{}", b"x")), ParseError::Object { part: "header" });
    }
}

#[test]
fn the_header_says_algorithm_and_key() {
    let member = |member| ParseError::Header { member };
    for (header, error) in [
        (r#"{}"#, member("alg")),
        (r#"{"alg":null}"#, member("alg")),
        (r#"{"alg":["RS256"]}"#, member("alg")),
        (r#"{"alg":"RS256","kid":1}"#, member("kid")),
        (r#"{"alg":"RS256","crit":[]}"#, member("crit")),
        (r#"{"alg":"RS256","crit":null}"#, member("crit")),
        (r#"{"alg":"RS256","crit":"b64"}"#, member("crit")),
        (r#"{"alg":"RS256","crit":[1]}"#, member("crit")),
    ] {
        assert_eq!(parse(&assemble(header, "{}", b"x")), error, "{header}");
    }
    let token = UnverifiedToken::parse(&assemble(r#"{"alg":"none","kid":"a","typ":7}"#, "{}", b"")).unwrap();
    assert_eq!((token.header().algorithm(), token.header().key_id()), ("none", Some("a")));
    for without in [r#"{"alg":"x"}"#, r#"{"alg":"x","kid":""}"#, r#"{"alg":"x","kid":null}"#] {
        assert_eq!(UnverifiedToken::parse(&assemble(without, "{}", b"")).unwrap().header().key_id(), None);
    }
}

#[test]
fn of_a_repeated_member_the_last_counts_everywhere() {
    let header = format!(r#"{{"alg":"none","kid":"x","alg":"RS256","kid":"{}"}}"#, RSA.key_id());
    let token = UnverifiedToken::parse(&assemble(&header, r#"{"iss":"a","iss":"b"}"#, b"x")).unwrap();
    assert_eq!((token.header().algorithm(), token.header().key_id()), ("RS256", Some(RSA.key_id())));
    assert_eq!(token.issuer(), Ok("b"));
    assert!(token.verify(&set_of_rsa()).is_err());
}

#[test]
fn the_issuer_can_be_read_before_anything_is_checked() {
    let issuer = |payload: &str| {
        let token = UnverifiedToken::parse(&assemble(r#"{"alg":"none"}"#, payload, b"")).unwrap();
        token.issuer().map(str::to_owned)
    };
    assert_eq!(issuer(r#"{"iss":"https://a.example/"}"#), Ok("https://a.example/".to_owned()));
    assert_eq!(issuer("{}"), Err(ClaimError::Missing { claim: "iss" }));
    assert_eq!(issuer(r#"{"iss":null}"#), Err(ClaimError::Missing { claim: "iss" }));
    assert_eq!(issuer(r#"{"iss":""}"#), Err(ClaimError::Empty { claim: "iss" }));
    assert_eq!(issuer(r#"{"iss":["a"]}"#), Err(ClaimError::Malformed { claim: "iss" }));
}

#[test]
fn debug_shows_no_token() {
    let text = RSA.sign(&object(json!({"sub": "very-private"}))).unwrap();
    let token = UnverifiedToken::parse(&text).unwrap();
    let shown = format!("{token:?}");
    for part in text.split('.').chain(["very-private"]) {
        assert!(!shown.contains(part), "{shown}");
    }
    assert!(shown.contains(RSA.key_id()), "{shown}");
    assert!(!format!("{RSA:?}").contains(RSA.jwk()["n"].as_str().unwrap()));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        let _ = UnverifiedToken::parse(&text);
    }

    #[test]
    fn no_claims_make_it_panic(
        sub in any::<f64>(), aud in "\\PC*", iat in any::<i64>(), exp in "[-+]?[0-9]{0,30}", nbf in any::<i64>(),
    ) {
        let claims = json!({"iss": "i", "sub": sub, "aud": aud, "iat": iat, "exp": exp, "nbf": nbf});
        if let Ok(token) = check(&object(claims)) {
            prop_assert!(token.issued_at().as_second() <= NOW + 300);
            prop_assert!(token.expires_at().as_second() > NOW - 300);
        }
    }
}
