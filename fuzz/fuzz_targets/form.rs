//! A form that is read can be written and read again, and is still the same.

#![no_main]

use daypass_wire::form::{Form, encode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let Ok(form) = Form::parse(body) else { return };
    let fields: Vec<_> = form.iter().collect();
    let written = encode(&fields);
    let again = Form::parse(written.as_bytes()).expect("what was written can be read");
    assert_eq!(again.iter().collect::<Vec<_>>(), fields);
});
