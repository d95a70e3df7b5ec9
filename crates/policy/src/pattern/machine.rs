//! Patterns with a `?`: a machine that reads the text once for all of them, and whose states are bits.
//!
//! State `n` of a pattern means that its first `n` elements are matched. A character moves every state whose element it
//! fits to the next, all in one shift of a word; a state before a star also stays where it is. The states of several
//! patterns lie one behind the other: the last of each moves nowhere.

use super::Token;

/// The most words of states: more elements than all patterns of the largest policy of a role (10,240 characters).
const WORDS_MAX: usize = 164;

/// The most words in all masks, 512 KiB: no legal policy needs more.
const MASK_WORDS_MAX: usize = 65_536;

/// Patterns of which one must match, as one machine.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    patterns: Box<[Box<[Element]>]>,
    /// `None` for patterns that are too large.
    masks: Option<Masks>,
}

/// A letter or a wildcard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    Letter(char),
    /// `?`, and whether it may be a colon.
    One {
        crosses: bool,
    },
    /// `*`, and whether it may have colons.
    Star {
        crosses: bool,
    },
}

/// The elements of a pattern.
pub(crate) fn elements(tokens: &[Token], crosses: bool) -> Vec<Element> {
    let mut elements = Vec::new();
    for token in tokens {
        match token {
            Token::One => elements.push(Element::One { crosses }),
            Token::Star if elements.last() == Some(&Element::Star { crosses }) => {}
            Token::Star => elements.push(Element::Star { crosses }),
            Token::Text(text) => elements.extend(text.chars().map(Element::Letter)),
        }
    }
    elements
}

impl Machine {
    pub(crate) fn new(patterns: Vec<Vec<Element>>) -> Self {
        let patterns = patterns.into_iter().map(Vec::into_boxed_slice).collect::<Box<[_]>>();
        Self { masks: Masks::new(&patterns), patterns }
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        match &self.masks {
            Some(masks) => masks.run(text),
            None => self.patterns.iter().any(|elements| step_by_step(elements, text)),
        }
    }
}

#[derive(Debug, Clone)]
struct Masks {
    /// The states in which the machine begins, one for each pattern.
    first: Box<[u64]>,
    /// The states in which a pattern is matched.
    last: Box<[u64]>,
    /// States that stay, since a star follows.
    staying: Box<[u64]>,
    /// States that stay on a colon.
    staying_on_colon: Box<[u64]>,
    /// The letters of the patterns, and the colon, in order.
    letters: Box<[char]>,
    /// The row of each ASCII character.
    ascii: Box<[u16; 128]>,
    /// For each letter, and first for every other, the states that it moves.
    moved: Box<[u64]>,
}

impl Masks {
    fn new(patterns: &[Box<[Element]>]) -> Option<Self> {
        let all = || patterns.iter().flat_map(|pattern| pattern.iter().copied());
        let singles = all().filter(|element| !matches!(element, Element::Star { .. })).count();
        let words = (singles + patterns.len()).div_ceil(64);
        let mut letters: Vec<char> = all()
            .filter_map(|element| if let Element::Letter(letter) = element { Some(letter) } else { None })
            .chain([':'])
            .collect();
        letters.sort_unstable();
        letters.dedup();
        if words > WORDS_MAX || words * (letters.len() + 1) > MASK_WORDS_MAX {
            return None;
        }
        let empty = || vec![0; words].into_boxed_slice();
        let (mut first, mut last, mut staying, mut staying_on_colon) = (empty(), empty(), empty(), empty());
        let mut moved = vec![0; words * (letters.len() + 1)];
        let colon = row_of(&letters, ':');
        let mut state = 0;
        for pattern in patterns {
            set(&mut first, state);
            for element in pattern {
                match *element {
                    Element::Star { crosses } => {
                        set(&mut staying, state);
                        if crosses {
                            set(&mut staying_on_colon, state);
                        }
                        continue;
                    }
                    Element::Letter(letter) => {
                        set(moved.get_mut(row_of(&letters, letter) * words..)?, state);
                    }
                    Element::One { crosses } => {
                        let rows = moved.chunks_exact_mut(words).enumerate();
                        rows.filter(|(row, _)| crosses || *row != colon).for_each(|(_, row)| set(row, state));
                    }
                }
                state += 1;
            }
            set(&mut last, state);
            state += 1;
        }
        let mut ascii = Box::new([0; 128]);
        for (row, letter) in letters.iter().enumerate() {
            if let Some(slot) = ascii.get_mut(*letter as usize) {
                *slot = u16::try_from(row + 1).ok()?;
            }
        }
        let (letters, moved) = (letters.into_boxed_slice(), moved.into_boxed_slice());
        Some(Self { first, last, staying, staying_on_colon, letters, ascii, moved })
    }

