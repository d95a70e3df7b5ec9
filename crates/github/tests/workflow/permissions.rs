//! Who may ask for an identity token.

use daypass_github::Event;
use daypass_github::workflow::{Asking, Caller, DefaultPermissions, granted};

use crate::parse;

/// A workflow with these `permissions` at its top and at its one job, `j`.
fn workflow(top: &str, job: &str) -> String {
    let line = |said: &str, indent: &str| {
        if said.is_empty() { String::new() } else { format!("{indent}permissions: {said}\n") }
    };
    format!(
        "on: push\n{}jobs:\n  j:\n{}    runs-on: x\n    steps: [{{run: x}}]\n",
        line(top, ""),
        line(job, "    ")
    )
}

struct Row {
    event: &'static str,
    from_fork: bool,
    actor: &'static str,
    default: DefaultPermissions,
    top: &'static str,
    job: &'static str,
}

const ROW: Row = Row {
    event: "push",
    from_fork: false,
    actor: "octocat",
    default: DefaultPermissions::Restricted,
    top: "",
    job: "",
};

fn shown(row: &Row) -> String {
    let workflow = parse(&workflow(row.top, row.job));
    let granted = granted(&Asking {
        event: Event::from_name(row.event).unwrap(),
        from_fork: row.from_fork,
        actor: row.actor,
        default: row.default,
        callers: &[],
        workflow: &workflow,
        job: &workflow.jobs[0],
    })
    .unwrap();
    let scopes: Vec<_> = granted.scopes.iter().map(|(scope, level)| format!("{scope}: {level}")).collect();
    let token = &granted.id_token;
    assert_eq!(token.granted, granted.scopes.contains_key("id-token"), "{}", token.reason);
    format!("{} {}", token.line, if scopes.len() > 4 { "many".to_owned() } else { scopes.join(", ") })
}

#[test]
fn what_a_job_has() {
    let permissive = DefaultPermissions::Permissive;
    let fork = |event| Row { event, from_fork: true, top: "{id-token: write, contents: write}", ..ROW };
    let bot = |top| Row { actor: "dependabot[bot]", default: permissive, top, ..ROW };
    for (row, expected) in [
        (ROW, "3 contents: read, packages: read"),
        (Row { default: permissive, ..ROW }, "3 many"),
        (Row { top: "{id-token: write}", ..ROW }, "2 id-token: write"),
        (Row { top: "{id-token: none}", default: permissive, ..ROW }, "2 "),
        (Row { top: "{contents: read}", default: permissive, ..ROW }, "2 contents: read"),
        (Row { top: "{}", default: permissive, ..ROW }, "2 "),
        (Row { top: "read-all", ..ROW }, "2 many"),
        (Row { job: "{id-token: write}", ..ROW }, "4 id-token: write"),
        (Row { top: "{id-token: write}", job: "{contents: read}", ..ROW }, "5 contents: read"),
        (Row { top: "write-all", job: "{}", ..ROW }, "5 "),
        (Row { top: "{}", job: "{id-token: write, issues: read}", ..ROW }, "5 id-token: write, issues: read"),
        (fork("pull_request"), "2 contents: read"),
        (fork("pull_request_review"), "2 contents: read"),
        (fork("pull_request_review_comment"), "2 contents: read"),
        (fork("pull_request_target"), "2 contents: write, id-token: write"),
        (fork("issue_comment"), "2 contents: write, id-token: write"),
        (Row { from_fork: false, ..fork("pull_request") }, "2 contents: write, id-token: write"),
        (bot(""), "3 contents: read, packages: read"),
        (bot("{id-token: write}"), "2 id-token: write"),
        (Row { event: "pull_request", ..bot("") }, "3 contents: read, packages: read"),
        (Row { event: "workflow_run", ..bot("") }, "3 many"),
    ] {
        let what = format!("{} {} {:?} {:?}", row.event, row.actor, row.top, row.job);
        assert_eq!(shown(&row), expected, "{what}");
    }
}

#[test]
fn write_all_gives_an_identity_token_and_the_default_does_not() {
    for (top, default, expected) in [
        ("write-all", DefaultPermissions::Restricted, true),
        ("read-all", DefaultPermissions::Permissive, false),
        ("", DefaultPermissions::Permissive, false),
    ] {
        let workflow = parse(&workflow(top, ""));
        let asking = Asking {
            event: Event::PUSH,
            from_fork: false,
            actor: "octocat",
            default,
            callers: &[],
            workflow: &workflow,
            job: &workflow.jobs[0],
        };
        assert_eq!(granted(&asking).unwrap().id_token.granted, expected, "{top:?}");
    }
}

