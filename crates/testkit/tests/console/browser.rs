//! The console in Chromium: with the mouse, with the keyboard alone, with scripting off, in the dark, on a phone.
//!
//! Pictures are kept under `target/console-screenshots`, for whoever wants to see what the pages look like.

use std::path::PathBuf;

use daypass_testkit::browser::{Browser, ENTER, TAB};
use daypass_testkit::seed;
use serde_json::json;

use crate::world::{Push, ROLE, RUN, SECOND, World};

/// Where a picture is kept: beside the programs that cargo builds.
fn picture(name: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let target = program.ancestors().nth(3).unwrap();
    target.join("console-screenshots").join(format!("{name}.png"))
}

/// The page that the browser is at in four forms: wide and narrow, light and dark.
async fn pictures(browser: &Browser, name: &str) {
    for (scheme, width, height, form) in [
        ("light", 1_280, 900, "light"),
        ("dark", 1_280, 900, "dark"),
        ("light", 390, 844, "phone"),
        ("dark", 390, 844, "phone-dark"),
    ] {
        browser.prefer(scheme).await;
        browser.resize(width, height).await;
        assert_eq!(
            browser.script("return document.documentElement.scrollWidth <= innerWidth").await,
            json!(true),
            "{name} is too wide for {width}"
        );
        browser.picture(&picture(&format!("{name}-{form}"))).await;
    }
    browser.prefer("light").await;
    browser.resize(1_280, 900).await;
}

async fn sign_in(browser: &Browser, world: &World, token: &str) {
    browser.go(&format!("{}/", world.sandbox.github_url())).await;
    let field = browser.find("#token").await;
    browser.write(&field, token).await;
    browser.click(&browser.find("button[type=submit]").await).await;
    browser.find("h1").await;
}

