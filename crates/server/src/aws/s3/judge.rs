//! Puts a target's questions to the caller's policies and the bucket's, and keeps the answers for the record.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use daypass_aws::authorize::Surroundings;
use daypass_aws::bucket_policy::{self, Problem};
use daypass_aws::explanation::Check;
use daypass_aws::{Account, Caller};
use daypass_targets::authority::{Authority, BucketPolicy, ConditionKey, Denial, PolicyRefusal, TargetCall};

use super::super::call::Call;
use super::super::question::ask;
use crate::bucket_policies;
use crate::state::App;

/// Checks of one call that are kept: a batch delete asks for each of its keys.
const CHECKS_KEPT_MAX: usize = 50;

/// Who decides about one call.
pub(in crate::aws) struct Judge {
    app: Arc<App>,
    account: Arc<Account>,
    pub(super) caller: Caller,
    surroundings: Surroundings,
    /// The condition keys of how the request was signed and came.
    signed: Vec<ConditionKey>,
    checks: Mutex<Vec<Check>>,
}

impl Judge {
    pub(in crate::aws) fn new(call: &Call, caller: Caller, signed: Vec<ConditionKey>) -> Self {
        Self {
            app: Arc::clone(&call.app),
            account: call.account.load_full(),
            caller,
            surroundings: call.surroundings.clone(),
            signed,
            checks: Mutex::default(),
        }
    }

    /// The questions since this was asked last: for the record of the call, once it is over.
    pub(in crate::aws) fn take_checks(&self) -> Vec<Check> {
        self.checks.lock().map(|mut checks| std::mem::take(&mut *checks)).unwrap_or_default()
    }

    fn decide(&self, call: &TargetCall) -> (Vec<Check>, Result<(), Denial>) {
        let involved = bucket_policies::involved(&self.app, &self.account.id, call.action, &call.resource);
        let Some(mut bucket) = involved else {
            return (Vec::new(), Err(Denial { message: "Access Denied".to_owned() }));
        };
        let mut signed = self.signed.clone();
        signed.push(ConditionKey::one("s3:ResourceAccount", bucket.owner.to_string()));
        let surroundings = self.surroundings(bucket.region.take());
        let target = bucket.target(&self.caller, call.action);
        match ask(&self.account, &self.caller, (call, target), &signed, &surroundings) {
            Ok(permission) => (permission.checks, Ok(())),
            Err(refusal) => (refusal.checks, Err(Denial { message: refusal.error.message.into_owned() })),
        }
    }

    /// What is true of the request, in the bucket's region: a bucket is reached there and nowhere else, whatever region
    /// the caller signed for.
    fn surroundings(&self, region: Option<String>) -> Cow<'_, Surroundings> {
        match region {
            Some(region) if region != self.surroundings.region => {
                Cow::Owned(Surroundings { region, ..self.surroundings.clone() })
            }
            _ => Cow::Borrowed(&self.surroundings),
        }
    }
}

impl Authority for Judge {
    fn authorize(&self, call: &TargetCall) -> Result<(), Denial> {
        let (checks, answer) = self.decide(call);
        if let Ok(mut kept) = self.checks.lock() {
            let room = CHECKS_KEPT_MAX.saturating_sub(kept.len());
            kept.extend(checks.into_iter().take(room));
        }
        answer
    }

    /// Such a question is none of the call's, and a record with it would show a denial that nobody met.
    fn permits(&self, call: &TargetCall) -> bool {
        self.decide(call).1.is_ok()
    }

    fn check_bucket_policy(&self, bucket: &str, text: &str) -> Result<BucketPolicy, PolicyRefusal> {
        let account = |id: &str| {
            let hosted = self.app.accounts.iter().find(|hosted| hosted.id.as_str() == id);
            hosted.map(|hosted| hosted.load_full())
        };
        match bucket_policy::check(bucket, text, account) {
            Ok(roles) => Ok(BucketPolicy { text: text.to_owned(), roles }),
            Err(Problem::Malformed(message)) => Err(PolicyRefusal::Malformed(message)),
            Err(Problem::Public) => {
                let message = format!(
                    "User: {} is not authorized to perform: s3:PutBucketPolicy on resource: \"arn:aws:s3:::{bucket}\" \
                     because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
                    self.caller.arn()
                );
                Err(PolicyRefusal::Public(Denial { message }))
            }
        }
    }
}
