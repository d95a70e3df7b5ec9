//! `daypass validate` as it is typed: its output, letter by letter, and its exit status.
//!
//! A case is a file in `cases/` with its output in a file of the same name and `.txt` after it.

#![expect(clippy::disallowed_methods, reason = "the tests start the program, and read files")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/validate/cases")
}

fn validate(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_daypass"))
        .current_dir(cases())
        .arg("validate")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input closes it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn texts(output: &Output) -> (String, String, Option<i32>) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

fn expected(name: &str) -> String {
    fs::read_to_string(cases().join(name)).unwrap()
}

#[test]
fn every_case_is_shown_as_it_is_written_down() {
    for (file, status) in [
        ("broken.json", 1),
        ("changes.json", 1),
        ("deploy-policy.json", 1),
        ("open-trust-policy.json", 0),
        ("plan.json", 1),
        ("policy.yaml", 1),
        ("template.json", 1),
        ("template.yaml", 1),
        ("trust-policy.json", 0),
    ] {
        let (output, errors, code) = texts(&validate(&[file], b""));
        assert_eq!(output, expected(&format!("{file}.txt")), "{file}");
        assert_eq!((errors.as_str(), code), ("", Some(status)), "{file}");
    }
}

#[test]
fn the_json_format_has_every_finding() {
    let (output, _, code) = texts(&validate(&["--format", "json", "open-trust-policy.json"], b""));
    assert_eq!(output, expected("open-trust-policy.json.list.json"));
    assert_eq!(code, Some(0));
    let (output, _, code) = texts(&validate(&["--format", "json", "trust-policy.json"], b""));
    assert_eq!((output.as_str(), code), ("[]\n", Some(0)));
}

#[test]
fn standard_input_is_read_for_a_dash() {
    let policy = fs::read(cases().join("deploy-policy.json")).unwrap();
    let (output, _, code) = texts(&validate(&["-"], &policy));
    assert_eq!(output, expected("deploy-policy.json.txt").replace("deploy-policy.json", "-"));
    assert_eq!(code, Some(1));
}

#[test]
fn several_files_are_summed_up() {
    let (output, _, code) = texts(&validate(&["trust-policy.json", "open-trust-policy.json"], b""));
    assert!(output.ends_with("\n2 policies: 1 security warning\n"), "{output}");
    assert_eq!(code, Some(0));
}

#[test]
fn the_kind_may_be_said() {
    let (output, _, code) = texts(&validate(&["--kind", "identity", "trust-policy.json"], b""));
    assert!(output.contains("error[UNSUPPORTED_PRINCIPAL]"), "{output}");
    assert!(output.contains("error[MISSING_RESOURCE]"), "{output}");
    assert_eq!(code, Some(1));
    let everything =
        br#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    for (kind, status) in
        [("scp", 0), ("session", 0), ("boundary", 0), ("resource", 1), ("rcp", 1), ("trust", 1)]
    {
        let (output, _, code) = texts(&validate(&["--kind", kind, "-"], everything));
        assert_eq!(code, Some(status), "{kind}: {output}");
    }
}

#[test]
fn what_cannot_be_read_has_a_status_of_its_own() {
    for (arguments, input, wanted) in [
        (
            &["no-such-file.json"][..],
            &b""[..],
            "error: cannot read `no-such-file.json`: No such file or directory (os error 2)\n",
        ),
        (&["-"], b"\xff\xfe", "error: cannot read `-`: it is no UTF-8 text\n"),
        (&["-"], b"", "error: cannot read `-`: it holds nothing\n"),
        (
            &["no-such-file.json", "deploy-policy.json"],
            b"",
            "error: cannot read `no-such-file.json`: No such file or directory (os error 2)\n",
        ),
    ] {
        let (output, errors, code) = texts(&validate(arguments, input));
        assert_eq!((errors.as_str(), code), (wanted, Some(2)), "{arguments:?}: {output}");
    }
    let (_, errors, code) = texts(&validate(&["-"], b"a: [1, 2\nb: }"));
    assert!(errors.starts_with("error: cannot read `-`: "), "{errors}");
    assert_eq!(code, Some(2));
    let (_, _, code) = texts(&validate(&[], b""));
    assert_eq!(code, Some(2));
}

#[test]
fn hostile_files_end_soon() {
    let deep = format!("a: {}", "[".repeat(200));
    assert_eq!(texts(&validate(&["-"], deep.as_bytes())).2, Some(2));
    let laughs = "Resources:\n  a: &a [x, x]\n  b: &b [*a, *a]\n  c: &c [*b, *b]\n  d: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: {Statement: *c}}}\n";
    let (output, _, code) = texts(&validate(&["-"], laughs.as_bytes()));
    assert_eq!(code, Some(0), "{output}");
    assert!(output.contains("UNKNOWN_UNTIL_DEPLOYED"), "{output}");
    let escapes = "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"\\u001b[2J\", \"Action\": \"*\", \"Resource\": \"*\"}}";
    let (output, _, code) = texts(&validate(&["-"], escapes.as_bytes()));
    assert!(!output.contains('\u{1b}'), "{output:?}");
    assert_eq!(code, Some(1));
}
