//! What cannot be read, and what cannot be told.

use daypass_targets::command_line::{
    COMMANDS_MAX, NESTING_MAX, SCRIPT_BYTES_MAX, ScriptError, WORDS_MAX, commands,
};

use crate::read;

#[test]
fn nothing_is_guessed() {
    for (script, why) in [
        ("aws", "the command names no service or no operation"),
        ("aws s3", "the command names no service or no operation"),
        ("aws lambda wait", "the command names no service or no operation"),
        (
            "aws \"$SERVICE\" ls",
            "which service and operation `$SERVICE` is, is known only when the script runs",
        ),
        ("aws s3 \"$DO\" a", "which service and operation `$DO` is, is known only when the script runs"),
        ("aws $ARGUMENTS", "`$ARGUMENTS` may hold options, which are known only when the script runs"),
        (
            "aws s3 sync a s3://b $FLAGS",
            "`$FLAGS` may hold options, which are known only when the script runs",
        ),
        (
            "aws s3 sync a s3://b --delete ${{ inputs.flags }}",
            "`${{ inputs.flags }}` may hold options, which are known only when the script runs",
        ),
        (
            "aws s3api put-object --bucket b --key k $FLAGS",
            "`$FLAGS` may hold options, which are known only when the script runs",
        ),
        ("ls | xargs aws s3 rm", "`xargs` may hold options, which are known only when the script runs"),
        ("aws ecs update-service --service x", "the actions of the service `ecs` are not known here"),
        ("aws lambda do-it", "the actions of `lambda do-it` are not known here"),
        ("aws lambda wait do-it", "the actions of `lambda wait do-it` are not known here"),
        ("aws s3api post-object --bucket b", "the actions of `s3api post-object` are not known here"),
        ("aws s3 wait x", "the actions of `s3 wait` are not known here"),
        ("aws --nothing s3 ls", "the option `--nothing` is not known here"),
        ("aws s3 cp a s3://b/k --nothing", "the option `--nothing` is not known here"),
        ("aws s3 cp a s3://b/k --$X", "the option `--$X` is not known here"),
        (
            "aws lambda publish-version",
            "the command does not say `--function-name`, which names the resource",
        ),
        (
            "aws s3api put-object --bucket b --cli-input-json file://x",
            "the command does not say `--key`, which names the resource",
        ),
        ("aws sts assume-role --role-arn role", "`role` is no ARN, and the resource cannot be told without"),
        ("aws s3 cp a", "`aws s3 cp` takes a source and a destination, and there are 1"),
        ("aws s3 rm s3://a s3://b", "`aws s3 rm` takes one place, and there are 2"),
        (
            "aws s3 cp \"$A\" s3://b/k",
            "whether `$A` is a file or begins with `s3://` is known only when the script runs",
        ),
        ("aws s3 cp a b", "`b` is no place in S3, and the command needs one there"),
        ("aws s3 rm a", "`a` is no place in S3, and the command needs one there"),
        ("aws s3 rm s3:///k", "`/k` is no place in S3, and the command needs one there"),
        (
            "aws s3 cp a s3://arn:aws:s3:eu-west-1:1:accesspoint/x/k",
            "`arn:aws:s3:eu-west-1:1:accesspoint/x/k` is an access point; its bucket cannot be told from it",
        ),
        (
            "aws s3 ls s3://b--use1-az4--x-s3/",
            "`b--use1-az4--x-s3` is a directory bucket; its actions are not known here",
        ),
    ] {
        let error = read(script).unwrap_err();
        assert_eq!(error.why.to_string(), why, "{script}");
        assert_eq!(error.line, 1, "{script}");
    }
    assert_eq!(
        read("\n\naws ecs x").unwrap_err().to_string(),
        "line 3: the actions of the service `ecs` are not known here"
    );
}

#[test]
fn a_script_that_bash_would_not_run() {
    for (script, line, open) in [
        ("\naws 'a", 2, "'"),
        ("aws \"a\n", 1, "\""),
        ("\n\naws $(a", 3, "$("),
        ("aws `a", 1, "`"),
        ("aws ${a", 1, "${"),
        ("aws ${{ a", 1, "${{"),
        ("aws ${{ 'a }}", 1, "${{"),
        ("aws $((1", 1, "(("),
        ("a=(b", 1, "("),
        ("aws $'a", 1, "$'"),
        ("cat <(a", 1, "<("),
    ] {
        assert_eq!(commands(script).unwrap_err(), ScriptError::Unclosed { line, open }, "{script}");
    }
}

#[test]
fn limits() {
    let long = "#".repeat(SCRIPT_BYTES_MAX);
    assert_eq!(commands(&long).unwrap(), []);
    let bytes = SCRIPT_BYTES_MAX + 1;
    assert_eq!(commands(&format!("{long}#")), Err(ScriptError::TooLong { bytes, max: SCRIPT_BYTES_MAX }));
    let nested = |levels: usize| format!("aws a {}x{}", "$(".repeat(levels), ")".repeat(levels));
    assert!(commands(&nested(NESTING_MAX)).is_ok());
    for script in [
        nested(NESTING_MAX + 1),
        "$(".repeat(100_000),
        "x=(".repeat(80_000),
        "\"${a:-".repeat(40_000),
        format!("aws{}", " x".repeat(WORDS_MAX)),
        "a;".repeat(COMMANDS_MAX + 1),
    ] {
        let error = commands(&script).unwrap_err();
        assert!(matches!(error, ScriptError::TooMany { .. }), "{script:.20}: {error}");
    }
}
