//! LookupEvents: questions, pages and what events are found by.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use daypass_trail::attributes::{resources, username};
use daypass_trail::lookup::PAGE_MAX;
use daypass_trail::{Attribute, LookupRequest, attributes, event_json, page_json};
use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::{any, proptest};
use serde_json::{Value, json};

fn now() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

fn read(body: &Value) -> LookupRequest {
    LookupRequest::read(body, now()).unwrap()
}

fn by(key: &str, value: &str) -> Value {
    json!({ "LookupAttributes": [{ "AttributeKey": key, "AttributeValue": value }] })
}

#[test]
fn an_empty_question_is_the_last_ninety_days() {
    let request = read(&json!({}));
    assert_eq!(request.attribute, None);
    assert_eq!(request.start, "2026-08-25T10:00:00Z".parse().unwrap());
    assert_eq!(request.end, Timestamp::MAX);
    assert_eq!((request.limit, request.before, request.insight), (PAGE_MAX, None, false));
    assert!(read(&json!({ "EventCategory": "insight" })).insight);
}

#[test]
fn times_are_unix_seconds_and_older_ones_are_cut_to_the_window() {
    let hour = now().checked_sub(1.hour()).unwrap();
    let request = read(&json!({ "StartTime": 1, "EndTime": hour.as_second() as f64 + 0.25 }));
    assert_eq!(request.start, "2026-08-25T10:00:00Z".parse().unwrap());
    assert_eq!(request.end, "2026-11-23T09:00:00.25Z".parse().unwrap());
}

#[test]
fn what_aws_refuses_is_refused_with_its_exception() {
    let two = json!([{ "AttributeKey": "EventName", "AttributeValue": "A" }, { "AttributeKey": "EventId", "AttributeValue": "B" }]);
    let cases = [
        (json!({ "LookupAttributes": two }), "InvalidLookupAttributesException"),
        (by("Colour", "red"), "InvalidLookupAttributesException"),
        (by("eventname", "CreateRole"), "InvalidLookupAttributesException"),
        (by("EventName", ""), "InvalidLookupAttributesException"),
        (by("EventName", &"é".repeat(2_001)), "InvalidLookupAttributesException"),
        (
            json!({ "LookupAttributes": [{ "AttributeKey": "EventName" }] }),
            "InvalidLookupAttributesException",
        ),
        (json!({ "MaxResults": 0 }), "InvalidMaxResultsException"),
        (json!({ "MaxResults": 51 }), "InvalidMaxResultsException"),
        (json!({ "MaxResults": -1 }), "InvalidMaxResultsException"),
        (json!({ "StartTime": 1_763_892_001, "EndTime": 1_763_892_000 }), "InvalidTimeRangeException"),
        (json!({ "EndTime": 1 }), "InvalidTimeRangeException"),
        (json!({ "StartTime": 1e300 }), "InvalidTimeRangeException"),
        (json!({ "EventCategory": "management" }), "InvalidEventCategoryException"),
        (json!({ "NextToken": "" }), "InvalidNextTokenException"),
        (json!({ "NextToken": "g".repeat(32) }), "InvalidNextTokenException"),
        (json!({ "NextToken": "+".repeat(32) }), "InvalidNextTokenException"),
        (json!({ "NextToken": "é".repeat(16) }), "InvalidNextTokenException"),
        (json!({ "NextToken": 7 }), "SerializationException"),
        (json!({ "StartTime": "yesterday" }), "SerializationException"),
        (json!({ "MaxResults": "5" }), "SerializationException"),
        (json!({ "LookupAttributes": {} }), "SerializationException"),
        (json!({ "LookupAttributes": [7] }), "SerializationException"),
        (json!([]), "SerializationException"),
    ];
    for (body, code) in cases {
        let refused = LookupRequest::read(&body, now()).unwrap_err();
        assert_eq!(refused.code(), code, "{body}: {refused}");
    }
    let refused = LookupRequest::read(&json!({ "MaxResults": 51 }), now()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "A max results value of 51 is invalid. Specify max results between 1 and 50."
    );
    assert_eq!(read(&by("EventName", &"é".repeat(2_000))).attribute.unwrap().0, Attribute::EventName);
}

#[test]
fn a_token_is_good_for_its_question_only() {
    let with = |mut body: Value, name: &str, value: Value| {
        body.as_object_mut().unwrap().insert(name.to_owned(), value);
        body
    };
    let asked = with(by("EventName", "CreateRole"), "StartTime", json!(1_790_000_000));
    let token = read(&asked).token(7);
    assert_eq!(token.len(), 32);
    assert_ne!(token.get(16..), Some("0000000000000007"), "the place cannot be read off");
    assert_eq!(read(&with(asked.clone(), "NextToken", json!(token))).before, Some(7));
    let fewer = with(with(asked.clone(), "MaxResults", json!(3)), "NextToken", json!(token));
    assert_eq!(read(&fewer).before, Some(7), "the size of a page may change");
    let others = [
        by("EventName", "CreateRole"),
        with(by("EventName", "DeleteRole"), "StartTime", json!(1_790_000_000)),
        with(asked.clone(), "StartTime", json!(1_790_000_001)),
        with(asked.clone(), "EndTime", json!(1_795_000_000)),
        with(asked.clone(), "EventCategory", json!("insight")),
        json!({}),
    ];
    for other in others {
        let refused = LookupRequest::read(&with(other, "NextToken", json!(token)), now()).unwrap_err();
        assert_eq!(refused.code(), "InvalidNextTokenException");
    }
    for position in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[position] = if changed[position] == b'0' { b'1' } else { b'0' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(
            LookupRequest::read(&with(asked.clone(), "NextToken", json!(changed)), now()).is_err(),
            "{position}"
        );
    }
}

