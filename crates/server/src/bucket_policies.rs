//! The policies of buckets, parsed: each once, when the first question after its change is put to it.
//!
//! The text belongs to the bucket and lives in its document, where S3 keeps it without understanding it. What is parsed
//! from it can always be made again, so it is kept here, beside those who ask, and is known by the very text that it was
//! made from: a policy that is put again is another one, and nothing has to be told.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use daypass_aws::authorize::{ResourcePolicy, Target};
use daypass_aws::{AccountId, Caller, bucket_policy};
use daypass_policy::{Document, Named, ParseError};
use daypass_targets::authority::BucketPolicy;
use daypass_targets::s3::limits::BUCKETS;

use crate::state::App;

/// A policy with what was parsed from it.
struct Parsed {
    kept: Arc<BucketPolicy>,
    document: Result<Document, ParseError>,
    /// How reports name it.
    name: String,
}

/// What was parsed, by bucket.
#[derive(Default)]
pub(crate) struct BucketPolicies(RwLock<HashMap<String, Arc<Parsed>>>);

impl BucketPolicies {
    fn of(&self, bucket: &str, kept: &Arc<BucketPolicy>) -> Arc<Parsed> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned();
        if let Some(parsed) = known.filter(|parsed| Arc::ptr_eq(&parsed.kept, kept)) {
            return parsed;
        }
        let parsed = Arc::new(Parsed {
            kept: Arc::clone(kept),
            document: bucket_policy::read(&kept.text),
            name: format!("policy of the bucket {bucket}"),
        });
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Those of buckets that are gone stay behind, and are not looked for one by one.
        if all.len() >= BUCKETS {
            all.clear();
        }
        all.insert(bucket.to_owned(), Arc::clone(&parsed));
        parsed
    }
}

/// What a question is about, besides its ARN.
pub(crate) struct Involved {
    /// The account that it belongs to.
    pub(crate) owner: AccountId,
    /// The bucket's region.
    pub(crate) region: Option<String>,
    policy: Option<Arc<Parsed>>,
}

impl Involved {
    /// The same as the decision takes it.
    pub(crate) fn target(&self, caller: &Caller, action: &str) -> Target<'_> {
        let policy = match &self.policy {
            Some(parsed) if !bucket_policy::is_passed_by(caller, &self.owner, action) => {
                match &parsed.document {
                    Ok(document) => ResourcePolicy::Read {
                        policy: Named { name: &parsed.name, document },
                        roles: &parsed.kept.roles,
                    },
                    Err(error) => ResourcePolicy::Unreadable { name: &parsed.name, error },
                }
            }
            _ => ResourcePolicy::None,
        };
        Target { owner: &self.owner, policy, unavailable: &[] }
    }
}

/// The bucket that a question is about; `None` for one about no bucket, or about one that is to be made.
fn bucket_of<'a>(action: &str, resource: &'a str) -> Option<&'a str> {
    let bucket = resource.strip_prefix("arn:aws:s3:::").and_then(|rest| rest.split('/').next());
    bucket.filter(|_| action != "s3:CreateBucket")
}

/// Who and what decides about a resource besides the caller's own policies. What is not there is of the caller's
/// `account`, so that it is told that it is not there; so is a bucket that is to be made. `None` where the bucket's
/// document names no account.
pub(crate) fn involved(app: &App, account: &AccountId, action: &str, resource: &str) -> Option<Involved> {
    let named = bucket_of(action, resource).and_then(|name| Some((name, app.s3.bucket(name)?)));
    let Some((name, bucket)) = named else {
        return Some(Involved { owner: account.clone(), region: None, policy: None });
    };
    Some(Involved {
        owner: AccountId::parse(&bucket.owner?)?,
        region: Some(bucket.region),
        policy: bucket.policy.map(|kept| app.bucket_policies.of(name, &kept)),
    })
}
