//! S3: what needs more than one action.

use daypass_targets::gateway::Service;
use http::Method;

use crate::{Sent, asked};

#[test]
fn attributes_need_two_actions_and_versions_others() {
    for (method, uri, questions) in [
        (
            Method::GET,
            "/bbb/k?attributes",
            vec!["s3:GetObjectAttributes arn:aws:s3:::bbb/k", "s3:GetObject arn:aws:s3:::bbb/k"],
        ),
        (
            Method::GET,
            "/bbb/k?attributes&versionId=1",
            vec![
                "s3:GetObjectVersionAttributes arn:aws:s3:::bbb/k",
                "s3:GetObjectVersion arn:aws:s3:::bbb/k",
            ],
        ),
        (Method::PUT, "/bbb/k?tagging&versionId=1", vec!["s3:PutObjectVersionTagging arn:aws:s3:::bbb/k"]),
        (
            Method::DELETE,
            "/bbb/k?tagging&versionId=1",
            vec!["s3:DeleteObjectVersionTagging arn:aws:s3:::bbb/k"],
        ),
    ] {
        let mut sent = Sent::with(&[], uri, "");
        sent.parts.method = method.clone();
        assert_eq!(asked(&sent.to(Service::S3).unwrap()), questions, "{method} {uri}");
    }
}
