//! What the handlers share: the accounts, the keys, the store, the clock.

use std::path::PathBuf;
use std::sync::Arc;

use daypass_aws::seal::StoredSealingKey;
use daypass_aws::{AccountId, SealingKeys};
use daypass_store::sqlite::Database;
use daypass_store::{Change, Collection, Commit, Documents as _, Durability, Journal as _};
use daypass_targets::lambda::Lambda;
use daypass_targets::s3::S3;

use crate::account_documents::Place;
use crate::accounts::Accounts;
use crate::aws::lambda::{Locations, Traffic};
use crate::bucket_policies::BucketPolicies;
use crate::clock::Clock;
use crate::config::Config;
use crate::console::Sessions;
use crate::data_directory::DataDirectory;
use crate::distributions::CloudFront;
use crate::github::{Hub, IssuerKeys, Jobs};
use crate::issuers::Issuers;
use crate::random::SystemRandom;
use crate::start_error::StartError;
use crate::upstreams::Upstreams;

/// The account's number where none is given: the one of AWS's own examples, and of the seed's policies.
pub const ACCOUNT_DEFAULT: &str = "123456789012";

/// Where the sandbox is reached.
#[derive(Debug, Clone)]
pub struct Endpoints {
    /// AWS's services.
    pub aws_url: String,
    /// The issuer and the control calls.
    pub github_url: String,
    /// The certificate authority to trust, with TLS.
    pub tls_ca_file: Option<PathBuf>,
}

/// The whole of a running sandbox. Handlers read a snapshot and never wait for the database to do so.
pub struct App {
    /// The accounts.
    pub accounts: Accounts,
    /// CloudFront.
    pub cloudfront: CloudFront,
    /// The policies of buckets, parsed.
    pub(crate) bucket_policies: BucketPolicies,
    /// The time of all accounts.
    pub clock: Clock,
    /// The configuration.
    pub config: Config,
    /// What is kept.
    pub database: Arc<Database>,
    /// Where it is kept.
    pub directory: DataDirectory,
    /// Where the sandbox is reached.
    pub endpoints: Endpoints,
    /// GitHub's side: users, repositories, runs.
    pub hub: Hub,
    /// The keys that sign the sandbox's own tokens.
    pub issuer_keys: IssuerKeys,
    /// Where the keys of every issuer come from.
    pub issuers: Issuers,
    /// Jobs that may ask for a token.
    pub jobs: Jobs,
    /// Lambda.
    pub lambda: Lambda,
    /// The code of functions that is under way.
    pub(crate) code_traffic: Traffic,
    /// Where the code of functions can be fetched.
    pub(crate) locations: Locations,
    /// S3.
    pub s3: S3,
    /// Who is signed in to the console.
    pub sessions: Sessions,
    /// The services behind the gateway.
    pub upstreams: Upstreams,
}

/// The first account's number: the kept one, the one asked for, or the default.
///
/// # Errors
/// [`StartError::Account`] where the two differ.
pub(crate) async fn account_id(
    database: &Database,
    asked: Option<AccountId>,
) -> Result<AccountId, StartError> {
    const KEY: &str = "account";
    let kept = database.one(Collection::Setting, KEY)?.and_then(|text| AccountId::parse(&text));
    match (kept, asked) {
        (Some(kept), Some(asked)) if kept != asked => {
            Err(StartError::Account { kept: kept.to_string(), asked: asked.to_string() })
        }
        (Some(kept), _) => Ok(kept),
        (None, asked) => {
            let id = asked.or_else(|| AccountId::parse(ACCOUNT_DEFAULT)).ok_or_else(|| {
                StartError::Configuration("the default account number is malformed".to_owned())
            })?;
            put(database, Collection::Setting, KEY, id.to_string()).await?;
            Ok(id)
        }
    }
}

/// An account's sealing keys that are kept; the first one is made where there is none. Every account has its own, and
/// the number of each is used once in the server, so that a token is tried with its own account's key only.
///
/// # Errors
/// [`StartError`] where a kept key is damaged or a new one cannot be kept.
pub(crate) async fn sealing_keys(
    database: &Database,
    account: &AccountId,
    place: &Place,
) -> Result<SealingKeys, StartError> {
    const PREFIX: &str = "sealing/";
    let own = place.key(PREFIX);
    let mut stored = Vec::new();
    let mut last = 0;
    for (key, text) in database.all(Collection::Key)? {
        if key.starts_with(PREFIX) || key.contains("/sealing/") {
            let read: StoredSealingKey = serde_json::from_str(&text)
                .map_err(|error| StartError::document("sealing key", &key, &error))?;
            last = last.max(read.id);
            if key.starts_with(&own) {
                stored.push(read);
            }
        }
    }
    if stored.is_empty() {
        let number = last.saturating_add(1);
        let first = StoredSealingKey::generate(number, &mut SystemRandom::new());
        let text = serde_json::to_string(&first)
            .map_err(|error| StartError::document("sealing key", "new", &error))?;
        put(database, Collection::Key, &format!("{own}{number}"), text).await?;
        stored.push(first);
    }
    SealingKeys::new(account.clone(), &stored).map_err(|error| StartError::Configuration(error.to_string()))
}

async fn put(
    database: &Database,
    collection: Collection,
    key: &str,
    document: String,
) -> Result<(), StartError> {
    let change = Change::Put { collection, key: key.to_owned(), document };
    let commit = Commit { changes: vec![change], durability: Durability::Flushed, ..Commit::default() };
    Ok(database.commit(commit).await?)
}
