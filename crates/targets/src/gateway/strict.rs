//! JSON without a doubt: what another reader could take for something else is refused.
//!
//! Readers differ in which of two members of one name they believe. What is let through here has each once, at every
//! depth. What decides what a call is lies near the top; what lies deeper, or under a name that decides nothing, is read
//! and let go, since sixteen megabytes of small items would otherwise take a gigabyte here.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::Unknown;

/// Members of the outermost object whose insides say what a call is.
const DECIDING: [&str; 5] = ["RequestItems", "TagKeys", "Tags", "TransactItems", "tags"];
/// Members of the outermost object that are looked at, here or by the services' own rules.
const LOOKED_AT: [&str; 28] = [
    "AttributesToGet",
    "BackupArn",
    "DestinationArn",
    "GlobalTableSourceArn",
    "GlobalTableWitnessUpdates",
    "IndexName",
    "MultiRegionConsistency",
    "ProjectionExpression",
    "QueueName",
    "QueueOwnerAWSAccountId",
    "QueueUrl",
    "ReplicaUpdates",
    "RequestItems",
    "ResourceArn",
    "ResourcePolicy",
    "ReturnConsumedCapacity",
    "ReturnValues",
    "Select",
    "SourceArn",
    "SourceTableArn",
    "TableName",
    "TagKeys",
    "Tags",
    "TargetTableName",
    "TransactItems",
    "Action",
    "Version",
    "tags",
];
/// How deep below such a member is looked: the parts of a transaction name their tables two objects below it.
const DEPTH: usize = 4;
/// Values that are kept of a request. Honest ones have some hundreds: a batch has a hundred parts at the most.
const KEPT: usize = 20_000;

/// Reads an object whose members, and theirs, are there once each. Objects and lists that decide nothing are given back
/// empty.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, Unknown> {
    let kept = Cell::new(KEPT);
    let mut reader = serde_json::Deserializer::from_slice(body);
    let outermost = Once { place: Place::Outermost, kept: &kept };
    let read = outermost.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    match read {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Unknown::because("the body is JSON, but not an object")),
        Err(error) => Err(Unknown::because(format!("the body cannot be read in one way only: {error}"))),
    }
}

/// Where a value lies.
#[derive(Clone, Copy)]
enum Place {
    /// The object that is the body.
    Outermost,
    /// In the outermost object, under a name that decides or not.
    Member { decides: bool },
    /// Below a name that decides, with so many levels to go.
    Deciding(usize),
    /// Where nothing decides.
    Passed,
}

impl Place {
    const fn is_kept(self) -> bool {
        !matches!(self, Self::Passed)
    }

    /// Where a member or item of a value here lies.
    fn inside(self, name: Option<&str>) -> Self {
        match self {
            Self::Outermost => Self::Member { decides: name.is_some_and(|name| DECIDING.contains(&name)) },
            Self::Member { decides: true } => Self::Deciding(DEPTH),
            Self::Deciding(left) if left > 1 => Self::Deciding(left - 1),
            Self::Member { decides: false } | Self::Deciding(_) | Self::Passed => Self::Passed,
        }
    }
}

/// Reads one value.
#[derive(Clone, Copy)]
struct Once<'a> {
    place: Place,
    kept: &'a Cell<usize>,
}

impl Once<'_> {
    fn inside(self, name: Option<&str>) -> Self {
        Self { place: self.place.inside(name), ..self }
    }

    fn keep<E: de::Error>(self) -> Result<bool, E> {
        if !self.place.is_kept() {
            return Ok(false);
        }
        let left = self.kept.get().checked_sub(1);
        self.kept.set(left.ok_or_else(|| E::custom("it has too many parts"))?);
        Ok(true)
    }

    fn value<E: de::Error>(self, value: impl FnOnce() -> Value) -> Result<Value, E> {
        Ok(if self.keep()? { value() } else { Value::Null })
    }
}

