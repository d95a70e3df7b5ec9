//! Condition keys that are given to the simulator: each has a name, a type and values of that type.
//!
//! Source: IAM API reference, "ContextEntry".

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use daypass_policy::{Context, Values};

use crate::error::AwsError;
use crate::parameters::{Parameters, Text};

/// What the name of a key may look like.
const NAME: Text = Text::of(5, 256);
/// The most keys of a request: as many as there are global ones and those of one service together, with room.
const ENTRIES_MAX: usize = 200;
/// The types of one value; each has a list of the same name and `List`.
const TYPES: [&str; 6] = ["string", "numeric", "boolean", "ip", "binary", "date"];

/// Reads `ContextEntries` into a context; an entry takes the place of what is there.
///
/// # Errors
/// `ValidationError` for a name's length; `InvalidInput` for a type that is none, and for values that are not of their
/// type.
pub fn read(parameters: &Parameters, context: &mut Context) -> Result<(), AwsError> {
    for index in 1.. {
        let member = |name: &str| format!("ContextEntries.member.{index}.{name}");
        let name = parameters.text(&member("ContextKeyName"));
        let values = parameters.list(&member("ContextKeyValues"));
        let kind = parameters.text(&member("ContextKeyType"));
        if name.is_none() && values.is_none() && kind.is_none() {
            return Ok(());
        }
        if index > ENTRIES_MAX {
            return Err(AwsError::invalid_input(format!(
                "daypass takes at most {ENTRIES_MAX} context entries in one request."
            )));
        }
        let name = name.ok_or_else(|| {
            AwsError::invalid_input(format!("Invalid Entry: context entry {index} has no ContextKeyName."))
        })?;
        let mut check = parameters.check();
        check.value(&format!("contextEntries.{index}.member.contextKeyName"), name, NAME);
        check.finish()?;
        context.insert(name, typed(name, kind, values.unwrap_or_default())?);
    }
    Ok(())
}

fn typed(name: &str, kind: Option<&str>, values: Vec<&str>) -> Result<Values, AwsError> {
    let kind = kind.unwrap_or("string");
    let (single, is_list) = match kind.strip_suffix("List") {
        Some(single) => (single, true),
        None => (kind, false),
    };
    if !TYPES.contains(&single) {
        return Err(AwsError::invalid_input(format!(
            "Invalid Entry: {kind} is not a valid context key type."
        )));
    }
    if let Some(value) = values.iter().find(|value| !is_of(single, value)) {
        return Err(AwsError::invalid_input(format!(
            "Invalid Entry: the value {value} of the context key {name} is not of the type {kind}."
        )));
    }
    match (is_list, values.as_slice()) {
        (true, values) => Ok(Values::Many(values.iter().map(|value| (*value).to_owned()).collect())),
        (false, [value]) => Ok(Values::One((*value).to_owned())),
        (false, _) => Err(AwsError::invalid_input(format!(
            "Invalid Entry: the context key {name} of the type {kind} has {} values and must have one.",
            values.len()
        ))),
    }
}

fn is_of(kind: &str, value: &str) -> bool {
    match kind {
        "numeric" => value.parse::<f64>().is_ok_and(f64::is_finite),
        "boolean" => ["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word)),
        "ip" => is_address(value),
        "binary" => STANDARD.decode(value).is_ok(),
        "date" => {
            value.parse::<jiff::Timestamp>().is_ok()
                || value.parse::<jiff::civil::Date>().is_ok()
                || value.parse::<i64>().is_ok()
        }
        _ => true,
    }
}

/// An address, or a range of them as `ADDRESS/BITS`.
fn is_address(value: &str) -> bool {
    let (address, bits) = match value.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (value, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let most = if address.is_ipv4() { 32 } else { 128 };
    bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= most))
}
