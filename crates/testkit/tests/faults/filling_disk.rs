//! A disk that fills up in the middle of an upload: nothing of it is seen, its room is given back, and the next one that
//! fits is taken.

use std::fs::File;
use std::path::Path;

use daypass_testkit::{Answer, Refused, Sandbox};
use http::Request;

use crate::full_disk::{fill, on_its_own_disk};
use crate::{furnish, get, put};

/// Room that is left: less than the uploads take, more than the store needs to say so.
const ROOM: u64 = 3 << 20;
const UPLOAD: usize = 5 << 20;

#[test]
fn a_disk_that_fills_up_in_an_upload_leaves_nothing_of_it() {
    on_its_own_disk("filling_disk::a_disk_that_fills_up_in_an_upload_leaves_nothing_of_it", async |disk| {
        fills_up(&disk).await;
    });
}

/// Fills the disk but for [`ROOM`].
fn fill_nearly(disk: &Path) {
    let file = File::options().write(true).open(fill(disk)).unwrap();
    file.set_len(file.metadata().unwrap().len() - ROOM).unwrap();
}

async fn call(sandbox: &Sandbox, method: &str, path: &str, body: &[u8]) -> Result<Answer, Refused> {
    let request = Request::builder().method(method).uri(path).body(body.to_vec()).unwrap();
    sandbox.s3(Some(&sandbox.administrator), request).await
}

fn files(sandbox: &Sandbox) -> usize {
    let objects = std::fs::read_dir(sandbox.data().join("objects")).unwrap();
    objects.map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count()).sum()
}

async fn fills_up(disk: &Path) {
    let sandbox = Sandbox::start().await;
    furnish(&sandbox).await;
    let root = sandbox.administrator.clone();
    put(&sandbox, &root, "kept.bin", b"kept").await.unwrap();
    let begun = call(&sandbox, "POST", "/site/parts.bin?uploads", b"").await.unwrap();
    let upload = begun.element("UploadId").unwrap();
    let part = format!("/site/parts.bin?partNumber=1&uploadId={upload}");
    let large = vec![b'x'; UPLOAD];
    fill_nearly(disk);
    for _ in 0..3 {
        for path in ["/site/large.bin", "/site/kept.bin", &part] {
            let refused = call(&sandbox, "PUT", path, &large).await.unwrap_err();
            let words = (503, "ServiceUnavailable", "Service is unable to handle request.");
            assert_eq!(refused.said(), words, "{path}");
            assert_eq!(files(&sandbox), 1, "{path}: what was written of it is gone");
        }
        assert_eq!(get(&sandbox, &root, "large.bin").await.unwrap_err().code, "NoSuchKey");
        assert_eq!(get(&sandbox, &root, "kept.bin").await.unwrap().body, "kept");
        // Its room was given back: what fits is taken.
        put(&sandbox, &root, "small.bin", &large[..1 << 20]).await.unwrap();
        assert!(get(&sandbox, &root, "small.bin").await.unwrap().body == large[..1 << 20]);
        call(&sandbox, "DELETE", "/site/small.bin", b"").await.unwrap();
    }
    let listed = call(&sandbox, "GET", &format!("/site/parts.bin?uploadId={upload}"), b"").await.unwrap();
    assert_eq!(listed.element("PartNumber"), None);
    std::fs::remove_file(disk.join("filler")).unwrap();
    put(&sandbox, &root, "large.bin", &large).await.unwrap();
    let sandbox = sandbox.restart().await;
    assert!(get(&sandbox, &root, "large.bin").await.unwrap().body == large);
    assert_eq!(get(&sandbox, &root, "kept.bin").await.unwrap().body, "kept");
    assert_eq!(files(&sandbox), 2);
}
