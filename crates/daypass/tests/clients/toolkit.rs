//! `getIDToken` of GitHub's own toolkit, by the two variables that a job with `id-token: write` has.

use serde_json::json;

use crate::seed;
use crate::shell::module;

#[test]
fn the_toolkit_fetches_a_token_that_the_role_trusts() {
    let sandbox = seed::with_account();
    let script = module(sandbox.folder(), "id_token.mjs");
    let job = sandbox.job("your-org/your-repo environment=production");
    let claims = job.json(&format!("node {script} sts.amazonaws.com token"));
    assert_eq!(claims["sub"], json!(seed::SUBJECT));
    assert_eq!(claims["aud"], json!("sts.amazonaws.com"));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
    let answer = sandbox.administrator().json(&seed::exchange_command("\"$(cat token)\""));
    assert_eq!(answer["SubjectFromWebIdentityToken"], json!(seed::SUBJECT));

    let claims = job.json(&format!("node {script} '' token"));
    assert_eq!(
        claims["aud"],
        json!("https://github.com/your-org"),
        "the audience of a token for which none was asked"
    );
}

#[test]
fn the_toolkit_gets_no_token_without_the_jobs_secret() {
    let sandbox = crate::sandbox::Sandbox::start();
    let script = module(sandbox.folder(), "id_token.mjs");
    let thief = sandbox.job("your-org/your-repo").after("export ACTIONS_ID_TOKEN_REQUEST_TOKEN=guessed");
    let refusal = thief.refused(&format!("node {script} sts.amazonaws.com token"));
    assert!(refusal.contains("Error Code : 401"), "{refusal}");
}
