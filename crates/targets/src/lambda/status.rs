//! `State` and `LastUpdateStatus`: what Lambda says of a function that was just made or changed.
//!
//! Both follow from when it happened and what time it is, so nothing has to run for a waiter to come to its end.
//!
//! Source: Lambda developer guide, "Lambda function states"; the waiters of the service model.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::error::LambdaError;
use super::limits::SETTLING_MILLISECONDS;
use super::model::Configuration;

/// Whether what happened at `since` is still under way.
fn settles(since: Timestamp, now: Timestamp) -> bool {
    now.duration_since(since) < SignedDuration::from_millis(SETTLING_MILLISECONDS)
}

/// Adds what waiters look at.
pub(super) fn show(configuration: &Configuration, now: Timestamp, members: &mut Map<String, Value>) {
    let mut put = |name: &str, value: &str| drop(members.insert(name.to_owned(), json!(value)));
    if settles(configuration.made, now) {
        put("State", "Pending");
        put("StateReason", "The function is being created.");
        put("StateReasonCode", "Creating");
    } else {
        put("State", "Active");
    }
    if settles(configuration.changed, now) {
        put("LastUpdateStatus", "InProgress");
        put("LastUpdateStatusReason", "The function is being created.");
        put("LastUpdateStatusReasonCode", "Creating");
    } else {
        put("LastUpdateStatus", "Successful");
    }
}

/// Refuses to change what is still under way.
pub(super) fn must_be_settled(
    configuration: &Configuration,
    arn: &str,
    now: Timestamp,
) -> Result<(), LambdaError> {
    let nothing = "The operation cannot be performed at this time.";
    if settles(configuration.made, now) {
        let state = format!("{nothing} The function is currently in the following state: Pending");
        return Err(LambdaError::conflict(state));
    }
    if settles(configuration.changed, now) {
        return Err(LambdaError::conflict(format!("{nothing} An update is in progress for resource: {arn}")));
    }
    Ok(())
}
