//! The whole list of claims, against a token captured from GitHub.

use daypass_github::{JobContext, TokenRequest, claims, default_audience, discovery};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

const SHA: &str = "f0ce60effd1de8bbbc14d8b9c7a1d4ad51a41c6a";

fn of(job: &str, audience: Option<&str>) -> Map<String, Value> {
    let request = TokenRequest {
        issuer: discovery::GITHUB_ISSUER,
        audience,
        now: Timestamp::from_second(1_791_484_275).unwrap(),
        lifetime_seconds: daypass_github::TOKEN_LIFETIME_SECONDS,
        token_id: "a71fccd5-a254-47bc-8e4b-d652c9d5233f",
    };
    claims(&JobContext::parse(job).unwrap(), &request)
}

#[test]
fn the_token_is_the_captured_one_letter_for_letter() {
    let job = format!(
        "octo-org/octo-repo event=workflow_dispatch immutable=true actor_id=1234567 repository_owner_id=1234567 \
         repository_id=7654321 run_id=37824901043 check_run_id=113475122442 sha={SHA} workflow=dump-claims \
         workflow_path=.github/workflows/dump-claims.yml"
    );
    let expected = format!(
        concat!(
            r#"{{"actor":"octo-org","actor_id":"1234567","aud":"sts.amazonaws.com","base_ref":"","#,
            r#""check_run_id":"113475122442","event_name":"workflow_dispatch","exp":1791484575,"head_ref":"","#,
            r#""iat":1791484275,"iss":"https://token.actions.githubusercontent.com","#,
            r#""job_workflow_ref":"octo-org/octo-repo/.github/workflows/dump-claims.yml@refs/heads/main","#,
            r#""job_workflow_sha":"{sha}","jti":"a71fccd5-a254-47bc-8e4b-d652c9d5233f","nbf":1791483975,"#,
            r#""ref":"refs/heads/main","ref_protected":"false","ref_type":"branch","#,
            r#""repository":"octo-org/octo-repo","repository_id":"7654321","repository_owner":"octo-org","#,
            r#""repository_owner_id":"1234567","repository_visibility":"private","run_attempt":"1","#,
            r#""run_id":"37824901043","run_number":"1","runner_environment":"github-hosted","sha":"{sha}","#,
            r#""sub":"repo:octo-org@1234567/octo-repo@7654321:ref:refs/heads/main","workflow":"dump-claims","#,
            r#""workflow_ref":"octo-org/octo-repo/.github/workflows/dump-claims.yml@refs/heads/main","#,
            r#""workflow_sha":"{sha}"}}"#
        ),
        sha = SHA
    );
    assert_eq!(Value::Object(of(&job, Some("sts.amazonaws.com"))).to_string(), expected);
}

#[test]
fn everything_but_the_times_is_a_text() {
    let all =
        of("o/r environment=p enterprise=acme repo_property_tier=1 pull_request=7 ref_protected=true", None);
    for (name, value) in &all {
        assert_eq!(value.is_string(), !matches!(name.as_str(), "exp" | "iat" | "nbf"), "{name}: {value}");
    }
    let names: Vec<&String> = all.keys().collect();
    assert!(names.is_sorted(), "{names:?}");
    assert_eq!(names.len(), 36);
}

#[test]
fn an_environment_adds_two_claims_and_keeps_its_raw_name() {
    let claims = of("o/r environment=Prod:V1 environment_node_id=EN_x", None);
    assert_eq!((&claims["environment"], &claims["environment_node_id"]), (&json!("Prod:V1"), &json!("EN_x")));
    let without = of("o/r", None);
    assert!(!without.contains_key("environment") && !without.contains_key("environment_node_id"));
}

#[test]
fn an_enterprise_and_custom_properties_add_claims() {
    let claims = of("o/r enterprise=acme enterprise_id=42 repo_property_team=a,b", None);
    assert_eq!((&claims["enterprise"], &claims["enterprise_id"]), (&json!("acme"), &json!("42")));
    assert_eq!(claims["repo_property_team"], "a,b");
    assert!(!of("o/r", None).contains_key("enterprise"));
}

#[test]
fn the_audience_is_the_owners_page_unless_asked_for() {
    assert_eq!(of("Your-Org/r", None)["aud"], "https://github.com/Your-Org");
    assert_eq!(of("Your-Org/r", Some("api://x"))["aud"], "api://x");
    assert_eq!(default_audience(&JobContext::parse("a/b").unwrap()), "https://github.com/a");
}

#[test]
fn a_pull_request_has_a_merge_ref_and_two_branches() {
    let claims = of("o/r pull_request=7 head_ref=fix/x base_ref=develop", None);
    assert_eq!((&claims["ref"], &claims["ref_type"]), (&json!("refs/pull/7/merge"), &json!("branch")));
    assert_eq!((&claims["head_ref"], &claims["base_ref"]), (&json!("fix/x"), &json!("develop")));
    assert_eq!(claims["workflow_ref"], "o/r/.github/workflows/deploy.yml@refs/pull/7/merge");
    let target = of("o/r event=pull_request_target head_ref=evil pull_request=7", None);
    assert_eq!((&target["ref"], &target["head_ref"]), (&json!("refs/heads/main"), &json!("evil")));
    let review = of("o/r event=pull_request_review", None);
    assert_eq!((&review["head_ref"], &review["base_ref"]), (&json!(""), &json!("")));
}

#[test]
fn a_reusable_workflow_is_named_beside_the_callers() {
    let called = "p/q/.github/workflows/x.yml@refs/heads/main";
    let claims = of(&format!("o/r tag=v1 job_workflow_ref={called} job_workflow_sha={SHA}"), None);
    assert_eq!((&claims["job_workflow_ref"], &claims["job_workflow_sha"]), (&json!(called), &json!(SHA)));
    assert_eq!(claims["workflow_ref"], "o/r/.github/workflows/deploy.yml@refs/tags/v1");
    assert_eq!((&claims["repository"], &claims["ref_type"]), (&json!("o/r"), &json!("tag")));
}

#[test]
fn numbers_follow_from_names() {
    let (one, same, other) = (of("o/r", None), of("O/R", None), of("o/s", None));
    assert_eq!(one["repository_id"], same["repository_id"]);
    assert_eq!(one["repository_owner_id"], other["repository_owner_id"]);
    assert_eq!(one["repository_owner_id"], one["actor_id"], "the owner is the actor");
    assert_ne!(one["repository_id"], other["repository_id"]);
    assert_ne!(one["sha"], of("o/r branch=x", None)["sha"]);
}

#[test]
fn the_discovery_document_is_githubs() {
    let document = discovery::document(discovery::GITHUB_ISSUER, discovery::GITHUB_ISSUER);
    assert_eq!(document["issuer"], "https://token.actions.githubusercontent.com");
    assert_eq!(document["jwks_uri"], "https://token.actions.githubusercontent.com/.well-known/jwks");
    assert_eq!(document["subject_types_supported"], json!(["public", "pairwise"]));
    assert_eq!(document["response_types_supported"], json!(["id_token"]));
    assert_eq!(document["id_token_signing_alg_values_supported"], json!(["RS256"]));
    assert_eq!(document["scopes_supported"], json!(["openid"]));
    let listed = document["claims_supported"].as_array().unwrap();
    for name in of("o/r environment=p enterprise=acme", None).keys() {
        assert!(listed.contains(&json!(name)), "{name}");
    }
    let stand_in = discovery::document(discovery::GITHUB_ISSUER, "http://127.0.0.1:4567");
    assert_eq!(stand_in["jwks_uri"], "http://127.0.0.1:4567/.well-known/jwks");
}
