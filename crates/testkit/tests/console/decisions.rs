//! Answers at gates: who may give them, and when they count.

use daypass_github::gate::{Environment, Reviewer};
use daypass_github::hosting::number;
use jiff::Timestamp;

use crate::world::{Push, REPOSITORY, RUN, SECOND, World, environment_id};

/// A run that octocat pushed.
fn pushed() -> Vec<Push> {
    vec![Push::new("octocat", "production")]
}

#[tokio::test]
async fn a_reviewer_approves_and_it_is_on_record() {
    let world = World::new(&pushed()).await;
    let alice = world.visitor("alice", "octo-org/*=read").await;
    let answer = alice.answer(RUN, "production", "approve").await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, format!("/console/runs/{RUN}?done=approve").as_str())
    );
    let page = alice.get(&format!("/console/runs/{RUN}?done=approve")).await;
    assert!(page.has("You approved the deployment."));
    for text in ["Deployment approved", "a comment", "127.0.0.1", "alice", ">open</span>", "waiting → open"]
    {
        assert!(page.has(text), "{text}: {}", page.body);
    }
    assert!(!alice.get("/console/pending").await.has("id=\"deployment-"));
    let events = world.sandbox.events().await;
    let approved = events.iter().find(|event| event["record"]["eventName"] == "DeploymentApproved").unwrap();
    assert_eq!(approved["record"]["userIdentity"]["userName"], "alice");
    assert_eq!(approved["record"]["requestParameters"]["comment"], "a comment");
    assert_eq!(approved["record"]["sourceIPAddress"], "127.0.0.1");
}

#[tokio::test]
async fn whoever_may_not_review_is_told_why_and_changes_nothing() {
    let world = World::new(&[Push::new("octocat", "production"), Push::new("bob", "production")]).await;
    let mallory = world.visitor("mallory", "octo-org/*=write").await;
    let bob = world.visitor("bob", "octo-org/*=read").await;
    let page = mallory.get("/console/pending").await;
    assert!(page.has("You cannot review this: Mallory is not a reviewer of production."), "{}", page.body);
    assert!(!page.has("value=\"approve\""));
    for (visitor, run, answer, status, words) in [
        (&mallory, RUN, "approve", 403, "Mallory is not a reviewer of production."),
        (&mallory, RUN, "reject", 403, "Mallory is not a reviewer of production."),
        (&mallory, RUN, "bypass", 403, "Your role in this repository"),
        (&bob, SECOND, "approve", 403, "Bob started the run, and may not review it."),
        (&bob, RUN, "nonsense", 400, "The form cannot be read"),
    ] {
        let given = visitor.answer(run, "production", answer).await;
        assert_eq!(given.status, status, "{answer} {run}: {}", given.body);
        assert!(given.has(words), "{answer} {run}: {}", given.body);
        assert!(given.has("Nothing was done.") || status == 400);
    }
    for run in [RUN, SECOND] {
        assert!(bob.get(&format!("/console/runs/{run}")).await.has(">waiting</span>"), "{run}");
    }
    assert!(bob.get("/console/pending").await.has("You cannot review this: Bob started the run"));
}

#[tokio::test]
async fn a_form_counts_once_and_only_for_what_it_was_shown_for() {
    let world = World::new(&[Push::new("octocat", "production"), Push::new("octocat", "production")]).await;
    let alice = world.visitor("alice", "octo-org/*=read").await;
    let bob = world.visitor("bob", "octo-org/*=read").await;
    let (first, late) = (alice.form(RUN, "production").await, bob.form(RUN, "production").await);
    assert_eq!(alice.send(&first, "approve", "").await.status, 303);
    for (visitor, form, answer) in
        [(&alice, &first, "approve"), (&alice, &first, "reject"), (&bob, &late, "reject")]
    {
        let answer = visitor.send(form, answer, "").await;
        assert_eq!(answer.status, 409, "{}", answer.body);
        assert!(answer.has("This form is out of date"));
        assert!(answer.has("deploy-0 at production is open, approved by alice"), "{}", answer.body);
    }
    assert!(bob.get(&format!("/console/runs/{RUN}")).await.has(">open</span>"));

    // The state of one run is none of another's.
    let mut other = alice.form(SECOND, "production").await;
    other[3].1.clone_from(&first[3].1);
    assert_eq!(alice.send(&other, "approve", "").await.status, 409);

    let form = alice.form(SECOND, "production").await;
    assert_eq!(alice.send(&form, "reject", "not today").await.status, 303);
    let again = alice.send(&form, "approve", "").await;
    assert_eq!(again.status, 409);
    assert!(again.has("The run is over"), "{}", again.body);
    let page = bob.get(&format!("/console/runs/{SECOND}")).await;
    assert_eq!(page.lacks(&["Deployment rejected", "not today", "failure", "rejected"]), [""; 0]);
}

