//! CloudFront with the AWS CLI and boto3.

use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::shell::scripts;

#[test]
fn boto3_takes_a_distribution_from_its_making_to_its_end() {
    let sandbox = Sandbox::start();
    let script = scripts().join("boto3_cloudfront.py");
    let said = sandbox.administrator().must(&format!("python3 '{}'", script.display()));
    assert_eq!(said.lines().last(), Some("all is answered"), "{said}");
}

#[test]
fn the_aws_cli_invalidates_and_what_it_made_outlives_a_kill() {
    let mut sandbox = Sandbox::configured("[[distributions]]\nid = \"ABCDEF123456\"\n");
    let administrator = sandbox.administrator();
    let made = administrator
        .json("aws cloudfront create-invalidation --distribution-id ABCDEF123456 --paths '/*' --output json");
    assert_eq!(made["Invalidation"]["Status"], "InProgress");
    let id = made["Invalidation"]["Id"].as_str().unwrap().to_owned();
    administrator.must(&format!(
        "aws cloudfront wait invalidation-completed --distribution-id ABCDEF123456 --id {id}"
    ));
    administrator.must("aws cloudfront wait distribution-deployed --id ABCDEF123456");
    let said = administrator.refused("aws cloudfront create-invalidation --distribution-id E0 --paths '/*'");
    assert!(
        said.contains(
            "An error occurred (NoSuchDistribution) when calling the CreateInvalidation operation: The specified distribution does not exist."
        ),
        "{said}"
    );
    sandbox.kill();
    sandbox.start_again();
    let kept: Value = sandbox.administrator().json(&format!(
        "aws cloudfront get-invalidation --distribution-id ABCDEF123456 --id {id} --output json"
    ));
    assert_eq!(kept["Invalidation"]["InvalidationBatch"], made["Invalidation"]["InvalidationBatch"]);
}
