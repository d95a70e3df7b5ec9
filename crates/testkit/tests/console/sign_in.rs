//! Getting in, staying in, and getting no further than the token goes.

use serde_json::json;

use crate::world::{Push, RUN, World};

#[tokio::test]
async fn who_is_nobody_sees_the_sign_in_and_comes_back_to_where_they_went() {
    let world = World::new(&[]).await;
    for (path, to) in [
        ("/", "/console"),
        ("/console", "/console/pending"),
        ("/console/pending", "/console/sign-in?next=%2Fconsole%2Fpending"),
        ("/console/runs?status=waiting", "/console/sign-in?next=%2Fconsole%2Fruns%3Fstatus%3Dwaiting"),
        ("/octo-org/octo-repo/actions/runs/5", "/console/runs/5"),
    ] {
        let answer = world.get(path).await;
        assert_eq!((answer.status, answer.header("location")), (303, to), "{path}");
    }
    let page = world.get("/console/sign-in?next=%2Fconsole%2Fruns").await;
    assert_eq!(page.field("<form", "next"), "/console/runs");
    let page = world.get("/console/sign-in?next=https%3A%2F%2Fexample.com").await;
    assert_eq!(page.field("<form", "next"), "/console");
    assert_eq!(world.get("/console/nothing").await.status, 404);
}

#[tokio::test]
async fn a_right_token_signs_in_and_is_on_record() {
    let world = World::new(&[]).await;
    let token = world.user("alice", "octo-org/*=read").await;
    let answer = world.show_token(&token).await;
    let cookie = answer.header("set-cookie");
    for part in ["; Path=/console", "; HttpOnly", "; SameSite=Strict", "; Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "{cookie}");
    let alice = world.sign_in(&token).await;
    let page = alice.get("/console/pending").await;
    assert_eq!(page.status, 200);
    assert!(page.has("Nothing waits for an answer"));
    let events = world.sandbox.events().await;
    let signed_in: Vec<_> =
        events.iter().filter(|event| event["record"]["eventName"] == "ConsoleSignIn").collect();
    assert_eq!(signed_in.len(), 2);
    assert_eq!(signed_in[0]["record"]["userIdentity"]["userName"], "alice");
    assert_eq!(signed_in[0]["record"]["sourceIPAddress"], "127.0.0.1");
    assert!(!signed_in[0].to_string().contains(&token));
}

#[tokio::test]
async fn a_wrong_token_does_not() {
    let world = World::new(&[]).await;
    let token = world.user("alice", "octo-org/*=read").await;
    let altered = token.replace("daypass_pat_", "daypass_pat-");
    for wrong in ["", "daypass_pat_0", &altered, &"x".repeat(600)] {
        let answer = world.show_token(wrong).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (403, ""), "{wrong}");
        assert!(answer.has("This token is nobody&#39;s"), "{}", answer.body);
    }
    assert!(
        !world.sandbox.events().await.iter().any(|event| event["record"]["eventName"] == "ConsoleSignIn")
    );
}

#[tokio::test]
async fn a_session_ends_with_its_time_its_token_its_user_and_the_sign_out() {
    let world = World::new(&[]).await;
    let is_in =
        async |visitor: &crate::world::Visitor<'_>| visitor.get("/console/pending").await.status == 200;

    let alice = world.visitor("alice", "octo-org/*=read").await;
    let bob = world.visitor("bob", "octo-org/*=read").await;
    let csrf_token = alice.get("/console/pending").await.field("sign-out", "csrf_token");
    assert_eq!(alice.post("/console/sign-out", &[("csrf_token", "x")]).await.status, 403);
    assert!(is_in(&alice).await);
    let out = alice.post("/console/sign-out", &[("csrf_token", &csrf_token)]).await;
    assert_eq!((out.status, out.header("location")), (303, "/console/sign-in"));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert!(!is_in(&alice).await);
    assert!(is_in(&bob).await);

    // Another token of the same name takes the place of the first.
    let again = world.visitor("bob", "octo-org/*=read").await;
    assert!(!is_in(&bob).await);
    assert!(is_in(&again).await);

    let token = world
        .user_with(json!({ "login": "carol", "grants": ["*=read"], "token_expires": "2100-01-01T00:00:00Z" }))
        .await;
    let carol = world.sign_in(&token).await;
    assert!(is_in(&carol).await);
    world.sandbox.advance(12 * 3_600 - 60).await;
    assert!(is_in(&carol).await);
    world.sandbox.advance(61).await;
    assert!(!is_in(&carol).await);
}

#[tokio::test]
async fn a_token_for_less_than_its_user_may_shows_and_does_less() {
    let world = World::new(&[Push::new("octocat", "production")]).await;
    let token = |more: serde_json::Value| {
        let mut user = json!({ "login": "alice", "grants": ["*=admin"] });
        user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        world.user_with(user)
    };
    let only_other = token(json!({ "token_name": "a", "token_repositories": ["octo-org/other"] })).await;
    let only_reads = token(json!({ "token_name": "b", "token_permissions": ["actions=read"] })).await;
    let other = world.sign_in(&only_other).await;
    assert!(!other.get("/console/pending").await.has("octo-org/octo-repo"));
    assert_eq!(other.get(&format!("/console/runs/{RUN}")).await.status, 404);
    let reads = world.sign_in(&only_reads).await;
    let answer = reads.answer(RUN, "production", "approve").await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    assert!(answer.has("the token that you signed in with"));
    assert!(reads.get(&format!("/console/runs/{RUN}")).await.has("waiting"));
}

#[tokio::test]
async fn a_form_from_elsewhere_does_nothing() {
    let world = World::new(&[]).await;
    let token = world.user("alice", "octo-org/*=read").await;
    let fields = [("token", token.as_str())];
    let own = world.sandbox.github_url().to_owned();
    let aws = own.clone() + "0";
    let page = format!("{own}/console/sign-in");
    let s3 = world.sandbox.read_control("status").await["aws_url"].as_str().unwrap().to_owned();
    for (headers, status) in [
        (vec![("origin", own.as_str())], 303),
        (vec![("origin", aws.as_str())], 403),
        (vec![("origin", "https://example.com")], 403),
        (vec![("origin", "")], 403),
        (vec![("origin", ""), ("sec-fetch-site", "same-site")], 403),
        (vec![("origin", ""), ("sec-fetch-site", "same-origin")], 303),
        (vec![("origin", ""), ("referer", page.as_str())], 303),
        (vec![("origin", ""), ("referer", aws.as_str())], 403),
        (vec![("origin", own.as_str()), ("sec-fetch-site", "same-origin")], 303),
        (vec![("origin", s3.as_str()), ("sec-fetch-site", "same-site")], 403),
        (vec![("content-type", "text/plain")], 400),
    ] {
        assert_eq!(world.post("/console/sign-in", &fields, &headers).await.status, status, "{headers:?}");
    }
    let long = "x".repeat(40_000);
    assert_eq!(world.show_token(&long).await.status, 413);
}
