//! The identity-provider control: which trust policies IAM refuses to store.

use daypass_aws::{Change, Role, StoredPolicy};
use daypass_policy::Kind;
use serde_json::{Value, json};

use crate::sandbox::{PERMISSIONS, Sandbox};

const GITHUB: &str = "token.actions.githubusercontent.com";

fn provider(location: &str) -> String {
    format!("arn:aws:iam::123456789012:oidc-provider/{location}")
}

/// The statement with one element more, or another one.
fn with(statement: &Value, element: &str, value: &Value) -> Value {
    let mut elements = statement.as_object().cloned().unwrap_or_default();
    elements.insert(element.to_owned(), value.clone());
    Value::Object(elements)
}

fn statement(principal: &str, condition: &Value) -> Value {
    let bare = json!({
        "Effect": "Allow",
        "Principal": { "Federated": principal },
        "Action": "sts:AssumeRoleWithWebIdentity",
    });
    if condition.is_null() { bare } else { with(&bare, "Condition", condition) }
}

fn policy(statements: &[Value]) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

/// What both operations say to a trust policy: `None` where they store it.
fn verdict(policy: &str) -> Option<String> {
    let mut sandbox = Sandbox::with_role();
    let made = sandbox.call("CreateRole", &[("RoleName", "new"), ("AssumeRolePolicyDocument", policy)]);
    let updated =
        sandbox.call("UpdateAssumeRolePolicy", &[("RoleName", "deploy"), ("PolicyDocument", policy)]);
    let made = made.err().map(|error| format!("{} {error}", error.status));
    assert_eq!(made, updated.err().map(|error| format!("{} {error}", error.status)));
    made
}

fn of_github(condition: &Value) -> Option<String> {
    verdict(&policy(&[statement(&provider(GITHUB), condition)]))
}

fn refusal(location: &str, claims: &[&str]) -> String {
    format!(
        "400 MalformedPolicyDocument: Trust policy with trusted principal {} must evaluate, using StringEquals, \
         StringLike or StringEqualsIgnoreCase, {} which is not scoped to all.",
        provider(location),
        claims.iter().map(|claim| format!("{location}:{claim}")).collect::<Vec<_>>().join(" or ")
    )
}

#[test]
fn the_refusal_is_word_for_word() {
    assert_eq!(
        of_github(&Value::Null).as_deref(),
        Some(
            "400 MalformedPolicyDocument: Trust policy with trusted principal \
             arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com must evaluate, using \
             StringEquals, StringLike or StringEqualsIgnoreCase, token.actions.githubusercontent.com:sub or \
             token.actions.githubusercontent.com:job_workflow_ref which is not scoped to all."
        )
    );
}

#[test]
fn conditions_on_github_are_judged_as_observed() {
    let key = |claim: &str| format!("{GITHUB}:{claim}");
    let sub = |operator: &str, values: Value| json!({ operator: { key("sub"): values } });
    for (condition, is_stored) in [
        // The rows of the transcript.
        (json!({ "StringEquals": { key("aud"): "sts.amazonaws.com" } }), false),
        (json!({ "StringEquals": { key("repository"): "acme/x", key("ref"): "refs/heads/main" } }), false),
        (json!({ "StringEquals": { key("repository_id"): "1" } }), false),
        (sub("StringLike", json!("*")), false),
        (sub("StringLike", json!(["*", "repo:acme/x"])), false),
        (sub("StringLike", json!(["repo:acme/x", "*"])), true),
        (sub("StringLike", json!(["repo:o/r:ref:refs/heads/main", "repo:o/*"])), true),
        (sub("StringLike", json!("repo:*")), true),
        (sub("StringLike", json!("repo:*/*")), true),
        (json!({ "StringLike": { key("job_workflow_ref"): "o/r/.github/workflows/deploy.yml@*" } }), true),
        // A first value that begins with `*`, or is blank, is all or nothing.
        (sub("StringLike", json!("*:main")), false),
        (sub("StringLike", json!("**")), false),
        (sub("StringEquals", json!("")), false),
        (sub("StringEquals", json!("  ")), false),
        (sub("StringEquals", json!(["", "repo:o/r:ref:refs/heads/main"])), false),
        (json!({ "StringLike": { key("job_workflow_ref"): "*" } }), false),
        // The operators.
        (sub("StringEquals", json!("repo:o/r:ref:refs/heads/main")), true),
        (sub("StringEqualsIgnoreCase", json!("repo:o/r:ref:refs/heads/main")), true),
        (sub("ForAnyValue:StringEquals", json!("repo:o/r:ref:refs/heads/main")), true),
        (sub("ForAllValues:StringEquals", json!("repo:o/r:ref:refs/heads/main")), false),
        (sub("StringEqualsIfExists", json!("repo:o/r:ref:refs/heads/main")), false),
        (sub("StringLikeIfExists", json!("repo:o/r:*")), false),
        (sub("StringNotEquals", json!("repo:o/r:ref:refs/heads/main")), false),
        (sub("StringNotLike", json!("repo:o/*")), false),
        (sub("Null", json!("false")), false),
        // Keys are compared without case; one good condition is enough.
        (
            json!({ "StringEquals": { "Token.Actions.GitHubUserContent.com:SUB": "repo:o/r:ref:refs/heads/main" } }),
            true,
        ),
        (
            json!({ "StringLike": { key("sub"): "*" }, "StringEquals": { key("sub"): "repo:o/r:ref:refs/heads/main" } }),
            true,
        ),
        (json!({ "StringEquals": { "gitlab.com:sub": "project_path:o/r" } }), false),
    ] {
        let wanted = (!is_stored).then(|| refusal(GITHUB, &["sub", "job_workflow_ref"]));
        assert_eq!(of_github(&condition), wanted, "{condition}");
    }
}

