//! What lines of a text are other than those of another.
//!
//! The longest common subsequence, found by the table that every textbook has: texts here are short, and what is longer is
//! told of as a whole.

/// The largest table, in cells: a thousand changed lines against as many.
const CELLS_MAX: usize = 1_000_000;
/// Lines that are shown before and after what changed.
const AROUND: usize = 2;
/// The most lines that are shown.
const SHOWN_MAX: usize = 120;

/// A line of the difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Only the later text has it.
    Added(&'a str),
    /// Lines that both have were left out.
    Left,
    /// Only the earlier text has it.
    Removed(&'a str),
    /// Both have it.
    Same(&'a str),
}

/// The difference, and whether all of it is shown; nothing where the texts are the same.
pub(super) fn difference<'a>(before: &'a str, now: &'a str) -> (Vec<Line<'a>>, bool) {
    if before == now {
        return (Vec::new(), true);
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), now.lines().collect());
    let start = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let most = old.len().min(new.len()).saturating_sub(start);
    let end =
        old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(one, other)| one == other).count();
    let middle = |lines: &[&'a str]| -> Vec<&'a str> {
        lines.get(start..lines.len().saturating_sub(end)).unwrap_or_default().to_vec()
    };
    let mut all: Vec<Line<'a>> = old.iter().take(start).copied().map(Line::Same).collect();
    all.extend(of_middle(&middle(&old), &middle(&new)));
    all.extend(old.iter().skip(old.len().saturating_sub(end)).copied().map(Line::Same));
    let mut shown = near_changes(&all);
    let is_whole = shown.len() <= SHOWN_MAX;
    shown.truncate(SHOWN_MAX);
    (shown, is_whole)
}

fn of_middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let removed = || old.iter().copied().map(Line::Removed);
    let added = || new.iter().copied().map(Line::Added);
    let width = new.len().saturating_add(1);
    if old.len().saturating_add(1).saturating_mul(width) > CELLS_MAX {
        return removed().chain(added()).collect();
    }
    // How many lines two rests have in common.
    let mut table = vec![0_u32; (old.len() + 1) * width];
    let at = |table: &[u32], row: usize, column: usize| table.get(row * width + column).copied().unwrap_or(0);
    for (row, one) in old.iter().enumerate().rev() {
        for (column, other) in new.iter().enumerate().rev() {
            let common = if one == other {
                at(&table, row + 1, column + 1) + 1
            } else {
                at(&table, row + 1, column).max(at(&table, row, column + 1))
            };
            if let Some(cell) = table.get_mut(row * width + column) {
                *cell = common;
            }
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut lines = Vec::new();
    while let (Some(one), Some(other)) = (old.get(row), new.get(column)) {
        if one == other {
            lines.push(Line::Same(one));
            (row, column) = (row + 1, column + 1);
        } else if at(&table, row + 1, column) >= at(&table, row, column + 1) {
            lines.push(Line::Removed(one));
            row += 1;
        } else {
            lines.push(Line::Added(other));
            column += 1;
        }
    }
    lines.extend(old.iter().skip(row).copied().map(Line::Removed));
    lines.extend(new.iter().skip(column).copied().map(Line::Added));
    lines
}

/// The lines that changed and those around them.
fn near_changes<'a>(all: &[Line<'a>]) -> Vec<Line<'a>> {
    let is_change = |line: &Line<'_>| matches!(line, Line::Added(_) | Line::Removed(_));
    let is_near = |index: usize| {
        let from = index.saturating_sub(AROUND);
        all.iter().skip(from).take(index + AROUND + 1 - from).any(is_change)
    };
    let mut shown = Vec::new();
    for (index, line) in all.iter().enumerate() {
        if is_near(index) {
            shown.push(*line);
        } else if shown.last() != Some(&Line::Left) {
            shown.push(Line::Left);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(before: &str, now: &str) -> String {
        let (lines, _) = difference(before, now);
        let line = |line: &Line<'_>| match line {
            Line::Added(text) => format!("+{text}"),
            Line::Left => "...".to_owned(),
            Line::Removed(text) => format!("-{text}"),
            Line::Same(text) => format!(" {text}"),
        };
        lines.iter().map(line).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn what_changed_is_shown_with_its_neighbours() {
        for (before, now, expected) in [
            ("a\nb", "a\nb", ""),
            ("a\nb\nc", "a\nx\nc", " a|-b|+x| c"),
            ("a", "a\nb", " a|+b"),
            ("", "a", "+a"),
            ("a\nb", "", "-a|-b"),
            ("1\n2\n3\n4\n5\n6", "1\n2\n3\n4\n5\nsix", "...| 4| 5|-6|+six"),
            ("a\nb\nc\nd", "b\nx\nd\ne", "-a| b|-c|+x| d|+e"),
        ] {
            assert_eq!(text(before, now), expected, "{before:?} {now:?}");
        }
    }

    #[test]
    fn long_texts_are_told_of_in_part() {
        let long = |word: &str| (0..3_000).map(|number| format!("{word}{number}\n")).collect::<String>();
        let (before, now) = (long("a"), long("b"));
        let (lines, is_whole) = difference(&before, &now);
        assert_eq!((lines.len(), is_whole), (SHOWN_MAX, false));
    }
}