    fn row(&self, character: char) -> usize {
        match self.ascii.get(character as usize) {
            Some(row) => usize::from(*row),
            None => row_of(&self.letters, character),
        }
    }

    fn staying(&self, character: char) -> &[u64] {
        if character == ':' { &self.staying_on_colon } else { &self.staying }
    }

    fn run(&self, text: &str) -> bool {
        match (&*self.first, &*self.last) {
            ([first], [last]) => self.run_in_one_word(text, *first) & last != 0,
            _ => self.run_in_words(text),
        }
    }

    fn run_in_one_word(&self, text: &str, first: u64) -> u64 {
        let mut states = first;
        for character in text.chars() {
            let moved = self.moved.get(self.row(character)).copied().unwrap_or(0);
            let staying = self.staying(character).first().copied().unwrap_or(0);
            states = ((states & moved) << 1) | (states & staying);
            if states == 0 {
                return 0;
            }
        }
        states
    }

    fn run_in_words(&self, text: &str) -> bool {
        let words = self.first.len();
        let mut states = [0_u64; WORDS_MAX];
        let Some(states) = states.get_mut(..words) else { return false };
        states.copy_from_slice(&self.first);
        for character in text.chars() {
            let start = self.row(character) * words;
            let Some(moved) = self.moved.get(start..start + words) else { return false };
            let (mut carried, mut alive) = (0, 0);
            for ((state, moved), staying) in states.iter_mut().zip(moved).zip(self.staying(character)) {
                let moving = *state & moved;
                *state = (moving << 1) | carried | (*state & staying);
                carried = moving >> 63;
                alive |= *state;
            }
            if alive == 0 {
                return false;
            }
        }
        states.iter().zip(&self.last).any(|(state, last)| state & last != 0)
    }
}

fn set(words: &mut [u64], bit: usize) {
    if let Some(word) = words.get_mut(bit / 64) {
        *word |= 1 << (bit % 64);
    }
}

/// The row of a character: 0 for one that the patterns do not have.
fn row_of(letters: &[char], character: char) -> usize {
    letters.binary_search(&character).map_or(0, |index| index + 1)
}

/// For patterns beyond every legal size: goes back to the last star where the text does not go on as it should.
fn step_by_step(elements: &[Element], text: &str) -> bool {
    let mut position = 0;
    let mut rest = text.chars();
    let mut last_star: Option<(usize, bool, std::str::Chars<'_>)> = None;
    loop {
        let mut next = rest.clone();
        let fits = match (elements.get(position), next.next()) {
            (Some(Element::Star { crosses }), _) => {
                position += 1;
                last_star = Some((position, *crosses, rest.clone()));
                continue;
            }
            (None, None) => return true,
            (Some(Element::One { crosses }), Some(character)) => *crosses || character != ':',
            (Some(Element::Letter(wanted)), Some(character)) => *wanted == character,
            _ => false,
        };
        if fits {
            position += 1;
            rest = next;
            continue;
        }
        // A star that must not cross a colon has the whole of its part behind it: an earlier one could not do better.
        let Some((after_star, crosses, from)) = last_star.as_mut() else { return false };
        match from.next() {
            Some(character) if *crosses || character != ':' => {}
            _ => return false,
        }
        position = *after_star;
        rest = from.clone();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tokens;
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn the_bits_agree_with_the_steps(
            patterns in proptest::collection::vec(("[aé:*?]{0,12}", any::<bool>()), 1..12),
            text in "[aéb:]{0,12}",
        ) {
            let patterns: Vec<Vec<Element>> =
                patterns.iter().map(|(pattern, crosses)| elements(&tokens(pattern), *crosses)).collect();
            let expected = patterns.iter().any(|pattern| step_by_step(pattern, &text));
            prop_assert_eq!(Machine::new(patterns).matches(&text), expected);
        }
    }
}