/// An exchange, as much of it as lookups read.
fn exchange() -> Value {
    json!({
        "userIdentity": { "type": "WebIdentityUser", "userName": "repo:o/r:ref:refs/heads/main" },
        "eventTime": "2026-11-23T09:59:59Z",
        "eventSource": "sts.amazonaws.com",
        "eventName": "AssumeRoleWithWebIdentity",
        "requestParameters": { "roleArn": "arn:aws:iam::123456789012:role/deploy" },
        "responseElements": {
            "credentials": { "accessKeyId": "ASIAISSUED" },
            "assumedRoleUser": { "assumedRoleId": "AROA:job", "arn": "arn:aws:sts::123456789012:assumed-role/deploy/job" },
        },
        "eventID": "event-1",
        "readOnly": true,
        "resources": [{ "accountId": "123456789012", "type": "AWS::IAM::Role", "ARN": "arn:aws:iam::123456789012:role/deploy" }],
    })
}

#[test]
fn an_exchange_is_found_by_everything_that_it_is_about() {
    let record = exchange();
    let found = |wanted: Attribute| -> Vec<String> {
        attributes(&record)
            .into_iter()
            .filter(|(attribute, _)| *attribute == wanted)
            .map(|(_, value)| value)
            .collect()
    };
    assert_eq!(found(Attribute::EventId), ["event-1"]);
    assert_eq!(found(Attribute::EventName), ["AssumeRoleWithWebIdentity"]);
    assert_eq!(found(Attribute::EventSource), ["sts.amazonaws.com"]);
    assert_eq!(found(Attribute::ReadOnly), ["true"]);
    assert_eq!(found(Attribute::Username), ["repo:o/r:ref:refs/heads/main"]);
    assert_eq!(found(Attribute::AccessKeyId), Vec::<String>::new());
    assert_eq!(
        found(Attribute::ResourceType),
        ["AWS::IAM::AccessKey", "AWS::STS::AssumedRole", "AWS::IAM::Role"]
    );
    assert_eq!(
        found(Attribute::ResourceName),
        [
            "ASIAISSUED",
            "AROA:job",
            "arn:aws:sts::123456789012:assumed-role/deploy/job",
            "arn:aws:iam::123456789012:role/deploy"
        ]
    );
}

#[test]
fn an_event_is_answered_as_aws_answers_it() {
    let record = exchange();
    let text = record.to_string();
    let expected = json!({
        "EventId": "event-1",
        "EventName": "AssumeRoleWithWebIdentity",
        "ReadOnly": "true",
        "EventTime": 1_795_427_999,
        "EventSource": "sts.amazonaws.com",
        "Username": "repo:o/r:ref:refs/heads/main",
        "Resources": [
            { "ResourceType": "AWS::IAM::AccessKey", "ResourceName": "ASIAISSUED" },
            { "ResourceType": "AWS::STS::AssumedRole", "ResourceName": "AROA:job" },
            { "ResourceType": "AWS::STS::AssumedRole", "ResourceName": "arn:aws:sts::123456789012:assumed-role/deploy/job" },
            { "ResourceType": "AWS::IAM::Role", "ResourceName": "arn:aws:iam::123456789012:role/deploy" },
        ],
        "CloudTrailEvent": text,
    });
    assert_eq!(event_json(&text, &record), expected);
    let signed = json!({ "userIdentity": { "type": "AssumedRole", "accessKeyId": "ASIAUSED", "principalId": "AROA:job" } });
    assert_eq!(event_json("", &signed)["AccessKeyId"], "ASIAUSED");
    assert_eq!(page_json(Vec::new(), None), json!({ "Events": [] }));
    assert_eq!(page_json(Vec::new(), Some("t".to_owned())), json!({ "Events": [], "NextToken": "t" }));
}

#[test]
fn callers_have_the_names_that_aws_gives_them() {
    let name = |identity: Value| username(&json!({ "userIdentity": identity }));
    assert_eq!(name(json!({ "type": "AssumedRole", "principalId": "AROA:job" })).as_deref(), Some("job"));
    assert_eq!(name(json!({ "type": "Root", "userName": "x" })).as_deref(), Some("root"));
    assert_eq!(
        name(json!({ "type": "WebIdentityUser", "userName": "repo:o/r" })).as_deref(),
        Some("repo:o/r")
    );
    assert_eq!(name(json!({ "type": "Unknown", "accessKeyId": "ASIA" })), None);
}

#[test]
fn a_role_is_found_by_its_bare_name_too() {
    let record = json!({
        "requestParameters": { "roleName": "deploy" },
        "responseElements": { "role": { "arn": "arn:aws:iam::123456789012:role/deploy" } },
    });
    let expected = [
        ("AWS::IAM::Role".to_owned(), "deploy".to_owned()),
        ("AWS::IAM::Role".to_owned(), "arn:aws:iam::123456789012:role/deploy".to_owned()),
    ];
    assert_eq!(resources(&record), expected);
}

proptest! {
    #[test]
    fn any_token_is_read_without_a_panic(token in any::<String>()) {
        let _ = LookupRequest::read(&json!({ "NextToken": token }), now());
    }

    #[test]
    fn any_time_is_read_without_a_panic(start in any::<f64>(), end in any::<i64>()) {
        let _ = LookupRequest::read(&json!({ "StartTime": start, "EndTime": end }), now());
    }

    #[test]
    fn every_place_comes_back_from_its_token(sequence in 1_i64..) {
        let token = read(&json!({})).token(sequence);
        assert_eq!(read(&json!({ "NextToken": token })).before, Some(sequence));
    }
}