impl<'de> DeserializeSeed<'de> for Once<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        self.value(|| Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        self.value(|| value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        self.value(|| value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        self.value(|| value.into())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        self.value(|| value.into())
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        self.keep::<A::Error>()?;
        let inside = self.inside(None);
        while let Some(item) = items.next_element_seed(inside)? {
            if inside.place.is_kept() {
                read.push(item);
            }
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        let mut names = HashSet::new();
        self.keep::<A::Error>()?;
        while let Some(name) = members.next_key::<String>()? {
            let inside = self.inside(Some(&name));
            let value = members.next_value_seed(inside)?;
            if inside.place.is_kept() {
                read.insert(name.clone(), value);
            }
            let name = if matches!(self.place, Place::Outermost) { once_folded(name)? } else { name };
            if !names.insert(name) {
                return Err(de::Error::custom("a member is there twice"));
            }
        }
        Ok(Value::Object(read))
    }
}

/// A name as readers see it that do not tell large letters from small ones, Go's among them; refused where such a reader
/// would take it for one that decides.
fn once_folded<E: de::Error>(name: String) -> Result<String, E> {
    let folded = folded(&name);
    if !LOOKED_AT.contains(&name.as_str())
        && LOOKED_AT.iter().any(|known| known.eq_ignore_ascii_case(&folded))
    {
        return Err(E::custom("a member is written with other large and small letters"));
    }
    Ok(folded)
}

/// Without what large and small letters differ in: `\u{17f}` is a small s, and `\u{212a}` a large k.
fn folded(name: &str) -> String {
    name.to_uppercase().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_there_once() {
        assert!(object(br#"{"TableName":"a","Key":{"x":{"S":"1"}},"n":[1,-2,1.5,true,null]}"#).is_ok());
        for body in [
            &br#"{"TableName":"a","TableName":"b"}"#[..],
            br#"{"Key":{"x":{"S":"1"},"x":{"S":"2"}}}"#,
            br#"{"TableName":"a","T\u0061bleName":"b"}"#,
            br#"{"a":1} {"a":2}"#,
            br#"["TableName"]"#,
            b"",
            b"{",
            b"\xff",
            br#"{"Item":{"deep":{"M":{"a":{"S":"1"},"a":{"S":"2"}}}}}"#,
        ] {
            assert!(object(body).is_err(), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn outermost_names_are_one_whatever_their_letters() {
        for body in [
            r#"{"TableName":"a","tablename":"b"}"#,
            r#"{"QueueName":"a","tags":{},"Tags":{}}"#,
            r#"{"TableName":"a","indexname":"b"}"#,
            r#"{"SourceArn":"a","DESTINATIONARN":"b"}"#,
            "{\"TableName\":\"a\",\"tag\u{212a}eys\":[]}",
            "{\"TableName\":\"a\",\"Reque\u{17f}tItems\":{}}",
            r#"{"Nobody":1,"nobody":2}"#,
        ] {
            assert!(object(body.as_bytes()).is_err(), "{body}");
        }
        for body in [r#"{"tags":{"a":"1","A":"2"}}"#, r#"{"RequestItems":{"Site":{},"site":{}}}"#] {
            assert!(object(body.as_bytes()).is_ok(), "{body}");
        }
    }

    #[test]
    fn what_decides_is_kept_and_the_rest_let_go() {
        let body = br#"{"TableName":"a","Item":{"x":{"S":"1"}},"TransactItems":[{"Put":{"TableName":"b","Item":{"x":1}}}],
            "RequestItems":{"a":{"Keys":[{"x":1}],"ProjectionExpression":"p"}},"Tags":[{"Key":"k","Value":"v"}]}"#;
        let read = Value::Object(object(body).unwrap());
        assert_eq!(read["TableName"], "a");
        assert_eq!(read["Item"], serde_json::json!({}));
        assert_eq!(read["TransactItems"][0]["Put"]["TableName"], "b");
        assert_eq!(read["RequestItems"]["a"]["ProjectionExpression"], "p");
        assert_eq!(read["Tags"][0]["Value"], "v");
    }

    #[test]
    fn a_request_of_too_many_parts_is_refused_where_they_would_be_kept() {
        let many = |name: &str| format!("{{\"{name}\":[{}0]}}", "0,".repeat(KEPT));
        assert!(object(many("TagKeys").as_bytes()).is_err());
        assert!(object(many("Item").as_bytes()).is_ok());
    }
}
