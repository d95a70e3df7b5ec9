//! JSON with a line for each member, in the order in which it was written.

/// A JSON text laid out; a text that is not JSON comes back as some text, and nothing of it is lost but spaces.
pub(super) fn laid_out(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() * 2);
    let mut depth = 0_usize;
    let (mut in_string, mut escaped) = (false, false);
    let mut letters = text.chars().filter(|letter| *letter != '\r').peekable();
    let new_line = |shown: &mut String, depth: usize| {
        shown.push('\n');
        shown.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(letter) = letters.next() {
        if in_string {
            shown.push(letter);
            in_string = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            continue;
        }
        match letter {
            '"' => {
                in_string = true;
                shown.push(letter);
            }
            '{' | '[' => {
                shown.push(letter);
                while letters.peek().is_some_and(|next| next.is_whitespace()) {
                    letters.next();
                }
                if let Some(end @ ('}' | ']')) = letters.peek().copied() {
                    letters.next();
                    shown.push(end);
                } else {
                    depth += 1;
                    new_line(&mut shown, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut shown, depth);
                shown.push(letter);
            }
            ',' => {
                shown.push(letter);
                new_line(&mut shown, depth);
            }
            ':' => shown.push_str(": "),
            letter if letter.is_whitespace() => {}
            letter => shown.push(letter),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::laid_out;

    #[test]
    fn members_keep_their_order_and_strings_their_text() {
        let text = r#"{"b":[1, {}],"a":"x, {y}: \"z\"" ,"c":[ ]}"#;
        let expected = "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": \"x, {y}: \\\"z\\\"\",\n  \"c\": []\n}";
        assert_eq!(laid_out(text), expected);
        assert_eq!(laid_out(expected), expected);
    }
}
