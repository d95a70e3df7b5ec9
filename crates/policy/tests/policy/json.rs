//! The reader of JSON against another one, and against texts made to hurt.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use daypass_policy::{DEPTH_MAX, Document, Kind, POLICY_BYTES_MAX};
use proptest::prelude::*;
use serde::de::IgnoredAny;

const NO_JSON: &str = "This policy contains invalid Json";

/// Whether our reader takes the text for JSON: what it says of anything else is another mistake.
fn is_json(text: &str) -> bool {
    Document::parse(Kind::Identity, text).map_or_else(|error| error.to_string() != NO_JSON, |_| true)
}

#[test]
fn numbers_words_and_escapes_by_row() {
    for (text, expected) in [
        ("0", true),
        ("-0", true),
        ("-", false),
        ("00", false),
        ("1.", false),
        (".5", false),
        ("1.5e+10", true),
        ("1e", false),
        ("1e999", true),
        ("+1", false),
        ("1-1", false),
        ("truth", false),
        ("true", true),
        ("True", false),
        ("nul", false),
        (r#""\ud83d\ude00""#, true),
        (r#""\ude00""#, false),
        (r#""\ud83d\u0041""#, false),
        (r#""\u+123""#, false),
        ("\"\u{7f}\"", true),
        ("\"\u{1f}\"", false),
        ("\u{feff}{}", false),
        ("[\u{a0}]", false),
    ] {
        assert_eq!(is_json(text), expected, "{text}");
    }
}

#[test]
fn nesting_has_a_bottom() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(is_json(&nested(DEPTH_MAX)));
    assert!(!is_json(&nested(DEPTH_MAX + 1)));
    let error = Document::parse(Kind::Identity, &nested(10_000)).unwrap_err();
    assert_eq!(error.hint(), Some("values nest too deep"));
    assert_eq!(error.span().offset, DEPTH_MAX);
}

/// Texts of nearly the greatest length. A reader whose time grows with the square of the length needs minutes for them.
#[test]
fn long_texts_take_no_quadratic_time() {
    let members: Vec<String> = (0..12_000).map(|number| format!("\"{number}\":0")).collect();
    let list = |item: &str| format!("[{}0]", format!("{item},").repeat(120_000 / (item.len() + 1)));
    let texts = [
        list("0"),
        list("[\n]"),
        format!("{{{}}}", members.join(",")),
        format!("\"{}\"", "é".repeat(60_000)),
        format!("{{\"Statement\":{{\"Action\":{}}}}}", list("\"*\"")),
    ];
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for text in texts {
            let error = Document::parse(Kind::Identity, &text).unwrap_err();
            sender.send((text.len(), error.to_string())).unwrap();
        }
    });
    for place in 0..5 {
        let (length, message) = receiver.recv_timeout(Duration::from_secs(20)).unwrap();
        assert!((100_000..POLICY_BYTES_MAX).contains(&length), "{place} {length}");
        assert_ne!(message, NO_JSON, "{place}");
    }
}

fn json_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|boolean| boolean.to_string()),
        any::<i32>().prop_map(|number| number.to_string()),
        any::<f32>().prop_map(|number| format!("{:e}", f64::from(number))),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5)
                .prop_map(|items| format!("[ {} ]", items.join(" ,\n"))),
            prop::collection::vec(("[a-c\\\\\"é]{0,3}", inner), 0..4).prop_map(|members| {
                let members = members
                    .iter()
                    .map(|(name, value)| format!("{}:\t{value}", serde_json::to_string(name).unwrap()));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn it_agrees_with_another_reader(text in json_text()) {
        let taken = is_json(&text);
        let twice = Document::parse(Kind::Identity, &text)
            .is_err_and(|error| error.hint().is_some_and(|hint| hint.ends_with("stands twice")));
        // The other one lets a member stand twice.
        let expected = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        prop_assert_eq!(taken || twice, expected, "{}", text);
    }

    #[test]
    fn a_text_with_one_character_changed_is_judged_alike(
        text in json_text(),
        place in any::<prop::sample::Index>(),
        other in "[\\[\\]{}\",:0-9eE.+\\- tn\\\\]",
    ) {
        let mut characters: Vec<String> = text.chars().map(String::from).collect();
        *place.get_mut(&mut characters) = other;
        let text = characters.concat();
        let twice = Document::parse(Kind::Identity, &text)
            .is_err_and(|error| error.hint().is_some_and(|hint| hint.ends_with("stands twice")));
        // A number may be greater than any that the other reader can keep, so that one only passes over it.
        let expected = serde_json::from_str::<IgnoredAny>(&text).is_ok();
        prop_assert!(twice || is_json(&text) == expected, "{}", text);
    }

    #[test]
    fn no_text_panics_and_every_error_lies_within_it(text in ".{0,200}") {
        for kind in [Kind::Trust, Kind::Identity, Kind::Session, Kind::Boundary, Kind::Resource] {
            if let Err(error) = Document::parse(kind, &text) {
                let span = error.span();
                prop_assert!(text.get(span.offset..span.offset + span.length).is_some());
            }
        }
    }

    #[test]
    fn no_damaged_policy_panics(from in 0_usize..700, length in 0_usize..20, noise in "[\"{}\\[\\]:,*$a-z ]{0,4}") {
        let whole = crate::seed::TRUST;
        let mut text = whole.to_owned();
        let end = (from + length).min(text.len());
        text.replace_range(from.min(end)..end, &noise);
        match Document::parse(Kind::Trust, &text) {
            Ok(document) => prop_assert_eq!(document.text(), text.as_str()),
            Err(error) => {
                let span = error.span();
                prop_assert!(text.get(span.offset..span.offset + span.length).is_some());
            }
        }
    }
}
