//! What the pages say, and what they never let through.

use daypass_github::gate::Environment;
use daypass_github::hosting::number;
use jiff::Timestamp;

use crate::world::{Push, REPOSITORY, ROLE, RUN, SECOND, World};

#[tokio::test]
async fn a_reviewer_reads_all_that_the_answer_hangs_on() {
    let world = World::new(&[Push::new("octocat", "production")]).await;
    let alice = world.visitor("alice", "octo-org/*=read").await;
    world.user("bob", "octo-org/*=read").await;
    let page = alice.get("/console/pending").await;
    let sha = "a".repeat(40);
    assert_eq!(
        page.lacks(&[
            REPOSITORY,
            "refs/heads/main",
            &sha,
            "<dd>push</dd>",
            "octocat",
            ".github/workflows/deploy.yml",
            "waits for a review",
            "alice or bob",
            "(not who started the run)",
            "repo:octo-org/octo-repo:environment:production",
            "This opens one role",
            &format!("arn:aws:iam::123456789012:role/{ROLE}"),
            "s3:PutObject, s3:DeleteObject",
            "arn:aws:s3:::my-prod-bucket/*",
            "there is nothing to compare with",
            "value=\"approve\"",
            "value=\"reject\"",
        ]),
        [""; 0]
    );
    assert!(!page.has("href=\"/console/roles"), "AWS's side is not for reviewers");
}

#[tokio::test]
async fn what_changed_since_the_last_time_is_told() {
    let pushes = [
        Push::new("octocat", "production"),
        Push { sha: 'b', step: "make deploy FAST=yes".to_owned(), ..Push::new("hubot", "production") },
    ];
    let world = World::new(&pushes).await;
    let alice = world.visitor("alice", "octo-org/*=read").await;
    world.sandbox.advance(60).await;
    assert_eq!(alice.answer(RUN, "production", "approve").await.status, 303);
    world.sandbox.advance(60).await;
    world.sandbox.put_role_policy(ROLE, "more", &daypass_testkit::seed::deploy_policy()).await;
    let page = alice.get("/console/pending").await;
    assert_eq!(
        page.lacks(&[
            &format!("href=\"/console/runs/{RUN}\">run {RUN}</a>"),
            "by alice",
            &"a".repeat(40),
            &"b".repeat(40),
            "<code>octocat</code>",
            "<code>hubot</code>",
            "PutRolePolicy more",
            "<del>    steps: [{ run: &#39;make deploy&#39; }]</del>",
            "<ins>    steps: [{ run: &#39;make deploy FAST=yes&#39; }]</ins>",
        ]),
        [""; 0]
    );
    assert!(!page.has("CreateRole"), "that was before: {}", page.body);
}

#[tokio::test]
async fn everybody_sees_their_own_repositories_only() {
    let other = Push {
        repository: "other-org/secret".to_owned(),
        title: "Hidden".to_owned(),
        ..Push::new("x", "production")
    };
    let world = World::new(&[Push::new("octocat", "production"), other]).await;
    let alice = world.visitor("alice", "octo-org/octo-repo=read").await;
    for path in ["/console/pending", "/console/runs", "/console/runs?repository=other-org%2Fsecret"] {
        let page = alice.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.has("Hidden") && !page.has(&format!("runs/{SECOND}")), "{path}: {}", page.body);
    }
    for path in [SECOND.to_string(), format!("{SECOND}/jobs"), "7".to_owned(), "x".to_owned()] {
        let page = alice.get(&format!("/console/runs/{path}")).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.has("There is no such run"), "{path}");
    }
    assert!(alice.get("/console/runs").await.has(&format!("/console/runs/{RUN}")));
    let root = world.visitor("root", "*=admin").await;
    assert!(root.get("/console/runs").await.has(&format!("/console/runs/{SECOND}")));
}

