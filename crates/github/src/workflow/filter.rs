//! The pattern language of `branches`, `tags` and `paths`, and lists of patterns in which the order matters.
//!
//! Source: GitHub docs, "Workflow syntax for GitHub Actions", "Filter pattern cheat sheet".

use std::iter::Peekable;
use std::str::Chars;

use super::on::Patterns;

/// Characters of a pattern: a ref may have as many.
pub const FILTER_CHARACTERS_MAX: usize = 1_024;

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Nothing in it.
    #[error("it is empty")]
    Empty,
    /// Too long.
    #[error("it has more than {FILTER_CHARACTERS_MAX} characters")]
    Length,
    /// `?` or `+` with nothing to repeat.
    #[error("`?` and `+` stand behind the character that they repeat")]
    Repeat,
    /// A bracket that is not closed, or nothing in it.
    #[error("brackets hold letters, digits and ranges of them, such as `[0-9a-f]`")]
    Set,
}

/// How often a character comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Times {
    Once,
    AtLeastOnce,
    AtMostOnce,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// One of these ranges.
    Character(Vec<(char, char)>, Times),
    /// `**/`: nothing, or anything that ends in a slash. The part behind it is [`Token::Folders`].
    MaybeFolders,
    Folders,
    /// `*`
    Star,
    /// `**`
    StarStar,
}

/// A pattern without its `!`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Token>);

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`PatternError`]
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.is_empty() {
            return Err(PatternError::Empty);
        }
        if text.chars().count() > FILTER_CHARACTERS_MAX {
            return Err(PatternError::Length);
        }
        let mut tokens = Vec::new();
        let mut rest = text.chars().peekable();
        while let Some(character) = rest.next() {
            match character {
                '*' if rest.next_if_eq(&'*').is_some() => {
                    if rest.next_if_eq(&'/').is_some() {
                        tokens.extend([Token::MaybeFolders, Token::Folders]);
                    } else {
                        tokens.push(Token::StarStar);
                    }
                }
                '*' => tokens.push(Token::Star),
                '?' | '+' => match tokens.last_mut() {
                    Some(Token::Character(_, times @ Times::Once)) => {
                        *times = if character == '?' { Times::AtMostOnce } else { Times::AtLeastOnce };
                    }
                    _ => return Err(PatternError::Repeat),
                },
                '[' => tokens.push(Token::Character(set(&mut rest)?, Times::Once)),
                '\\' => {
                    let escaped = rest.next().unwrap_or('\\');
                    tokens.push(Token::Character(vec![(escaped, escaped)], Times::Once));
                }
                other => tokens.push(Token::Character(vec![(other, other)], Times::Once)),
            }
        }
        Ok(Self(tokens))
    }

    /// Whether it means a name as a whole. All places in the pattern that a name can have come to are followed at once, so
    /// that no pattern takes long.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let mut places = vec![false; self.0.len() + 1];
        self.reach(&mut places, 0);
        for character in name.chars() {
            let mut next = vec![false; self.0.len() + 1];
            for (place, token) in self.0.iter().enumerate() {
                if places.get(place) == Some(&true) {
                    self.step(&mut next, place, token, character);
                }
            }
            places = next;
        }
        places.last().copied().unwrap_or_default()
    }

    fn step(&self, next: &mut [bool], place: usize, token: &Token, character: char) {
        match token {
            Token::Character(ranges, times) => {
                if ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) {
                    self.reach(next, place + 1);
                    if *times == Times::AtLeastOnce {
                        self.reach(next, place);
                    }
                }
            }
            Token::MaybeFolders => self.reach(next, place + 1),
            Token::Folders => {
                self.reach(next, place);
                if character == '/' {
                    self.reach(next, place + 1);
                }
            }
            Token::Star if character == '/' => {}
            Token::Star | Token::StarStar => self.reach(next, place),
        }
    }

    /// Marks a place, and those behind it that need no character.
    fn reach(&self, places: &mut [bool], place: usize) {
        let mut place = place;
        loop {
            match places.get_mut(place) {
                None | Some(true) => return,
                Some(mark) => *mark = true,
            }
            place += match self.0.get(place) {
                Some(Token::MaybeFolders) => 2,
                Some(Token::Character(_, Times::AtMostOnce) | Token::Star | Token::StarStar) => 1,
                _ => return,
            };
        }
    }
}

/// What is in brackets; the first is read already.
fn set(rest: &mut Peekable<Chars<'_>>) -> Result<Vec<(char, char)>, PatternError> {
    let mut ranges = Vec::new();
    loop {
        let low = rest.next().ok_or(PatternError::Set)?;
        if low == ']' {
            return if ranges.is_empty() { Err(PatternError::Set) } else { Ok(ranges) };
        }
        let mut high = low;
        if rest.next_if_eq(&'-').is_some() {
            high = rest.next().filter(|high| *high != ']' && *high >= low).ok_or(PatternError::Set)?;
        }
        ranges.push((low, high));
    }
}

