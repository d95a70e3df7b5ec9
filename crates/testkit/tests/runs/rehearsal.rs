//! What would happen is what happens.

use serde_json::{Value, json};

use super::{DEPLOY, PATH, REPOSITORY, deployed, job, push, sandbox};

fn question(shown: &Value, key: &str) -> Value {
    json!({ "run": shown["run"]["id"], "job": job(shown, key), "audience": "sts.amazonaws.com", "role": "deploy" })
}

#[tokio::test]
async fn a_job_that_still_waits_is_told_what_it_will_get() {
    let sandbox = sandbox().await;
    let shown = sandbox.control("runs", &push()).await;
    let mut asked = question(&shown, "deploy");
    asked["calls"] = json!([
        { "action": "s3:PutObject", "resource": "arn:aws:s3:::my-prod-bucket/*" },
        { "action": "s3:PutObject", "resource": "arn:aws:s3:::another-bucket/*" },
    ]);
    let before = sandbox.events().await.len();
    let answer = sandbox.control("rehearsal", &asked).await;
    assert_eq!(answer["subject"], "repo:your-org/your-repo:environment:production");
    assert_eq!(answer["exchange"]["allowed"], true, "{answer}");
    let allowed: Vec<_> =
        answer["calls"].as_array().unwrap().iter().map(|call| call["allowed"].clone()).collect();
    assert_eq!(allowed, [json!(true), json!(false)]);
    let message = answer["calls"][1]["message"].as_str().unwrap();
    let words = "because no identity-based policy allows the s3:PutObject action";
    assert!(
        message.starts_with("User: arn:aws:sts::123456789012:assumed-role/deploy/")
            && message.ends_with(words)
    );
    assert_eq!(sandbox.events().await.len(), before, "a rehearsal is no event");
    assert!(!answer.to_string().contains("eyJ"), "and hands nothing out");
}

#[tokio::test]
async fn a_refusal_is_the_refusal_of_a_real_exchange() {
    let sandbox = sandbox().await;
    let text = DEPLOY.replace("environment: ${{ inputs.stage || 'production' }}", "environment: staging");
    let mut asked = push();
    asked["files"] = json!([{ "repository": REPOSITORY, "path": PATH, "text": text }]);
    let shown = sandbox.control("runs", &asked).await;
    let answer = sandbox.control("rehearsal", &question(&shown, "deploy")).await;
    let exchange = &answer["exchange"];
    assert_eq!((&exchange["allowed"], &answer["calls"]), (&json!(false), &json!([])));
    assert_eq!(exchange["error"], "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity");
    assert!(exchange["mend"].as_str().unwrap().contains("environment: staging"), "{exchange}");
    for (role, code) in
        [("nobody", "AccessDenied"), ("arn:aws:iam::999988887777:role/deploy", "AccessDenied")]
    {
        let mut asked = question(&shown, "deploy");
        asked["role"] = json!(role);
        let answer = sandbox.control("rehearsal", &asked).await;
        assert!(answer["exchange"]["error"].as_str().unwrap().starts_with(code), "{role}: {answer}");
    }
}

#[tokio::test]
async fn bad_questions_have_clear_answers() {
    let sandbox = sandbox().await;
    let (shown, _) = deployed(&sandbox).await;
    let mut many = question(&shown, "deploy");
    many["calls"] = (0..1_001).map(|_| json!({ "action": "s3:GetObject", "resource": "*" })).collect();
    for (asked, status, words) in [
        (json!({ "run": 1, "job": 1 }), 404, "there is no job 1 of a run 1"),
        (json!({ "run": "x", "job": 1 }), 400, "the body is not as it should be"),
        (many, 400, "a rehearsal takes 1000 calls at the most"),
    ] {
        let (found, answer) = sandbox.try_control("rehearsal", &asked).await;
        assert_eq!(found, status, "{answer}");
        assert!(answer["error"].as_str().unwrap().contains(words), "{answer}");
    }
}