#[test]
fn only_statements_that_let_tokens_in_are_judged() {
    let open = statement(&provider(GITHUB), &Value::Null);
    let with = |element: &str, value: Value| with(&open, element, &value);
    let scoped =
        statement(&provider(GITHUB), &json!({ "StringLike": { format!("{GITHUB}:sub"): "repo:o/r:*" } }));
    let refused = Some(refusal(GITHUB, &["sub", "job_workflow_ref"]));
    for (statements, wanted) in [
        (vec![with("Effect", json!("Deny"))], None),
        (vec![with("Action", json!("sts:TagSession"))], None),
        (vec![with("Action", json!(["sts:TagSession", "sts:AssumeRoleWithWebIdentity"]))], refused.clone()),
        (vec![with("Action", json!("sts:assumerolewithwebidentity"))], refused.clone()),
        (vec![with("Action", json!("sts:AssumeRole*"))], refused.clone()),
        (vec![scoped.clone(), open.clone()], refused.clone()),
        (vec![scoped.clone(), with("Effect", json!("Deny"))], None),
        (vec![scoped], None),
        (
            vec![with("Principal", json!({ "Federated": [provider("example.com"), provider(GITHUB)] }))],
            refused,
        ),
    ] {
        assert_eq!(verdict(&policy(&statements)), wanted, "{statements:?}");
    }
}

#[test]
fn what_all_actions_but_some_let_in_is_judged_too() {
    let of = |action: &str| {
        let condition = json!({ "StringEquals": { format!("{GITHUB}:aud"): "sts.amazonaws.com" } });
        let mut elements = statement(&provider(GITHUB), &condition).as_object().cloned().unwrap();
        elements.remove("Action");
        policy(&[with(&Value::Object(elements), "NotAction", &json!(action))])
    };
    assert_eq!(verdict(&of("sts:TagSession")), Some(refusal(GITHUB, &["sub", "job_workflow_ref"])));
    assert_eq!(verdict(&of("sts:AssumeRoleWithWebIdentity")), None);
}

#[test]
fn no_pattern_stands_for_the_provider() {
    let scoped =
        json!({ "StringEquals": { format!("{GITHUB}:sub"): "repo:octo-org/octo-repo:pull_request" } });
    let refused = verdict(&policy(&[statement("*", &scoped)])).unwrap();
    assert!(refused.starts_with("400 MalformedPolicyDocument: "), "{refused}");
}

#[test]
fn what_was_stored_before_the_rule_stays_until_it_is_written_again() {
    let open = policy(&[statement(&provider(GITHUB), &Value::Null)]);
    let mut sandbox = Sandbox::with_role();
    let mut role = Role::clone(sandbox.account.role("deploy").unwrap());
    role.trust = StoredPolicy::read(Kind::Trust, &open);
    sandbox.account = sandbox.account.apply(&[Change::PutRole(Box::new(role))]);
    let name = ("RoleName", "deploy");
    sandbox.done("UpdateRole", &[name, ("Description", "as it was")]);
    sandbox.done("PutRolePolicy", &[name, ("PolicyName", "p"), ("PolicyDocument", PERMISSIONS)]);
    let kept = &sandbox.account.role("deploy").unwrap().trust;
    assert_eq!(kept.text(), open);
    assert!(kept.document().is_ok());
    assert_eq!(
        sandbox.refusal("UpdateAssumeRolePolicy", &[name, ("PolicyDocument", &open)]),
        refusal(GITHUB, &["sub", "job_workflow_ref"])
    );
}

