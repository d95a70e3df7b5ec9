//! What tokens say: templates of subjects, custom properties.

use serde_json::{Value, json};

use crate::hosted::{Hosted, of};

const SUB: &str = "/orgs/your-org/actions/oidc/customization/sub";
const PROPERTIES: &str = "/orgs/your-org/actions/oidc/customization/properties/repo";

async fn claims(hosted: &Hosted) -> Value {
    let minted = hosted.control("POST", "/mint", json!({ "job": "your-org/your-repo" })).await;
    assert_eq!(minted.status, 200, "{minted:?}");
    minted.body["claims"].clone()
}

#[tokio::test]
async fn an_organizations_template_counts_for_repositories_that_opt_in() {
    let hosted = Hosted::start().await;
    let own = of("/actions/oidc/customization/sub");
    assert_eq!(hosted.get(&hosted.ada, SUB).await.body, json!({ "include_claim_keys": ["repo", "context"] }));
    let set = hosted
        .put(&hosted.ada, SUB, json!({ "include_claim_keys": ["repository_owner", "event_name"] }))
        .await;
    assert_eq!((set.status, set.body), (201, json!({})));
    let before = claims(&hosted).await["sub"].clone();
    let shown = hosted.get(&hosted.rita, &own).await.body;
    assert_eq!((&shown["use_default"], &shown["use_immutable_subject"]), (&json!(true), &json!(true)));
    assert!(
        before.as_str().unwrap().starts_with(shown["sub_claim_prefix"].as_str().unwrap()),
        "{before} {shown}"
    );
    let opt_in = hosted.put(&hosted.ada, &own, json!({ "use_default": false })).await;
    assert_eq!((opt_in.status, opt_in.body), (201, json!({})));
    assert_eq!(claims(&hosted).await["sub"], "repository_owner:your-org:event_name:push");
    let keys = json!({ "use_default": false, "include_claim_keys": ["actor"] });
    assert_eq!(hosted.put(&hosted.ada, &own, keys).await.status, 201);
    assert_eq!(hosted.get(&hosted.rita, &own).await.body["include_claim_keys"], json!(["actor"]));
    assert_eq!(claims(&hosted).await["sub"], "actor:your-org");
    hosted.put(&hosted.ada, &own, json!({ "use_default": true, "include_claim_keys": ["no such"] })).await;
    assert_eq!(claims(&hosted).await["sub"], before);
    hosted.put(&hosted.ada, SUB, json!({ "include_claim_keys": ["repo", "context"] })).await;
    assert_eq!(hosted.trail("OidcSubjectUpdated").await.len(), 5);
}

#[tokio::test]
async fn a_template_cannot_be_so() {
    let hosted = Hosted::start().await;
    let own = of("/actions/oidc/customization/sub");
    let many = vec!["x"; 51];
    let cases = [
        (SUB, json!({}), "\"include_claim_keys\" wasn't supplied."),
        (SUB, json!({ "include_claim_keys": [] }), "at least one claim"),
        (SUB, json!({ "include_claim_keys": ["a-b"] }), "letters, digits and underscores only"),
        (SUB, json!({ "include_claim_keys": ["repo", "repo"] }), "listed twice"),
        (SUB, json!({ "include_claim_keys": ["weather"] }), "is no claim that a subject can be made of"),
        (SUB, json!({ "include_claim_keys": many }), "50 claims at the most"),
        (SUB, json!({ "include_claim_keys": [1] }), "1 is not a string."),
        (SUB, json!({ "include_claim_keys": "repo" }), "is not an array."),
        (SUB, json!({ "use_immutable_subject": "yes" }), "is not a boolean."),
        (&own, json!({}), "\"use_default\" wasn't supplied."),
        (&own, json!({ "use_default": null }), "nil is not a boolean."),
        (&own, json!({ "use_default": false, "include_claim_keys": ["a-b"] }), "underscores only"),
    ];
    for (path, body, words) in cases {
        let answer = hosted.put(&hosted.ada, path, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {answer:?}");
        assert!(answer.words().contains(words), "{body}: {answer:?}");
    }
    for (permission, status) in [
        ("actions=write", 403),
        ("organization_administration=read", 403),
        ("organization_administration=write", 201),
    ] {
        let token = json!({ "login": "ada", "token_name": "fine", "token_permissions": [permission] });
        let token = hosted.user(token).await;
        let answer = hosted.put(&token, SUB, json!({ "include_claim_keys": ["repo"] })).await;
        assert_eq!(answer.status, status, "{permission}: {answer:?}");
    }
    for (user, status) in [(&hosted.sam, 404), (&hosted.rita, 404), (&hosted.ada, 200)] {
        assert_eq!(hosted.get(user, SUB).await.status, status, "{}", user.login);
        assert_eq!(hosted.get(user, PROPERTIES).await.status, status, "{}", user.login);
    }
}

#[tokio::test]
async fn properties_go_into_tokens_once_the_organization_says_so() {
    let hosted = Hosted::start().await;
    let values = of("/properties/values");
    let set = json!({ "properties": [
        { "property_name": "team", "value": "web" },
        { "property_name": "tiers", "value": ["a", "b"] },
        { "property_name": "gone", "value": null },
    ] });
    let answer = hosted.ask(&hosted.ada, "PATCH", &values, &set.to_string()).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let shown = hosted.get(&hosted.rita, &values).await.body;
    assert_eq!(
        shown,
        json!([
            { "property_name": "team", "value": "web" },
            { "property_name": "tiers", "value": "a,b" },
        ])
    );
    assert_eq!(claims(&hosted).await.get("repository_property_team"), None);
    assert!(claims(&hosted).await.get("repo_property_team").is_none());
    let body = json!({ "custom_property_name": "team" });
    let added = hosted.post(&hosted.ada, PROPERTIES, body.clone()).await;
    let inclusion = json!({ "custom_property_name": "team", "inclusion_source": "organization" });
    assert_eq!((added.status, &added.body), (201, &inclusion));
    assert_eq!(hosted.post(&hosted.ada, PROPERTIES, body).await.status, 422);
    assert_eq!(hosted.get(&hosted.ada, PROPERTIES).await.body, json!([inclusion]));
    assert_eq!(claims(&hosted).await["repo_property_team"], "web");
    let bad = json!({ "custom_property_name": "a b" });
    assert_eq!(hosted.post(&hosted.ada, PROPERTIES, bad).await.status, 400);
    let one = format!("{PROPERTIES}/team");
    assert_eq!(
        (hosted.delete(&hosted.ada, &one).await.status, hosted.delete(&hosted.ada, &one).await.status),
        (204, 404)
    );
    for body in [
        json!({}),
        json!({ "properties": [{ "property_name": "x" }] }),
        json!({ "properties": [{ "property_name": "x y", "value": "z" }] }),
        json!({ "properties": [{ "property_name": "x", "value": 1 }] }),
        json!({ "properties": [{ "property_name": "x", "value": "z".repeat(76) }] }),
    ] {
        assert_eq!(hosted.ask(&hosted.ada, "PATCH", &values, &body.to_string()).await.status, 422, "{body}");
    }
}
