//! `.`, `[]`, `.*` and `[*]`.

use serde_json::json;

use crate::answers;

#[test]
fn members() {
    answers(
        "Contexts reference, About contexts",
        &[
            ("github.ref_name", json!("main")),
            ("github['ref_name']", json!("main")),
            ("GitHub.Ref_Name", json!("main")),
            ("github['REF_NAME']", json!("main")),
            ("github.event.issue.labels[1].name", json!("help wanted")),
            ("github.event.issue.labels['1'].name", json!("help wanted")),
            ("github.event.issue.labels[1.9].name", json!("help wanted")),
            ("github.missing", json!(null)),
            ("github.missing.further[0].still", json!(null)),
            ("github.actor.further", json!(null)),
            ("matrix.list[9]", json!(null)),
            ("matrix.list[-1]", json!(null)),
            ("matrix.list['x']", json!(null)),
            ("matrix.list.name", json!(null)),
            ("matrix.list[null]", json!(0)),
            ("matrix.list[true]", json!("one")),
            ("matrix.list[Infinity]", json!(null)),
            ("github[matrix.list]", json!(null)),
            ("(github).actor", json!("Mona")),
            ("(matrix.none || github).actor", json!("Mona")),
            ("needs.build.outputs.version", json!("1.2")),
            ("needs.build.outputs[format('{0}', 'version')]", json!("1.2")),
            ("fromJSON('{\"a\":{\"B\":[1,2]}}').A.b[1]", json!(2)),
            ("fromJSON('{\"a\":1,\"A\":2}').A", json!(2)),
            ("fromJSON('{\"1\":\"one\",\"true\":\"yes\",\"\":\"empty\"}')[1]", json!("one")),
            ("fromJSON('{\"1\":\"one\",\"true\":\"yes\",\"\":\"empty\"}')[true]", json!("yes")),
            ("fromJSON('{\"1\":\"one\",\"true\":\"yes\",\"\":\"empty\"}')[null]", json!("empty")),
            ("fromJSON('{\"true\":1}').true", json!(1)),
        ],
    );
}

#[test]
fn filters() {
    answers(
        "Evaluate expressions, Object filters",
        &[
            ("vars.fruits.*.name", json!(["apple", "orange", "pear"])),
            ("vars.fruits[*]['name']", json!(["apple", "orange", "pear"])),
            ("vars.vegetables.*.ediblePortions", json!([["roots", "stems", "leaves"], ["roots"]])),
            ("vars.vegetables.*.ediblePortions.*", json!(["roots", "stems", "leaves", "roots"])),
            ("vars.vegetables.*.ediblePortions[0]", json!(["roots", "roots"])),
            ("vars.vegetables.*.ediblePortions[1]", json!(["stems"])),
            ("vars.vegetables.*.EDIBLEportions[0]", json!(["roots", "roots"])),
            ("vars.fruits.*.missing", json!([])),
            ("vars.fruits.*.name.further", json!([])),
            ("github.actor.*", json!([])),
            ("matrix.none.*", json!([])),
            ("matrix.none.*.*.x", json!([])),
            ("fromJSON('[{\"a\":1},{\"A\":2},3]').*.a", json!([1, 2])),
            ("join(github.event.issue.labels.*.name, ', ')", json!("bug, help wanted")),
        ],
    );
}
