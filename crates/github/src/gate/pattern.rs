//! Which branches and tags a pattern means: Ruby's `File.fnmatch` with `FNM_PATHNAME`.
//!
//! `*` and `?` stand for anything but `/`; `**/` stands for any number of parts; `[a-c]`, `[!a]` and `[^a]` stand for one
//! character that is no `/`, whatever stands in the brackets; a backslash takes the next character as it is, but for a
//! `/`, which parts all the same. A leading dot is matched by a written one only, as in file names. Brackets without an
//! end match nothing, `[]` neither, and `[!]` anything but `/`.
//!
//! Source: GitHub docs, "Managing environments for deployment", deployment branches and tags; Ruby's documentation of
//! `File.fnmatch`.

/// Characters of a pattern: a ref may have as many.
pub const PATTERN_CHARACTERS_MAX: usize = 1_024;
/// The most steps of one comparison. A pattern that takes more matches nothing: it was written to take long.
const STEPS_MAX: usize = 200_000;

/// Whether a pattern means a name.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().take(PATTERN_CHARACTERS_MAX + 1).collect();
    if pattern.len() > PATTERN_CHARACTERS_MAX {
        return false;
    }
    let Some(parts) = parts(&pattern) else { return false };
    let name: Vec<char> = name.chars().collect();
    let name: Vec<&[char]> = name.split(|character| *character == '/').collect();
    Matching { steps: 0 }.path(&parts, &name)
}

/// What stands between the slashes of a pattern.
enum Part<'a> {
    /// `**/`: any number of parts.
    Any,
    /// Exactly one part.
    One(&'a [char]),
}

/// The parts of a pattern; `None` where brackets have no end, since nothing matches them. A `/` within brackets is a member
/// of theirs and parts nothing.
fn parts(pattern: &[char]) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(character) = pattern.get(at) {
        let slash = match (character, pattern.get(at + 1)) {
            ('/', _) => 1,
            ('\\', Some('/')) => 2,
            _ => 0,
        };
        if slash > 0 {
            let part = pattern.get(from..at)?;
            parts.push(if slash == 1 && part == ['*', '*'] { Part::Any } else { Part::One(part) });
            at += slash;
            from = at;
            continue;
        }
        at += match character {
            '[' => 1 + set(pattern.get(at + 1..)?, '/')?.1,
            '\\' => 2,
            _ => 1,
        };
    }
    parts.push(Part::One(pattern.get(from..)?));
    Some(parts)
}

struct Matching {
    steps: usize,
}

impl Matching {
    /// Part by part; `**/` stands for none of them, or for one and as many again.
    fn path(&mut self, pattern: &[Part<'_>], name: &[&[char]]) -> bool {
        self.steps += 1;
        if self.steps > STEPS_MAX {
            return false;
        }
        match (pattern.split_first(), name.split_first()) {
            (Some((Part::Any, rest)), first) => {
                if self.path(rest, name) {
                    return true;
                }
                let Some((part, behind)) = first else { return false };
                part.first() != Some(&'.') && self.path(pattern, behind)
            }
            (Some((Part::One(wanted), rest)), Some((part, behind))) => {
                self.part(wanted, part) && self.path(rest, behind)
            }
            (None, None) => true,
            _ => false,
        }
    }

    /// Within one part. A star gives way one character at a time, and only the last one has to be gone back to.
    fn part(&mut self, pattern: &[char], text: &[char]) -> bool {
        if text.first() == Some(&'.')
            && pattern.first() != Some(&'.')
            && pattern.get(..2) != Some(&['\\', '.'])
        {
            return false;
        }
        let (mut at, mut place) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        while place < text.len() {
            self.steps += 1;
            if self.steps > STEPS_MAX {
                return false;
            }
            let rest = pattern.get(at..).unwrap_or_default();
            if rest.first() == Some(&'*') {
                star = Some((at + 1, place));
                at += 1;
                continue;
            }
            let character = text.get(place).copied().unwrap_or_default();
            if let Some(taken) = one(rest, character) {
                at += taken;
                place += 1;
            } else if let Some((behind_star, from)) = star {
                at = behind_star;
                place = from + 1;
                star = Some((behind_star, from + 1));
            } else {
                return false;
            }
        }
        pattern.get(at..).unwrap_or_default().iter().all(|left| *left == '*')
    }
}

/// How many characters of the pattern take this one; `None` where they do not.
fn one(pattern: &[char], character: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['\\', escaped, ..] => (*escaped == character).then_some(2),
        ['[', rest @ ..] => {
            let (is_in, length) = set(rest, character)?;
            is_in.then_some(length + 1)
        }
        [literal, ..] => (*literal == character).then_some(1),
        [] => None,
    }
}

/// Whether a character is in a set, and how long the set is behind its bracket; `None` where the set has no end.
fn set(rest: &[char], character: char) -> Option<(bool, usize)> {
    let negated = matches!(rest.first(), Some('!' | '^'));
    let mut at = usize::from(negated);
    let mut is_in = false;
    loop {
        if rest.get(at) == Some(&']') {
            return Some((is_in != negated, at + 1));
        }
        let (low, next) = member(rest, at)?;
        at = next;
        let high = match rest.get(at..at + 2) {
            Some(['-', high]) if *high != ']' => {
                let (high, next) = member(rest, at + 1)?;
                at = next;
                high
            }
            _ => low,
        };
        // The ends of a range that runs backwards are in it still.
        is_in |= (low..=high).contains(&character) || character == low || character == high;
    }
}

/// One character of a set, maybe behind a backslash, and where the next one is.
fn member(rest: &[char], at: usize) -> Option<(char, usize)> {
    match rest.get(at)? {
        '\\' => Some((*rest.get(at + 1)?, at + 2)),
        plain => Some((*plain, at + 1)),
    }
}