#[tokio::test]
async fn a_form_needs_the_token_of_its_own_session() {
    let world = World::new(&pushed()).await;
    let alice = world.visitor("alice", "octo-org/*=read").await;
    let bob = world.visitor("bob", "octo-org/*=read").await;
    let form = alice.form(RUN, "production").await;
    let others = bob.form(RUN, "production").await[0].1.clone();
    for (token, what) in [
        (None, "none"),
        (Some(String::new()), "empty"),
        (Some("0".repeat(64)), "wrong"),
        (Some(others), "another's"),
    ] {
        let mut form = form.clone();
        match token {
            None => drop(form.remove(0)),
            Some(token) => form[0].1 = token,
        }
        let answer = alice.send(&form, "approve", "").await;
        assert_eq!(answer.status, 403, "{what}: {}", answer.body);
        assert!(answer.has("The form is not of this session"), "{what}");
    }
    let nobody = world.post("/console/decide", &[("run", "1")], &[]).await;
    assert_eq!((nobody.status, nobody.header("location")), (303, "/console/sign-in"));
    assert!(alice.get(&format!("/console/runs/{RUN}")).await.has(">waiting</span>"));
}

#[tokio::test]
async fn an_administrator_may_pass_without_waiting_and_withdraw() {
    let locked = Environment {
        reviewers: vec![Reviewer::User(number::of_owner("alice"))],
        admins_can_bypass: false,
        ..Environment::unprotected(
            number::of_environment(REPOSITORY, "locked"),
            "locked",
            Timestamp::UNIX_EPOCH,
        )
        .unwrap()
    };
    let pushes = [Push::new("octocat", "production"), Push::new("octocat", "locked")];
    let world = World::with(&pushes, vec![locked]).await;
    let root = world.visitor("root", "*=admin").await;
    let alice = world.visitor("alice", "octo-org/*=read").await;
    assert!(!alice.get("/console/pending").await.has("value=\"bypass\""));
    let page = root.get("/console/pending").await;
    assert_eq!(page.body.matches("value=\"bypass\"").count(), 1, "{}", page.body);

    let answer = root.answer(SECOND, "locked", "bypass").await;
    assert_eq!(answer.status, 403);
    assert!(answer.has("Administrators may not pass by the protection of locked."), "{}", answer.body);

    assert_eq!(root.answer(RUN, "production", "bypass").await.status, 303);
    assert!(!alice.get(&format!("/console/runs/{RUN}")).await.has("value=\"withdraw\""));
    let page = root.get(&format!("/console/runs/{RUN}")).await;
    assert!(page.has("Withdraw the approval for production"));
    let form = vec![
        ("csrf_token", page.field("sign-out", "csrf_token")),
        ("run", RUN.to_string()),
        ("environment", environment_id("production")),
        ("state", page.field("withdraw-", "state")),
    ];
    assert_eq!(alice.send(&form, "withdraw", "").await.status, 403);
    assert_eq!(root.send(&form, "withdraw", "the wrong commit").await.status, 303);
    let page = root.get(&format!("/console/runs/{RUN}")).await;
    assert_eq!(page.lacks(&["Deployment revoked", "the wrong commit", "cancelled", "revoked"]), [""; 0]);
    assert_eq!(root.send(&form, "withdraw", "").await.status, 409);
}

#[tokio::test]
async fn one_answer_lets_all_jobs_of_an_environment_go_on() {
    let push = Push {
        environments: vec!["production".to_owned(), "production".to_owned(), "staging".to_owned()],
        ..Push::new("octocat", "production")
    };
    let world = World::new(&[push]).await;
    let alice = world.visitor("alice", "octo-org/*=read").await;
    let page = alice.get("/console/pending").await;
    assert!(page.has("2 deployments wait at their gates"), "{}", page.body);
    assert!(page.has("deploy-0, deploy-1"));
    assert!(page.has("waits for its timer"));
    assert_eq!(alice.answer(RUN, "production", "approve").await.status, 303);
    let page = alice.get(&format!("/console/runs/{RUN}")).await;
    assert_eq!(page.body.matches(">open</span>").count(), 2, "{}", page.body);
}

#[tokio::test]
async fn a_comment_has_a_limit() {
    let world = World::new(&pushed()).await;
    let alice = world.visitor("alice", "octo-org/*=read").await;
    let form = alice.form(RUN, "production").await;
    let answer = alice.send(&form, "approve", &"é".repeat(1_025)).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert_eq!(alice.send(&form, "approve", &"é".repeat(1_024)).await.status, 303);
}
