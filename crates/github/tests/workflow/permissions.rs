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

const NOT_ALLOWED: &str =
    "The nested job 'j' is requesting 'id-token: write', but is only allowed 'id-token: none'.";

/// What the caller's workflow and job say, what the called workflow and job say, the default, whether both have one
/// owner, and what comes of it.
type Call = ([&'static str; 2], [&'static str; 2], DefaultPermissions, bool, &'static str);

const CALLS: [Call; 12] = {
    use DefaultPermissions::{Permissive, Restricted};
    const WRITE: &str = "{id-token: write}";
    [
        (["", WRITE], ["", ""], Restricted, true, "granted"),
        ([WRITE, ""], ["", ""], Restricted, false, "granted"),
        (["write-all", ""], ["", WRITE], Restricted, false, "granted"),
        (["", WRITE], [WRITE, ""], Restricted, false, "granted"),
        (["", WRITE], ["{id-token: none}", ""], Restricted, true, "not"),
        (["", WRITE], ["", "{}"], Restricted, true, "not"),
        (["", ""], ["", ""], Permissive, true, "not"),
        (["", ""], ["", WRITE], Restricted, true, NOT_ALLOWED),
        (["", ""], ["", WRITE], Permissive, true, "granted"),
        (["", ""], ["", WRITE], Permissive, false, NOT_ALLOWED),
        (
            ["{contents: read}", ""],
            ["{id-token: write, contents: write}", ""],
            Restricted,
            true,
            "The workflow is requesting 'contents: write, id-token: write', but is only allowed 'contents: read, \
             id-token: none'.",
        ),
        ([WRITE, "{contents: read}"], ["", WRITE], Restricted, true, NOT_ALLOWED),
    ]
};

/// What comes of a call.
fn called(call: &Call) -> String {
    let ([top, job], [called_top, called_job], default, is_trusted, _) = *call;
    let outer = workflow(top, job)
        .replace("    runs-on: x\n    steps: [{run: x}]\n", "    uses: ./.github/workflows/x.yml\n");
    let (outer, inner) = (parse(&outer), parse(&workflow(called_top, called_job)));
    let asking = Asking {
        event: Event::PUSH,
        from_fork: false,
        actor: "octocat",
        default,
        callers: &[Caller { workflow: &outer, job: &outer.jobs[0], is_trusted }],
        workflow: &inner,
        job: &inner.jobs[0],
    };
    match granted(&asking) {
        Ok(granted) => if granted.id_token.granted { "granted" } else { "not" }.to_owned(),
        Err(error) => {
            let words = error.to_string();
            let place = "Error calling workflow './.github/workflows/x.yml'. ";
            words.split_once(place).map_or(words.clone(), |(_, what)| what.to_owned())
        }
    }
}

#[test]
fn a_called_job_has_what_its_caller_has_or_less() {
    for call in CALLS {
        assert_eq!(called(&call), call.4, "{call:?}");
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
