//! The sandbox as a whole: started, reached, stopped.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use daypass_aws::{AccountId, import};
use daypass_store::sqlite::Database;
use daypass_store::{Change, Collection, Commit, Documents as _, Durability, Journal as _};
use daypass_targets::lambda::Lambda;
use daypass_targets::s3::{S3, Settings, Storage};
use daypass_token::KeySet;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::account_documents;
use crate::accounts::Accounts;
use crate::app;
use crate::aws;
use crate::aws::lambda::{Locations, Traffic};
use crate::bucket_policies::BucketPolicies;
use crate::clock::{self, Clock, ClockState};
use crate::config::Config;
use crate::console::{self, Sessions};
use crate::data_directory::{DataDirectory, Running, RunningAccount};
use crate::distributions::CloudFront;
use crate::github::{Hub, IssuerKeys, Jobs, discovery, rest};
use crate::guard::{Exposure, Guard};
use crate::issuers::{IssuerConfig, Issuers, OwnKeys, Source};
use crate::listener::{self, Limits, Serving};
use crate::start_error::StartError;
use crate::state::{App, Endpoints, account_id};
use crate::tls::{self, Tls};
use crate::upstreams::Upstreams;

/// How often it is looked whether a timer ended or a review expired, by the wall clock.
const SETTLE_EVERY: Duration = Duration::from_secs(1);

/// What a sandbox is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where its state lies.
    pub directory: PathBuf,
    /// Where AWS's services listen; port 0 takes a free one.
    pub aws_address: SocketAddr,
    /// Where the issuer and the control calls listen; port 0 takes a free one.
    pub github_address: SocketAddr,
    /// The first account's number; the kept one, or the default, where none is given.
    pub account: Option<AccountId>,
    /// The configuration.
    pub config: Config,
    /// Where the account's clock starts.
    pub clock: Option<Timestamp>,
    /// Whether to serve HTTPS.
    pub tls: bool,
    /// More addresses for both, which others may reach.
    pub danger_listen: Vec<SocketAddr>,
    /// Host names under which those are asked for, such as a container's name for its host. The loopback listeners do
    /// not answer to them.
    pub danger_hosts: Vec<String>,
    /// An account to take over before anything is answered.
    pub import: Option<ImportFile>,
}

/// A file with the output of `aws iam get-account-authorization-details`.
#[derive(Debug, Clone)]
pub struct ImportFile {
    /// Its name, for errors.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// A running sandbox. Dropping it stops listening at once; [`Sandbox::stop`] lets requests in progress end.
pub struct Sandbox {
    app: Arc<App>,
    stop: watch::Sender<bool>,
    listeners: Vec<JoinHandle<()>>,
    danger_urls: Vec<String>,
    sweeping: JoinHandle<()>,
    settling: JoinHandle<()>,
    imported: Option<import::Summary>,
}

impl Sandbox {
    /// Starts a sandbox; it answers once this returns.
    ///
    /// # Errors
    /// [`StartError`]
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let directory = DataDirectory::at(&options.directory);
        directory.prepare()?;
        let database = Arc::new(Database::open(&options.directory, None)?);
        directory.forget_earlier()?;
        let aws = Bound::new(options.aws_address, Exposure::Loopback)?;
        let github = Bound::new(options.github_address, Exposure::Loopback)?;
        let extra = options.danger_listen.iter().map(|address| Bound::new(*address, Exposure::DangerAny));
        let extra = extra.collect::<Result<Vec<_>, _>>()?;
        let addresses = options.danger_listen.iter().map(|address| address.ip().to_string());
        let names: Vec<String> = addresses.chain(options.danger_hosts.iter().cloned()).collect();
        let tls = if options.tls { Some(tls::load_or_create(&directory, &names)?) } else { None };
        let endpoints = Endpoints {
            aws_url: aws.url(tls.as_ref()),
            github_url: github.url(tls.as_ref()),
            tls_ca_file: tls.as_ref().map(|tls| tls.ca_file.clone()),
        };
        let app = Arc::new(build(&options, directory, database, endpoints).await?);
        let imported = match &options.import {
            Some(file) => Some(take_over(&app, file).await?),
            None => None,
        };
        announce(&app)?;
        let sweeping = sweep(&app);
        let (stop, stopped) = watch::channel(false);
        let settling = settle(&app, stopped.clone());
        let ports = [aws.address.port(), github.address.port()];
        let mut listeners = Vec::new();
        let serve = |bound: Bound, hosts: &[String], what: Serves| -> Result<JoinHandle<()>, StartError> {
            let serving = Serving {
                guard: Guard::new(bound.address, hosts, &ports),
                listener: bound.listener,
                tls: tls.as_ref().map(|tls| Arc::clone(&tls.server)),
                limits: Limits::default(),
            };
            spawn(serving, what, &app, stopped.clone())
        };
        listeners.push(serve(aws, &[], Serves::Aws)?);
        listeners.push(serve(github, &[], Serves::Github)?);
        listeners.push(rest::webhooks::start(&app, stopped.clone()));
        let danger_urls = extra.iter().map(|bound| bound.url(tls.as_ref())).collect();
        for bound in extra {
            listeners.push(serve(bound, &options.danger_hosts, Serves::Both)?);
        }
        Ok(Self { app, stop, listeners, danger_urls, sweeping, settling, imported })
    }

