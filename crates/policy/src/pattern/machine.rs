//! Patterns with a `?`: a machine that reads the text once, and whose states are bits.
//!
//! State `n` means that the pattern's first `n` elements are matched. A character moves every state whose element it
//! fits to the next, all in one shift of a word; a state before a star also stays where it is.

use super::Token;

/// The most words of states: more elements than the largest policy of a role (10,240 characters) can have.
const WORDS_MAX: usize = 164;

/// The most words in all masks, 512 KiB: no legal policy needs more.
const MASK_WORDS_MAX: usize = 65_536;

/// A pattern as a machine.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    elements: Box<[Element]>,
    /// `None` for a pattern that is too large.
    masks: Option<Masks>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Letter(char),
    One,
    Star,
}

#[derive(Debug, Clone)]
struct Masks {
    /// Words in a mask.
    words: usize,
    /// The last state, in which the pattern is matched.
    last: usize,
    /// States that stay, since a star follows.
    staying: Box<[u64]>,
    /// The letters of the pattern, in order.
    letters: Box<[char]>,
    /// For each letter, and first for every other, the states that it moves.
    moved: Box<[u64]>,
}

impl Machine {
    pub(super) fn new(tokens: &[Token]) -> Self {
        let mut elements = Vec::new();
        for token in tokens {
            match token {
                Token::One => elements.push(Element::One),
                Token::Star if elements.last() == Some(&Element::Star) => {}
                Token::Star => elements.push(Element::Star),
                Token::Text(text) => elements.extend(text.chars().map(Element::Letter)),
            }
        }
        Self { masks: Masks::new(&elements), elements: elements.into_boxed_slice() }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match &self.masks {
            Some(masks) => masks.run(text),
            None => step_by_step(&self.elements, text),
        }
    }
}

impl Masks {
    fn new(elements: &[Element]) -> Option<Self> {
        let last = elements.iter().filter(|element| **element != Element::Star).count();
        let words = last / 64 + 1;
        let mut letters: Vec<char> = elements
            .iter()
            .filter_map(|element| match element {
                Element::Letter(letter) => Some(*letter),
                Element::One | Element::Star => None,
            })
            .collect();
        letters.sort_unstable();
        letters.dedup();
        if words > WORDS_MAX || words * (letters.len() + 1) > MASK_WORDS_MAX {
            return None;
        }
        let mut staying = vec![0; words];
        let mut moved = vec![0; words * (letters.len() + 1)];
        let mut state = 0;
        for element in elements {
            match element {
                Element::Star => set(&mut staying, state),
                Element::Letter(letter) => {
                    let row = row_of(&letters, *letter);
                    set(moved.get_mut(row * words..)?, state);
                    state += 1;
                }
                Element::One => {
                    moved.chunks_exact_mut(words).for_each(|row| set(row, state));
                    state += 1;
                }
            }
        }
        Some(Self {
            words,
            last,
            staying: staying.into_boxed_slice(),
            letters: letters.into_boxed_slice(),
            moved: moved.into_boxed_slice(),
        })
    }

    fn run(&self, text: &str) -> bool {
        let mut states = [0_u64; WORDS_MAX];
        let Some(states) = states.get_mut(..self.words) else { return false };
        set(states, 0);
        for character in text.chars() {
            let start = row_of(&self.letters, character) * self.words;
            let Some(moved) = self.moved.get(start..start + self.words) else { return false };
            let (mut carried, mut alive) = (0, 0);
            for ((state, moved), staying) in states.iter_mut().zip(moved).zip(&self.staying) {
                let moving = *state & moved;
                *state = (moving << 1) | carried | (*state & staying);
                carried = moving >> 63;
                alive |= *state;
            }
            if alive == 0 {
                return false;
            }
        }
        states.get(self.last / 64).is_some_and(|word| word >> (self.last % 64) & 1 == 1)
    }
}

fn set(words: &mut [u64], bit: usize) {
    if let Some(word) = words.get_mut(bit / 64) {
        *word |= 1 << (bit % 64);
    }
}

/// The row of a character: 0 for one that the pattern does not have.
fn row_of(letters: &[char], character: char) -> usize {
    letters.binary_search(&character).map_or(0, |index| index + 1)
}

/// For patterns beyond every legal size: goes back to the last star where the text does not go on as it should.
fn step_by_step(elements: &[Element], text: &str) -> bool {
    let mut position = 0;
    let mut rest = text.chars();
    let mut last_star: Option<(usize, std::str::Chars<'_>)> = None;
    loop {
        let mut next = rest.clone();
        match (elements.get(position), next.next()) {
            (Some(Element::Star), _) => {
                position += 1;
                last_star = Some((position, rest.clone()));
                continue;
            }
            (None, None) => return true,
            (Some(Element::One), Some(_)) => {
                position += 1;
                rest = next;
                continue;
            }
            (Some(Element::Letter(wanted)), Some(character)) if *wanted == character => {
                position += 1;
                rest = next;
                continue;
            }
            _ => {}
        }
        let Some((after_star, from)) = last_star.as_mut() else { return false };
        if from.next().is_none() {
            return false;
        }
        position = *after_star;
        rest = from.clone();
    }
}
