//! Nothing of one account means anything to another.

use daypass_testkit::{Credentials, Service, seed};
use serde_json::json;

use crate::{
    DEPLOYER, OTHER, create_role_in, iam_in, policy, put_policy_in, role_in, root, s3, session, trust, two,
    whoami,
};

#[tokio::test(flavor = "multi_thread")]
async fn each_key_is_the_administrators_of_its_own_account() {
    let sandbox = two().await;
    let other = sandbox.administrator_of(OTHER);
    assert_ne!(other.access_key_id, sandbox.administrator.access_key_id);
    let expected = [OTHER.to_owned(), root(OTHER)];
    assert_eq!(whoami(&sandbox, &other).await.unwrap(), expected);
    let mixed =
        Credentials { secret_access_key: other.secret_access_key.clone(), ..sandbox.administrator.clone() };
    assert_eq!(whoami(&sandbox, &mixed).await.unwrap_err().code, "SignatureDoesNotMatch");
    let roles = iam_in(&sandbox, OTHER, "ListRoles", &[]).await;
    assert!(!String::from_utf8_lossy(&roles.body).contains("deploy"), "the first account's role");
    create_role_in(&sandbox, OTHER, "deploy", &trust(&root(OTHER))).await;
    let arn = iam_in(&sandbox, OTHER, "GetRole", &[("RoleName", "deploy")]).await.element("Arn").unwrap();
    assert_eq!(arn, role_in(OTHER, "deploy"));
    // The same name in the first account is another role, and is still there.
    iam_in(&sandbox, OTHER, "DeleteRole", &[("RoleName", "deploy")]).await;
    session(&sandbox, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_acts_in_the_account_of_its_role_alone() {
    let sandbox = two().await;
    sandbox.put_role_policy("deploy", "all", &policy("Allow", &["*"], "*")).await;
    // A role of the same name that may do everything, in the other account.
    create_role_in(&sandbox, OTHER, "deploy", &trust(&root(seed::ACCOUNT))).await;
    put_policy_in(&sandbox, OTHER, "deploy", &policy("Allow", &["*"], "*")).await;
    let own = session(&sandbox, &[]).await;
    let across = sandbox.assume_arn(&own, &role_in(OTHER, "deploy"), &[]).await.unwrap();
    let listed = async |credentials: &Credentials| {
        let answer =
            sandbox.query(Service::Iam, Some(credentials), "GetRole", &[("RoleName", "deploy")]).await;
        answer.unwrap().element("Arn").unwrap()
    };
    assert_eq!(listed(&own).await, role_in(seed::ACCOUNT, "deploy"));
    assert_eq!(listed(&across).await, role_in(OTHER, "deploy"));
    // A key of one with the session token of the other is nobody's.
    let mixed = Credentials { session_token: across.session_token.clone(), ..own.clone() };
    assert_eq!(whoami(&sandbox, &mixed).await.unwrap_err().code, "InvalidClientTokenId");
    let mixed = Credentials { session_token: own.session_token.clone(), ..across.clone() };
    assert_eq!(whoami(&sandbox, &mixed).await.unwrap_err().code, "InvalidClientTokenId");
    // Where the role is gone, so are its sessions, whatever the other account has under that name.
    for name in ["own", "absent"] {
        let _ = sandbox
            .query(
                Service::Iam,
                Some(&sandbox.administrator_of(OTHER)),
                "DeleteRolePolicy",
                &[("RoleName", "deploy"), ("PolicyName", name)],
            )
            .await;
    }
    iam_in(&sandbox, OTHER, "DeleteRole", &[("RoleName", "deploy")]).await;
    assert_eq!(whoami(&sandbox, &across).await.unwrap_err().code, "InvalidClientTokenId");
    whoami(&sandbox, &own).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_id_tells_its_account() {
    let sandbox = two().await;
    sandbox.put_role_policy("deploy", "chain", &policy("Allow", &["sts:AssumeRole"], "*")).await;
    create_role_in(&sandbox, OTHER, "target", &trust(&root(seed::ACCOUNT))).await;
    let own = session(&sandbox, &[]).await;
    let across = sandbox.assume_arn(&own, &role_in(OTHER, "target"), &[]).await.unwrap();
    let other = sandbox.administrator_of(OTHER);
    for asking in [&sandbox.administrator, &other] {
        let ask = async |id: &str| {
            let parameters = [("AccessKeyId", id)];
            let answer = sandbox.query(Service::Sts, Some(asking), "GetAccessKeyInfo", &parameters).await?;
            Ok::<_, daypass_testkit::Refused>(answer.element("Account").unwrap())
        };
        assert_eq!(ask(&sandbox.administrator.access_key_id).await.unwrap(), seed::ACCOUNT);
        assert_eq!(ask(&other.access_key_id).await.unwrap(), OTHER);
        assert_eq!(ask(&own.access_key_id).await.unwrap(), seed::ACCOUNT);
        assert_eq!(ask(&across.access_key_id).await.unwrap(), OTHER);
        assert_eq!(ask("AKIAIOSFODNN7EXAMPLE").await.unwrap_err().code, "ValidationError");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_belongs_to_the_account_that_made_it() {
    let sandbox = two().await;
    sandbox.put_role_policy("deploy", "all", &policy("Allow", &["s3:*"], "*")).await;
    let (caller, other) = (session(&sandbox, &[]).await, sandbox.administrator_of(OTHER));
    sandbox.create_bucket("site").await;
    s3(&sandbox, &other, "PUT", "/theirs").await.unwrap();
    s3(&sandbox, &other, "PUT", "/theirs/index.html").await.unwrap();
    s3(&sandbox, &caller, "PUT", "/site/index.html").await.unwrap();
    let because = |user: &str, action: &str, resource: &str| {
        format!(
            "User: {user} is not authorized to perform: {action} on resource: \"{resource}\" because no \
             resource-based policy allows the {action} action"
        )
    };
    let object = "arn:aws:s3:::theirs/index.html";
    for (method, path, action, resource) in [
        ("GET", "/theirs/index.html", "s3:GetObject", object),
        ("PUT", "/theirs/index.html", "s3:PutObject", object),
        ("DELETE", "/theirs/index.html", "s3:DeleteObject", object),
        ("GET", "/theirs?list-type=2", "s3:ListBucket", "arn:aws:s3:::theirs"),
        ("DELETE", "/theirs", "s3:DeleteBucket", "arn:aws:s3:::theirs"),
    ] {
        for (credentials, user) in
            [(&caller, DEPLOYER.to_owned()), (&sandbox.administrator, root(seed::ACCOUNT))]
        {
            let refused = s3(&sandbox, credentials, method, path).await.unwrap_err();
            let message = because(&user, action, resource);
            assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()), "{method} {path}");
        }
    }
    let refused = s3(&sandbox, &caller, "GET", "/theirs/index.html").await.unwrap_err();
    let explained = sandbox.explain(&refused).await;
    assert!(explained.contains("belongs to another account"), "{explained}");
    // A copy asks for its source as well.
    let copy = http::Request::put("/site/copy").header("x-amz-copy-source", "theirs/index.html");
    let refused = sandbox.s3(Some(&caller), copy.body(Vec::new()).unwrap()).await.unwrap_err();
    assert_eq!(refused.code, "AccessDenied");
    assert_eq!(s3(&sandbox, &other, "GET", "/theirs/index.html").await.unwrap().body, "hello");
    // Names are everybody's.
    assert_eq!(s3(&sandbox, &caller, "PUT", "/theirs").await.unwrap_err().code, "BucketAlreadyExists");
    assert_eq!(s3(&sandbox, &other, "PUT", "/theirs").await.unwrap_err().code, "BucketAlreadyOwnedByYou");
    for (credentials, own, foreign) in [(&caller, "site", "theirs"), (&other, "theirs", "site")] {
        let list =
            String::from_utf8(s3(&sandbox, credentials, "GET", "/").await.unwrap().body.to_vec()).unwrap();
        assert!(list.contains(&format!("<Name>{own}</Name>")) && !list.contains(foreign), "{list}");
    }
    let expecting = |owner: &str| {
        let request = http::Request::get("/theirs?list-type=2").header("x-amz-expected-bucket-owner", owner);
        request.body(Vec::new()).unwrap()
    };
    sandbox.s3(Some(&other), expecting(OTHER)).await.unwrap();
    let refused = sandbox.s3(Some(&other), expecting(seed::ACCOUNT)).await.unwrap_err();
    assert_eq!(refused.code, "AccessDenied");
    assert_eq!(json!(s3(&sandbox, &caller, "GET", "/absent/a").await.unwrap_err().code), "NoSuchBucket");
}
