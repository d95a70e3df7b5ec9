//! The trust map: which jobs open which roles, and who stands between.

use daypass_github::gate::{BranchPolicy, Environment, Reviewer};
use daypass_github::hosting::number;
use daypass_testkit::seed;
use jiff::Timestamp;
use serde_json::json;

use crate::world::{Answer, REPOSITORY, ROLE, World};

const SUB: &str = "token.actions.githubusercontent.com:sub";
const AUD: &str = "token.actions.githubusercontent.com:aud";

fn environment(name: &str) -> Environment {
    let id = number::of_environment(REPOSITORY, name);
    Environment::unprotected(id, name, Timestamp::UNIX_EPOCH).unwrap()
}

/// The rows of the table: job, role, who stands between.
fn rows(page: &Answer) -> Vec<(String, String, String)> {
    let text = |cell: &str| -> String {
        let first = cell.split_once('>').unwrap().1.trim_start_matches("<a href=\"");
        let first = if let Some((_, rest)) = first.split_once("\">") { rest } else { first };
        first.split('<').next().unwrap().trim().to_owned()
    };
    let rows = page.body.split("<tr><th scope=\"row\">").skip(1);
    rows.map(|row| {
        let cells: Vec<&str> = row.split("<td").skip(1).collect();
        (text(cells[0]), text(cells[1]), text(cells[2]))
    })
    .collect()
}

fn row(job: &str, role: &str, guard: &str) -> (String, String, String) {
    (job.to_owned(), role.to_owned(), guard.to_owned())
}

#[tokio::test]
async fn ways_to_roles_are_told_with_who_stands_between() {
    let environments = vec![
        environment("open"),
        Environment { branches: BranchPolicy::Selected, ..environment("some-branches") },
    ];
    let world = World::with(&[], environments).await;
    let any = |subject: &str| {
        seed::trust_where(
            &json!({ "StringLike": { SUB: format!("repo:{REPOSITORY}:{subject}") }, "StringEquals": { AUD: seed::AUDIENCE } }),
        )
    };
    world.sandbox.create_role("of-environments", &any("environment:*")).await;
    world.sandbox.create_role("of-main", &any("ref:refs/heads/main")).await;
    world.sandbox.create_role("of-tags", &any("ref:refs/tags/*")).await;
    world.sandbox.create_role("of-pull-requests", &any("pull_request")).await;
    world.sandbox.create_role("of-others", &seed::trust("repo:other-org/other:ref:refs/heads/main")).await;
    let from = json!({ "StringLike": { SUB: format!("repo:{REPOSITORY}:environment:staging") },
        "StringEquals": { AUD: seed::AUDIENCE }, "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } });
    world.sandbox.create_role("of-an-address", &seed::trust_where(&from)).await;
    let root = world.visitor("root", "*=admin").await;
    let page = root.get("/console/trust").await;
    let mut found = rows(&page);
    found.sort();
    let mut expected = vec![
        row("environment production", ROLE, "a person"),
        row("environment production", "of-environments", "a person"),
        row("environment staging", "of-an-address", "a rule only"),
        row("environment staging", "of-environments", "a rule only"),
        row("environment some-branches", "of-environments", "a rule only"),
        row("environment open", "of-environments", "nobody"),
        row("push to main", "of-main", "nobody"),
        row("push of a tag", "of-tags", "nobody"),
        row("pull request", "of-pull-requests", "nobody"),
        row("pull request from a fork, by pull_request_target", "of-main", "nobody"),
    ];
    expected.sort();
    assert_eq!(found, expected, "{}", page.body);
    assert_eq!(
        page.lacks(&[
            "depends on aws:SourceIp",
            "<strong>5</strong> pass nobody",
            "<strong>3</strong> pass a timer",
            "<strong>2</strong> need a person",
            "arn:aws:iam::123456789012:role/of-others",
            "1 kinds of jobs open nothing",
            "octo-org/octo-repo: push to another branch",
            "a wait of 30 minutes",
            "one of its reviewers approves, never who started the run",
        ]),
        [""; 0],
        "{}",
        page.body
    );
    assert_eq!(page.body.matches("class=\"red\"").count(), 5 + 1, "the ways and the legend");
    assert!(page.has("role=\"img\""));
}

#[tokio::test]
async fn a_hostile_name_stays_text_in_the_drawing() {
    let name = "</title><script>alert(1)</script>";
    let open = Environment { reviewers: vec![Reviewer::User(1)], ..environment(name) };
    let world = World::with(&[], vec![open]).await;
    let like = json!({ "StringLike": { SUB: "repo:*" }, "StringEquals": { AUD: seed::AUDIENCE } });
    let like = json!({ "StringLike": { SUB: format!("repo:{REPOSITORY}:*") }, "StringEquals": like["StringEquals"] });
    world.sandbox.create_role("wide", &seed::trust_where(&like)).await;
    let root = world.visitor("root", "*=admin").await;
    let page = root.get("/console/trust").await;
    assert!(page.has("alert(1)"));
    assert!(!page.has("<script>alert"), "{}", page.body);
}

#[tokio::test]
async fn what_is_too_much_is_left_out_and_counted() {
    let environments = (0..300).map(|number| environment(&format!("e{number}"))).collect();
    let world = World::with(&[], environments).await;
    let root = world.visitor("root", "*=admin").await;
    let page = root.get("/console/trust").await;
    assert!(page.has("107 of 307 kinds of jobs were left out: the map looks at 200."), "{}", page.body);
}
