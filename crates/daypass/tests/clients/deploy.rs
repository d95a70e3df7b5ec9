//! The whole deploy: the pages in their bucket, the function's code, its version and alias, the invalidation.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::seed;
use crate::shell::scripts;

/// The distribution of the deploy policy, which is there from the start.
const DISTRIBUTION: &str = "[[distributions]]\nid = \"ABCDEF123456\"\norigin = \"my-prod-bucket.s3.amazonaws.com\"\n";

#[test]
fn boto3_walks_every_action_of_the_deploy_policy() {
    let sandbox = Sandbox::configured(DISTRIBUTION);
    seed::furnish(&sandbox);
    sandbox.write("token", sandbox.mint("--repo your-org/your-repo --environment production"));
    let script = scripts().join("boto3_deploy_walk.py");
    let said = sandbox.administrator().must(&format!("python3 '{}'", script.display()));
    assert_eq!(said.lines().last(), Some("all is answered"), "{said}");
}
