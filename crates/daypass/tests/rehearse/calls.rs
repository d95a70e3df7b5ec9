//! Whether the role may do what the scripts would.

use serde_json::{Value, json};

use crate::house::{DEPLOY, House, seed_without_script};

/// The seed's workflow with another last script.
fn with_script(script: &str) -> String {
    let mut text = format!("{}        run: |\n", seed_without_script());
    for line in script.lines() {
        text.push_str(&format!("          {line}\n"));
    }
    text
}

/// The calls of the deploy job: line, action, resource, verdict.
async fn calls(house: &House, script: &str) -> (i32, Vec<Value>) {
    house.write(DEPLOY, &with_script(script));
    let ended = house.rehearse_seed(&["--json"]).await;
    let answer = ended.json();
    (ended.status, answer["jobs"][1]["calls"].as_array().unwrap().clone())
}

#[tokio::test]
async fn the_seeds_sync_is_allowed_by_the_seeds_policy() {
    let house = House::with_roles().await;
    let (status, calls) = calls(&house, "aws s3 sync frontend/ s3://${{ vars.BUCKET }}").await;
    assert_eq!(status, 0);
    assert!(!calls.is_empty());
    for call in &calls {
        assert_eq!(call["verdict"], "allowed", "{call}");
        assert_eq!(call["line"], 33, "{call}");
    }
    assert!(
        calls
            .iter()
            .any(|call| call["action"] == "s3:PutObject"
                && call["resource"] == "arn:aws:s3:::my-prod-bucket/*")
    );
}

#[tokio::test]
async fn denied_calls_are_named_with_line_and_action() {
    let house = House::with_roles().await;
    house.write(
        DEPLOY,
        &with_script("echo first\naws s3 cp index.html s3://${{ vars.BUCKET }}/\naws s3 cp index.html s3://elsewhere/index.html"),
    );
    house.rehearse_seed(&[]).await.must_be(1).says(&[
        "1 of 2 denied",
        "denied s3:PutObject on arn:aws:s3:::elsewhere/index.html (line 35): no identity-based policy allows",
        "mend add `arn:aws:s3:::elsewhere/index.html` to the Resource of `deploy` line 1",
    ]);
}

#[tokio::test]
async fn what_cannot_be_told_is_named_and_fails_nothing() {
    let house = House::with_roles().await;
    for (script, expected) in [
        ("aws $SERVICE list-things", "known only when the script runs"),
        ("aws s3 cp a s3://my-prod-bucket/a --profile other", "the profile `other`"),
        (
            "aws s3 cp a s3://my-prod-bucket/a --endpoint-url http://minio:9000",
            "it goes to `http://minio:9000`",
        ),
        ("export AWS_PROFILE=x\naws s3 cp a s3://elsewhere/a", "these may be others"),
    ] {
        let (status, calls) = calls(&house, script).await;
        assert_eq!(status, 0, "{script}");
        assert_eq!(calls.len(), 1, "{script}: {calls:?}");
        assert_eq!(calls[0]["verdict"], "unknown", "{script}");
        assert!(calls[0]["reason"].as_str().unwrap().contains(expected), "{script}: {}", calls[0]);
    }
}

#[tokio::test]
async fn a_session_policy_of_the_step_counts() {
    let house = House::with_roles().await;
    let policy =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
    let text = with_script("aws s3 cp s3://my-prod-bucket/a a\naws s3 cp a s3://my-prod-bucket/a")
        .replace("aws-region: $", &format!("inline-session-policy: '{policy}'\n          aws-region: $"));
    house.write(DEPLOY, &text);
    let answer = house.rehearse_seed(&["--json"]).await.must_be(1).json();
    let verdicts: Vec<(Value, Value)> = answer["jobs"][1]["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| (call["action"].clone(), call["verdict"].clone()))
        .collect();
    assert!(verdicts.contains(&(json!("s3:GetObject"), json!("allowed"))), "{verdicts:?}");
    assert!(verdicts.contains(&(json!("s3:PutObject"), json!("denied"))), "{verdicts:?}");
}

#[tokio::test]
async fn secrets_in_commands_are_masked() {
    let house = House::with_roles().await;
    let script =
        "aws s3 cp a s3://elsewhere/${{ secrets.KEY }}\naws frobnicate --password ${{ secrets.KEY }}";
    house.write(DEPLOY, &with_script(script));
    for options in
        [["--secret", "KEY=hunter2hunter2"].as_slice(), &["--secret", "KEY=hunter2hunter2", "--json"]]
    {
        let ended = house.rehearse_seed(options).await;
        ended.must_be(1).does_not_say(&["hunter2hunter2"]);
        ended.says(&["arn:aws:s3:::elsewhere/***", "***"]);
    }
}