    /// The URL of AWS's services.
    #[must_use]
    pub fn aws_url(&self) -> &str {
        &self.app.endpoints.aws_url
    }

    /// The URL of the issuer and the control calls.
    #[must_use]
    pub fn github_url(&self) -> &str {
        &self.app.endpoints.github_url
    }

    /// The URLs that others may reach, of both: what `--danger-listen` asked for.
    #[must_use]
    pub fn danger_urls(&self) -> &[String] {
        &self.danger_urls
    }

    /// What the account to import came to; `None` where there was none.
    #[must_use]
    pub const fn imported(&self) -> Option<import::Summary> {
        self.imported
    }

    /// The first account's number.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.app.accounts.first().id.clone()
    }

    /// All accounts, the first one first.
    #[must_use]
    pub fn accounts(&self) -> Vec<RunningAccount> {
        accounts(&self.app)
    }

    /// Stops listening, lets requests in progress end within their grace, and lets go of the data directory.
    pub async fn stop(mut self) {
        // An error says that every listener has ended already.
        let _ = self.stop.send(true);
        for listener in std::mem::take(&mut self.listeners) {
            // A listener that failed has ended too.
            let _ = listener.await;
        }
        // They use the store too.
        let _ = (&mut self.sweeping).await;
        let _ = (&mut self.settling).await;
        self.app.issuer_keys.release().await;
        self.withdraw();
    }

    fn withdraw(&self) {
        if let Err(error) = self.app.directory.withdraw() {
            tracing::warn!(%error, "the note that a sandbox runs here could not be removed");
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if self.listeners.is_empty() {
            return;
        }
        for listener in &self.listeners {
            listener.abort();
        }
        self.settling.abort();
        self.withdraw();
    }
}

/// What a listener serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Serves {
    Aws,
    /// One address for others: which of the two is meant is seen from the path.
    Both,
    Github,
}

struct Bound {
    listener: tokio::net::TcpListener,
    address: SocketAddr,
}

impl Bound {
    fn new(address: SocketAddr, exposure: Exposure) -> Result<Self, StartError> {
        let listener = listener::bind(address, exposure)?;
        let address = listener
            .local_addr()
            .map_err(|source| StartError::Bind(listener::BindError::System { address, source }))?;
        Ok(Self { listener, address })
    }

    fn url(&self, tls: Option<&Tls>) -> String {
        format!("{}://{}", if tls.is_some() { "https" } else { "http" }, self.address)
    }
}

