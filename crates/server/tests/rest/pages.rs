//! What all calls have in common: pages, bodies that cannot be read, paths that are not there.

use serde_json::json;

use crate::hosted::{Hosted, of};

#[tokio::test]
async fn lists_come_in_pages_with_links() {
    let hosted = Hosted::start().await;
    for number in 1..=5 {
        hosted.put(&hosted.ada, &of(&format!("/environments/e{number}")), json!({})).await;
    }
    let url = |query: &str| format!("<{}{}?{query}>", hosted.sandbox.github_url(), of("/environments"));
    let cases = [
        ("", 5, None),
        ("?per_page=100", 5, None),
        ("?per_page=1000&page=0", 5, None),
        ("?per_page=x", 5, None),
        (
            "?per_page=2",
            2,
            Some(format!(
                "{}; rel=\"next\", {}; rel=\"last\"",
                url("per_page=2&page=2"),
                url("per_page=2&page=3")
            )),
        ),
        (
            "?page=2&per_page=2",
            2,
            Some(format!(
                "{}; rel=\"prev\", {}; rel=\"next\", {}; rel=\"last\", {}; rel=\"first\"",
                url("per_page=2&page=1"),
                url("per_page=2&page=3"),
                url("per_page=2&page=3"),
                url("per_page=2&page=1")
            )),
        ),
        (
            "?per_page=2&page=3",
            1,
            Some(format!(
                "{}; rel=\"prev\", {}; rel=\"first\"",
                url("per_page=2&page=2"),
                url("per_page=2&page=1")
            )),
        ),
        (
            "?per_page=2&page=99999999",
            0,
            Some(format!(
                "{}; rel=\"prev\", {}; rel=\"first\"",
                url("per_page=2&page=3"),
                url("per_page=2&page=1")
            )),
        ),
    ];
    for (query, count, link) in cases {
        let answer = hosted.get(&hosted.ada, &of(&format!("/environments{query}"))).await;
        assert_eq!(answer.body["environments"].as_array().unwrap().len(), count, "{query}");
        assert_eq!(answer.body["total_count"], 5);
        assert_eq!(answer.header("link"), link.as_deref(), "{query}");
    }
}

#[tokio::test]
async fn links_stay_at_the_place_that_was_asked() {
    let hosted = Hosted::start().await;
    let path = format!("/api/v3{}", of("/environments/production"));
    let put = hosted.put(&hosted.ada, &path, json!({})).await;
    assert_eq!(put.body["url"], json!(format!("{}{path}", hosted.sandbox.github_url())));
    let root = hosted.get(&hosted.ada, "/api/v3").await.body;
    let own = root["current_user_url"].as_str().unwrap();
    assert_eq!(hosted.get(&hosted.ada, own).await.body["login"], "ada");
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused() {
    let hosted = Hosted::start().await;
    let large = format!("{{\"wait_timer\": 1, \"x\": \"{}\"}}", "x".repeat(70_000));
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let cases = [
        ("{", 400, "Problems parsing JSON"),
        ("{\"wait_timer\": 1,}", 400, "Problems parsing JSON"),
        ("\u{1}", 400, "Problems parsing JSON"),
        (deep.as_str(), 400, "Problems parsing JSON"),
        ("[]", 400, "Body should be a JSON object"),
        ("\"x\"", 400, "Body should be a JSON object"),
        (large.as_str(), 413, "The body is too large"),
    ];
    for (body, status, message) in cases {
        let answer = hosted.ask(&hosted.ada, "PUT", &of("/environments/production"), body).await;
        let shown: String = body.chars().take(40).collect();
        assert_eq!((answer.status, answer.body["message"].as_str()), (status, Some(message)), "{shown}");
    }
}

#[tokio::test]
async fn what_is_not_offered_says_so() {
    let hosted = Hosted::start().await;
    for (method, path) in [
        ("GET", of("/issues")),
        ("DELETE", of("")),
        ("GET", format!("/api/v3{}", of("/issues"))),
        ("POST", "/user".to_owned()),
        ("GET", "/orgs/your-org/hooks".to_owned()),
        ("GET", "/api/v3/nothing".to_owned()),
    ] {
        let answer = hosted.ask(&hosted.ada, method, &path, "").await;
        assert_eq!(answer.status, 404, "{method} {path}: {answer:?}");
        let message = answer.body["message"].as_str().unwrap();
        assert!(message.starts_with("Not Found: the sandbox does not offer"), "{method} {path}: {message}");
        assert!(answer.header("x-github-request-id").is_some(), "{method} {path}");
    }
    let other = hosted.send("GET", "/userx", &[], "").await;
    assert_eq!((other.status, other.body), (404, json!({ "message": "Not Found" })));
}
