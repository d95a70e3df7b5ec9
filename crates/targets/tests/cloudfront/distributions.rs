//! Distributions and their tags.

use crate::{OTHER, World, code, config};

#[test]
fn one_is_made_deployed_changed_and_deleted() {
    let mut world = World::new();
    let made = world.ask("POST /distribution", &config("one", "true", "")).unwrap();
    let (etag, body) = (made.answer.etag.unwrap(), made.answer.body.unwrap());
    let id = body.text_of("Id").unwrap().to_owned();
    assert!(id.len() == 14 && id.starts_with('E'), "{id}");
    assert_eq!(made.answer.location.unwrap(), format!("/2020-05-31/distribution/{id}"));
    assert_eq!(body.text_of("Status"), Some("InProgress"));
    world.later(3);
    let one = format!("/distribution/{id}");
    let shown = world.ask(&format!("GET {one}"), "").unwrap().answer.body.unwrap();
    assert_eq!(shown.text_of("Status"), Some("Deployed"));

    // What GetDistributionConfig gives, UpdateDistribution takes.
    let kept = world.ask(&format!("GET {one}/config"), "").unwrap().answer;
    assert_eq!(kept.etag.as_ref(), Some(&etag));
    let text = kept.body.unwrap().document("http://cloudfront.amazonaws.com/doc/2020-05-31/");
    let put = format!("PUT {one}/config");
    assert_eq!(code(world.ask(&put, &text)), (400, "InvalidIfMatchVersion"));
    assert_eq!(code(world.ask_as(crate::ACCOUNT, &put, Some("E0"), &text)), (412, "PreconditionFailed"));
    let delete = format!("DELETE {one}");
    let refused = world.ask_as(crate::ACCOUNT, &delete, Some(&etag), "");
    assert_eq!(code(refused), (409, "DistributionNotDisabled"));
    let disabled = text.replace("<Enabled>true", "<Enabled>false");
    let answer = world.ask_as(crate::ACCOUNT, &put, Some(&etag), &disabled).unwrap().answer;
    let newer = answer.etag.unwrap();
    assert_ne!(newer, etag);
    assert_eq!(
        code(world.ask_as(crate::ACCOUNT, &delete, Some(&newer), "")),
        (409, "DistributionNotDisabled")
    );
    world.later(3);
    assert_eq!(code(world.ask_as(crate::ACCOUNT, &delete, Some(&etag), "")), (412, "PreconditionFailed"));
    assert_eq!(code(world.ask_as(OTHER, &delete, Some(&newer), "")), (404, "NoSuchDistribution"));
    assert_eq!(world.ask_as(crate::ACCOUNT, &delete, Some(&newer), "").unwrap().answer.status, 204);
    assert_eq!(code(world.ask(&format!("GET {one}"), "")), (404, "NoSuchDistribution"));
}

