//! Any text is read or refused, and what is found can be asked about.

use daypass_targets::command_line::{Part, commands, needs};
use proptest::prelude::*;

use crate::PLACE;

/// Texts that look like scripts.
fn likely() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "aws ",
        "aws s3 ",
        "cp ",
        "sync ",
        "s3://b/",
        "s3api ",
        "lambda ",
        "invoke ",
        "wait ",
        "--function-name ",
        "--bucket ",
        "--key=",
        "--recursive ",
        "--",
        "$",
        "$X ",
        "${",
        "}",
        "${{",
        "}}",
        "$(",
        ")",
        "((",
        "(",
        "`",
        "'",
        "\"",
        "\\",
        "\n",
        " ",
        "#",
        ";",
        "&&",
        "|",
        "<",
        ">",
        "<<E\n",
        "\nE\n",
        "<(",
        "=",
        "*",
        "{a,b}",
        "é",
        "if ",
        "then ",
        "xargs ",
        "A=",
        "arn:",
        "1",
        "\t",
        "\r",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn nothing_breaks_it(text in "\\PC{0,80}", likely in likely()) {
        for script in [text, likely] {
            let lines = script.split('\n').count();
            for command in commands(&script).unwrap_or_default() {
                prop_assert!((1..=lines).contains(&command.line), "{script:?}: line {}", command.line);
                for call in needs(&command, &PLACE).map(|needs| needs.calls).unwrap_or_default() {
                    prop_assert!(call.action.contains(':'), "{script:?}: {}", call.action);
                    prop_assert!(!call.resource.arn.is_empty(), "{script:?}");
                }
            }
        }
    }

    /// A word in quotation marks is one word, and all of it is known.
    #[test]
    fn what_is_quoted_comes_back(word in "[^${]{0,40}") {
        let script = format!("aws '{}'", word.replace('\'', "'\\''"));
        let found = commands(&script).unwrap();
        prop_assert_eq!(found[0].words[0].text(), Some(word.as_str()));
        prop_assert!(!found[0].words[0].parts().iter().any(|part| matches!(part, Part::Unknown(_))));
    }

    /// What is unknown in a place of S3 never makes the resource exact.
    #[test]
    fn an_unknown_part_is_never_exact(before in "[a-z]{0,3}", after in "[a-z/]{0,4}") {
        let script = format!("aws s3 cp file \"s3://{before}${{X}}{after}\"");
        let found = commands(&script).unwrap();
        for call in needs(&found[0], &PLACE).unwrap().calls {
            prop_assert!(!call.resource.exact && call.resource.arn.contains('*'), "{script}");
        }
    }
}
