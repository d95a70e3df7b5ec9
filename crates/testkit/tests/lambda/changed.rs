//! What changes while a call is under way: code takes seconds to unpack, and policies and tags do not wait for it.

use daypass_testkit::{Credentials, Sandbox};
use serde_json::{Value, json};

use crate::{CODE, ask, furnished, in_request, members, zip};

const FUNCTION: &str = "/2015-03-31/functions/f";
const TAGS: &str = "/2017-03-31/tags/arn:aws:lambda:us-east-1:123456789012:function:f";
/// How often the tag is changed during an unpacking until it was in the middle of one.
const ATTEMPTS: usize = 20;

async fn tag(sandbox: &Sandbox, team: &str) {
    let body = json!({ "Tags": { "team": team } }).to_string();
    ask(sandbox, &sandbox.administrator, ("POST", TAGS), body).await.unwrap();
}

async fn revision(sandbox: &Sandbox) -> Value {
    let shown = ask(sandbox, &sandbox.administrator, ("GET", FUNCTION), "").await.unwrap();
    members(&shown).pointer("/Configuration/RevisionId").unwrap().clone()
}

/// Whether a function was taken from the caller before his code was there, so that his call had to fail.
async fn taken(sandbox: &Sandbox, caller: &Credentials, code: &str) -> bool {
    tag(sandbox, "own").await;
    let before = revision(sandbox).await;
    let take = async {
        // Two calls, in which the other one comes as far as its code.
        revision(sandbox).await;
        revision(sandbox).await;
        tag(sandbox, "other").await;
        revision(sandbox).await == before
    };
    let (updated, is_taken) = tokio::join!(ask(sandbox, caller, ("PUT", CODE), code), take);
    if is_taken {
        let refused = updated.unwrap_err();
        assert_eq!((refused.status, refused.code.as_str()), (403, "AccessDeniedException"));
        assert_eq!(revision(sandbox).await, before);
        let explained = sandbox.explain(&refused).await;
        assert!(explained.contains("lambda:UpdateFunctionCode"), "{explained}");
    }
    is_taken
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_change_a_function_is_asked_about_the_one_that_is_changed() {
    let (sandbox, caller) = furnished().await;
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Action": "lambda:UpdateFunctionCode", "Resource": "*",
        "Condition": { "StringNotEquals": { "aws:ResourceTag/team": "own" } },
    }]});
    sandbox.put_role_policy("deploy", "own", &policy).await;
    let large = zip::packed(&vec![0; 200 * 1024 * 1024]);
    let code = in_request(&large).to_string();
    for _ in 0..ATTEMPTS {
        if taken(&sandbox, &caller, &code).await {
            return;
        }
        sandbox.advance(2).await;
    }
    panic!("the function was never taken during an unpacking");
}
