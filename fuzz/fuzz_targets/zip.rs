//! A function's code: whatever is sent, it is looked at to its end or refused, within the limits.

#![no_main]

use daypass_targets::lambda::Code;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|zip: &[u8]| {
    if let Err(error) = Code::check(bytes::Bytes::copy_from_slice(zip)) {
        assert_eq!((error.code, error.status), ("InvalidParameterValueException", 400));
    }
});
