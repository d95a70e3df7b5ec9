//! Amazon S3: the protocol by `s3s`, the decisions and the bytes by us.
//!
//! Five rules keep `s3s` from ever deciding who may do what; each is enforced in the file named:
//! 1. The server verifies the signature before; `intake` strips every trace of it from the request.
//! 2. `aws-chunked` is decoded before; `intake` removes its headers and sets the decoded length.
//! 3. An authenticator that always refuses is installed (`access`), since `s3s` skips its access hook without one.
//! 4. `access` authorises on the operation and path that `s3s` itself resolved, never on a parse of ours; batch deletes
//!    key by key, copy sources, and what stands in a body in the per-operation hooks. What a decision was taken by (the
//!    tags that an object has, those that it is given) is kept with the call, and a handler works with that.
//! 5. Trailers stay outside `s3s` (`reception`), and an object becomes visible only after its body ended cleanly.

mod access;
pub(crate) mod actions;
mod answer;
mod catalogue;
mod checksum;
mod document;
mod error;
mod files;
mod history;
mod host;
mod intake;
pub mod limits;
mod listing;
mod locks;
mod metadata;
mod operations;
mod places;
mod recent;
mod reception;
mod send;
mod state;
mod sweep;
mod tags;
mod upload;
mod version;
mod version_listing;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use daypass_store::{Documents, Journal, ObjectIndex, StoreError};
use http::HeaderValue;
use http::header::{CONNECTION, EXPECT};
use jiff::Timestamp;
use s3s::config::{S3Config, StaticConfigProvider};
use s3s::service::{S3Service, S3ServiceBuilder};

use self::access::{Gate, Nobody};
use self::catalogue::Catalogue;
use self::files::Files;
use self::host::{Addressing, Hosts};
use self::operations::attributes::without_quotes;
use self::operations::{Backend, Handler};
use self::state::Call;
pub use self::sweep::SweepError;
pub(crate) use self::upload::hexadecimal;
use crate::authority::{Authority, BucketPolicy};
use crate::body::Body;
use crate::unbroken::Unbroken;

/// Where and for whom the embedded S3 keeps objects.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder for object bytes, `DATA/objects`. Made if it is missing; nothing else may live in it.
    pub directory: PathBuf,
    /// The account that owns the buckets which name no owner, twelve digits: those made when it was the only one.
    pub account: String,
    /// The region that `GetBucketLocation` and `x-amz-bucket-region` name.
    pub region: String,
}

/// The parts of the store that S3 stands on. One engine usually implements all three.
#[derive(Clone)]
pub struct Storage {
    /// Takes every change, atomically.
    pub journal: Arc<dyn Journal>,
    /// The bucket documents.
    pub documents: Arc<dyn Documents>,
    /// The object documents, in the byte order of their keys.
    pub index: Arc<dyn ObjectIndex>,
}

/// What the server knows about a call before S3 sees it.
pub struct Invocation {
    /// Decides what the verified caller may do.
    pub authority: Arc<dyn Authority>,
    /// The caller's account, twelve digits: the owner of what is made.
    pub account: String,
    /// The sandbox's time, for `Last-Modified` and creation dates.
    pub now: Timestamp,
    /// The id that the answer carries in `x-amz-request-id` and in an error's body.
    pub request_id: String,
}

/// The answer, and what CloudTrail's record of the call needs besides.
#[derive(Debug)]
pub struct Answer {
    /// What goes to the client. An error is already rendered as S3 renders it.
    pub response: http::Response<Body>,
    /// The operation as CloudTrail names it; `None` if the request is not one of S3's operations.
    pub operation: Option<&'static str>,
    /// The bucket in the request's address.
    pub bucket: Option<String>,
    /// The key in the request's address.
    pub key: Option<String>,
    /// The version in the request's address.
    pub version: Option<String>,
    /// S3's error code, also where the answer has no body (`HEAD`, `304`).
    pub error_code: Option<String>,
    /// S3's error message.
    pub error_message: Option<String>,
    /// Body bytes received, without chunk framing.
    pub bytes_in: u64,
    /// Body bytes that the answer will carry.
    pub bytes_out: u64,
}

/// What decides about a bucket besides the caller's own policies.
#[derive(Debug, Clone)]
pub struct BucketFacts {
    /// The account that owns it.
    pub owner: Option<String>,
    /// Its region.
    pub region: String,
    /// Its policy. The same one as long as it was not put again: whoever parsed it may know it by its address.
    pub policy: Option<Arc<BucketPolicy>>,
}

