//! A folder with policies in it, and the program run there.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// The program under test.
pub(crate) const DAYPASS: &str = env!("CARGO_BIN_EXE_daypass");

/// Lets `s3:PutObject` through, on line 4.
pub(crate) const UPLOAD: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Upload",
      "Effect": "Allow",
      "Action": "s3:PutObject",
      "Resource": "arn:aws:s3:::site/*"
    }
  ]
}"#;

/// Lets `s3:GetObject` through and nothing else, on line 4.
pub(crate) const READ: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }
  ]
}"#;

/// Lets everything through, on line 4.
pub(crate) const EVERYTHING: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "*", "Resource": "*" }
  ]
}"#;

pub(crate) const DEPLOY: &str = "arn:aws:iam::123456789012:role/deploy";

/// What the program printed and how it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) output: String,
    pub(crate) errors: String,
}

/// A folder, gone when it is dropped.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// With the policies above in it.
    pub(crate) fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("upload.json", UPLOAD);
        folder.write("read.json", READ);
        folder.write("everything.json", EVERYTHING);
        folder
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    /// `daypass simulate` with these arguments, none of which has a space in it.
    pub(crate) fn simulate(&self, arguments: &str) -> Ended {
        let arguments: Vec<&str> = ["simulate"].into_iter().chain(arguments.split_whitespace()).collect();
        run(self.0.path(), &arguments)
    }

    /// The same of an upload to the bucket `site`.
    pub(crate) fn upload(&self, arguments: &str) -> Ended {
        self.simulate(&format!("--action s3:PutObject --resource arn:aws:s3:::site/a {arguments}"))
    }
}

/// Runs the program in a folder.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ended {
    let output = Command::new(DAYPASS).current_dir(folder).args(arguments).output().unwrap();
    Ended {
        status: output.status.code().unwrap(),
        output: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

/// That it ended so, with nothing but this on its standard output.
pub(crate) fn expect(ended: &Ended, status: i32, output: &str) {
    let expected = Ended { status, output: output.to_owned(), errors: String::new() };
    assert_eq!(*ended, expected, "\n{}{}", ended.output, ended.errors);
}
