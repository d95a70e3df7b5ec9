//! Files that are no workflows.

use std::fmt::Write as _;

use daypass_github::workflow::{WORKFLOW_BYTES_MAX, Workflow};

use crate::{PATH, parse};

const HEAD: &str = "on: push\njobs:\n";

fn refusal(text: &str) -> String {
    match Workflow::parse(PATH, text) {
        Ok(_) => "no refusal".to_owned(),
        Err(error) => error.to_string().strip_prefix(PATH).unwrap().to_owned(),
    }
}

fn job(id: &str, more: &str) -> String {
    format!("  {id}:\n    runs-on: x\n    steps: [{{run: x}}]\n{more}")
}

#[test]
fn each_has_its_reason_and_its_place() {
    let long = "x".repeat(100);
    for (text, expected) in [
        ("", ":1:1: the file holds no workflow"),
        ("# nothing\n", ":1:1: the file holds no workflow"),
        ("just words", ":1:1: a workflow is a map, not a text"),
        ("- a\n- b\n", ":1:1: a workflow is a map, not a list"),
        ("on: push\n", ":1:1: a workflow needs `jobs` with at least one job"),
        ("on: push\njobs: {}\n", ":2:1: a workflow needs `jobs` with at least one job"),
        ("on: push\njobs: [a]\n", ":2:7: `jobs` is a map, not a list"),
        ("on: push\njobs: {a: text}\n", ":2:11: the job `a` is a map, not a text"),
        ("on: push\njobs: {a: {runs-on: x}}\n", ":2:8: the job `a` has neither `steps` nor `uses`"),
        ("on: push\njobs: {a: {steps: []}}\n", ":2:12: the job `a` has neither `steps` nor `uses`"),
        (
            "on: push\njobs: {a: {uses: x, steps: [{run: x}]}}\n",
            ":2:21: the job `a` has both `steps` and `uses`; a job that calls a workflow has no steps of its own",
        ),
        ("on: push\non: pull_request\n", ":2:1: `on` is already defined at line 1"),
        ("on: push\nenv: {A: 1, a: 2}\n", ":2:13: `a` is already defined at line 2"),
        ("on: push\n---\non: push\n", ":2:1: a workflow is one document; a second one begins here"),
        (
            "on: push\nenv: &e {A: 1}\nx: {<<: *e}\n",
            ":3:5: GitHub has anchors and aliases but no merge keys: write out what `<<` would bring in",
        ),
        ("on: push\n? [a]\n: b\n", ":2:3: a key is a text, not a list or a map"),
        ("on: !!binary aa\n", ":1:5: the tag `binary` is unknown, or its value does not fit"),
        ("on: &a [*a]\n", ":1:9: the alias stands within what it stands for, and would never end"),
        (
            "on: push\njobs: {1a: {steps: [{run: x}]}}\n",
            ":2:8: `1a` is no id: it begins with a letter or `_` and has letters, digits, `-` and `_` only",
        ),
        (
            "on: push\njobs: {__a: {steps: [{run: x}]}}\n",
            ":2:8: `__a` is no id: ids that begin with `__` are reserved",
        ),
        (
            &format!("on: push\njobs:\n  {long}: {{steps: [{{run: x}}]}}\n"),
            &format!(":3:3: `{long}` is no id: it has fewer than 100 characters"),
        ),
        (
            "on: push\njobs: {a: {steps: [{id: x, run: x}, {id: X, run: x}]}}\n",
            ":2:42: the id `X` is taken by line 2",
        ),
        (
            &format!("{HEAD}{}{}", job("build", ""), job("b", "    needs: biuld\n")),
            ":9:12: the job `b` needs `biuld`, which is no job of this workflow; did you mean `build`?",
        ),
        (
            &format!("{HEAD}{}", job("a", "    needs: [zebra]\n")),
            ":6:13: the job `a` needs `zebra`, which is no job of this workflow",
        ),
        (&format!("{HEAD}{}", job("a", "    needs: [A]\n")), ":6:13: the jobs wait for each other: a -> a"),
        (
            &format!(
                "{HEAD}{}{}{}{}",
                job("z", "    needs: a\n"),
                job("a", "    needs: b\n"),
                job("b", "    needs: [d, c]\n"),
                job("c", "    needs: a\n") + &job("d", "")
            ),
            ":10:12: the jobs wait for each other: a -> b -> c -> a",
        ),
    ] {
        assert_eq!(refusal(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_yaml_has_its_place() {
    for (text, place) in [
        ("on: [push\njobs: x\n", ":2:"),
        ("on: push\n\tjobs: x\n", ":1:"),
        ("a: b: c\n", ":1:"),
        ("on: 'push\n", ":"),
        ("on: *nowhere\n", ":1:"),
        ("on: \"\\q\"\n", ":1:"),
    ] {
        let refusal = refusal(text);
        assert!(refusal.starts_with(place) && refusal.contains("it is no YAML: "), "{text:?}: {refusal}");
    }
}

#[test]
fn names_of_environments() {
    let of = |name: &str| format!("{HEAD}{}", job("a", &format!("    environment: \"{name}\"\n")));
    for name in ["production", "Production:V1", "Production%3AV1", "a b/ü", &"ü".repeat(255)] {
        let found = parse(&of(name)).jobs[0].environment.clone().unwrap().name.value;
        assert_eq!(found, name);
    }
    let expected = ":6:18: an environment's name has 255 characters at the most, not 256";
    assert_eq!(refusal(&of(&"x".repeat(256))), expected);
    assert_eq!(
        refusal(&of(&"x".repeat(256)).replace("environment: ", "environment:\n      name: ")),
        ":7:7: an environment's name has 255 characters at the most, not 256"
    );
    // An expression may be longer than what it stands for.
    assert_eq!(refusal(&of(&format!("${{{{ {} }}}}", "x".repeat(300)))), "no refusal");
}

#[test]
fn aliases_that_explode_are_refused() {
    let mut text = "on: push\na0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    let refusal = refusal(&text);
    assert!(
        refusal.ends_with("the file has more than 50000 values once its aliases are followed"),
        "{refusal}"
    );
}

#[test]
fn aliases_of_a_long_text_are_refused() {
    let text = format!("on: push\na: &a {}\nb: [{}]\n", "x".repeat(400_000), vec!["*a"; 100].join(", "));
    let refusal = refusal(&text);
    assert!(refusal.contains("bytes of text once its aliases are followed"), "{refusal}");
}

#[test]
fn limits() {
    let deep = format!("on: {}{}\n", "[".repeat(60), "]".repeat(60));
    assert!(refusal(&deep).ends_with("values nest deeper than 50"), "{}", refusal(&deep));
    let deeper = format!("on: {}\n", "[".repeat(100_000));
    assert_ne!(refusal(&deeper), "no refusal");
    let long = format!("on: push\nname: {}\n", "x".repeat(WORKFLOW_BYTES_MAX));
    assert!(refusal(&long).contains("GitHub starts no run for one over 512000"));
    let mut jobs = HEAD.to_owned();
    for number in 0..10_000 {
        writeln!(jobs, "  j{number}: {{uses: x}}").unwrap();
    }
    assert_eq!(refusal(&jobs), ":2:1: the workflow has 10000 jobs; at most 1000 are read");
    let steps = vec!["{run: x}"; 1_001].join(", ");
    let steps = format!("{HEAD}  a: {{runs-on: x, steps: [{steps}]}}\n");
    assert_eq!(refusal(&steps), ":3:19: the job `a` has 1001 steps; at most 1000 are read");
    let values = format!("on: push\nx: [{}]\n", vec!["1"; 60_000].join(","));
    assert!(refusal(&values).contains("more than 50000 values"));
}
