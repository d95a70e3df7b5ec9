//! The AWS SDK for JavaScript: the exchange, and uploads of a body whose checksum is known only at its end.

use serde_json::json;

use crate::seed;
use crate::shell::module;

#[test]
fn a_streamed_body_arrives_with_its_checksum_in_the_trailer() {
    let sandbox = seed::with_account();
    sandbox.write("token", sandbox.mint("--repo your-org/your-repo --environment production"));
    let script = module(sandbox.folder(), "streaming_upload.mjs");
    let job = sandbox.administrator().after("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY");
    let report = job.json(&format!("node --no-deprecation {script} {} token", seed::ROLE));
    assert_eq!(report["payload"], json!("STREAMING-UNSIGNED-PAYLOAD-TRAILER"), "{report}");
    assert_eq!(report["trailer"], json!("x-amz-checksum-crc32"), "{report}");
    assert_eq!(report["sameChecksum"], json!(true), "{report}");
    assert_eq!(report["sameBytes"], json!(true), "{report}");
    assert_eq!(report["partsSameBytes"], json!(true), "{report}");
    assert_eq!(report["refused"], json!("AccessDenied"), "{report}");
}
