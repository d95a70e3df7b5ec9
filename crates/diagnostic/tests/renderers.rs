//! What the renderers write.

use daypass_diagnostic::{
    Extent, Finding, Location, Path, Point, Severity, Source, Style, json, summary, terminal,
};

const TEXT: &str = "{\n  \"a\": \"ü\u{1b}x\"\n}\n";

fn finding() -> Finding {
    let extent = Extent::of(TEXT, 9..14);
    let path = Path::default().member("a").item(0).member("b");
    Finding::new(
        Severity::SecurityWarning,
        "SOME_CHECK",
        "the value `\u{1b}x` is odd",
        Location { path, extent },
    )
    .mend("write it otherwise")
}

const SOURCE: Source<'_> = Source { name: "some\u{7}.json", text: TEXT };

#[test]
fn a_finding_is_shown_with_its_line_and_no_control_characters() {
    let shown = terminal(SOURCE, &finding(), Style::Plain);
    assert!(shown.starts_with("security warning[SOME_CHECK]: the value `\u{fffd}x` is odd\n"), "{shown}");
    assert!(shown.contains("some\u{fffd}.json:2:8"), "{shown}");
    assert!(shown.contains("help: write it otherwise"), "{shown}");
    assert!(!shown.contains(['\u{1b}', '\u{7}']), "{shown:?}");
}

#[test]
fn a_finding_outside_of_the_text_is_shown_all_the_same() {
    let point = Point { offset: 1_000, line: 90, column: 1 };
    let location = Location { path: Path::default(), extent: Extent { start: point, end: point } };
    let lost = Finding::new(Severity::Error, "LOST", "it is not there", location);
    assert!(terminal(SOURCE, &lost, Style::Plain).starts_with("error[LOST]: it is not there\n"));
    let nowhere = Finding { locations: Vec::new(), ..lost };
    assert!(terminal(SOURCE, &nowhere, Style::Plain).contains("it is not there"));
    // Within a character of two bytes.
    let split = Location {
        path: Path::default(),
        extent: Extent {
            start: Point { offset: 11, line: 2, column: 9 },
            end: Point { offset: 11, line: 2, column: 9 },
        },
    };
    let split = Finding::new(Severity::Error, "SPLIT", "half", split);
    assert!(terminal(SOURCE, &split, Style::Plain).contains("half"));
}

#[test]
fn machines_get_paths_lines_columns_and_offsets() {
    let text = json(&[(SOURCE, &[finding()])]);
    let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(
        value,
        serde_json::json!([{
            "file": "some\u{7}.json",
            "severity": "SECURITY_WARNING",
            "code": "SOME_CHECK",
            "message": "the value `\u{1b}x` is odd",
            "mend": "write it otherwise",
            "locations": [{
                "path": "a[0].b",
                "start": {"offset": 9, "line": 2, "column": 8},
                "end": {"offset": 14, "line": 2, "column": 12},
            }],
        }])
    );
}

#[test]
fn findings_are_counted_by_severity() {
    let one = finding();
    let error = Finding { severity: Severity::Error, ..one.clone() };
    assert_eq!(summary([&one, &error, &error]), "2 errors, 1 security warning");
    assert_eq!(summary([]), "no findings");
}
