//! Invalidations.

use daypass_store::Change;

use crate::{World, batch, code};

fn world() -> (World, String) {
    let mut world = World::new();
    let id = world.made("one").text_of("Id").unwrap().to_owned();
    (world, format!("/distribution/{id}/invalidation"))
}

#[test]
fn one_is_made_once_and_completes() {
    let (mut world, path) = world();
    let create = format!("POST {path}");
    let made = world.ask(&create, &batch("a", &["/*"])).unwrap().answer;
    let body = made.body.unwrap();
    let id = body.text_of("Id").unwrap().to_owned();
    assert!(id.len() == 14 && id.starts_with('I'), "{id}");
    assert_eq!((made.status, body.text_of("Status")), (201, Some("InProgress")));
    assert_eq!(made.location.unwrap(), format!("/2020-05-31{path}/{id}"));
    // The same again is the same; another under its name is refused.
    let again = world.ask(&create, &batch("a", &["/*"])).unwrap();
    assert_eq!(again.answer.body.unwrap().text_of("Id"), Some(id.as_str()));
    assert!(again.changes.is_empty() && again.next.is_none());
    assert_eq!(code(world.ask(&create, &batch("a", &["/b"]))), (400, "InvalidArgument"));
    world.later(3);
    let shown = world.ask(&format!("GET {path}/{id}"), "").unwrap().answer.body.unwrap();
    assert_eq!(shown.text_of("Status"), Some("Completed"));
    assert_eq!(code(world.ask(&format!("GET {path}/I0"), "")), (404, "NoSuchInvalidation"));
    let nowhere = world.ask("POST /distribution/E0/invalidation", &batch("a", &["/*"]));
    assert_eq!(code(nowhere), (404, "NoSuchDistribution"));
}

#[test]
fn paths_are_checked() {
    let (mut world, path) = world();
    let create = format!("POST {path}");
    for bad in ["index.html", "*", "/a*b", "/**", "/with space", "/\u{fc}"] {
        assert_eq!(code(world.ask(&create, &batch("a", &[bad]))), (400, "InvalidArgument"), "{bad}");
    }
    assert_eq!(code(world.ask(&create, &batch("a", &[]))), (400, "InvalidArgument"));
    let lying = batch("a", &["/a"]).replace(">1<", ">2<");
    assert_eq!(code(world.ask(&create, &lying)), (400, "InconsistentQuantities"));
    let many = vec!["/a"; 3_001];
    assert_eq!(code(world.ask(&create, &batch("a", &many))), (413, "BatchTooLarge"));
    world.ask(&create, &batch("most", &many[1..])).unwrap();
    assert_eq!(code(world.ask(&create, &batch("more", &["/a"]))), (400, "TooManyInvalidationsInProgress"));
}

#[test]
fn fifteen_wildcards_are_in_progress_at_the_most() {
    let (mut world, path) = world();
    let create = format!("POST {path}");
    for number in 0..15 {
        world.ask(&create, &batch(&format!("r{number}"), &["/*"])).unwrap();
    }
    assert_eq!(code(world.ask(&create, &batch("more", &["/*"]))), (400, "TooManyInvalidationsInProgress"));
    world.later(3);
    world.ask(&create, &batch("more", &["/*"])).unwrap();
}

#[test]
fn a_hundred_are_kept() {
    let (mut world, path) = world();
    let create = format!("POST {path}");
    for number in 0..100 {
        world.ask(&create, &batch(&format!("r{number}"), &["/a"])).unwrap();
        world.later(3);
    }
    world.ask(&create, &batch("last", &["/a"])).unwrap();
    assert!(matches!(world.changes.as_slice(), [Change::Put { .. }, Change::Delete { .. }]));
    let list = world.ask(&format!("GET {path}"), "").unwrap().answer.body.unwrap();
    assert_eq!((list.text_of("Quantity"), list.text_of("IsTruncated")), (Some("100"), Some("false")));
}