async fn build(
    options: &Options,
    directory: DataDirectory,
    database: Arc<Database>,
    endpoints: Endpoints,
) -> Result<App, StartError> {
    let asked = options.account.clone().or_else(|| options.config.account.clone());
    let id = account_id(&database, asked).await?;
    let clock = clock(&database, options.clock).await?;
    let now = clock.now();
    let accounts = Accounts::open(id.clone(), &options.config.accounts, &directory, &database, now).await?;
    let cloudfront = CloudFront::open(&database, &options.config.distributions, &accounts, now).await?;
    let hub = Hub::open(&database, &options.config, &endpoints.github_url, now).await?;
    let issuer_keys = IssuerKeys::start(&database)?;
    let issuers = issuers(&options.config, &issuer_keys)?;
    let settings = Settings {
        directory: options.directory.join("objects"),
        account: id.to_string(),
        region: options.config.region.clone(),
    };
    let journal: Arc<dyn daypass_store::Journal> = Arc::<Database>::clone(&database);
    let documents: Arc<dyn daypass_store::Documents> = Arc::<Database>::clone(&database);
    let index: Arc<dyn daypass_store::ObjectIndex> = Arc::<Database>::clone(&database);
    let lambda = Lambda::open(options.directory.join("code"), &*documents)?;
    let s3 = S3::open(settings, Storage { journal, documents, index })?;
    Ok(App {
        accounts,
        bucket_policies: BucketPolicies::default(),
        clock,
        cloudfront,
        config: options.config.clone(),
        database,
        directory,
        endpoints,
        hub,
        issuer_keys,
        issuers,
        jobs: Jobs::new(),
        lambda,
        code_traffic: Traffic::default(),
        locations: Locations::new(),
        s3,
        sessions: Sessions::new(),
        upstreams: Upstreams::open(&options.config.upstreams)?,
    })
}

/// Takes an account over as the first one: all of it in one commit, or nothing. Nobody can call yet.
async fn take_over(app: &App, file: &ImportFile) -> Result<import::Summary, StartError> {
    let first = app.accounts.first();
    let _writing = first.writing.lock().await;
    let account = first.load_full();
    let read = import::read(&account, &file.text)
        .map_err(|error| StartError::Import { file: file.name.clone(), error })?;
    let changes = account_documents::of_import(&read)
        .map_err(|error| StartError::document("import", &file.name, &error))?;
    if !changes.is_empty() {
        app.database.commit(Commit { changes, durability: Durability::Flushed, ..Commit::default() }).await?;
    }
    for (role_id, last_use) in read.last_uses {
        account.last_uses.restore(role_id, last_use);
    }
    first.store(Arc::new(account.apply(&read.changes)));
    Ok(read.summary)
}

/// The kept clock, or one that starts where it is asked to.
async fn clock(database: &Database, start: Option<Timestamp>) -> Result<Clock, StartError> {
    let state = match start {
        Some(instant) => {
            let state = ClockState::starting_at(instant)?;
            let document = serde_json::to_string(&state)
                .map_err(|error| StartError::document("clock", clock::STORE_KEY, &error))?;
            let change =
                Change::Put { collection: Collection::Setting, key: clock::STORE_KEY.to_owned(), document };
            database.commit(Commit { changes: vec![change], ..Commit::default() }).await?;
            state
        }
        None => match database.one(Collection::Setting, clock::STORE_KEY)? {
            Some(text) => serde_json::from_str(&text)
                .map_err(|error| StartError::document("clock", clock::STORE_KEY, &error))?,
            None => ClockState::wall(),
        },
    };
    state.check()?;
    Ok(Clock::new(state))
}