/// Two runs that wait, the second of which changes the workflow.
fn pushes() -> Vec<Push> {
    vec![
        Push { title: "Ship the new start page".to_owned(), ..Push::new("octocat", "production") },
        Push {
            sha: 'b',
            title: "Make the start page quicker".to_owned(),
            step: "make deploy FAST=yes".to_owned(),
            ..Push::new("hubot", "production")
        },
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_waiting_job_to_its_deploy() {
    let world = World::new(&pushes()[..1]).await;
    world.user("bob", "octo-org/*=read").await;
    let token = world.user("alice", "*=admin").await;
    let browser = Browser::start(&[]).await;
    browser.go(&format!("{}/console/pending", world.sandbox.github_url())).await;
    browser.find("#token").await;
    pictures(&browser, "sign-in").await;
    let wrong = browser.find("#token").await;
    browser.write(&wrong, "daypass_pat_0").await;
    browser.click(&browser.find("button[type=submit]").await).await;
    browser.wait_for("This token is nobody's").await;
    pictures(&browser, "sign-in-wrong").await;
    sign_in(&browser, &world, &token).await;
    browser.wait_for("One deployment waits at its gate").await;
    browser.wait_for("s3:PutObject").await;
    pictures(&browser, "pending").await;

    assert_eq!(browser.script("return typeof htmx").await, json!("object"));
    // Somebody pushes while the page is open, and what was typed stays.
    let comment = browser.find("textarea").await;
    browser.write(&comment, "looked at the diff").await;
    world.push(&pushes()[1]).await;
    browser.wait_for("2 deployments wait now").await;
    browser.picture(&picture("pending-news")).await;
    browser.click(&browser.find("button[value=approve]").await).await;
    browser.wait_for("You approved the deployment.").await;
    assert!(browser.url().await.ends_with(&format!("/console/runs/{RUN}?done=approve")));
    browser.wait_for("looked at the diff").await;

    // The page that is open shows the deploy without being loaded again.
    world.deploy(RUN).await;
    browser.wait_for("1 issued").await;
    browser.wait_for("s3://my-prod-bucket/index.html").await;
    pictures(&browser, "run").await;
    browser.click(&browser.find("a[href^='/console/trail/']").await).await;
    browser.wait_for("What is behind it").await;
    pictures(&browser, "event").await;
    browser.click(&browser.find(".chain a[href^='/console/runs/']").await).await;
    browser.find(&format!("a[href='/console/runs?repository={}']", "octo-org/octo-repo")).await;

    browser.go(&format!("{}/console/pending", world.sandbox.github_url())).await;
    browser.wait_for("make deploy FAST=yes").await;
    pictures(&browser, "pending-changes").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_pages_have_a_look_of_their_own() {
    let world = World::new(&pushes()).await;
    let token = world.user("alice", "*=admin").await;
    let any = |subject: &str| {
        seed::trust_where(&json!({
            "StringLike": { "token.actions.githubusercontent.com:sub": subject },
            "StringEquals": { "token.actions.githubusercontent.com:aud": seed::AUDIENCE },
        }))
    };
    world.sandbox.create_role("deploy-staging", &any("repo:octo-org/octo-repo:environment:staging")).await;
    world.sandbox.create_role("build-cache", &any("repo:octo-org/octo-repo:*")).await;
    let alice = world.sign_in(&token).await;
    assert_eq!(alice.answer(RUN, "production", "approve").await.status, 303);
    world.deploy(RUN).await;
    let browser = Browser::start(&[]).await;
    sign_in(&browser, &world, &token).await;
    for (name, path, text) in [
        ("runs", "runs", "Ship the new start page"),
        ("trust", "trust", "The same in words"),
        ("roles", "roles", "build-cache"),
        ("role", &format!("roles/123456789012/{ROLE}"), "What it may do"),
        ("trail", "trail", "PutObject"),
        ("nothing", "runs/1", "There is no such run"),
    ] {
        browser.go(&format!("{}/console/{path}", world.sandbox.github_url())).await;
        browser.wait_for(text).await;
        pictures(&browser, name).await;
    }
    browser.click(&browser.find(".out button").await).await;
    browser.find("#token").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_is_enough() {
    let world = World::new(&pushes()).await;
    let token = world.user("alice", "octo-org/*=read").await;
    let browser = Browser::start(&[]).await;
    browser.go(&format!("{}/console/pending", world.sandbox.github_url())).await;
    browser.find("#token").await;
    browser.press(&format!("{token}{ENTER}")).await;
    browser.wait_for("2 deployments wait").await;
    // The first stop leads past everything to the content.
    browser.press(&TAB.to_string()).await;
    assert!(browser.focus().await.ends_with("Skip to the content"), "{}", browser.focus().await);
    browser.press(&ENTER.to_string()).await;
    let mut stops = Vec::new();
    while stops.last().is_none_or(|stop: &String| !stop.starts_with("comment=")) {
        assert!(stops.len() < 20, "{stops:?}");
        browser.press(&TAB.to_string()).await;
        stops.push(browser.focus().await);
    }
    browser.press("by hand").await;
    browser.press(&TAB.to_string()).await;
    assert_eq!(browser.focus().await, "answer=approve Approve");
    browser.picture(&picture("keyboard")).await;
    browser.press(&ENTER.to_string()).await;
    browser.wait_for("You approved the deployment.").await;
    browser.wait_for("by hand").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scripting_is_not_needed() {
    let world = World::new(&pushes()).await;
    let token = world.user("alice", "octo-org/*=read").await;
    let browser = Browser::start(&["--blink-settings=scriptEnabled=false"]).await;
    sign_in(&browser, &world, &token).await;
    browser.wait_for("2 deployments wait").await;
    browser.click(&browser.find("button[value=approve]").await).await;
    browser.wait_for("You approved the deployment.").await;
    assert_eq!(
        browser.script("return typeof htmx").await,
        json!("undefined"),
        "no script of the page has run"
    );
    browser.go(&format!("{}/console/pending", world.sandbox.github_url())).await;
    browser.click(&browser.find("button[value=reject]").await).await;
    browser.wait_for("You rejected the deployment.").await;
    assert!(browser.url().await.contains(&SECOND.to_string()));
    browser.picture(&picture("without-scripting")).await;
}
