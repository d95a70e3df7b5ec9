//! What has no value, and why.

use daypass_github::expression::{
    DEPTH_MAX, EXPRESSION_CHARACTERS_MAX, ExpressionError, MADE_BYTES_MAX, OPERATOR_CHARACTERS_MAX,
    condition, contexts, evaluate, interpolate,
};

use crate::context;

#[test]
fn refusals_say_why() {
    for (text, expected) in [
        ("${{ github.actor", "`${{` is not closed: there is no `}}` behind it"),
        ("a ${{ '}}", "`${{` is not closed: there is no `}}` behind it"),
        ("${{ 1 }} ${{ ", "`${{` is not closed: there is no `}}` behind it"),
        ("${{ }}", "there is no expression between `${{` and `}}`"),
        ("${{ 1 + 1 }}", "`1 + 1` cannot be read at its byte 2: invalid numeric literal"),
        ("${{ \"a\" }}", "`\"a\"` cannot be read at its byte 0: unexpected symbol"),
        ("${{ (1 }}", "`(1` cannot be read at its byte 2: expected `)`"),
        ("${{ nothing('a') }}", "there is no function `nothing`"),
        ("${{ contains('a') }}", "`contains` takes exactly 2 arguments"),
        ("${{ join() }}", "`join` takes 1 or 2 arguments"),
        ("${{ secrets.KEY }}", "the context `secrets` is not available here"),
        ("${{ false && Secrets.KEY }}", "the context `secrets` is not available here"),
        ("${{ hub.actor }}", "the context `hub` is not available here"),
        ("${{ github[env.X] }}", "the context `env` is not available here"),
        ("${{ success() }}", "`success`, `failure`, `cancelled` and `always` can be called in `if:` alone"),
        ("a ${{ !always() }}", "`success`, `failure`, `cancelled` and `always` can be called in `if:` alone"),
        (
            "${{ hashFiles('**') }}",
            "`hashFiles` needs the files of the runner's workspace, which are not here",
        ),
        ("${{ format('{0}') }}", "the format `{0}` names argument 0, and there are 0"),
        ("${{ format('{0}{2}', 1, 2) }}", "the format `{0}{2}` names argument 2, and there are 2"),
        ("${{ format('{0:x}', 1) }}", "the format `{0:x}` has a specifier, which no value takes"),
        ("${{ case('x', 1, 2) }}", "a condition of `case` has to be `true` or `false`, not a text"),
        (
            "${{ github.event }}",
            "a text is wanted, and the expression gives an object: use `toJSON` or `join`",
        ),
        (
            "${{ vars.fruits.* }}",
            "a text is wanted, and the expression gives an array: use `toJSON` or `join`",
        ),
    ] {
        assert_eq!(interpolate(text, &context()).unwrap_err().to_string(), expected, "{text}");
    }
    for format in ["{", "}", "{a}", "{}", "{0", "{0}}", "{-1}", "{256}", "{ 0}", "}0{"] {
        let error = interpolate(&format!("${{{{ format('{format}', 1) }}}}"), &context()).unwrap_err();
        assert!(matches!(error, ExpressionError::Format { .. }), "{format}: {error}");
    }
    for text in ["", "x", "{", "'a'", "Object", "1 2", "NaN"] {
        let text = format!("${{{{ fromJSON('{}') }}}}", text.replace('\'', "''"));
        assert!(matches!(evaluate(&text, &context()), Err(ExpressionError::Json { .. })), "{text}");
    }
    for text in ["${{ NaN }}", "${{ Infinity }}"] {
        assert!(matches!(evaluate(text, &context()), Err(ExpressionError::NotFinite { .. })), "{text}");
    }
}

#[test]
fn a_condition_is_read_whole_before_it_is_false() {
    let failed = daypass_github::expression::Context {
        status: daypass_github::expression::Status::Failure,
        ..context()
    };
    for text in ["github.ref ==", "secrets.KEY == ''", "${{ secrets.KEY }}", "${{", "x()"] {
        assert!(condition(text, &failed).is_err(), "{text}");
    }
    assert_eq!(condition("hashFiles('x') == ''", &failed), Ok(false));
}

#[test]
fn limits() {
    let long = |characters: usize| format!("'{}'", "x".repeat(characters - 2));
    let whole = |expression: &str| evaluate(&format!("${{{{ {expression} }}}}"), &context());
    assert!(whole(&long(EXPRESSION_CHARACTERS_MAX)).is_ok());
    let error = whole(&long(EXPRESSION_CHARACTERS_MAX + 1)).unwrap_err();
    assert!(matches!(error, ExpressionError::TooLong { characters: 21_001, .. }), "{error}");

    // A text around an expression is measured with it, as the call of `format` that GitHub makes of it.
    let script = "x".repeat(EXPRESSION_CHARACTERS_MAX - "format('{0}', 1)".len());
    assert!(interpolate(&format!("${{{{ 1 }}}}{script}"), &context()).is_ok());
    assert!(interpolate(&format!("${{{{ 1 }}}}{script}x"), &context()).is_err());
    let longer = "x".repeat(10 * EXPRESSION_CHARACTERS_MAX);
    assert_eq!(interpolate(&longer, &context()).unwrap(), longer);

    let steps = |count: usize| format!("github{}", ".a".repeat(count));
    assert!(whole(&steps(DEPTH_MAX - 1)).is_ok());
    let nots = |count: usize| format!("{}1", "!".repeat(count));
    assert!(whole(&nots(DEPTH_MAX - 1)).is_ok());
    let chain = |count: usize| format!("1{}", " == 1".repeat(count));
    assert!(whole(&chain(DEPTH_MAX - 1)).is_ok());
    for deep in [steps(DEPTH_MAX), nots(DEPTH_MAX), chain(DEPTH_MAX), "(".repeat(20_000), "a[".repeat(9_000)]
    {
        assert_eq!(whole(&deep).unwrap_err(), ExpressionError::TooDeep { max: DEPTH_MAX }, "{deep:.40}");
    }

    // A chain of one logical operator is one level.
    let logical = |count: usize| format!("0{}", " || 0".repeat(count));
    assert!(whole(&logical(OPERATOR_CHARACTERS_MAX / 2)).is_ok());
    for many in [logical(OPERATOR_CHARACTERS_MAX / 2 + 1), "1<".repeat(10_000)] {
        let expected = ExpressionError::TooManyOperators { max: OPERATOR_CHARACTERS_MAX };
        assert_eq!(whole(&many).unwrap_err(), expected);
        assert_eq!(contexts(&format!("${{{{ {many} }}}}")).unwrap_err(), expected);
    }
    assert!(whole(&format!("'{}'", "<".repeat(5_000))).is_ok());

    // Each level is a hundred times as long as the one within.
    let hundred = "{0}".repeat(100);
    let grown = (0..6).fold("'x'".to_owned(), |inner, _| format!("format('{hundred}', {inner})"));
    assert_eq!(whole(&grown).unwrap_err(), ExpressionError::TooLarge { max: MADE_BYTES_MAX });
}
