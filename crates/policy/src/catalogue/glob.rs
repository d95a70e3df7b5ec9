//! Two patterns of `*` and `?` put against each other.

/// Whether some text matches both patterns. Takes time proportional to the product of their lengths.
pub(crate) fn overlap(left: &str, right: &str) -> bool {
    let right: Vec<char> = right.chars().collect();
    // Which beginnings of `right` have a text in common with the beginning of `left` that has been read.
    let mut reached = closed(vec![true], &right);
    for character in left.chars() {
        let mut next = vec![false; right.len() + 1];
        if character == '*' {
            // A star may be nothing, or go on over whatever `right` has.
            let first = reached.iter().position(|is_reached| *is_reached);
            next.iter_mut().skip(first.unwrap_or(usize::MAX)).for_each(|cell| *cell = true);
        } else {
            for ((here, wanted), at) in reached.iter().zip(&right).zip(0..) {
                let meets =
                    *here && (*wanted == '*' || *wanted == '?' || character == '?' || *wanted == character);
                // A star of `right` may take the character and stay.
                let target = if *wanted == '*' { at } else { at + 1 };
                if meets && let Some(cell) = next.get_mut(target) {
                    *cell = true;
                }
            }
        }
        if !next.contains(&true) {
            return false;
        }
        reached = closed(next, &right);
    }
    reached.last() == Some(&true) && reached.len() == right.len() + 1
}

/// The same where a star of `right` is passed as nothing.
fn closed(mut reached: Vec<bool>, right: &[char]) -> Vec<bool> {
    reached.resize(right.len() + 1, false);
    let mut before = false;
    for (at, cell) in reached.iter_mut().enumerate() {
        let star_before = at.checked_sub(1).and_then(|at| right.get(at)) == Some(&'*');
        *cell |= before && star_before;
        before = *cell;
    }
    reached
}

/// Whether every text that matches `inner` surely matches `outer`, letter by letter. Where it answers no, it may still
/// be so in rare cases, such as `a*` and `a?*` against `a**`.
pub(crate) fn covers(outer: &str, inner: &str) -> bool {
    let outer: Vec<char> = outer.chars().collect();
    let inner: Vec<char> = inner.chars().collect();
    let (mut at, mut from) = (0, 0);
    let mut last_star = None;
    while from < inner.len() {
        let presented = inner.get(from).copied();
        match outer.get(at).copied() {
            Some('*') => {
                last_star = Some((at, from));
                at += 1;
                continue;
            }
            Some('?') if presented != Some('*') => {}
            wanted if wanted == presented && presented != Some('*') => {}
            _ => {
                let Some((star, taken)) = last_star else { return false };
                last_star = Some((star, taken + 1));
                at = star + 1;
                from = taken + 1;
                continue;
            }
        }
        at += 1;
        from += 1;
    }
    outer.iter().skip(at).all(|character| *character == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_overlap_where_a_text_matches_both() {
        for (left, right, expected) in [
            ("*", "a", true),
            ("a*", "*b", true),
            ("a*c", "ab?", true),
            ("a*", "b*", false),
            ("", "", true),
            ("", "*", true),
            ("**", "", true),
            ("a?", "a", false),
            ("*/*", "bucket", false),
            ("*/*", "bucket/*", true),
            ("function:*", "function:my-function", true),
            ("function:*:*", "function:a", false),
        ] {
            assert_eq!(overlap(left, right), expected, "{left} {right}");
            assert_eq!(overlap(right, left), expected, "{right} {left}");
        }
    }

    #[test]
    fn a_pattern_covers_what_it_surely_matches() {
        for (outer, inner, expected) in [
            ("s3:*", "s3:get*", true),
            ("s3:get*", "s3:getobject", true),
            ("s3:get*", "s3:*", false),
            ("a?c", "abc", true),
            ("a?c", "a*c", false),
            ("a*c", "a?c", true),
            ("*", "", true),
            ("a", "a", true),
            ("a*b*", "a*b", true),
            ("*", "*", true),
        ] {
            assert_eq!(covers(outer, inner), expected, "{outer} {inner}");
        }
    }
}
