//! A stranger's XML.

use daypass_targets::cloudfront::{Element, TreeError};
use proptest::prelude::*;

#[test]
fn what_is_no_tree_is_refused() {
    let deep = format!("{}{}", "<a>".repeat(40), "</a>".repeat(40));
    let many = format!("<a>{}</a>", "<b/>".repeat(20_000));
    let rows = [
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", TreeError::Declaration),
        ("<a>&b;</a>", TreeError::Malformed),
        ("<a>&#0;</a>", TreeError::Malformed),
        ("<a>", TreeError::Malformed),
        ("<a></b>", TreeError::Malformed),
        ("<a/><b/>", TreeError::Malformed),
        ("<a>text<b/></a>", TreeError::Malformed),
        ("", TreeError::Malformed),
        (&deep, TreeError::TooLarge),
        (&many, TreeError::TooLarge),
    ];
    for (text, expected) in rows {
        assert_eq!(Element::read(text), Err(expected), "{}", text.chars().take(40).collect::<String>());
    }
    let read =
        Element::read("<?xml version=\"1.0\"?><x:a xmlns:x=\"u\"><!-- c --><b>1 &lt; &#50;</b> </x:a>");
    assert_eq!(read.unwrap(), Element::nested("a", vec![Element::text("b", "1 < 2")]));
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(text in "[ -~\t\u{e4}\u{1f600}]{0,40}", name in "[A-Za-z]{1,20}") {
        let tree = Element::nested("Root", vec![Element::text(name, text)]);
        prop_assert_eq!(Element::read(&tree.document("urn:x")).unwrap(), tree);
    }

    #[test]
    fn anything_is_read_or_refused(text in "[<>/a-c&;# \"!\\[\\]-]{0,120}") {
        if let Ok(tree) = Element::read(&text) {
            prop_assert_eq!(Element::read(&tree.document("urn:x")).unwrap(), tree);
        }
    }
}
