//! Texts before a job runs: what of them is known.

use daypass_github::expression::{Context, contexts, interpolate};

/// A text, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    /// It is this.
    Text(String),
    /// It is known only when the job runs, since it names these contexts.
    Later(Vec<String>),
    /// It is no text that GitHub could evaluate.
    Wrong(String),
}

/// What is known of a text.
pub(super) fn text(text: &str, context: &Context) -> Known {
    let named = match contexts(text) {
        Ok(named) => named,
        Err(error) => return Known::Wrong(error.to_string()),
    };
    let missing: Vec<String> =
        named.into_iter().filter(|name| !context.values.contains_key(name.as_str())).collect();
    if !missing.is_empty() {
        return Known::Later(missing);
    }
    interpolate(text, context).map_or_else(|error| Known::Wrong(error.to_string()), Known::Text)
}

/// A script in which every expression that is known is replaced by its value, as GitHub does it before a shell sees it.
/// What is not known stays as it is.
pub(super) fn script(script: &str, context: &Context) -> String {
    let mut whole = String::with_capacity(script.len());
    let mut rest = script;
    while let Some((before, expression, behind)) = cut(rest) {
        whole.push_str(before);
        match text(expression, context) {
            Known::Text(value) => whole.push_str(&value),
            Known::Later(_) | Known::Wrong(_) => whole.push_str(expression),
        }
        rest = behind;
    }
    whole.push_str(rest);
    whole
}

/// What stands before the first `${{ }}`, itself, and what behind it; its texts in quotation marks may hold `}}`.
fn cut(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("${{")?;
    let rest = text.get(start..)?;
    let mut is_quoted = false;
    let mut previous = ' ';
    for (index, character) in rest.char_indices() {
        match character {
            '\'' => is_quoted = !is_quoted,
            '}' if previous == '}' && !is_quoted => {
                return Some((text.get(..start)?, rest.get(..=index)?, rest.get(index + 1..)?));
            }
            _ => {}
        }
        previous = character;
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn context() -> Context {
        let mut context = Context::default();
        context.values.insert("vars".to_owned(), json!({ "BUCKET": "my-bucket", "EMPTY": "" }));
        context
    }

    #[test]
    fn what_is_known_is_filled_in() {
        for (text, expected) in [
            ("aws s3 cp a s3://${{ vars.BUCKET }}/x", "aws s3 cp a s3://my-bucket/x"),
            ("a ${{ steps.x.outputs.y }} ${{ vars.BUCKET }}", "a ${{ steps.x.outputs.y }} my-bucket"),
            ("${{ vars.EMPTY || '}}' }}!", "}}!"),
            ("${{ vars.BUCKET", "${{ vars.BUCKET"),
            ("${{ 1 + 1 }} ${{ vars.BUCKET }}", "${{ 1 + 1 }} my-bucket"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(script(text, &context()), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_says_what_it_waits_for() {
        let later = text("${{ needs.a.outputs.b }}-${{ vars.BUCKET }}", &context());
        assert_eq!(later, Known::Later(vec!["needs".to_owned()]));
        assert_eq!(text("${{ vars.BUCKET }}", &context()), Known::Text("my-bucket".to_owned()));
        assert!(matches!(text("${{ vars. }}", &context()), Known::Wrong(_)));
    }
}
