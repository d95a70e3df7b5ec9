//! JSON without a doubt: what another reader could take for something else is refused.
//!
//! Readers differ in which of two members of one name they believe. What is let through here has each once.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::Unknown;

/// Reads an object whose members, and theirs, are there once each.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, Unknown> {
    let read: Result<Strict, _> = serde_json::from_slice(body);
    match read {
        Ok(Strict(Value::Object(members))) => Ok(members),
        Ok(_) => Err(Unknown::because("the body is JSON, but not an object")),
        Err(error) => Err(Unknown::because(format!("the body cannot be read in one way only: {error}"))),
    }
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Once).map(Self)
    }
}

struct Once;

impl<'de> Visitor<'de> for Once {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number without end"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            read.push(item);
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some((name, Strict(value))) = members.next_entry::<String, Strict>()? {
            if read.insert(name, value).is_some() {
                return Err(de::Error::custom("a member is there twice"));
            }
        }
        Ok(Value::Object(read))
    }
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
        ] {
            assert!(object(body).is_err(), "{}", String::from_utf8_lossy(body));
        }
    }
}
