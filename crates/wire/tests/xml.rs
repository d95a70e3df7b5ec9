//! The XML writer against a parser that is not ours.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use daypass_wire::xml::Writer;
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

#[test]
fn elements_are_nested_and_text_is_escaped() {
    let mut writer = Writer::with_declaration();
    writer.root("List", "http://s3.amazonaws.com/doc/2006-03-01/", |writer| {
        writer.nested("Item", |writer| {
            writer.text("Key", "<a> & \"b\" 'c'\r\n\0");
            writer.value("Size", 5);
            writer.optional("Owner", None);
            writer.empty("Tags");
        });
    });
    assert_eq!(
        writer.into_string(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<List xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Item>\
         <Key>&lt;a&gt; &amp; &quot;b&quot; 'c'&#xD;\n\u{FFFD}</Key><Size>5</Size><Tags/></Item></List>"
    );
}

fn read_back(xml: &str) -> String {
    let mut reader = Reader::from_str(xml);
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Text(piece) => text.push_str(&piece.decode().unwrap()),
            Event::GeneralRef(name) => match name.resolve_char_ref().unwrap() {
                Some(character) => text.push(character),
                None => match &*name {
                    b"lt" => text.push('<'),
                    b"gt" => text.push('>'),
                    b"amp" => text.push('&'),
                    b"quot" => text.push('"'),
                    other => panic!("unknown entity {other:?}"),
                },
            },
            Event::Eof => return text,
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn a_parser_reads_the_text_that_was_written(text in "(?s).{0,40}") {
        let mut writer = Writer::new();
        writer.text("Message", &text);
        let writable: String = text
            .chars()
            .map(|c| match c {
                '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'.. => c,
                _ => '\u{FFFD}',
            })
            .collect();
        prop_assert_eq!(read_back(&writer.into_string()), writable);
    }
}
