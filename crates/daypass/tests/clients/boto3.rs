//! boto3 through the same story, in a process of its own.

use crate::sandbox::Sandbox;
use crate::seed;
use crate::shell::scripts;

#[test]
fn boto3_walks_from_the_provider_to_the_object() {
    let sandbox = seed::with_files();
    sandbox.write("token", sandbox.mint("--repo your-org/your-repo --environment production"));
    sandbox.write("wrong-token", sandbox.mint("--repo your-org/your-repo --event pull_request"));
    let script = scripts().join("boto3_story.py");
    let said = sandbox.administrator().must(&format!("python3 '{}'", script.display()));
    assert_eq!(said.lines().last(), Some("the story is told"), "{said}");
}

#[test]
fn boto3_works_with_roles_and_managed_policies() {
    answers_all("boto3_roles.py");
}

#[test]
fn boto3_asks_what_tools_ask_of_an_account() {
    answers_all("boto3_queries.py");
}

#[test]
fn boto3_keeps_reads_and_deletes_versions() {
    answers_all("boto3_versions.py");
}

#[test]
fn boto3_tags_objects_and_functions_have_code_in_a_bucket() {
    answers_all("boto3_objects.py");
}

/// Runs a script on a sandbox of its own.
fn answers_all(script: &str) {
    let sandbox = Sandbox::start();
    let script = scripts().join(script);
    let said = sandbox.administrator().must(&format!("python3 '{}'", script.display()));
    assert_eq!(said.lines().last(), Some("all is answered"), "{said}");
}
