//! A workflow file is read or refused; each finding points into it.

#![no_main]

use daypass_github::workflow::Workflow;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(workflow) = Workflow::parse(".github/workflows/fuzz.yml", text) {
        for location in workflow.findings.iter().flat_map(|finding| &finding.locations) {
            let bytes = location.extent.start.offset..location.extent.end.offset;
            assert!(text.get(bytes).is_some(), "{location:?} lies outside of the text");
        }
    }
});
