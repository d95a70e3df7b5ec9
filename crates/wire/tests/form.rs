//! Forms: what is read, what is refused.

use daypass_wire::form::{Form, FormError, encode};
use daypass_wire::limits;
use proptest::prelude::*;

#[test]
fn an_ordinary_form() {
    let form =
        Form::parse(b"Version=2011-06-15&Action=AssumeRole&Policy=%7B%22a%22%3A+1%7D&Empty=&Flag&&").unwrap();
    let fields: Vec<(&str, &str)> = form.iter().collect();
    assert_eq!(
        fields,
        [
            ("Action", "AssumeRole"),
            ("Empty", ""),
            ("Flag", ""),
            ("Policy", "{\"a\": 1}"),
            ("Version", "2011-06-15")
        ]
    );
    assert_eq!(form.text("Policy"), Some("{\"a\": 1}"));
    assert_eq!(form.text("policy"), None);
    assert!(Form::parse(b"").unwrap().is_empty());
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    let repeated = |name: &str| FormError::Repeated { name: name.to_owned() };
    let many = "a=1&".repeat(limits::FORM_FIELDS + 1);
    let long = "a".repeat(limits::FORM_NAME_BYTES + 1);
    for (body, expected) in [
        (&b"Action=A&Action=B"[..], repeated("Action")),
        (b"Action=A&x=y&%41ction=A", repeated("Action")),
        (b"a=%ff", FormError::NotUtf8),
        (b"\xff=a", FormError::NotUtf8),
        (b"a=%C3%28", FormError::NotUtf8),
        (b"a=%4", FormError::BadEscape),
        (b"a=%zz", FormError::BadEscape),
        (b"=a", FormError::NoName),
        (many.as_bytes(), FormError::TooManyFields),
        (long.as_bytes(), FormError::NameTooLong),
    ] {
        assert_eq!(Form::parse(body).unwrap_err(), expected);
    }
}

#[test]
fn debug_shows_names_only() {
    let form = Form::parse(b"WebIdentityToken=hush&Action=A").unwrap();
    assert_eq!(format!("{form:?}"), "{\"Action\", \"WebIdentityToken\"}");
}

proptest! {
    #[test]
    fn no_body_is_a_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Form::parse(&body);
    }

    #[test]
    fn what_was_encoded_is_read(fields in prop::collection::btree_map("\\PC{1,10}", "(?s).{0,20}", 0..10)) {
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let body = encode(&pairs);
        let form = Form::parse(body.as_bytes()).unwrap();
        prop_assert_eq!(form.iter().collect::<Vec<_>>(), pairs);
    }
}