/// Why S3 could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The object folder cannot be made, read or cleared.
    #[error("cannot use the object folder `{}`", path.display())]
    Folder {
        /// The folder or file that refused.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The store does not answer.
    #[error("cannot read the buckets")]
    Store(#[from] StoreError),
    /// A stored bucket document cannot be read.
    #[error("the stored document of bucket `{bucket}` is damaged")]
    Bucket {
        /// The bucket's name.
        bucket: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// The embedded S3. Cheap to clone.
#[derive(Clone)]
pub struct S3 {
    backend: Arc<Backend>,
    service: S3Service,
    addressing: Arc<Addressing>,
}

impl S3 {
    /// Opens the object folder and reads the buckets. [`S3::sweep`] is to be run once afterwards, beside the calls.
    ///
    /// # Errors
    /// [`OpenError`] if the folder or the store cannot be used.
    pub fn open(settings: Settings, storage: Storage) -> Result<Self, OpenError> {
        let path = settings.directory.clone();
        let files = Files::open(path.clone()).map_err(|source| OpenError::Folder { path, source })?;
        let catalogue = Catalogue::open(storage, &settings.account)?;
        let addressing = Arc::new(Addressing::new(&settings.region));
        let backend = Arc::new(Backend::new(settings, files, catalogue));
        let mut builder = S3ServiceBuilder::new(Handler(Arc::clone(&backend)));
        builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config()))));
        builder.set_auth(Nobody);
        builder.set_access(Gate(Arc::clone(&backend)));
        builder.set_host(Hosts(Arc::clone(&addressing)));
        Ok(Self { backend, service: builder.build(), addressing })
    }

    /// The bucket that a `Host` header names; `None` where the path must. The one way in which a host is read: a
    /// signature of version 2 is over the bucket, wherever it stands.
    #[must_use]
    pub fn bucket_of_host<'a>(&self, host: &'a str) -> Option<&'a str> {
        self.addressing.bucket_of(host)
    }

    /// Answers one call whose signature was verified. Never fails: whatever goes wrong is an answer.
    ///
    /// The call runs to its end even if the returned future is dropped, so that a client that goes away leaves
    /// nothing half done.
    pub async fn call(&self, request: http::Request<Body>, invocation: Invocation) -> Answer {
        let known = answer::Request {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            request_id: invocation.request_id.clone(),
        };
        let expects_continue = request.headers().contains_key(EXPECT);
        let this = self.clone();
        let running = Unbroken::new(async move { this.run(request, invocation, &known).await });
        let mut answer = match running.await {
            Ok(answer) => answer,
            Err(cause) => {
                let known = answer::Request::unknown();
                answer::of_error(&known, &error::failed("answer a call", &cause))
            }
        };
        // Where no byte was asked for, the client got this answer and no `100 Continue`. botocore then takes the
        // status line of this answer for that of the next on the same connection, and waits a minute for the rest.
        if expects_continue && answer.bytes_in == 0 {
            answer.response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }

    /// What decides about a bucket; `None` where there is no such bucket.
    #[must_use]
    pub fn bucket(&self, name: &str) -> Option<BucketFacts> {
        self.backend.catalogue.decisive(name)
    }

    /// The account that owns a bucket; `None` where there is no such bucket.
    #[must_use]
    pub fn owner(&self, bucket: &str) -> Option<String> {
        self.backend.catalogue.owner(bucket)
    }

    /// The region of a bucket; `None` where there is no such bucket.
    #[must_use]
    pub fn region(&self, bucket: &str) -> Option<String> {
        self.backend.catalogue.region(bucket)
    }

    async fn run(
        &self,
        request: http::Request<Body>,
        invocation: Invocation,
        known: &answer::Request,
    ) -> Answer {
        let (mut parts, body) = request.into_parts();
        let received = intake::unpack(&mut parts).and_then(|()| intake::receive(&parts, body));
        let reception = match received {
            Ok(reception) => reception,
            Err(refused) => return answer::of_error(known, &refused),
        };
        let mut prepared = match intake::prepare(parts, &reception) {
            Ok(prepared) => prepared,
            Err(refused) => return answer::of_error(known, &refused),
        };
        let call = Arc::new(Call::new(
            invocation.authority,
            invocation.account,
            invocation.now,
            Arc::clone(&reception),
        ));
        prepared.extensions_mut().insert(Arc::clone(&call));
        let answered = self.service.call(prepared).await;
        // Whoever was reading when the body broke, the answer is what was wrong with the body.
        let answer = match (reception.failure(), answered) {
            (Some(broken), _) => answer::of_refusal(known, &broken.refusal()),
            (None, Ok(response)) => {
                let is_quoted = call.facts().operation == Some("GetObjectAttributes");
                let response = if is_quoted { without_quotes(response) } else { response };
                answer::of_response(known, response).await
            }
            (None, Err(cause)) => {
                let cause: crate::body::BoxError = cause.into();
                answer::of_error(known, &error::failed("answer a call", cause.as_ref()))
            }
        };
        answer.with(call.facts(), reception.received())
    }

    /// Removes files of object bytes that no object names: what a crash or an unclean end left behind. Returns how
    /// many there were.
    ///
    /// # Errors
    /// If the folder or the store cannot be read; nothing is removed then.
    pub async fn sweep(&self) -> Result<usize, SweepError> {
        sweep::sweep(&self.backend).await
    }
}

/// The tags that a header `x-amz-tagging` gives to an object; `None` where S3 refuses it.
#[must_use]
pub fn tags_given(header: &str) -> Option<BTreeMap<String, String>> {
    tags::of_text(header).ok()
}

/// The limits that `s3s` keeps. Forms never reach it.
fn config() -> S3Config {
    let mut config = S3Config::default();
    config.xml_max_body_size = limits::XML_BODY_BYTES;
    config.post_object_max_file_size = 0;
    config.form_max_parts = 0;
    config.form_max_field_size = 0;
    config.form_max_fields_size = 0;
    config
}
