//! Reviews: who may say what when, and what a job gets of it.

use serde_json::{Value, json};

use crate::flow::{dispatch, environment, job, protect, review, run, say, token, waiting};
use crate::hosted::{Hosted, User};

#[tokio::test]
async fn a_job_gets_its_token_once_a_reviewer_has_approved() {
    let hosted = Hosted::start().await;
    let id = waiting(&hosted).await;
    let shown = hosted.get(&hosted.rita, &run(id, "")).await.body;
    assert_eq!((&shown["event"], &shown["actor"]["login"]), (&json!("workflow_dispatch"), &json!("wim")));
    assert_eq!(job(&hosted, id, "deploy").await["status"], "waiting");
    let pending = hosted.get(&hosted.rita, &run(id, "/pending_deployments")).await.body;
    assert_eq!(pending.as_array().unwrap().len(), 1);
    assert_eq!(pending[0]["environment"]["name"], "production");
    assert_eq!((&pending[0]["wait_timer"], &pending[0]["wait_timer_started_at"]), (&json!(0), &Value::Null));
    assert_eq!(pending[0]["reviewers"][0]["reviewer"]["login"], "rita");
    for (user, may) in [(&hosted.rita, true), (&hosted.wim, false), (&hosted.ada, false)] {
        let pending = hosted.get(user, &run(id, "/pending_deployments")).await.body;
        assert_eq!(pending[0]["current_user_can_approve"], may, "{}", user.login);
    }
    let (status, words) = token(&hosted, id).await.unwrap_err();
    assert_eq!(status, 409);
    assert!(words.contains("waits at the environment production for a review by rita"), "{words}");

    let approved = review(&hosted, &hosted.rita, id, "approved").await;
    assert_eq!(approved.status, 200, "{approved:?}");
    assert_eq!(approved.body[0]["environment"], "production");
    assert_eq!(approved.body[0]["creator"]["login"], "wim");
    assert_eq!(hosted.get(&hosted.rita, &run(id, "/pending_deployments")).await.body, json!([]));
    let approvals = hosted.get(&hosted.wim, &run(id, "/approvals")).await.body;
    assert_eq!(approvals[0]["state"], "approved");
    assert_eq!(approvals[0]["user"]["login"], "rita");
    assert_eq!(approvals[0]["comment"], "as discussed");
    assert_eq!(approvals[0]["environments"][0]["name"], "production");
    let subject = token(&hosted, id).await.unwrap();
    assert!(
        subject.starts_with("repo:your-org@") && subject.ends_with(":environment:production"),
        "{subject}"
    );
    assert_eq!(job(&hosted, id, "deploy").await["status"], "in_progress");
    let trail = hosted.trail("DeploymentApproved").await;
    assert_eq!(trail.len(), 1);
    assert_eq!(trail[0]["userIdentity"]["userName"], "rita");
    assert_eq!(trail[0]["requestID"].as_str(), approved.header("x-github-request-id"));
}

#[tokio::test]
async fn a_job_that_was_rejected_gets_nothing() {
    let hosted = Hosted::start().await;
    let id = waiting(&hosted).await;
    assert_eq!(review(&hosted, &hosted.rita, id, "rejected").await.status, 200);
    let deploy = job(&hosted, id, "deploy").await;
    assert_eq!((&deploy["status"], &deploy["conclusion"]), (&json!("completed"), &json!("failure")));
    assert_eq!(token(&hosted, id).await.unwrap_err().0, 409);
    assert_eq!(hosted.get(&hosted.rita, &run(id, "/approvals")).await.body[0]["state"], "rejected");
}

#[tokio::test]
async fn a_review_that_does_not_count_is_refused() {
    let hosted = Hosted::start().await;
    let id = waiting(&hosted).await;
    let production = environment(&hosted, id).await;
    let refused = |user: &User, state: &str| {
        let (user, state) = (user.clone(), state.to_owned());
        let hosted = &hosted;
        async move {
            let answer = say(hosted, &user, id, production, &state).await;
            (answer.status, answer.words())
        }
    };
    let (status, words) = refused(&hosted.ada, "approved").await;
    assert!(status == 422 && words.contains("ada is not a reviewer of production"), "{words}");
    let (status, words) = refused(&hosted.wim, "rejected").await;
    assert!(status == 422 && words.contains("wim is not a reviewer of production"), "{words}");
    assert_eq!(refused(&hosted.sam, "approved").await.0, 404);
    assert_eq!(refused(&hosted.rita, "approved").await.0, 200);
    let (status, words) = refused(&hosted.rita, "approved").await;
    assert!(status == 422 && words.contains("is open: nothing can be changed any more"), "{words}");

    let rejected = dispatch(&hosted, &hosted.wim).await;
    say(&hosted, &hosted.rita, rejected, production, "rejected").await;
    let again = say(&hosted, &hosted.rita, rejected, production, "approved").await;
    assert!(again.status == 422 && again.words().contains("nothing can be changed any more"), "{again:?}");

    let over = dispatch(&hosted, &hosted.wim).await;
    assert_eq!(hosted.post(&hosted.wim, &run(over, "/cancel"), json!({})).await.status, 202);
    let late = say(&hosted, &hosted.rita, over, production, "approved").await;
    assert!(late.status == 422 && late.words().contains("the run is over"), "{late:?}");
    assert_eq!(hosted.get(&hosted.rita, &run(over, "/approvals")).await.body, json!([]));
}

