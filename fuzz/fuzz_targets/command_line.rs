//! A script is read or refused; what an `aws` command in it needs is told or not, and has an action and a resource.

#![no_main]

use daypass_targets::command_line::{Place, commands, needs};
use libfuzzer_sys::fuzz_target;

const PLACE: Place<'_> = Place { account: "123456789012", region: "eu-west-1" };

fuzz_target!(|script: &str| {
    let lines = script.split('\n').count();
    for command in commands(script).unwrap_or_default() {
        assert!((1..=lines).contains(&command.line), "line {} of {lines}", command.line);
        let Ok(needs) = needs(&command, &PLACE) else {
            continue;
        };
        for call in needs.calls {
            assert!(call.action.contains(':') && !call.resource.arn.is_empty(), "{call:?}");
        }
    }
});
