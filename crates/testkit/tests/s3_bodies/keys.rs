//! Keys that would be something else in a file system or a URL: here they are names, and nothing more.

use daypass_testkit::Sandbox;

use crate::raw::{call, expect_files, files};
use crate::{nothing_changed, sandbox};

/// As they stand in the request's first line.
const ODD: [&str; 26] = [
    "..",
    "../",
    "../kept",
    "../../../../etc/passwd",
    "a/../b",
    "a/..",
    "/../site/kept",
    "./kept",
    ".",
    "a/./b",
    "..%2F..%2Fkept",
    "%2E%2E/kept",
    "%2e%2e%2fkept",
    "//",
    "a//b",
    "/kept",
    "kept/",
    "%00",
    "a%00b",
    "kept%00",
    "%C3%BC/%E2%82%AC",
    "%F0%9F%A6%80",
    "u%CC%88",
    "a%0Ab%0D",
    "a%20b+c%2Bd",
    "%25%5C..%5Ckept",
];

/// What is in the data directory and beside it, object bytes aside.
fn surroundings(sandbox: &Sandbox) -> Vec<String> {
    let data = sandbox.data();
    let mut names: Vec<String> = [data.parent().unwrap(), &data]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path().display().to_string())
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_keys_are_names_and_nothing_more() {
    let sandbox = sandbox().await;
    let before = surroundings(&sandbox);
    for key in ODD {
        let target = format!("/site/{key}");
        let put = call(&sandbox, ("PUT", &target), &[], key.as_bytes()).await;
        assert_eq!(put.status, 200, "{key}: {}", put.text());
    }
    // Two spellings of one name are one object: what was written last is in it.
    let same = [
        ("..%2F..%2Fkept", "..%2F..%2Fkept"),
        ("../kept", "%2e%2e%2fkept"),
        ("%2E%2E/kept", "%2e%2e%2fkept"),
    ];
    for key in ODD {
        let got = call(&sandbox, ("GET", &format!("/site/{key}")), &[], b"").await;
        let wanted = same.iter().find(|(one, _)| *one == key).map_or(key, |(_, last)| last);
        assert_eq!((got.status, got.text().as_str()), (200, wanted), "{key}");
    }
    let objects = ODD.len() - 2;
    expect_files(&sandbox, objects + 1, "one for each, and the one that was there").await;
    for file in files(&sandbox) {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
    }
    assert_eq!(surroundings(&sandbox), before, "nothing has come beside them");
    let listed = call(&sandbox, ("GET", "/site?list-type=2&encoding-type=url"), &[], b"").await.text();
    assert!(listed.contains(&format!("<KeyCount>{}</KeyCount>", objects + 1)), "{listed}");
    for key in ODD {
        assert_eq!(call(&sandbox, ("DELETE", &format!("/site/{key}")), &[], b"").await.status, 204, "{key}");
    }
    nothing_changed(&sandbox, "odd keys").await;
    expect_files(&sandbox, 1, "the one that was there").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_has_1024_bytes_at_the_most() {
    let sandbox = sandbox().await;
    let begin = |key: &str| format!("/site/{key}?uploads");
    for (unit, count) in [("k", 1024), ("%C3%BC", 512), ("a/", 512), ("%00", 1024)] {
        let key = unit.repeat(count);
        let target = format!("/site/{key}");
        assert_eq!(call(&sandbox, ("PUT", &target), &[], b"long").await.status, 200, "{unit}");
        assert_eq!(call(&sandbox, ("GET", &target), &[], b"").await.text(), "long", "{unit}");
        assert_eq!(call(&sandbox, ("POST", &begin(&key)), &[], b"").await.status, 200, "{unit}");
        assert_eq!(call(&sandbox, ("DELETE", &target), &[], b"").await.status, 204, "{unit}");
        let longer = format!("{key}k");
        let target = format!("/site/{longer}");
        let copy = [("x-amz-copy-source", "site/kept")];
        for refused in [
            call(&sandbox, ("PUT", &target), &[], b"longer").await,
            call(&sandbox, ("PUT", &target), &copy, b"").await,
            call(&sandbox, ("POST", &begin(&longer)), &[], b"").await,
        ] {
            assert_eq!((refused.status, refused.code().as_str()), (400, "KeyTooLongError"), "{unit}");
            assert!(refused.text().contains("<Message>Your key is too long</Message>"), "{}", refused.text());
        }
        let got = call(&sandbox, ("GET", &target), &[], b"").await;
        assert!([400, 404].contains(&got.status), "{unit}: {}", got.text());
    }
    nothing_changed(&sandbox, "long keys").await;
    expect_files(&sandbox, 1, "the one that was there").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_utf_8() {
    let sandbox = sandbox().await;
    for key in ["%FF", "a%C3", "%ED%A0%80", "%C0%AF"] {
        for method in ["PUT", "GET", "DELETE"] {
            let refused = call(&sandbox, (method, &format!("/site/{key}")), &[], b"").await;
            assert_eq!(refused.status, 400, "{method} {key}: {}", refused.text());
        }
    }
    nothing_changed(&sandbox, "no UTF-8").await;
}
