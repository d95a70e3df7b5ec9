//! Whatever text is validated, each finding points into it, and no kind of policy breaks a rule.

#![no_main]

use daypass_policy::Kind;
use daypass_policy::validate::{FINDINGS_MAX, Options, validate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let options = Options { resource_type: Some("AWS::S3::Bucket") };
    for kind in [
        Kind::Boundary,
        Kind::Identity,
        Kind::Resource,
        Kind::ResourceControl,
        Kind::ServiceControl,
        Kind::Session,
        Kind::Trust,
    ] {
        let findings = validate(kind, text, options);
        assert!(findings.len() <= FINDINGS_MAX);
        for location in findings.iter().flat_map(|finding| &finding.locations) {
            let bytes = location.extent.start.offset..location.extent.end.offset;
            assert!(text.get(bytes).is_some(), "{location:?} lies outside of the text");
        }
    }
});
