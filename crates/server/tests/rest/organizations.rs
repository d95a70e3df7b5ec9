//! Users, teams, and repositories that are made.

use serde_json::json;

use crate::hosted::Hosted;

#[tokio::test]
async fn users_teams_and_members_are_found_by_who_may_know_of_them() {
    let hosted = Hosted::start().await;
    let rita = hosted.get(&hosted.ada, "/users/Rita").await;
    assert_eq!(
        (rita.status, &rita.body["id"], &rita.body["type"]),
        (200, &json!(hosted.rita.id), &json!("User"))
    );
    let organization = hosted.get(&hosted.rita, "/users/your-org").await.body;
    assert_eq!(organization["type"], "Organization");
    assert_eq!(hosted.get(&hosted.rita, "/orgs/your-org").await.body["id"], organization["id"]);
    let teams = hosted.get(&hosted.ada, "/orgs/your-org/teams").await.body;
    assert_eq!(teams[0]["slug"], "release");
    let url = teams[0]["url"].as_str().unwrap();
    assert_eq!(hosted.get(&hosted.ada, url).await.body["members_count"], 1);
    let members = hosted.get(&hosted.ada, &format!("{url}/members")).await.body;
    assert_eq!(members[0]["id"], json!(hosted.rita.id));
    for path in ["/orgs/your-org", "/orgs/your-org/teams", "/orgs/your-org/teams/release", "/users/your-org"]
    {
        assert_eq!(hosted.get(&hosted.sam, path).await.status, 404, "{path}");
    }
    for path in ["/orgs/nothing", "/users/nobody", "/orgs/rita", "/orgs/your-org/teams/nothing"] {
        assert_eq!(hosted.get(&hosted.ada, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_repository_that_is_made_here_has_numbers_in_its_subjects() {
    let hosted = Hosted::start().await;
    let made = hosted.get(&hosted.rita, "/repos/your-org/your-repo").await.body;
    assert_eq!((&made["full_name"], &made["private"]), (&json!("your-org/your-repo"), &json!(false)));
    assert_eq!(made["permissions"]["push"], false);
    let numbered = hosted.get(&hosted.rita, &format!("/repositories/{}", made["id"])).await.body;
    assert_eq!(numbered, made);
    let minted = hosted.control("POST", "/mint", json!({ "job": "your-org/your-repo" })).await.body;
    let (owner, id) = (&made["owner"]["id"], &made["id"]);
    let subject = format!("repo:your-org@{owner}/your-repo@{id}:ref:refs/heads/main");
    assert_eq!(minted["claims"]["sub"], json!(subject));
    assert_eq!(hosted.trail("RepositoryCreated").await.len(), 1);
}

#[tokio::test]
async fn repositories_are_made_by_who_administers_the_owner() {
    let hosted = Hosted::start().await;
    let cases = [
        (&hosted.ada, "/orgs/your-org/repos", json!({ "name": "second", "private": true }), 201),
        (&hosted.ada, "/orgs/your-org/repos", json!({ "name": "YOUR-repo" }), 422),
        (&hosted.ada, "/orgs/your-org/repos", json!({ "name": "a/b" }), 422),
        (&hosted.ada, "/orgs/your-org/repos", json!({ "name": "x".repeat(101) }), 422),
        (&hosted.ada, "/orgs/your-org/repos", json!({ "name": "x", "visibility": "secret" }), 422),
        (&hosted.ada, "/orgs/your-org/repos", json!({}), 422),
        (&hosted.rita, "/orgs/your-org/repos", json!({ "name": "third" }), 403),
        (&hosted.sam, "/orgs/your-org/repos", json!({ "name": "third" }), 404),
        (&hosted.rita, "/user/repos", json!({ "name": "own", "visibility": "private" }), 201),
        (&hosted.rita, "/user/repos", json!({ "name": "own" }), 422),
    ];
    for (user, path, body, status) in cases {
        let answer = hosted.post(user, path, body.clone()).await;
        assert_eq!(answer.status, status, "{path} {body} by {}: {answer:?}", user.login);
    }
    let own = hosted.get(&hosted.rita, "/repos/rita/own").await.body;
    assert_eq!((&own["permissions"]["admin"], &own["owner"]["type"]), (&json!(true), &json!("User")));
    assert_eq!(hosted.put(&hosted.rita, "/repos/rita/own/environments/x", json!({})).await.status, 200);
}
