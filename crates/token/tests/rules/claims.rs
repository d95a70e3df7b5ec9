//! Which claims count.

use daypass_token::ClaimError;
use serde_json::{Value, json};

use crate::fixture::{NOW, check, check_at, honest_but};

fn error(changes: Value) -> ClaimError {
    check(&honest_but(changes)).unwrap_err()
}

#[test]
fn an_honest_token_passes_and_says_what_it_holds() {
    let token = check(&honest_but(json!({"amr": ["pwd", 7, "mfa"], "x": {"y": [1]}}))).unwrap();
    assert_eq!(token.issuer(), "https://issuer.example");
    assert_eq!(token.subject(), "repo:o/r:ref:refs/heads/main");
    assert_eq!((token.audience(), token.original_audience()), ("sts.amazonaws.com", None));
    assert_eq!(token.amr(), ["pwd", "mfa"]);
    assert_eq!(token.jti(), Some("one"));
    assert_eq!(token.issued_at().as_second(), NOW - 10);
    assert_eq!(token.expires_at().as_second(), NOW + 290);
    assert_eq!(token.claims()["x"]["y"][0], 1);
}

#[test]
fn the_five_claims_are_required_in_this_order() {
    let required = ["iss", "sub", "aud", "iat", "exp"];
    for (index, claim) in required.into_iter().enumerate() {
        assert_eq!(error(json!({ claim: "-" })), ClaimError::Missing { claim });
        let all_later = required[index..].iter().map(|claim| ((*claim).to_owned(), json!("-"))).collect();
        assert_eq!(error(Value::Object(all_later)), ClaimError::Missing { claim });
    }
    assert!(check(&honest_but(json!({"nbf": "-", "jti": "-"}))).is_ok());
    assert_eq!(ClaimError::Missing { claim: "sub" }.to_string(), "the claim `sub` is missing");
}

#[test]
fn the_subject_is_a_text_or_a_number() {
    assert_eq!(check(&honest_but(json!({"sub": 42}))).unwrap().subject(), "42");
    assert_eq!(error(json!({"sub": null})), ClaimError::NullSubject);
    for other in [json!(true), json!(["a"]), json!({})] {
        assert_eq!(error(json!({ "sub": other })), ClaimError::Malformed { claim: "sub" });
    }
}

#[test]
fn the_issuer_is_a_text() {
    assert_eq!(error(json!({"iss": null})), ClaimError::Missing { claim: "iss" });
    assert_eq!(error(json!({"iss": ""})), ClaimError::Empty { claim: "iss" });
    assert_eq!(error(json!({"iss": 1})), ClaimError::Malformed { claim: "iss" });
}

#[test]
fn the_audience_is_one_text() {
    let audience = |aud: Value| check(&honest_but(json!({ "aud": aud }))).unwrap().audience().to_owned();
    assert_eq!(audience(json!("a")), "a");
    assert_eq!(audience(json!(["a"])), "a");
    assert_eq!(audience(json!("")), "", "nobody registers it, so the caller refuses it");
    assert_eq!(error(json!({"aud": []})), ClaimError::Empty { claim: "aud" });
    assert_eq!(error(json!({"aud": ["a", "b"]})), ClaimError::SeveralAudiences);
    assert_eq!(error(json!({"aud": ["a", "a"]})), ClaimError::SeveralAudiences);
    assert_eq!(error(json!({"aud": null})), ClaimError::Missing { claim: "aud" });
    for other in [json!(7), json!({"a": 1}), json!([7]), json!(["a", null])] {
        assert_eq!(error(json!({ "aud": other })), ClaimError::Malformed { claim: "aud" });
    }
}

#[test]
fn the_authorised_party_takes_the_audiences_place() {
    let read = |changes: Value| {
        let token = check(&honest_but(changes)).unwrap();
        (token.audience().to_owned(), token.original_audience().map(<[String]>::to_vec))
    };
    let original = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
    assert_eq!(read(json!({"aud": "a", "azp": "p"})), ("p".to_owned(), original(&["a"])));
    assert_eq!(read(json!({"aud": ["a", "b"], "azp": "p"})), ("p".to_owned(), original(&["a", "b"])));
    assert_eq!(read(json!({"aud": "a", "azp": ""})), (String::new(), original(&["a"])));
    assert_eq!(read(json!({"aud": "a", "azp": null})), ("a".to_owned(), None));
    assert_eq!(error(json!({"azp": ["p"]})), ClaimError::Malformed { claim: "azp" });
    assert_eq!(error(json!({"aud": [], "azp": "p"})), ClaimError::Empty { claim: "aud" });
}

#[test]
fn times_are_whole_numbers_or_texts_of_them() {
    for exp in [json!(NOW + 1), json!((NOW + 1).to_string())] {
        let token = check(&honest_but(json!({ "exp": exp, "iat": "0", "nbf": "-5" }))).unwrap();
        assert_eq!((token.issued_at().as_second(), token.expires_at().as_second()), (0, NOW + 1));
    }
    for claim in ["iat", "nbf", "exp"] {
        for other in [
            json!(null),
            json!(1_795_348_800.5),
            json!(1_795_348_800.0),
            json!("1795348800.0"),
            json!("2026-11-22T12:00:00Z"),
            json!(""),
            json!(" 1795348800"),
            json!("+1795348800"),
            json!("1e9"),
            json!(true),
            json!([NOW]),
            json!(u64::MAX),
            json!("99999999999999999999"),
        ] {
            assert_eq!(error(json!({ claim: other })), ClaimError::InvalidTimestamp { claim }, "{other}");
        }
    }
    assert_eq!(error(json!({"exp": i64::MAX})), ClaimError::InvalidTimestamp { claim: "exp" });
}

#[test]
fn five_minutes_are_tolerated_and_not_a_second_more() {
    let claims = honest_but(json!({"iat": NOW, "nbf": NOW, "exp": NOW + 300}));
    assert!(check_at(&claims, NOW - 300).is_ok());
    assert_eq!(check_at(&claims, NOW - 301).unwrap_err(), ClaimError::IssuedInTheFuture { issued_at: NOW });
    assert!(check_at(&claims, NOW + 599).is_ok());
    let expired = ClaimError::Expired { current: NOW + 300, expires_at: NOW + 300 };
    assert_eq!(check_at(&claims, NOW + 600).unwrap_err(), expired);
    let early = honest_but(json!({"nbf": NOW + 301}));
    assert_eq!(
        check_at(&early, NOW).unwrap_err(),
        ClaimError::NotYetValid { current: NOW + 300, not_before: NOW + 301 }
    );
    assert!(check_at(&early, NOW + 1).is_ok());
}

#[test]
fn a_token_may_be_shown_again() {
    let claims = honest_but(json!({}));
    assert!(check(&claims).is_ok() && check(&claims).is_ok(), "STS keeps no list of `jti`");
}