#[test]
fn each_issuer_has_its_claim() {
    let enterprise = format!("{GITHUB}/octo-ent");
    let both: &[&str] = &["sub", "job_workflow_ref"];
    for (location, claims) in [
        (GITHUB, both),
        (&enterprise, both),
        ("gitlab.com", &["sub"]),
        ("agent.buildkite.com", &["sub"]),
        ("app.terraform.io", &["sub"]),
        ("studio.datachain.ai/api", &["sub"]),
        ("vstoken.actions.githubusercontent.com", &["sub"]),
        ("api.pulumi.com/oidc", &["aud"]),
        ("oidc.vercel.com", &["aud"]),
        ("sandboxes.cloud", &["aud"]),
    ] {
        let open = policy(&[statement(&provider(location), &Value::Null)]);
        assert_eq!(verdict(&open), Some(refusal(location, claims)), "{location}");
        for claim in claims {
            let condition = json!({ "StringEquals": { format!("{location}:{claim}"): "x" } });
            assert_eq!(
                verdict(&policy(&[statement(&provider(location), &condition)])),
                None,
                "{location} {claim}"
            );
        }
    }
    let tenant = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/";
    let condition = json!({ "StringLike": { "sts:RoleSessionName": "MicrosoftSentinel_*" } });
    assert_eq!(verdict(&policy(&[statement(&provider(tenant), &condition)])), None);
    assert!(verdict(&policy(&[statement(&provider(tenant), &Value::Null)])).is_some_and(|text| {
        text.contains("StringEqualsIgnoreCase, sts:RoleSessionName which is not scoped")
    }));
}

#[test]
fn an_issuer_of_ones_own_is_not_judged() {
    for location in
        ["oidc.example.com", "token.actions.githubusercontent.com.example.com", "gitlab.example.com"]
    {
        assert_eq!(verdict(&policy(&[statement(&provider(location), &Value::Null)])), None, "{location}");
    }
}

#[test]
fn issuers_known_by_name_need_an_application() {
    let google = "accounts.google.com";
    let wanted = "400 MalformedPolicyDocument: Policy trusting accounts.google.com requires a StringEquals condition \
                  on an application id";
    for (condition, is_stored) in [
        (Value::Null, false),
        (json!({ "StringLike": { "accounts.google.com:aud": "x" } }), false),
        (json!({ "StringEquals": { "accounts.google.com:email": "x" } }), false),
        (json!({ "StringEquals": { "accounts.google.com:aud": "x" } }), true),
        (json!({ "StringEquals": { "accounts.google.com:oaud": "x" } }), true),
        (json!({ "StringEquals": { "accounts.google.com:sub": "x" } }), true),
    ] {
        let verdict = verdict(&policy(&[statement(google, &condition)]));
        assert_eq!(verdict.as_deref(), (!is_stored).then_some(wanted), "{condition}");
    }
    for issuer in ["graph.facebook.com", "www.amazon.com"] {
        let condition = json!({ "StringEquals": { format!("{issuer}:app_id"): "x" } });
        assert_eq!(verdict(&policy(&[statement(issuer, &condition)])), None);
        assert_eq!(
            verdict(&policy(&[statement(issuer, &Value::Null)])),
            Some(wanted.replace(google, issuer))
        );
    }
}

#[test]
fn cognito_needs_a_condition() {
    let cognito = "cognito-identity.amazonaws.com";
    assert_eq!(
        verdict(&policy(&[statement(cognito, &Value::Null)])).as_deref(),
        Some("400 MalformedPolicyDocument: A condition block must be present for the Cognito provider")
    );
    let condition = json!({ "StringEquals": { format!("{cognito}:aud"): "eu-west-1:pool" } });
    assert_eq!(verdict(&policy(&[statement(cognito, &condition)])), None);
    let condition = json!({ "StringEquals": { format!("{cognito}:amr"): "authenticated" } });
    assert_eq!(
        verdict(&policy(&[statement(cognito, &condition)])).as_deref(),
        Some(
            "400 MalformedPolicyDocument: Trust policy with trusted principal cognito-identity.amazonaws.com must \
             evaluate, using StringEquals, StringLike or StringEqualsIgnoreCase, cognito-identity.amazonaws.com:aud \
             which is not scoped to all."
        )
    );
}
