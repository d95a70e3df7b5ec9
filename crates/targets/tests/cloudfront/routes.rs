//! Which operation a request is.

use daypass_targets::cloudfront::route;

#[test]
fn a_request_is_the_operation_that_says_the_most() {
    let query = |text: &str| match text.split_once('=') {
        Some((name, value)) => vec![(name.to_owned(), value.to_owned())],
        None => vec![(text.to_owned(), String::new())],
    };
    let rows = [
        ("POST", "/2020-05-31/distribution", "", Some("CreateDistribution")),
        ("POST", "/2020-05-31/distribution", "WithTags", Some("CreateDistributionWithTags")),
        ("GET", "/2020-05-31/distribution/E1", "", Some("GetDistribution")),
        ("GET", "/2020-05-31/distribution/E1/config", "", Some("GetDistributionConfig")),
        ("POST", "/2020-05-31/tagging", "Operation=Tag", Some("TagResource")),
        ("POST", "/2020-05-31/tagging", "Operation=Untag", Some("UntagResource")),
        ("POST", "/2020-05-31/tagging", "Operation=Other", None),
        ("GET", "/2020-05-31/tagging", "", Some("ListTagsForResource")),
        ("GET", "/2019-03-26/distribution", "", None),
        ("PATCH", "/2020-05-31/distribution", "", None),
        ("GET", "/2020-05-31/distribution/E1/nothing", "", None),
    ];
    for (method, path, text, expected) in rows {
        let found = route::find(method, path, &query(text));
        assert_eq!(found.map(|routed| routed.route.operation), expected, "{method} {path}?{text}");
    }
}

#[test]
fn all_operations_are_known_each_by_one_name() {
    let mut names: Vec<&str> = route::all().map(|route| route.operation).collect();
    assert_eq!(names.len(), 167, "as many as the model of 2020-05-31 has");
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 167);
    for route in route::all() {
        assert_eq!(route.action(), format!("cloudfront:{}", route.operation));
    }
}
