//! What the `aws` commands of a script need: which are found, and which calls each makes.
#![expect(clippy::panic, reason = "a test stops at the first surprise")]

mod anything;
mod refusals;
mod s3;
mod script;
mod services;

use daypass_targets::command_line::{Needs, Place, Unreadable, commands, needs};

const PLACE: Place<'_> = Place { account: "123456789012", region: "eu-west-1" };

/// What the one command of a script needs.
fn read(script: &str) -> Result<Needs, Unreadable> {
    let found = commands(script).unwrap_or_else(|error| panic!("{script}: {error}"));
    let [command] = found.as_slice() else {
        panic!("{script}: {} commands", found.len());
    };
    needs(command, &PLACE)
}

/// Each call as `action resource`; `~` before a resource that is not exact.
fn calls(script: &str) -> Vec<String> {
    let needs = read(script).unwrap_or_else(|error| panic!("{script}: {error}"));
    let calls = needs.calls.into_iter();
    calls
        .map(|call| {
            let mark = if call.resource.exact { "" } else { "~" };
            format!("{} {mark}{}", call.action, call.resource.arn)
        })
        .collect()
}

fn answers(rows: &[(&str, &[&str])]) {
    for (script, expected) in rows {
        assert_eq!(calls(script), *expected, "{script}");
    }
}
