//! No file over 450 lines, no function over 70: past that nobody reads them whole.

use super::Finding;
use super::files::SourceFile;
use super::lexer::code_only;

/// Lines in a Rust file, tests included.
const FILE_LINES_MAX: usize = 450;

/// Lines from `fn` to the closing brace.
const FUNCTION_LINES_MAX: usize = 70;

pub(super) fn check(file: &SourceFile) -> Vec<Finding> {
    if !file.is_rust() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let lines = file.text.lines().count();
    if lines > FILE_LINES_MAX {
        let what = format!("the file has {lines} lines; the ceiling is {FILE_LINES_MAX}");
        findings.push(Finding::new(&file.path, FILE_LINES_MAX + 1, what));
    }
    for function in functions(&file.text) {
        if function.lines > FUNCTION_LINES_MAX {
            let what = format!(
                "the function `{}` has {} lines; the ceiling is {FUNCTION_LINES_MAX}",
                function.name, function.lines
            );
            findings.push(Finding::new(&file.path, function.line, what));
        }
    }
    findings
}

#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    line: usize,
    lines: usize,
}

/// A function whose end has not been seen.
struct Open {
    name: String,
    line: usize,
    /// How many brackets of any kind were open at its `fn`.
    depth: usize,
    in_body: bool,
}

/// Every function with a body, nested ones too.
fn functions(source: &str) -> Vec<Function> {
    let code = code_only(source);
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut depth = 0_usize;
    for (number, line) in code.lines().enumerate() {
        let line_number = number + 1;
        for token in tokens(line) {
            match token {
                "(" | "[" | "{" => {
                    if token == "{"
                        && let Some(function) = open.last_mut().filter(|function| function.depth == depth)
                    {
                        function.in_body = true;
                    }
                    depth += 1;
                }
                ")" | "]" | "}" => {
                    depth = depth.saturating_sub(1);
                    if token == "}"
                        && let Some(function) =
                            open.pop_if(|function| function.in_body && function.depth == depth)
                    {
                        let lines = line_number + 1 - function.line;
                        found.push(Function { name: function.name, line: function.line, lines });
                    }
                }
                // A declaration without a body.
                ";" => drop(open.pop_if(|function| !function.in_body && function.depth == depth)),
                "fn" => open.push(Open { name: String::new(), line: line_number, depth, in_body: false }),
                word => {
                    if let Some(function) = open.last_mut().filter(|function| function.name.is_empty()) {
                        word.clone_into(&mut function.name);
                    }
                }
            }
            // `fn(` is a type and no function.
            if token == "(" {
                drop(open.pop_if(|function| function.name.is_empty()));
            }
        }
    }
    found
}

/// Words, and the characters that matter here, each by itself.
fn tokens(line: &str) -> impl Iterator<Item = &str> {
    line.split_inclusive(|character: char| !(character.is_alphanumeric() || character == '_')).flat_map(
        |piece| {
            let end = piece
                .trim_end_matches(|character: char| !(character.is_alphanumeric() || character == '_'))
                .len();
            let (word, mark) = piece.split_at(end);
            [word, mark]
                .into_iter()
                .filter(|token| !token.trim().is_empty() && (is_word(token) || "()[]{};".contains(*token)))
        },
    )
}

fn is_word(token: &str) -> bool {
    token.chars().all(|character| character.is_alphanumeric() || character == '_')
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn lengths(source: &str) -> Vec<(String, usize, usize)> {
        functions(source).into_iter().map(|function| (function.name, function.line, function.lines)).collect()
    }

    #[test]
    fn a_function_ends_at_its_own_brace() {
        let source = "fn a(f: fn(u8) -> [u8; 4]) {\n    if x { '{' } else { \"}\" }\n}\nfn b() {}\n";
        assert_eq!(lengths(source), [("a".to_owned(), 1, 3), ("b".to_owned(), 4, 1)]);
    }

    #[test]
    fn a_declaration_has_no_length() {
        let source = "trait T {\n    fn a(&self) -> [u8; 2];\n    fn b(&self)\n    where\n        Self: Sized,\n    {\n    }\n}\n";
        assert_eq!(lengths(source), [("b".to_owned(), 3, 5)]);
    }

    #[test]
    fn a_nested_function_is_counted_by_itself() {
        let source = "fn outer() {\n    fn inner() {\n    }\n}\n";
        assert_eq!(lengths(source), [("inner".to_owned(), 2, 2), ("outer".to_owned(), 1, 4)]);
    }

    #[test]
    fn a_long_function_and_a_long_file_are_found_with_their_lines() {
        let source = format!("//! Doc.\nfn long() {{\n{}}}\n{}", "    x();\n".repeat(69), "\n".repeat(400));
        let findings = check(&SourceFile { path: PathBuf::from("a.rs"), text: source });
        let shown: Vec<_> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "a.rs:451: the file has 472 lines; the ceiling is 450",
                "a.rs:2: the function `long` has 71 lines; the ceiling is 70"
            ]
        );
    }
}
