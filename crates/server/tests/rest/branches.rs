//! Protected branches.

use serde_json::{Value, json};

use crate::hosted::{Hosted, of};

fn protection(more: Value) -> Value {
    let mut whole = json!({
        "required_status_checks": null,
        "enforce_admins": true,
        "required_pull_request_reviews": { "required_approving_review_count": 2 },
        "restrictions": null,
    });
    whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    whole
}

#[tokio::test]
async fn a_branch_is_protected_and_let_go() {
    let hosted = Hosted::start().await;
    let path = of("/branches/main/protection");
    let missing = hosted.get(&hosted.ada, &path).await;
    assert_eq!((missing.status, &missing.body["message"]), (404, &json!("Branch not protected")));
    let set = hosted.put(&hosted.ada, &path, protection(json!({}))).await;
    assert_eq!(set.status, 200, "{set:?}");
    assert_eq!(set.body["required_pull_request_reviews"]["required_approving_review_count"], 2);
    assert_eq!(set.body["enforce_admins"]["enabled"], true);
    assert_eq!(hosted.get(&hosted.ada, &path).await.body, set.body);
    assert_eq!(hosted.get(&hosted.rita, &of("/branches/main")).await.body["protected"], true);
    assert_eq!(hosted.get(&hosted.rita, &of("/branches/next")).await.status, 404);
    let slash = of("/branches/release%2F1/protection");
    let off =
        json!({ "required_pull_request_reviews": null, "allow_force_pushes": false, "lock_branch": null });
    assert_eq!(hosted.put(&hosted.ada, &slash, protection(off)).await.status, 200);
    let listed = hosted.get(&hosted.rita, &of("/branches")).await.body;
    assert_eq!((&listed[0]["name"], &listed[1]["name"]), (&json!("main"), &json!("release/1")));
    assert_eq!(hosted.delete(&hosted.ada, &path).await.status, 204);
    assert_eq!(hosted.delete(&hosted.ada, &path).await.status, 404);
    assert_eq!(hosted.trail("BranchProtectionUpdated").await.len(), 2);
    assert_eq!(hosted.trail("BranchProtectionDeleted").await.len(), 1);
}

#[tokio::test]
async fn settings_that_are_not_kept_are_refused_by_name() {
    let hosted = Hosted::start().await;
    let reviews = |name: &str, value: Value| json!({ "required_pull_request_reviews": { name: value } });
    let cases = [
        (
            protection(json!({ "required_status_checks": { "strict": true, "contexts": [] } })),
            "required_status_checks:",
        ),
        (protection(json!({ "restrictions": { "users": [], "teams": [] } })), "restrictions:"),
        (protection(json!({ "required_linear_history": true })), "required_linear_history:"),
        (protection(json!({ "allow_force_pushes": true })), "allow_force_pushes:"),
        (protection(json!({ "lock_branch": true })), "lock_branch:"),
        (protection(reviews("dismiss_stale_reviews", json!(true))), "dismiss_stale_reviews:"),
        (
            protection(reviews("dismissal_restrictions", json!({ "users": ["ada"] }))),
            "dismissal_restrictions:",
        ),
        (protection(reviews("required_approving_review_count", json!(7))), "7 is not a number from 0 to 6."),
        (protection(json!({ "enforce_admins": 1 })), "1 is not a boolean."),
        (
            json!({ "enforce_admins": null }),
            "\"required_status_checks\", \"required_pull_request_reviews\", \"restrictions\" weren't supplied.",
        ),
    ];
    for (body, words) in cases {
        let answer = hosted.put(&hosted.ada, &of("/branches/main/protection"), body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {answer:?}");
        assert!(answer.words().contains(words), "{body}: {answer:?}");
    }
    assert_eq!(hosted.get(&hosted.ada, &of("/branches/main/protection")).await.status, 404);
}
