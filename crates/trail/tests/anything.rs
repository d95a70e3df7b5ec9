//! What was kept may be damaged or written by a later version: whatever JSON it is, reading it ends with an answer.

use std::convert::Infallible;

use daypass_trail::attributes::{resources, username};
use daypass_trail::{Events, LookupRequest, StoredEvent, attributes, event_json, issued_access_key, trace};
use jiff::Timestamp;
use proptest::prelude::{BoxedStrategy, Just, Strategy as _, any, proptest};
use proptest::{collection, prop_oneof};
use serde_json::{Map, Value, json};

/// The names that the readers look for, so that a wrong kind of value is often behind a right name.
const NAMES: [&str; 24] = [
    "userIdentity",
    "type",
    "arn",
    "principalId",
    "userName",
    "accessKeyId",
    "sessionContext",
    "sessionIssuer",
    "identityProvider",
    "requestParameters",
    "responseElements",
    "credentials",
    "roleArn",
    "bucketName",
    "resources",
    "ARN",
    "eventID",
    "requestID",
    "eventName",
    "eventTime",
    "readOnly",
    "LookupAttributes",
    "MaxResults",
    "NextToken",
];

fn value() -> BoxedStrategy<Value> {
    let name =
        prop_oneof![4 => proptest::sample::select(&NAMES[..]).prop_map(str::to_owned), 1 => any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            collection::vec((name.clone(), inner), 0..8)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<String, Value>>())),
        ]
    })
    .boxed()
}

/// A trail in which every question is answered by the same record: also one that goes round in a circle.
struct Same(Value);

impl Same {
    fn stored(&self) -> StoredEvent {
        StoredEvent { sequence: 1, record: self.0.to_string(), annotation: None }
    }
}

impl Events for Same {
    type Error = Infallible;

    fn event(&self, _id: &str) -> Result<Option<StoredEvent>, Infallible> {
        Ok(Some(self.stored()))
    }

    fn issuing(&self, _access_key_id: &str) -> Result<Option<StoredEvent>, Infallible> {
        Ok(Some(self.stored()))
    }
}

proptest! {
    #[test]
    fn any_record_is_read_to_its_end(record in value()) {
        let found = attributes(&record);
        assert!(found.iter().all(|(attribute, _)| attribute.name() != "EventId") || record.get("eventID").is_some());
        let _ = (username(&record), resources(&record), issued_access_key(&record));
        let event = event_json(&record.to_string(), &record);
        assert_eq!(event["CloudTrailEvent"], json!(record.to_string()));
        let chain = trace(&Same(record), "any").unwrap().unwrap();
        assert!(!chain.lines.is_empty());
    }

    #[test]
    fn any_question_is_answered_or_refused(body in value()) {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        match LookupRequest::read(&body, now) {
            Ok(request) => assert!((1..=50).contains(&request.limit)),
            Err(refused) => assert!(refused.code().ends_with("Exception"), "{refused}"),
        }
    }
}
