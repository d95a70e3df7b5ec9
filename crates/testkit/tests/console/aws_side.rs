//! Roles and the trail, for those who administer everything.

use serde_json::json;

use crate::world::{Push, ROLE, RUN, World};

/// The pages of AWS's side.
const PAGES: [&str; 5] = [
    "/console/trust",
    "/console/roles",
    "/console/roles/123456789012/deploy-production",
    "/console/trail",
    "/console/trail/1",
];

#[tokio::test]
async fn only_who_administers_everything_sees_it() {
    let world = World::new(&[]).await;
    for (login, grants, repositories, permissions, is_let_in) in [
        ("a", "*=admin", json!([]), json!([]), true),
        ("b", "*=admin", json!([]), json!(["actions=read", "administration=read"]), true),
        ("c", "*=admin", json!([]), json!(["actions=read"]), false),
        ("d", "*=admin", json!(["octo-org/*"]), json!([]), false),
        ("e", "octo-org/*=admin", json!([]), json!([]), false),
        ("f", "*=write", json!([]), json!([]), false),
    ] {
        let user = json!({
            "login": login, "grants": [grants], "token_repositories": repositories, "token_permissions": permissions,
        });
        let token = world.user_with(user).await;
        let visitor = world.sign_in(&token).await;
        for path in PAGES {
            let page = visitor.get(path).await;
            assert_eq!(page.status != 403, is_let_in, "{login} {path}");
            assert_eq!(page.has("This page is not for you"), !is_let_in, "{login} {path}");
        }
        assert_eq!(visitor.get("/console/runs").await.has("href=\"/console/trust\""), is_let_in, "{login}");
    }
}

