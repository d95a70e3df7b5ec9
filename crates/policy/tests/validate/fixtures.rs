//! A fixture is a file named by the code of a check: the kind of the policy, a policy that has the finding, the
//! findings of that code, and a policy that has it not.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use daypass_diagnostic::Finding;
use daypass_policy::Kind;
use daypass_policy::validate::{Options, codes, validate};

struct Fixture {
    code: String,
    kind: Kind,
    resource_type: Option<String>,
    wrong: String,
    expected: String,
    right: String,
}

fn fixtures() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/validate/fixtures");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Fixture {
    let text = fs::read_to_string(path).unwrap();
    let (head, rest) = text.split_once('\n').unwrap();
    let (wrong, rest) = rest.split_once("\nfinds\n").unwrap();
    let (expected, right) = rest.split_once("but not in\n").unwrap();
    let (kind, resource_type) = head.split_once(' ').unwrap_or((head, ""));
    Fixture {
        code: path.file_stem().unwrap().to_str().unwrap().to_owned(),
        kind: match kind {
            "identity" => Kind::Identity,
            "resource" => Kind::Resource,
            "trust" => Kind::Trust,
            "scp" => Kind::ServiceControl,
            "rcp" => Kind::ResourceControl,
            other => panic!("{}: the kind `{other}`", path.display()),
        },
        resource_type: (!resource_type.is_empty()).then(|| resource_type.to_owned()),
        wrong: wrong.to_owned(),
        expected: expected.to_owned(),
        right: right.to_owned(),
    }
}

impl Fixture {
    /// The findings of this fixture's code, one a line.
    fn found(&self, text: &str) -> String {
        let options = Options { resource_type: self.resource_type.as_deref() };
        let findings = validate(self.kind, text, options);
        let own = findings.iter().filter(|finding| finding.code == self.code);
        own.map(|finding| format!("{}\n", shown(finding))).collect()
    }
}

fn shown(finding: &Finding) -> String {
    let location = finding.primary().unwrap();
    let start = location.extent.start;
    format!(
        "{} {}:{} [{}] {}; {}",
        finding.severity.name(),
        start.line,
        start.column,
        location.path,
        finding.message,
        finding.mend.as_deref().unwrap()
    )
}

#[test]
fn every_check_finds_what_it_is_about_and_nothing_else() {
    let mut different = String::new();
    for fixture in fixtures() {
        let found = fixture.found(&fixture.wrong);
        if found != fixture.expected || found.is_empty() {
            different.push_str(&format!("@@@ {}\n{found}", fixture.code));
        }
        let found = fixture.found(&fixture.right);
        if !found.is_empty() {
            different.push_str(&format!("@@@ {} where it is right\n{found}", fixture.code));
        }
    }
    assert!(different.is_empty(), "{different}");
}

#[test]
fn every_check_has_a_fixture() {
    let covered: BTreeSet<String> = fixtures().into_iter().map(|fixture| fixture.code).collect();
    let missing: Vec<&str> = codes().filter(|code| !covered.contains(*code)).collect();
    assert_eq!(missing, ["POLICY_TOO_LONG"], "its fixture would be a long file; `whole.rs` tests it");
}

#[test]
fn what_is_right_has_no_errors_of_another_kind() {
    for fixture in fixtures() {
        let options = Options { resource_type: fixture.resource_type.as_deref() };
        let errors: Vec<String> = validate(fixture.kind, &fixture.right, options)
            .iter()
            .filter(|finding| finding.severity == daypass_diagnostic::Severity::Error)
            .map(|finding| format!("{} {}", finding.code, shown(finding)))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", fixture.code);
    }
}