#[tokio::test]
async fn whoever_starts_a_run_does_not_approve_it_where_that_is_prevented() {
    let hosted = Hosted::start().await;
    let id = waiting(&hosted).await;
    let both = json!([{ "type": "User", "id": hosted.rita.id }, { "type": "User", "id": hosted.wim.id }]);
    for (prevented, status) in [(true, 422), (false, 200)] {
        protect(&hosted, json!({ "prevent_self_review": prevented, "reviewers": both })).await;
        let own = dispatch(&hosted, &hosted.wim).await;
        let answer = review(&hosted, &hosted.wim, own, "approved").await;
        assert_eq!(answer.status, status, "prevented {prevented}: {answer:?}");
        if prevented {
            assert!(answer.words().contains("wim started the run, and may not review it"), "{answer:?}");
            assert_eq!(token(&hosted, own).await.unwrap_err().0, 409);
        }
    }
    let earlier = review(&hosted, &hosted.wim, id, "approved").await;
    assert_eq!(earlier.status, 422, "a gate takes its reviewers as they are when the job asks: {earlier:?}");
}

#[tokio::test]
async fn a_team_reviews_by_its_members() {
    let hosted = Hosted::start().await;
    let id = waiting(&hosted).await;
    let team = hosted.get(&hosted.ada, "/orgs/your-org/teams/release").await.body["id"].clone();
    protect(&hosted, json!({ "reviewers": [{ "type": "Team", "id": team }] })).await;
    let id_of_team = dispatch(&hosted, &hosted.wim).await;
    assert_eq!(review(&hosted, &hosted.ada, id_of_team, "approved").await.status, 422);
    assert_eq!(review(&hosted, &hosted.rita, id_of_team, "approved").await.status, 200);
    assert_eq!(review(&hosted, &hosted.rita, id, "approved").await.status, 200);
}

#[tokio::test]
async fn a_body_that_is_no_review_is_refused() {
    let hosted = Hosted::start().await;
    let id = waiting(&hosted).await;
    let production = environment(&hosted, id).await;
    let body = |environments: Value, state: Value, comment: Value| json!({ "environment_ids": environments, "state": state, "comment": comment });
    let many: Vec<u64> = (0..101).collect();
    let cases = [
        (json!({}), "\"environment_ids\" wasn't supplied."),
        (json!({ "environment_ids": [production] }), "\"state\" wasn't supplied."),
        (json!({ "environment_ids": [production], "state": "approved" }), "\"comment\" wasn't supplied."),
        (body(json!([production]), json!("Approved"), json!("x")), "\"Approved\" is not a member of"),
        (body(json!(production), json!("approved"), json!("x")), "is not an array."),
        (body(json!(["production"]), json!("approved"), json!("x")), "an id is an integer."),
        (body(json!([-1]), json!("approved"), json!("x")), "an id is an integer."),
        (
            body(json!(many), json!("approved"), json!("x")),
            "No more than 100 items are allowed; 101 were supplied.",
        ),
        (body(json!([production]), json!("approved"), json!(1)), "1 is not a string."),
        (body(json!([]), json!("approved"), json!("x")), "no environment is named"),
        (body(json!([1]), json!("approved"), json!("x")), "no job of the run waits for the environment 1"),
        (
            body(json!([production, 1]), json!("approved"), json!("x")),
            "no job of the run waits for the environment 1",
        ),
        (
            body(json!([production]), json!("approved"), json!("x".repeat(1025))),
            "a comment has 1024 characters at the most",
        ),
    ];
    for (body, words) in cases {
        let answer = hosted.post(&hosted.rita, &run(id, "/pending_deployments"), body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {answer:?}");
        assert!(answer.words().replace("\\\"", "\"").contains(words), "{body}: {answer:?}");
    }
    assert_eq!(job(&hosted, id, "deploy").await["status"], "waiting", "nothing was done by halves");
    assert_eq!(hosted.get(&hosted.rita, &run(id + 1, "/pending_deployments")).await.status, 404);
    assert_eq!(
        hosted.get(&hosted.rita, &run(id, "/pending_deployments").replace(&id.to_string(), "x")).await.status,
        404
    );
}

#[tokio::test]
async fn an_administrator_passes_by_the_reviewers_and_closes_a_gate() {
    let hosted = Hosted::start().await;
    let id = waiting(&hosted).await;
    let production = environment(&hosted, id).await;
    let body = json!({ "environment_ids": [production], "comment": "the house burns" });
    let bypass = run(id, "/pending_deployments/bypass");
    assert_eq!(hosted.post(&hosted.rita, &bypass, body.clone()).await.status, 403);
    assert_eq!(hosted.post(&hosted.wim, &bypass, body.clone()).await.status, 403);
    assert_eq!(hosted.post(&hosted.sam, &bypass, body.clone()).await.status, 404);
    let revoke = run(id, "/pending_deployments/revoke");
    let early = hosted.post(&hosted.ada, &revoke, body.clone()).await;
    assert!(early.status == 422 && early.words().contains("is not open"), "{early:?}");
    assert_eq!(hosted.post(&hosted.ada, &bypass, body.clone()).await.status, 200);
    assert!(token(&hosted, id).await.is_ok());
    assert_eq!(hosted.post(&hosted.rita, &revoke, body.clone()).await.status, 403);
    assert_eq!(hosted.post(&hosted.ada, &revoke, body.clone()).await.status, 200);
    assert_eq!(token(&hosted, id).await.unwrap_err().0, 409);
    for name in ["DeploymentBypassed", "DeploymentRevoked"] {
        assert_eq!(hosted.trail(name).await[0]["userIdentity"]["userName"], "ada", "{name}");
    }

    protect(&hosted, json!({ "can_admins_bypass": false })).await;
    let strict = dispatch(&hosted, &hosted.wim).await;
    let refused = hosted.post(&hosted.ada, &run(strict, "/pending_deployments/bypass"), body).await;
    assert!(
        refused.status == 422 && refused.words().contains("administrators may not pass by"),
        "{refused:?}"
    );
}