/// A pattern that cannot be read, and its line.
pub(super) type Unreadable = (String, usize, PatternError);

impl Patterns {
    /// Whether the patterns name a name, by the last one that means it; `!` takes back what was named before.
    pub(super) fn name(&self, name: &str) -> Result<bool, Unreadable> {
        let mut is_named = false;
        for text in &self.patterns {
            let (pattern, says) = match text.value.strip_prefix('!') {
                Some(pattern) => (pattern, false),
                None => (text.value.as_str(), true),
            };
            let pattern = Pattern::parse(pattern).map_err(|error| (text.value.clone(), text.line, error))?;
            if pattern.matches(name) {
                is_named = says;
            }
        }
        Ok(is_named)
    }

    /// Whether a name passes: it is named, or it is not where the patterns say what to leave out.
    pub(super) fn pass(&self, name: &str) -> Result<bool, Unreadable> {
        Ok(self.name(name)? != self.ignore)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of GitHub's cheat sheet, and what they do not mean.
    #[test]
    fn the_cheat_sheet() {
        for (pattern, yes, no) in [
            ("feature/*", "feature/my-branch feature/your-branch", "feature/a/b feature main"),
            ("feature/**", "feature/beta-a/my-branch feature/mona/the/octocat feature/", "feature"),
            ("main", "main", "Main main2 a/main"),
            ("releases/mona-the-octocat", "releases/mona-the-octocat", "releases/mona"),
            ("*", "main releases", "all/the/branches"),
            ("**", "all/the/branches every/tag main", ""),
            ("*feature", "mona-feature feature ver-10-feature", "a/feature features"),
            ("v2*", "v2 v2.0 v2.9", "v1 v2/a"),
            ("v[12].[0-9]+.[0-9]+", "v1.10.1 v2.0.0", "v3.0.0 v1.1 v1.1.x v1..1"),
            ("*.jsx?", "page.js page.jsx", "page.jsxx js/page.js page.j"),
            ("**.js", "index.js js/index.js src/js/app.js", "index.jsx"),
            ("docs/*", "docs/README.md docs/file.txt", "docs/a/b"),
            ("docs/**", "docs/README.md docs/mona/octocat.txt", "doc/README.md"),
            ("docs/**/*.md", "docs/README.md docs/mona/hello-world.md docs/a/markdown/file.md", "docs/a.txt"),
            ("**/docs/**", "docs/hello.md dir/docs/my-file.txt space/docs/plan/space.doc", "adocs/x docs"),
            ("**/README.md", "README.md js/README.md", "README.mdx xREADME.md"),
            ("**/*src/**", "a/src/app.js my-src/code/js/app.js", "a/srcs/app.js"),
            ("**/*-post.md", "my-post.md path/their-post.md", "post.md"),
            ("**/migrate-*.sql", "migrate-10909.sql db/sept/migrate-v1.sql", "db/migrate.sql"),
            ("Octoc?t", "Octot Octoct", "Octocat"),
            ("a\\*b", "a*b", "axb"),
            ("[CB]at", "Cat Bat", "cat Rat"),
            ("a+b", "ab aaab", "b a+b"),
        ] {
            let read = Pattern::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
            for name in yes.split_whitespace() {
                assert!(read.matches(name), "`{pattern}` means `{name}`");
            }
            for name in no.split_whitespace() {
                assert!(!read.matches(name), "`{pattern}` does not mean `{name}`");
            }
        }
    }

    #[test]
    fn what_is_no_pattern() {
        for (text, error) in [
            ("", PatternError::Empty),
            ("?a", PatternError::Repeat),
            ("a++", PatternError::Repeat),
            ("*?", PatternError::Repeat),
            ("[a", PatternError::Set),
            ("[]", PatternError::Set),
            ("[z-a]", PatternError::Set),
            ("[a-]", PatternError::Set),
        ] {
            assert_eq!(Pattern::parse(text), Err(error), "{text}");
        }
        assert_eq!(Pattern::parse(&"a".repeat(1_025)), Err(PatternError::Length));
    }

    #[test]
    fn no_pattern_takes_long() {
        let pattern = Pattern::parse(&"**aa?".repeat(200)).unwrap_or_else(|error| panic!("{error}"));
        assert!(pattern.matches(&"a".repeat(1_000)));
        assert!(!pattern.matches(&"b".repeat(1_000)), "it has as many `**`, but no `b` behind the last one");
    }
}