#[test]
fn the_reason_names_the_line_that_decides() {
    let at = ".github/workflows/deploy.yml";
    for (top, job, from_fork, expected) in [
        (
            "",
            "",
            false,
            format!(
                "neither the job `j` ({at}:3) nor its workflow has `permissions`, and nobody has `id-token` by default: add `id-token: write`"
            ),
        ),
        (
            "",
            "{contents: read}",
            false,
            format!(
                "the `permissions` at {at}:4 do not name `id-token`, and what they do not name has nothing: add `id-token: write`"
            ),
        ),
        ("{id-token: none}", "", false, format!("`id-token: none` at {at}:2")),
        ("{id-token: write}", "", false, format!("`id-token: write` at {at}:2")),
        ("read-all", "", false, format!("`read-all` at {at}:2 holds no `id-token`, which cannot be read")),
        ("write-all", "", false, format!("`write-all` at {at}:2 holds `id-token: write`")),
        (
            "{id-token: write}",
            "",
            true,
            format!(
                "`id-token: write` at {at}:2, but the run is of a pull request from a fork, which can write nothing"
            ),
        ),
    ] {
        let workflow = parse(&workflow(top, job));
        let asking = Asking {
            event: Event::PULL_REQUEST,
            from_fork,
            actor: "octocat",
            default: DefaultPermissions::Restricted,
            callers: &[],
            workflow: &workflow,
            job: &workflow.jobs[0],
        };
        assert_eq!(granted(&asking).unwrap().id_token.reason, expected, "{top} {job}");
    }
}

/// The permissions of a caller's workflow and job, of the called workflow and job, and what comes of it.
#[test]
fn a_called_job_has_what_its_caller_has_or_less() {
    let restricted = DefaultPermissions::Restricted;
    let permissive = DefaultPermissions::Permissive;
    let refused = |what: &str| format!("refused: {what}");
    for (caller, called, default, trusted, expected) in [
        (("", "{id-token: write}"), ("", ""), restricted, true, "granted".to_owned()),
        (("{id-token: write}", ""), ("", ""), restricted, false, "granted".to_owned()),
        (("write-all", ""), ("", "{id-token: write}"), restricted, false, "granted".to_owned()),
        (("", "{id-token: write}"), ("{id-token: write}", ""), restricted, false, "granted".to_owned()),
        (("", "{id-token: write}"), ("{id-token: none}", ""), restricted, true, "not".to_owned()),
        (("", "{id-token: write}"), ("", "{}"), restricted, true, "not".to_owned()),
        (("", ""), ("", ""), permissive, true, "not".to_owned()),
        (
            ("", ""),
            ("", "{id-token: write}"),
            restricted,
            true,
            refused(
                "The nested job 'j' is requesting 'id-token: write', but is only allowed 'id-token: none'.",
            ),
        ),
        (("", ""), ("", "{id-token: write}"), permissive, true, "granted".to_owned()),
        (
            ("", ""),
            ("", "{id-token: write}"),
            permissive,
            false,
            refused(
                "The nested job 'j' is requesting 'id-token: write', but is only allowed 'id-token: none'.",
            ),
        ),
        (
            ("{contents: read}", ""),
            ("{id-token: write, contents: write}", ""),
            restricted,
            true,
            refused(
                "The workflow is requesting 'contents: write, id-token: write', but is only allowed 'contents: read, id-token: none'.",
            ),
        ),
        (
            ("{id-token: write}", "{contents: read}"),
            ("", "{id-token: write}"),
            restricted,
            true,
            refused(
                "The nested job 'j' is requesting 'id-token: write', but is only allowed 'id-token: none'.",
            ),
        ),
    ] {
        let line = |said: &str, indent: &str| {
            if said.is_empty() { String::new() } else { format!("{indent}permissions: {said}\n") }
        };
        let outer = parse(&format!(
            "on: push\n{}jobs:\n  c:\n{}    uses: ./.github/workflows/x.yml\n",
            line(caller.0, ""),
            line(caller.1, "    ")
        ));
        let inner = parse(&workflow(called.0, called.1));
        let callers = [Caller { workflow: &outer, job: &outer.jobs[0], is_trusted: trusted }];
        let asking = Asking {
            event: Event::PUSH,
            from_fork: false,
            actor: "octocat",
            default,
            callers: &callers,
            workflow: &inner,
            job: &inner.jobs[0],
        };
        let found = match granted(&asking) {
            Ok(granted) => if granted.id_token.granted { "granted" } else { "not" }.to_owned(),
            Err(error) => {
                let words = error.to_string();
                let (place, what) = words.split_once("x.yml'. ").unwrap();
                assert!(place.contains("Error calling workflow './.github/workflows/"), "{words}");
                format!("refused: {what}")
            }
        };
        assert_eq!(found, expected, "{caller:?} {called:?} {default:?} {trusted}");
    }
}

#[test]
fn a_fork_caps_a_called_job_too() {
    let outer = parse("on: push\npermissions: write-all\njobs: {c: {uses: ./.github/workflows/x.yml}}\n");
    let inner = parse(&workflow("", "{id-token: write, contents: write}"));
    let asking = Asking {
        event: Event::PULL_REQUEST,
        from_fork: true,
        actor: "octocat",
        default: DefaultPermissions::Permissive,
        callers: &[Caller { workflow: &outer, job: &outer.jobs[0], is_trusted: true }],
        workflow: &inner,
        job: &inner.jobs[0],
    };
    let granted = granted(&asking).unwrap();
    assert!(!granted.id_token.granted);
    assert_eq!(granted.scopes.get("contents").unwrap().name(), "read");
}
