//! A tree that is read can be written and read again, and is still the same; so is one that has a structure's form.

#![no_main]

use daypass_targets::cloudfront::{Element, NAMESPACE, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let Ok(text) = std::str::from_utf8(body) else { return };
    let Ok(mut tree) = Element::read(text) else { return };
    let again = Element::read(&tree.document(NAMESPACE)).expect("what was written can be read");
    assert_eq!(again, tree);
    for name in ["DistributionConfig", "InvalidationBatch", "Tags"] {
        if tree.name == name && check(&mut tree, name).is_ok() {
            let mut again = Element::read(&tree.document(NAMESPACE)).expect("what was written can be read");
            check(&mut again, name).expect("it has its form");
            assert_eq!(again, tree);
        }
    }
});