#[tokio::test]
async fn a_role_is_shown_with_its_policies_and_what_is_to_be_said_about_them() {
    let world = World::new(&[]).await;
    let wrong = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "s3:PutObjects", "Resource": "arn:aws:s3:::my-prod-bucket/*" },
    ]});
    world.sandbox.put_role_policy(ROLE, "typo", &wrong).await;
    let root = world.visitor("root", "*=admin").await;
    let list = root.get("/console/roles").await;
    assert_eq!(list.lacks(&["One role in all accounts", ROLE, "123456789012", "never"]), [""; 0]);
    let page = root.get(&format!("/console/roles/123456789012/{ROLE}")).await;
    let arn = format!("arn:aws:iam::123456789012:role/{ROLE}");
    assert_eq!(
        page.lacks(&[
            &arn,
            "1 hour",
            "repo:octo-org/octo-repo:environment:production",
            "&#34;Action&#34;: &#34;sts:AssumeRoleWithWebIdentity&#34;",
            "cloudfront:CreateInvalidation",
            "<h3>typo</h3>",
            "line 4: the action <code>s3:PutObjects</code> does not exist",
            "s3:PutObjects",
        ]),
        [""; 0],
        "{}",
        page.body
    );
    for path in ["/console/roles/123456789012/none", "/console/roles/210987654321/deploy-production"] {
        assert_eq!(root.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn from_a_run_to_its_calls_and_back() {
    let world = World::new(&[Push::new("octocat", "production")]).await;
    let alice = world.visitor("alice", "octo-org/*=read").await;
    let root = world.visitor("root", "*=admin").await;
    assert_eq!(alice.answer(RUN, "production", "approve").await.status, 303);
    world.deploy(RUN).await;

    let run = format!("/console/runs/{RUN}");
    let page = alice.get(&run).await;
    let all = [
        "1 issued",
        "Id token issued",
        "AssumeRoleWithWebIdentity",
        "PutObject",
        "s3://my-prod-bucket/index.html",
        "s3://other-bucket/index.html",
        "in progress",
    ];
    assert_eq!(page.lacks(&all), [""; 0], "{}", page.body);
    assert!(!page.has("href=\"/console/trail/"), "the trail is not for alice");
    let page = root.get(&run).await;
    let put = page.body.split("href=\"/console/trail/").find(|rest| rest.contains(">PutObject<")).unwrap();
    let event = put.split('"').next().unwrap();

    let page = root.get(&format!("/console/trail/{event}")).await;
    let all = [
        "Why it was refused",
        "AccessDenied",
        "s3:PutObject on arn:aws:s3:::other-bucket/index.html: denied",
        "Likely mend: ",
        "What is behind it",
        "The token of <code>repo:octo-org/octo-repo:environment:production</code>",
        &format!("href=\"{run}\">run {RUN}</a>"),
        "&#34;eventName&#34;: &#34;PutObject&#34;",
        "<code>job_workflow_ref</code>",
    ];
    assert_eq!(page.lacks(&all), [""; 0], "{}", page.body);

    // The same event, by its request id.
    let request =
        page.body.split_once("requestID&#34;: &#34;").unwrap().1.split('&').next().unwrap().to_owned();
    assert!(root.get(&format!("/console/trail/{request}")).await.has("other-bucket"));
    assert_eq!(root.get("/console/trail/none").await.status, 404);
    assert_eq!(root.get(&format!("/console/trail/{}", "x".repeat(300))).await.status, 404);
}

#[tokio::test]
async fn the_trail_is_searched_and_read_page_by_page() {
    let world = World::new(&[Push::new("octocat", "production")]).await;
    let root = world.visitor("root", "*=admin").await;
    assert_eq!(root.answer(RUN, "production", "bypass").await.status, 303);
    world.deploy(RUN).await;
    for number in 0..60 {
        let value = number.to_string();
        let tag = [("RoleName", ROLE), ("Tags.member.1.Key", "number"), ("Tags.member.1.Value", &value)];
        world.sandbox.iam("TagRole", &tag).await.unwrap();
        if number % 10 == 0 {
            let _ = world.sandbox.iam("GetRole", &[("RoleName", "nobody")]).await;
        }
    }
    let names = |page: &crate::world::Answer| -> Vec<String> {
        let rows = page.body.split("<th scope=\"row\"><a href=\"/console/trail/").skip(1);
        rows.map(|row| row.split_once('>').unwrap().1.split('<').next().unwrap().to_owned()).collect()
    };
    let all = async |path: &str| {
        let (mut path, mut found) = (path.to_owned(), Vec::new());
        for _ in 0..10 {
            let page = root.get(&path).await;
            assert_eq!(page.status, 200, "{path}");
            found.extend(names(&page));
            let Some((_, rest)) = page.body.split_once("class=\"button\" href=\"/console/trail?") else {
                break;
            };
            path = format!("/console/trail?{}", rest.split('"').next().unwrap().replace("&#38;", "&"));
        }
        found
    };
    let everything = all("/console/trail").await;
    let count = |names: &[String], name: &str| names.iter().filter(|found| *found == name).count();
    assert_eq!(count(&everything, "TagRole"), 60, "{everything:?}");
    for name in ["PutObject", "DeploymentBypassed", "WorkflowRunStarted", "ConsoleSignIn", "CreateRole"] {
        assert!(count(&everything, name) > 0, "{name}");
    }
    let only = async |query: &str| {
        let mut found = all(&format!("/console/trail?{query}")).await;
        found.sort();
        found.dedup();
        found
    };
    assert_eq!(all("/console/trail?name=TagRole").await.len(), 60);
    assert_eq!(only("name=DeploymentBypassed").await, ["DeploymentBypassed"]);
    assert_eq!(only("user=root&name=ConsoleSignIn").await, ["ConsoleSignIn"]);
    assert_eq!(only("refused=yes").await, ["GetRole", "PutObject"]);
    assert_eq!(only("refused=yes&name=PutObject").await, ["PutObject"]);
    assert_eq!(only("user=nobody").await, [""; 0]);
    let of_run = only(&format!("run={RUN}")).await;
    for name in ["AssumeRoleWithWebIdentity", "DeploymentBypassed", "IdTokenIssued", "PutObject"] {
        assert!(of_run.contains(&name.to_owned()), "{name}: {of_run:?}");
    }
    assert!(!of_run.contains(&"TagRole".to_owned()), "{of_run:?}");
    let page = root.get("/console/trail?name=AssumeRoleWithWebIdentity").await;
    assert!(page.has(&format!("href=\"/console/runs/{RUN}\">")), "{}", page.body);
    let event =
        page.body.split_once("scope=\"row\"><a href=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let key =
        root.get(&event).await.body.split_once("trail?key=").unwrap().1.split('"').next().unwrap().to_owned();
    assert_eq!(only(&format!("key={key}")).await, ["AssumeRoleWithWebIdentity", "PutObject"]);
}
