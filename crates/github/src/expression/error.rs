//! Why an expression has no value.

/// What is wrong with an expression, or with what it was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpressionError {
    /// `${{` without `}}`.
    #[error("`${{{{` is not closed: there is no `}}}}` behind it")]
    Unclosed,
    /// Nothing stands between `${{` and `}}`.
    #[error("there is no expression between `${{{{` and `}}}}`")]
    Empty,
    /// The text is no expression.
    #[error("`{expression}` cannot be read at its byte {offset}: {problem}")]
    Syntax {
        /// The expression, cut to 300 characters.
        expression: String,
        /// Where, in bytes from the expression's beginning.
        offset: usize,
        /// What was wrong there.
        problem: &'static str,
    },
    /// There is no such function.
    #[error("there is no function `{name}`")]
    UnknownFunction {
        /// Its name as it was written.
        name: String,
    },
    /// A function with too few or too many arguments.
    #[error("`{function}` takes {expected}")]
    Arguments {
        /// The function.
        function: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// A context that is not available at this place, or that does not exist.
    #[error("the context `{context}` is not available here")]
    Unavailable {
        /// Its name in small letters.
        context: String,
    },
    /// `success()` or a neighbour of it, elsewhere than in `if:`.
    #[error("`success`, `failure`, `cancelled` and `always` can be called in `if:` alone")]
    StatusOutsideCondition,
    /// `hashFiles`, which reads the runner's workspace.
    #[error("`hashFiles` needs the files of the runner's workspace, which are not here")]
    NeedsFiles,
    /// The first argument of `format` is no format.
    #[error("`{format}` is no format: write `{{{{` and `}}}}` for brackets that are not places")]
    Format {
        /// The text, cut to 300 characters.
        format: String,
    },
    /// `format` names an argument that it was not given.
    #[error("the format `{format}` names argument {index}, and there are {count}")]
    FormatArgument {
        /// The text, cut to 300 characters.
        format: String,
        /// Which argument, from 0.
        index: u8,
        /// How many there are.
        count: usize,
    },
    /// `{0:...}`: none of GitHub's values takes such a specifier.
    #[error("the format `{format}` has a specifier, which no value takes")]
    FormatSpecifier {
        /// The text, cut to 300 characters.
        format: String,
    },
    /// What `fromJSON` was given is no JSON.
    #[error("`fromJSON` cannot read `{text}`: {problem}")]
    Json {
        /// The text, cut to 300 characters.
        text: String,
        /// What the JSON reader says.
        problem: String,
    },
    /// A condition of `case` that is neither true nor false.
    #[error("a condition of `case` has to be `true` or `false`, not {kind}")]
    NotABoolean {
        /// What it was.
        kind: &'static str,
    },
    /// An array or an object where a text is wanted.
    #[error("a text is wanted, and the expression gives {kind}: use `toJSON` or `join`")]
    NotAText {
        /// What it was.
        kind: &'static str,
    },
    /// `NaN` or an infinity where a value has to be JSON.
    #[error("the expression gives `{number}`, which is no number of JSON")]
    NotFinite {
        /// Which.
        number: String,
    },
    /// The expression is longer than [`EXPRESSION_CHARACTERS_MAX`](super::EXPRESSION_CHARACTERS_MAX).
    #[error("the expression has {characters} characters; at most {max} are read")]
    TooLong {
        /// Its length; of a text around expressions, that of the `format` call it stands for.
        characters: usize,
        /// The limit.
        max: usize,
    },
    /// The expression is nested deeper than [`DEPTH_MAX`](super::DEPTH_MAX).
    #[error("the expression is nested deeper than {max} levels")]
    TooDeep {
        /// The limit.
        max: usize,
    },
    /// More than [`OPERATOR_CHARACTERS_MAX`](super::OPERATOR_CHARACTERS_MAX).
    #[error("the expression has more than {max} characters of operators")]
    TooManyOperators {
        /// The limit.
        max: usize,
    },
    /// What the evaluation made is larger than [`MADE_BYTES_MAX`](super::MADE_BYTES_MAX).
    #[error("the evaluation made more than {max} bytes")]
    TooLarge {
        /// The limit.
        max: usize,
    },
}

/// How much of a text an error repeats.
const SHOWN_CHARACTERS_MAX: usize = 300;

pub(super) fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARACTERS_MAX).collect()
}
