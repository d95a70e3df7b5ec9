//! A function's code as a stranger sends it.

use proptest::prelude::*;

use crate::house::{Zip, checked};

const NOT_A_ZIP: &str = "Could not unzip uploaded file. Please check your file, then try to upload again.";

#[test]
fn what_unzips_is_code() {
    assert_eq!(checked(Zip::default().file("main.py", b"x = 1").file("lib/a.py", b"").end()), Ok(()));
    let mut commented = Zip::default().file("main.py", b"x = 1").end();
    let length = commented.len();
    commented[length - 2..].copy_from_slice(&5_u16.to_le_bytes());
    commented.extend(b"hello");
    assert_eq!(checked(commented), Ok(()));
}

#[test]
fn what_does_not_is_none() {
    let honest = || Zip::default().file("main.py", b"x = 1");
    let data = b"stored";
    let mut crc = flate2::Crc::new();
    crc.update(data);
    let crc = crc.sum();
    for (why, zip) in [
        ("nothing", Vec::new()),
        ("no zip", b"not a zip at all, but a text of some length".to_vec()),
        ("no entries", Zip::default().end()),
        ("cut off", honest().end()[..60].to_vec()),
        ("out of the folder", Zip::default().file("../main.py", b"x").end()),
        ("out of it later", Zip::default().file("a/../../b", b"x").end()),
        ("absolute", Zip::default().file("/etc/passwd", b"x").end()),
        ("a name with NUL", Zip::default().file("a\0b", b"x").end()),
        ("no name", Zip::default().file("", b"x").end()),
        ("encrypted", honest().entry("a", (0, 1), data, (6, crc)).end()),
        ("another method", honest().entry("a", (14, 0), data, (6, crc)).end()),
        ("another size", honest().entry("a", (0, 0), data, (7, crc)).end()),
        ("another checksum", honest().entry("a", (0, 0), data, (6, crc ^ 1)).end()),
        ("not deflated", honest().entry("a", (8, 0), b"\xff\xff\xff\xff", (6, crc)).end()),
    ] {
        assert_eq!(checked(zip), Err((400, NOT_A_ZIP.to_owned())), "{why}");
    }
    // What follows the last entry would be seen by one reader and not by another.
    let mut hidden = honest().end();
    let count = hidden.len() - 14;
    hidden[count..count + 4].copy_from_slice(&[0; 4]);
    assert!(checked(hidden).is_err());
}

#[test]
fn a_bomb_ends_at_the_limit_whatever_it_says_of_itself() {
    let zeros = vec![0; 64 << 20];
    let bomb = (0..4).fold(Zip::default(), |zip, number| zip.file(&format!("{number}"), &zeros));
    let bomb = bomb.file("last", b"one more");
    let said = checked(bomb.end());
    assert_eq!(said, Err((400, "Unzipped size must be smaller than 262144000 bytes".to_owned())));
}

/// The header of the only file begins the archive: its flags lie at 6, its method at 8, its name at 30.
#[test]
fn a_file_is_what_the_directory_says_it_is() {
    let honest = Zip::default().file("main.py", b"x = 1").end();
    for (why, at, to) in [
        ("another name", 30, &b"../a.py"[..]),
        ("another letter", 36, b"x"),
        ("a shorter name", 26, &[6, 0]),
        ("stored", 8, &[0, 0]),
        ("another method", 8, &[14, 0]),
        ("encrypted", 6, &[1, 0]),
    ] {
        let mut zip = honest.clone();
        zip[at..at + to.len()].copy_from_slice(to);
        assert_eq!(checked(zip), Err((400, NOT_A_ZIP.to_owned())), "{why}");
    }
    // Whoever writes without going back says size and checksum behind the file, and in the directory.
    let mut streamed = honest;
    streamed[6] = 8;
    streamed[14..26].fill(0);
    assert_eq!(checked(streamed), Ok(()));
}

/// Ten thousand entries, each over the same megabyte that inflates to nothing: ten gigabytes of work for one.
#[test]
fn entries_that_lie_over_each_other_are_refused() {
    let nothing = [0x00, 0x00, 0x00, 0xff, 0xff].repeat(200_000);
    let ended = [nothing.as_slice(), &[0x01, 0x00, 0x00, 0xff, 0xff]].concat();
    let alone = Zip::default().entry("a", (8, 0), &ended, (0, 0));
    assert_eq!(checked(alone.end()), Ok(()), "one of them does no harm");
    let over = (0..10_000).fold(Zip::default().entry("a", (8, 0), &ended, (0, 0)), |zip, _| zip.again());
    assert_eq!(checked(over.end()), Err((400, NOT_A_ZIP.to_owned())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = checked(bytes);
    }

    #[test]
    fn a_changed_archive_is_refused_or_still_whole(at in 0_usize..130, to in any::<u8>()) {
        let mut zip = Zip::default().file("main.py", b"x = 1").end();
        if let Some(byte) = zip.get_mut(at) {
            *byte = to;
        }
        // A time or a version that was changed is no harm; nothing may panic, and no path may leave the folder.
        let _ = checked(zip);
    }
}
