//! Environments: set, shown, taken out; and what cannot be.

use daypass_server::config::Config;
use serde_json::{Value, json};

use crate::hosted::{Hosted, of};

#[tokio::test]
async fn an_environment_is_shown_as_it_was_set() {
    let hosted = Hosted::start().await;
    let team = hosted.get(&hosted.ada, "/orgs/your-org/teams/release").await.body["id"].clone();
    let set = json!({
        "wait_timer": 30,
        "prevent_self_review": true,
        "reviewers": [{ "type": "User", "id": hosted.rita.id }, { "type": "Team", "id": team }],
        "deployment_branch_policy": { "protected_branches": false, "custom_branch_policies": true },
    });
    let put = hosted.put(&hosted.ada, &of("/environments/production"), set).await;
    assert_eq!(put.status, 200, "{put:?}");
    let shown = hosted.get(&hosted.rita, &of("/environments/Production")).await;
    assert_eq!(shown.body, put.body);
    let shown = shown.body;
    assert_eq!(shown["name"], "production");
    assert!(shown["node_id"].as_str().unwrap().starts_with("EN_"), "{shown}");
    let url = format!("{}{}", hosted.sandbox.github_url(), of("/environments/production"));
    assert_eq!(shown["url"], json!(url));
    assert_eq!(shown["can_admins_bypass"], true);
    let kinds: Vec<&str> = shown["protection_rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["wait_timer", "required_reviewers", "branch_policy"]);
    assert_eq!(shown["protection_rules"][0]["wait_timer"], 30);
    let review = &shown["protection_rules"][1];
    assert_eq!(review["prevent_self_review"], true);
    assert_eq!(review["reviewers"][0]["reviewer"]["login"], "rita");
    assert_eq!(review["reviewers"][1]["type"], "Team");
    assert_eq!(review["reviewers"][1]["reviewer"]["slug"], "release");
    let created = hosted.trail("EnvironmentCreated").await;
    assert_eq!(created.len(), 1);
    assert_eq!(created[0]["userIdentity"]["userName"], "ada");
    assert_eq!(created[0]["userAgent"], "tests");
    assert_eq!(created[0]["requestID"].as_str(), put.header("x-github-request-id"));
    assert_eq!(created[0]["requestParameters"]["reviewers"], json!(["rita", "your-org/release"]));
}

#[tokio::test]
async fn what_is_not_named_stays_and_null_clears() {
    let hosted = Hosted::start().await;
    let path = of("/environments/production");
    let reviewers = json!([{ "type": "User", "id": hosted.rita.id }]);
    hosted.put(&hosted.ada, &path, json!({ "wait_timer": 5, "reviewers": reviewers })).await;
    let kinds = |body: &Value| body["protection_rules"].as_array().unwrap().len();
    assert_eq!(kinds(&hosted.ask(&hosted.ada, "PUT", &path, "").await.body), 2);
    assert_eq!(kinds(&hosted.put(&hosted.ada, &path, json!({ "wait_timer": 0 })).await.body), 1);
    let cleared = hosted.put(&hosted.ada, &path, json!({ "reviewers": null })).await;
    assert_eq!(kinds(&cleared.body), 0);
    assert_eq!(cleared.body["deployment_branch_policy"], Value::Null);
    assert_eq!(hosted.trail("EnvironmentUpdated").await.len(), 3);
    let listed = hosted.get(&hosted.wim, &of("/environments")).await.body;
    assert_eq!(
        (&listed["total_count"], &listed["environments"][0]["name"]),
        (&json!(1), &json!("production"))
    );
    assert_eq!(hosted.delete(&hosted.ada, &path).await.status, 204);
    assert_eq!(hosted.delete(&hosted.ada, &path).await.status, 404);
    assert_eq!(hosted.get(&hosted.ada, &path).await.status, 404);
    assert_eq!(hosted.trail("EnvironmentDeleted").await.len(), 1);
}

#[tokio::test]
async fn an_environment_cannot_be_so() {
    let hosted = Hosted::start().await;
    let sam = json!([{ "type": "User", "id": hosted.sam.id }]);
    let many: Vec<Value> = (0..7).map(|id| json!({ "type": "User", "id": id })).collect();
    let twice = json!([{ "type": "User", "id": hosted.rita.id }, { "type": "User", "id": hosted.rita.id }]);
    let policy = |protected: bool, custom: bool| json!({ "deployment_branch_policy": { "protected_branches": protected, "custom_branch_policies": custom } });
    let cases = [
        (json!({ "wait_timer": "30" }), "For 'properties/wait_timer', \"30\" is not an integer."),
        (json!({ "wait_timer": -1 }), "For 'properties/wait_timer', -1 must be greater than or equal to 0."),
        (json!({ "wait_timer": 43_201 }), "43201 must be less than or equal to 43200."),
        (json!({ "wait_timer": 5_000_000_000_i64 }), "5000000000 must be less than or equal to 43200."),
        (json!({ "prevent_self_review": 1 }), "For 'properties/prevent_self_review', 1 is not a boolean."),
        (policy(true, true), "cannot be the same"),
        (policy(false, false), "cannot be the same"),
        (
            json!({ "deployment_branch_policy": { "protected_branches": true } }),
            "\"custom_branch_policies\" wasn't supplied.",
        ),
        (json!({ "deployment_branch_policy": [] }), "[] is not an object."),
        (json!({ "reviewers": many }), "No more than 6 items are allowed; 7 were supplied."),
        (json!({ "reviewers": [1] }), "For 'properties/reviewers/0', 1 is not an object."),
        (
            json!({ "reviewers": [{ "type": "App", "id": 1 }] }),
            "For 'properties/reviewers/0/type', \"App\" is not a member of [\"User\", \"Team\"].",
        ),
        (json!({ "reviewers": [{ "type": "User" }] }), "\"id\" wasn't supplied."),
        (json!({ "reviewers": [{ "type": "User", "id": 1 }] }), "there is no user 1"),
        (json!({ "reviewers": [{ "type": "Team", "id": 1 }] }), "the organization your-org has no team 1"),
        (json!({ "reviewers": sam }), "sam has no read access to your-org/your-repo"),
        (json!({ "reviewers": twice }), "a reviewer is listed twice"),
    ];
    for (set, words) in cases {
        let answer = hosted.put(&hosted.ada, &of("/environments/production"), set.clone()).await;
        assert_eq!(answer.status, 422, "{set}: {answer:?}");
        assert!(answer.words().replace("\\\"", "\"").contains(words), "{set}: {answer:?}");
        assert!(answer.body["documentation_url"].is_string(), "{answer:?}");
    }
    let listed = hosted.get(&hosted.ada, &of("/environments")).await.body;
    assert_eq!(listed["total_count"], 0, "nothing is made by a call that is refused");
}

#[tokio::test]
async fn names_are_percent_encoded_and_may_hold_nearly_anything() {
    let hosted = Hosted::start().await;
    let longest = "é".repeat(255);
    let encoded = "%C3%A9".repeat(255);
    let cases = [
        ("eu%2Fwest", "eu/west"),
        ("Production%3AV1", "Production:V1"),
        ("100%25", "100%"),
        ("a%20b", "a b"),
        (encoded.as_str(), longest.as_str()),
    ];
    for (encoded, name) in cases {
        let path = of(&format!("/environments/{encoded}"));
        let put = hosted.put(&hosted.ada, &path, json!({})).await;
        assert_eq!((put.status, &put.body["name"]), (200, &json!(name)), "{put:?}");
        let url = put.body["url"].as_str().unwrap().to_owned();
        assert_eq!(
            hosted.get(&hosted.ada, &url).await.body,
            put.body,
            "{name} is found where it says that it is"
        );
    }
    for (encoded, status) in
        [(format!("{encoded}x"), 422), ("a%0Ab".to_owned(), 422), ("a%FFb".to_owned(), 404)]
    {
        let answer = hosted.put(&hosted.ada, &of(&format!("/environments/{encoded}")), json!({})).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
}

#[tokio::test]
async fn an_environment_whose_subject_is_anothers_is_refused_where_that_was_asked_for() {
    for (strict_environment_names, status) in [(false, 200), (true, 422)] {
        let hosted = Hosted::configured(Config { strict_environment_names, ..Config::default() }).await;
        assert_eq!(hosted.put(&hosted.ada, &of("/environments/prod%3Av1"), json!({})).await.status, 200);
        let twin = hosted.put(&hosted.ada, &of("/environments/prod%253Av1"), json!({})).await;
        assert_eq!(twin.status, status, "{strict_environment_names}: {twin:?}");
    }
}

#[tokio::test]
async fn branch_policies_are_kept_where_they_count() {
    let hosted = Hosted::start().await;
    let path = of("/environments/production");
    let policies = format!("{path}/deployment-branch-policies");
    hosted.put(&hosted.ada, &path, json!({})).await;
    assert_eq!(hosted.get(&hosted.ada, &policies).await.status, 404, "every branch may deploy");
    let selected = json!({ "protected_branches": false, "custom_branch_policies": true });
    hosted.put(&hosted.ada, &path, json!({ "deployment_branch_policy": selected })).await;
    let made = hosted.post(&hosted.ada, &policies, json!({ "name": "release/*" })).await;
    assert_eq!((made.status, &made.body["type"]), (200, &json!("branch")), "{made:?}");
    assert_eq!(hosted.post(&hosted.ada, &policies, json!({ "name": "release/*" })).await.status, 303);
    let tag = hosted.post(&hosted.ada, &policies, json!({ "name": "release/*", "type": "tag" })).await;
    assert_eq!(tag.status, 200, "{tag:?}");
    let one = format!("{policies}/{}", made.body["id"]);
    let renamed = hosted.put(&hosted.ada, &one, json!({ "name": "main" })).await;
    assert_eq!((renamed.status, &renamed.body["name"]), (200, &json!("main")), "{renamed:?}");
    assert_eq!(hosted.get(&hosted.rita, &one).await.body, renamed.body);
    let listed = hosted.get(&hosted.rita, &policies).await.body;
    assert_eq!(listed["total_count"], 2);
    let again = hosted.post(&hosted.ada, &policies, json!({ "name": "release/*" })).await;
    assert_eq!(again.status, 200, "its pattern is free since it was renamed: {again:?}");
    assert_ne!(again.body["id"], renamed.body["id"]);
    let taken = hosted.put(&hosted.ada, &one, json!({ "name": "release/*" })).await;
    assert_eq!(taken.status, 422, "{taken:?}");
    assert_eq!(hosted.delete(&hosted.ada, &one).await.status, 204);
    assert_eq!(hosted.delete(&hosted.ada, &one).await.status, 404);
    for (body, words) in [
        (json!({}), "\"name\" wasn't supplied."),
        (json!({ "name": "" }), "a pattern has 1 to 1024 characters."),
        (json!({ "name": "x".repeat(1025) }), "a pattern has 1 to 1024 characters."),
        (json!({ "name": "x", "type": "fork" }), "\"fork\" is not a member of"),
    ] {
        let answer = hosted.post(&hosted.ada, &policies, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {answer:?}");
        assert!(answer.words().contains(words), "{body}: {answer:?}");
    }
}
