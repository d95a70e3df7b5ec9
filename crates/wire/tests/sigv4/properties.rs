//! Whatever is signed is accepted, and whatever is changed is not.

use daypass_wire::sigv4::{Payload, parse, verify};
use http::request::Parts;
use proptest::prelude::*;

use super::{EMPTY, KEY, SECRET, WINDOW, check, now, parts, signer};

prop_compose! {
    fn request()(
        method in prop::sample::select(vec!["GET", "PUT", "POST", "DELETE"]),
        path in "/[a-zA-Z0-9._~/%@:!$&'()*+,;=-]{0,30}",
        query in "([a-zA-Z0-9._~%+-]{1,6}(=[a-zA-Z0-9._~%+/-]{0,6})?&?){0,5}",
        value in "[ -~]{0,30}",
    ) -> Parts {
        parts(method, &format!("{path}?{query}"), &[("host", "127.0.0.1:4566"), ("x-amz-meta-a", &value)])
    }
}

proptest! {
    #[test]
    fn what_was_signed_is_accepted(request in request(), body in prop::collection::vec(any::<u8>(), 0..64), s3 in any::<bool>()) {
        let service = if s3 { "s3" } else { "iam" };
        let mut signed = request.clone();
        signer(service).sign(&mut signed, Payload::Body(&body)).unwrap();
        prop_assert!(check(&signed, &body).is_ok());
        let mut presigned = request;
        signer(service).presign(&mut presigned, 60, Payload::Body(&body)).unwrap();
        prop_assert!(check(&presigned, &body).is_ok());
    }

    /// A byte that is changed in any place that matters makes another request, which nobody has signed.
    #[test]
    fn one_changed_byte_is_refused(path in "/[a-z]{1,9}", query in "[a-z]{1,5}=[a-z]{1,5}", value in "[a-z]{1,9}", place in 0..6_usize, at in any::<prop::sample::Index>()) {
        let mut signed = parts("PUT", &format!("{path}?{query}"), &[("host", "bucket.localhost"), ("x-amz-meta-a", &value)]);
        signer("s3").sign(&mut signed, Payload::Body(b"body")).unwrap();
        prop_assert!(check(&signed, b"body").is_ok());
        let changed = |text: &str, from: usize| {
            let mut bytes = text.as_bytes().to_vec();
            let index = from + at.index(bytes.len() - from);
            bytes[index] = if bytes[index] == b'q' { b'k' } else { b'q' };
            String::from_utf8(bytes).unwrap()
        };
        let header = |signed: &mut Parts, name: &'static str, from: usize| {
            let value = changed(signed.headers[name].to_str().unwrap(), from);
            signed.headers.insert(name, value.parse().unwrap());
        };
        match place {
            0 => signed.uri = format!("{}?{query}", changed(&path, 1)).parse().unwrap(),
            1 => signed.uri = format!("{path}?{}", changed(&query, 0)).parse().unwrap(),
            2 => header(&mut signed, "x-amz-meta-a", 0),
            3 => header(&mut signed, "host", 0),
            4 => header(&mut signed, "authorization", 0),
            _ => header(&mut signed, "x-amz-content-sha256", 0),
        }
        let unknown_key = presented_key(&signed).is_some_and(|key| key != KEY);
        prop_assert!(unknown_key || check(&signed, b"body").is_err());
    }

    #[test]
    fn nothing_a_stranger_sends_is_a_panic(authorization in "(AWS4-HMAC-SHA256 )?[ -~]{0,120}", query in "[!-~&&[^#]]{0,120}", date in "[0-9TZé]{0,17}") {
        let uri = format!("/?{query}");
        if let Ok(request) = http::Request::builder().uri(uri).header("authorization", authorization).header("x-amz-date", date).body(()) {
            let parts = request.into_parts().0;
            if let Ok(Some(presented)) = parse(&parts) {
                prop_assert!(verify(&presented, &parts, SECRET, Some(EMPTY), now(), WINDOW).is_err());
            }
        }
    }
}

/// The key id is not signed as such: whoever changes it names another secret.
fn presented_key(parts: &Parts) -> Option<String> {
    parse(parts).ok().flatten().map(|presented| presented.access_key_id)
}