#[tokio::test]
async fn runs_are_listed_by_pages_and_filters() {
    let pushes: Vec<Push> = (1..=120).map(|_| Push::new("octocat", "production")).collect();
    let world = World::new(&pushes).await;
    let alice = world.visitor("alice", "octo-org/*=read").await;
    let numbers = |page: &crate::world::Answer| -> Vec<u64> {
        let links = page.body.split("href=\"/console/runs/").skip(1);
        links.filter_map(|rest| rest.split('"').next()?.parse().ok()).collect()
    };
    let mut path = "/console/runs?repository=Octo-Org%2Focto-repo&status=waiting".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = alice.get(&path).await;
        seen.extend(numbers(&page));
        let Some((_, rest)) = page.body.split_once("class=\"button\" href=\"/console/runs?repository=")
        else {
            break;
        };
        let next = rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        path = format!("/console/runs?repository={next}");
    }
    assert_eq!(seen, (RUN..RUN + 120).rev().collect::<Vec<_>>());
    assert!(alice.get("/console/runs?status=success").await.has("No run is like that"));
    assert_eq!(alice.answer(RUN, "production", "reject").await.status, 303);
    for (status, expected) in [("failure", 1), ("completed", 1), ("in_progress", 0), ("nonsense", 50)] {
        let page = alice.get(&format!("/console/runs?status={status}")).await;
        assert_eq!(numbers(&page).len(), expected, "{status}");
    }
}

#[tokio::test]
async fn hostile_names_stay_text() {
    let name = "<script>alert(1)</script>\"'&";
    let hostile = Environment {
        wait_minutes: 30,
        ..Environment::unprotected(number::of_environment(REPOSITORY, name), name, Timestamp::UNIX_EPOCH)
            .unwrap()
    };
    let push = Push {
        title: "</a><img src=x onerror=alert(1)>".to_owned(),
        environments: vec![name.to_owned()],
        ..Push::new("octocat", name)
    };
    let world = World::with(&[push], vec![hostile]).await;
    let root = world.visitor("root", "*=admin").await;
    for path in ["pending", "runs", &format!("runs/{RUN}"), &format!("runs/{RUN}/jobs")] {
        let page = root.get(&format!("/console/{path}")).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.has("alert(1)"), "{path}");
        assert!(!page.has("<script>alert") && !page.has("<img"), "{path}: {}", page.body);
    }
    let page = root.get("/console/runs?repository=%22%3E%3Cimg%3E").await;
    assert!(!page.has("<img"), "{}", page.body);
}

#[tokio::test]
async fn every_page_tells_the_browser_to_trust_nothing_else() {
    let world = World::new(&[Push::new("octocat", "production")]).await;
    let root = world.visitor("root", "*=admin").await;
    for path in [
        "/console/pending",
        "/console/pending/news?seen=0",
        "/console/runs",
        &format!("/console/runs/{RUN}"),
        "/console/sign-in",
        "/console/nothing",
        "/console/runs/9",
    ] {
        let page = root.get(path).await;
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(page.header(name), value, "{path}: {name}");
        }
        assert!(!page.has(" style=") && !page.has("<style") && !page.has(" onclick"), "{path}");
        assert!(!page.has("http://") && !page.has("https://"), "{path}: {}", page.body);
    }
    let page = root.get("/console/runs").await;
    for (start, kind) in
        [("/console/assets/console.css", "text/css"), ("/console/assets/htmx.js", "text/javascript")]
    {
        let rest = page.body.split_once(start).unwrap().1.split('"').next().unwrap();
        let asset = root.get(&format!("{start}{rest}")).await;
        assert_eq!(asset.status, 200);
        assert!(asset.header("content-type").starts_with(kind));
        assert!(asset.header("cache-control").contains("immutable"));
        assert_eq!(asset.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn an_open_page_learns_that_something_else_waits() {
    let world = World::new(&[Push::new("octocat", "production")]).await;
    let alice = world.visitor("alice", "octo-org/*=read").await;
    let page = alice.get("/console/pending").await;
    let news = page.body.split_once("hx-get=\"").unwrap().1.split('"').next().unwrap().to_owned();
    assert!(!alice.get(&news).await.has("What waits has changed"));
    assert_eq!(alice.answer(RUN, "production", "approve").await.status, 303);
    assert!(alice.get(&news).await.has("What waits has changed"));
}
