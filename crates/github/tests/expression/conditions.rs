//! `if:`, and the functions of status.

use daypass_github::expression::{Context, Status, condition, condition_contexts};

use crate::context;

fn of(text: &str, status: Status) -> bool {
    let context = Context { status, ..context() };
    condition(text, &context).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// GitHub docs, "Evaluate expressions", "Status check functions".
#[test]
fn status() {
    for (text, success, failure, cancelled) in [
        ("", true, false, false),
        ("  \n", true, false, false),
        ("success()", true, false, false),
        ("failure()", false, true, false),
        ("cancelled()", false, false, true),
        ("always()", true, true, true),
        ("!cancelled()", true, true, false),
        ("true", true, false, false),
        ("false", false, false, false),
        ("always() && false", false, false, false),
        ("github.ref_name == 'main'", true, false, false),
        ("github.ref_name == 'other'", false, false, false),
        ("failure() && github.ref_name == 'main'", false, true, false),
        ("github.ref_name == 'main' || Failure()", true, true, true),
        ("${{ always() }}", true, true, true),
        ("${{ github.ref_name == 'main' }}", true, false, false),
        ("${{ failure() }} and more", true, true, true),
        ("!contains(needs.*.result, 'failure') && !cancelled()", true, true, false),
        ("needs.build.result == 'success'", true, false, false),
    ] {
        let found = [Status::Success, Status::Failure, Status::Cancelled].map(|status| of(text, status));
        assert_eq!(found, [success, failure, cancelled], "{text}");
    }
}

/// What stands beside `${{ }}` makes a text of the whole, and that is true where it is not empty.
#[test]
fn a_text_around_the_expression_is_true() {
    for (text, expected) in [
        ("${{ false }}", false),
        ("${{ false }} ", true),
        ("${{ false }}\n", true),
        ("${{ github.ref_name }} == 'other'", true),
        ("${{ '' }}${{ '' }}", false),
        ("${{ false }}${{ false }}", true),
        ("github.ref_name == '${{ github.ref_name }}'", true),
        ("  github.ref_name == 'main'\n", true),
        ("'text'", true),
        ("0", false),
        ("github.event", true),
        ("github.missing", false),
    ] {
        assert_eq!(of(text, Status::Success), expected, "{text}");
    }
}

#[test]
fn the_contexts_of_a_condition() {
    for (text, expected) in [
        ("", vec![]),
        ("Needs.a.result == 'x' && github.ref", vec!["github", "needs"]),
        ("${{ steps.a.outputs.b }}", vec!["steps"]),
        (
            "a ${{ env.A }} b ${{ contains(fromJSON(vars.L), matrix[inputs.i].*) }}",
            vec!["env", "inputs", "matrix", "vars"],
        ),
    ] {
        let found = condition_contexts(text).unwrap();
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{text}");
    }
}
