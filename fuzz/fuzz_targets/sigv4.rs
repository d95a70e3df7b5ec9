//! Whatever is read as a signature, of version 4 or 2, nobody who knows the secret made it.

#![no_main]

use daypass_wire::{sigv2, sigv4};
use jiff::{SignedDuration, Timestamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let (Some(method), Some(target)) = (lines.next(), lines.next()) else { return };
    let mut request = http::Request::builder().method(method).uri(target);
    for line in lines {
        if let Some((name, value)) = line.split_once(':') {
            request = request.header(name, value);
        }
    }
    let Ok(request) = request.body(()) else { return };
    let (parts, ()) = request.into_parts();
    let now: Timestamp = "2026-11-23T10:00:00Z".parse().expect("an instant");
    if let Ok(Some(presented)) = sigv2::parse(&parts) {
        let host = parts.headers.get("host").and_then(|host| host.to_str().ok());
        assert!(sigv2::verify(&presented, host, "a secret", now).is_err());
    }
    if let Ok(Some(presented)) = sigv4::parse(&parts) {
        let window = SignedDuration::from_mins(15);
        let body = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert!(sigv4::verify(&presented, &parts, "a secret", Some(body), now, window).is_err());
    }
});
