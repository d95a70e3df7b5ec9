//! The operations of IAM that are not offered yet. The list is a file, and it may only get shorter.

use std::collections::BTreeSet;

use daypass_aws::iam::operations;
use daypass_policy::catalogue;

/// One name a line, in order.
const NOT_OFFERED: &str = include_str!("not_offered.txt");

/// How many there were when the list was last made shorter. Lower it with the list; there is no reason to raise it but
/// a new operation of AWS's.
const NOT_OFFERED_MOST: usize = 68;

#[test]
fn the_list_of_what_is_not_offered_only_gets_shorter() {
    let listed: Vec<&str> = NOT_OFFERED.lines().collect();
    assert!(listed.is_sorted_by(|left, right| left < right), "each name once and in order");
    assert_eq!(listed.len(), NOT_OFFERED_MOST, "the list and its length go together");
    let listed: BTreeSet<&str> = listed.into_iter().collect();
    let offered: BTreeSet<&str> = operations().map(|operation| operation.name).collect();
    let both: Vec<&&str> = listed.intersection(&offered).collect();
    assert!(both.is_empty(), "offered by now, so to be struck from the list: {both:?}");

    let model = catalogue::model("iam").unwrap();
    let known: BTreeSet<&str> = model.operations().map(|operation| operation.name).collect();
    let unknown: Vec<&&str> = offered.union(&listed).filter(|name| !known.contains(**name)).collect();
    assert!(unknown.is_empty(), "no operations of IAM: {unknown:?}");
    let nowhere: Vec<&&str> =
        known.iter().filter(|name| !offered.contains(**name) && !listed.contains(**name)).collect();
    assert!(nowhere.is_empty(), "neither offered nor on the list: {nowhere:?}");
}
