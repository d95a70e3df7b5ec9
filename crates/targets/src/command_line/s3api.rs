//! `aws s3api`: one operation of S3 each.

use percent_encoding::percent_decode_str;

use super::calls::{Asked, NeededCall};
use super::options::Options;
use super::resource::Resource;
use super::s3_path::Path;
use super::unreadable::Why;
use super::word::{Part, Word};
use crate::s3::actions::{self, Operation};

const WAITERS: [(&str, &str); 4] = [
    ("bucket-exists", "HeadBucket"),
    ("bucket-not-exists", "HeadBucket"),
    ("object-exists", "HeadObject"),
    ("object-not-exists", "HeadObject"),
];

pub(super) fn calls(asked: &Asked<'_>) -> Result<Vec<NeededCall>, Why> {
    let operation = if asked.waits {
        let waiter = WAITERS.into_iter().find(|(name, _)| *name == asked.operation);
        waiter.and_then(|(_, operation)| Operation::named(operation))
    } else {
        Operation::of_command(asked.operation)
    };
    let operation = operation.ok_or_else(|| asked.unknown_operation())?;
    let (options, site) = (asked.options, asked.site);
    let path = || -> Result<Path, Why> { Path::of(&options.needed("bucket")?.clone()) };
    let resource = match operation.resource {
        actions::Resource::Any => Resource::none(),
        actions::Resource::Bucket | actions::Resource::NewBucket => path()?.bucket(site),
        actions::Resource::Object | actions::Resource::TaggedObject => {
            path()?.bucket(site).and_text("/").and(options.needed("key")?)
        }
        actions::Resource::Keys => path()?.bucket(site).and_text("/").and_anything(),
    };
    let mut calls = Vec::new();
    if let Some(source) = options.value("copy-source") {
        calls.push(source_of_copy(source, asked)?);
    }
    let version = options.has("version-id");
    let own = [Some(operation.action_on(version)), operation.also(version)];
    calls.extend(own.into_iter().flatten().map(|action| NeededCall::new(action, resource.clone())));
    for action in further(operation, options) {
        calls.push(NeededCall::new(action, resource.clone()));
    }
    Ok(calls)
}

/// What options need beside the operation's own action.
fn further(operation: &Operation, options: &Options) -> Vec<&'static str> {
    let acl = options.has("acl") || options.any_begins("grant-");
    let rows: &[(bool, &str)] = match operation.name {
        "PutObject" | "CopyObject" | "CreateMultipartUpload" => &[
            (acl, "s3:PutObjectAcl"),
            (options.has("tagging"), "s3:PutObjectTagging"),
            (options.has("object-lock-mode"), "s3:PutObjectRetention"),
            (options.has("object-lock-legal-hold-status"), "s3:PutObjectLegalHold"),
        ],
        "CreateBucket" => &[
            (acl, "s3:PutBucketAcl"),
            (options.has("object-ownership"), "s3:PutBucketOwnershipControls"),
            (options.has("object-lock-enabled-for-bucket"), "s3:PutBucketObjectLockConfiguration"),
            (options.has("object-lock-enabled-for-bucket"), "s3:PutBucketVersioning"),
        ],
        _ => &[],
    };
    rows.iter().filter(|(needed, _)| *needed).map(|(_, action)| *action).collect()
}

/// `bucket/key?versionId=...`, percent-encoded, perhaps with a slash before it.
fn source_of_copy(source: &Word, asked: &Asked<'_>) -> Result<NeededCall, Why> {
    let source = without_marks(source);
    let source = source.without("/").unwrap_or(source);
    let (source, version) = source.split_once('?').map_or((source, false), |(source, _)| (source, true));
    let mut decoded = Word::default();
    for part in source.parts() {
        match part {
            Part::Known(text) => decoded.push_known(&percent_decode_str(text).decode_utf8_lossy()),
            Part::Unknown(text) => decoded.push_unknown(text, false),
        }
    }
    if decoded.begins_unknown() && decoded.parts().len() == 1 {
        let anything = Resource::at(asked.site, "s3:::").and_anything().and_text("/").and_anything();
        return Ok(NeededCall::new("s3:GetObject", anything));
    }
    let path = Path::of(&decoded)?;
    let action = if version { "s3:GetObjectVersion" } else { "s3:GetObject" };
    Ok(NeededCall::new(action, path.object(asked.site)))
}

/// Outside of quotation marks bash leaves a `?` as it is where no file has such a name.
fn without_marks(source: &Word) -> Word {
    let mut word = Word::default();
    for part in source.parts() {
        match part {
            Part::Unknown(text) if text == "?" => word.push_known(text),
            Part::Known(text) => word.push_known(text),
            Part::Unknown(text) => word.push_unknown(text, false),
        }
    }
    word
}