/// The configured issuers, and the sandbox's own where it stands in for GitHub's.
fn issuers(config: &Config, own: &IssuerKeys) -> Result<Issuers, StartError> {
    let mut configured: Vec<IssuerConfig> = config
        .issuers
        .iter()
        .map(|entry| {
            let source = match &entry.jwks_file {
                Some(jwks_file) => Source::Pinned { jwks_file: jwks_file.clone() },
                None => Source::Discovery { ca_file: entry.ca_file.clone() },
            };
            IssuerConfig { url: entry.url.clone(), source, listed: true }
        })
        .collect();
    let own = own.clone();
    // Before the first key is made no token of ours exists, so an empty set refuses nothing that is good.
    let keys: OwnKeys = Arc::new(move || own.key_set().unwrap_or_else(|| Arc::new(KeySet::default())));
    for url in config.own_issuers() {
        configured.push(IssuerConfig { url, source: Source::Own(Arc::clone(&keys)), listed: true });
    }
    Ok(Issuers::new(configured)?)
}

fn accounts(app: &App) -> Vec<RunningAccount> {
    let named = app.accounts.iter();
    named.map(|account| RunningAccount { id: account.id.to_string(), name: account.name.clone() }).collect()
}

fn announce(app: &App) -> Result<(), StartError> {
    let Endpoints { aws_url, github_url, tls_ca_file } = app.endpoints.clone();
    let holder = format!("process {} at {aws_url} and {github_url}", std::process::id());
    if let Err(error) = app.database.describe_holder(&holder) {
        tracing::warn!(%error, "the lock's file does not say who holds it");
    }
    app.directory.announce(&Running {
        pid: std::process::id(),
        aws_url,
        github_url,
        tls_ca_file,
        account: app.accounts.first().id.to_string(),
        accounts: accounts(app),
        region: app.config.region.clone(),
    })?;
    Ok(())
}

/// Removes what a crash left of objects, beside the requests.
fn sweep(app: &Arc<App>) -> JoinHandle<()> {
    let s3 = app.s3.clone();
    tokio::spawn(async move {
        match s3.sweep().await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "removed object files that nothing names"),
            Err(error) => tracing::warn!(%error, "object files that nothing names were not removed"),
        }
    })
}

/// Lets time do to runs what it does, whether anybody looks at them or not.
fn settle(app: &Arc<App>, mut stopped: watch::Receiver<bool>) -> JoinHandle<()> {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let mut has_failed = false;
        loop {
            tokio::select! {
                _ = stopped.changed() => return,
                () = tokio::time::sleep(SETTLE_EVERY) => {}
            }
            let settled = app.hub.settle(app.clock.now()).await;
            // A store that fails does so every time.
            if let (Err(error), false) = (&settled, has_failed) {
                tracing::warn!(%error, "what time does to runs was not kept; it is tried again");
            }
            has_failed = settled.is_err();
        }
    })
}

fn spawn(
    serving: Serving,
    what: Serves,
    app: &Arc<App>,
    stopped: watch::Receiver<bool>,
) -> Result<JoinHandle<()>, StartError> {
    let router = app::handler(app::github_router(Arc::clone(app))?);
    let app = Arc::clone(app);
    Ok(match what {
        Serves::Aws => tokio::spawn(
            serving
                .run(move |request, connection| aws::handle(Arc::clone(&app), request, connection), stopped),
        ),
        Serves::Github => tokio::spawn(serving.run(router, stopped)),
        Serves::Both => tokio::spawn(serving.run(
            move |request, connection| {
                let (app, router) = (Arc::clone(&app), router.clone());
                async move {
                    let path = request.uri().path();
                    let is_github = app::is_github_path(path)
                        || app::is_rest_request(&request)
                        || discovery::is_of_enterprise(&app.config, path)
                        || console::is_meant(&request);
                    if is_github {
                        router(request, connection).await.map(http_body_util::Either::Left)
                    } else {
                        let answer = aws::handle_beside_console(app, request, connection).await;
                        answer.map(http_body_util::Either::Right)
                    }
                }
            },
            stopped,
        )),
    })
}