#[test]
fn what_cannot_be_is_refused() {
    let mut world = World::new();
    world.made("one");
    let alias = "<Aliases><Quantity>1</Quantity><Items><CNAME>www.example.com</CNAME></Items></Aliases>";
    world.ask("POST /distribution", &config("two", "true", alias)).unwrap();
    let whole = config("three", "true", "");
    let rows = [
        (config("one", "true", ""), (409, "DistributionAlreadyExists")),
        (config("three", "true", &alias.replace("www", "WWW")), (409, "CNAMEAlreadyExists")),
        (config("three", "true", &alias.replace(">1<", ">2<")), (400, "InconsistentQuantities")),
        (config("three", "maybe", ""), (400, "MalformedInput")),
        (config("three", "true", "<Unknown>1</Unknown>"), (400, "MalformedInput")),
        (config("three", "true", "<Comment>twice</Comment>"), (400, "MalformedInput")),
        (config("three", "true", "<PriceClass>cheap</PriceClass>"), (400, "MalformedInput")),
        (whole.replace("<TargetOriginId>o", "<TargetOriginId>p"), (404, "NoSuchOrigin")),
        (whole.replace("<Comment>a &amp; b</Comment>", ""), (400, "MalformedInput")),
        (whole.replace("</DistributionConfig>", ""), (400, "MalformedXML")),
        (config("", "true", ""), (400, "InvalidArgument")),
        (String::new(), (400, "MissingBody")),
    ];
    for (body, expected) in rows {
        assert_eq!(code(world.ask("POST /distribution", &body)), expected, "{body}");
    }
    let taken = world.ask_as(OTHER, "POST /distribution", None, &config("mine", "true", alias));
    assert_eq!(code(taken), (409, "CNAMEAlreadyExists"), "whatever account it is of");
    assert_eq!(code(world.ask("GET /distribution?MaxItems=none", "")), (400, "InvalidArgument"));
    assert_eq!(code(world.ask("GET /distribution?Marker=E0", "")), (400, "InvalidArgument"));
    assert_eq!(code(world.ask("GET /cache-policy", "")), (501, "NotImplemented"));
}

#[test]
fn lists_come_in_pages_of_ones_own() {
    let mut world = World::new();
    for reference in ["one", "two", "three"] {
        world.made(reference);
    }
    world.ask_as(OTHER, "POST /distribution", None, &config("theirs", "true", "")).unwrap();
    let mut seen = Vec::new();
    let mut marker = String::new();
    loop {
        let request = format!("GET /distribution?MaxItems=2&Marker={marker}");
        let page = world.ask(&request, "").unwrap().answer.body.unwrap();
        let items = &page.child("Items").unwrap().children;
        assert_eq!(page.text_of("Quantity"), Some(items.len().to_string().as_str()));
        seen.extend(items.iter().map(|item| item.text_of("Id").unwrap().to_owned()));
        match page.text_of("NextMarker") {
            Some(next) => next.clone_into(&mut marker),
            None => break,
        }
    }
    seen.dedup();
    assert_eq!(seen.len(), 3);
}

#[test]
fn tags_are_added_shown_and_removed() {
    let mut world = World::new();
    let arn = world.made("one").text_of("ARN").unwrap().to_owned();
    let tag = |key: &str| format!("<Tags><Items><Tag><Key>{key}</Key><Value>v</Value></Tag></Items></Tags>");
    let add = format!("POST /tagging?Operation=Tag&Resource={arn}");
    assert_eq!(world.ask(&add, &tag("team")).unwrap().answer.status, 204);
    assert_eq!(code(world.ask(&add, &tag("aws:team"))), (400, "InvalidTagging"));
    let list = format!("GET /tagging?Resource={arn}");
    let tags = world.ask(&list, "").unwrap().answer.body.unwrap();
    assert_eq!(tags.child("Items").unwrap().children.len(), 1);
    let remove = format!("POST /tagging?Operation=Untag&Resource={arn}");
    world.ask(&remove, "<TagKeys><Items><Key>team</Key></Items></TagKeys>").unwrap();
    let tags = world.ask(&list, "").unwrap().answer.body.unwrap();
    assert!(tags.child("Items").unwrap().children.is_empty());
    assert_eq!(code(world.ask(&format!("{list}0"), "")), (404, "NoSuchResource"));
    assert_eq!(code(world.ask_as(OTHER, &list, None, "")), (404, "NoSuchResource"));
    let both = format!(
        "<DistributionConfigWithTags>{}{}</DistributionConfigWithTags>",
        config("two", "true", ""),
        tag("team")
    );
    let made = world.ask("POST /distribution?WithTags", &both).unwrap().answer.body.unwrap();
    let list = format!("GET /tagging?Resource={}", made.text_of("ARN").unwrap());
    let tags = world.ask(&list, "").unwrap().answer.body.unwrap();
    assert_eq!(tags.child("Items").unwrap().children.len(), 1);
}
