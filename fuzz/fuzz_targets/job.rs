//! The short text of a job is read or refused; a job has a subject.

#![no_main]

use daypass_github::{JobContext, subject};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(job) = JobContext::parse(text) {
        assert!(subject(&job).starts_with("repo:"));
    }
});
