//! Which branches and tags a pattern means: Ruby's `File.fnmatch` with `FNM_PATHNAME`.
//!
//! `*` and `?` stand for anything but `/`; `**/` stands for any number of parts; `[a-c]`, `[!a]` and `[^a]` stand for one
//! character that is no `/`; a backslash takes the next character as it is. A leading dot is matched by a written one
//! only, as in file names.
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
    let name: Vec<char> = name.chars().collect();
    Matching { steps: 0 }.path(&pattern, &name)
}

struct Matching {
    steps: usize,
}

impl Matching {
    /// Part by part; `**/` stands for none of them, or for one and as many again.
    fn path(&mut self, pattern: &[char], name: &[char]) -> bool {
        self.steps += 1;
        if self.steps > STEPS_MAX {
            return false;
        }
        if let Some(rest) = pattern.strip_prefix(&['*', '*', '/']) {
            if self.path(rest, name) {
                return true;
            }
            let Some((part, behind)) = cut(name) else { return false };
            return part.first() != Some(&'.') && self.path(pattern, behind);
        }
        match (cut_pattern(pattern), cut(name)) {
            (Some((wanted, more)), Some((part, behind))) => {
                self.part(wanted, part) && self.path(more, behind)
            }
            (None, None) => self.part(pattern, name),
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
    let mut is_first = true;
    loop {
        let (low, next) = member(rest, at)?;
        if low == ']' && !is_first && rest.get(at) == Some(&']') {
            return Some((is_in != negated, at + 1));
        }
        is_first = false;
        at = next;
        let high = match rest.get(at..at + 2) {
            Some(['-', high]) if *high != ']' => {
                let (high, next) = member(rest, at + 1)?;
                at = next;
                high
            }
            _ => low,
        };
        is_in |= (low..=high).contains(&character);
    }
}

/// One character of a set, maybe behind a backslash, and where the next one is.
fn member(rest: &[char], at: usize) -> Option<(char, usize)> {
    match rest.get(at)? {
        '\\' => Some((*rest.get(at + 1)?, at + 2)),
        plain => Some((*plain, at + 1)),
    }
}

/// The part before the first `/`, and what is behind it.
fn cut(name: &[char]) -> Option<(&[char], &[char])> {
    let at = name.iter().position(|character| *character == '/')?;
    Some((name.get(..at)?, name.get(at + 1..)?))
}

/// The same in a pattern, where a `/` within brackets is none.
fn cut_pattern(pattern: &[char]) -> Option<(&[char], &[char])> {
    let mut at = 0;
    while let Some(character) = pattern.get(at) {
        match character {
            '/' => return Some((pattern.get(..at)?, pattern.get(at + 1..)?)),
            '\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}
