//! A call behind the gateway: told in one way, or not at all. The first byte chooses the service and where the rest goes.

#![no_main]

use daypass_targets::gateway::{Request, Service, identify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, String, String, Vec<u8>)| {
    let (choice, target, header, body) = input;
    let service = Service::ALL[usize::from(choice) % 3];
    let method = ["POST", "GET", "PUT", "DELETE", "HEAD"][usize::from(choice / 3) % 5];
    let uri = if service == Service::S3 { format!("/{target}") } else { "/".to_owned() };
    let mut request = http::Request::builder().method(method).uri(uri);
    request = match service {
        Service::S3 => request.header("x-amz-copy-source", header),
        _ => request.header("content-type", "application/x-amz-json-1.0").header("x-amz-target", header),
    };
    let Ok((parts, ())) = request.body(()).map(http::Request::into_parts) else { return };
    let asked = Request {
        parts: &parts,
        bucket_of_host: None,
        body: &body,
        account: "123456789012",
        region: "eu-west-1",
    };
    if let Ok(found) = identify(service, &asked) {
        assert!(!found.questions.is_empty());
        assert_eq!(identify(service, &asked), Ok(found));
    }
});
