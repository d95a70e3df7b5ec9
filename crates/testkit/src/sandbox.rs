//! The sandbox of a test.

use std::net::SocketAddr;
use std::path::Path;

use daypass_aws::AccountId;
use daypass_client::{Answer, AwsClient, ClientError, Credentials, Service, id_token, transport};
use daypass_server::config::AccountEntry;
use daypass_server::data_directory::{Administrator, DataDirectory};
use daypass_server::{Config, Options, StartError};
use http::Request;
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::refused::Refused;
use crate::seed;

/// How a sandbox is to be started.
#[derive(Debug, Clone, Default)]
pub struct SandboxBuilder {
    config: Config,
    clock: Option<Timestamp>,
}

impl SandboxBuilder {
    /// With this configuration.
    #[must_use]
    pub fn config(self, config: Config) -> Self {
        Self { config, ..self }
    }

    /// With this configuration, as the text of a `daypass.toml` that lies in `directory`.
    ///
    /// # Panics
    /// Where the text is no configuration.
    #[must_use]
    pub fn config_text(self, directory: &Path, text: &str) -> Self {
        let path = directory.join("daypass.toml");
        std::fs::write(&path, text).expect("the configuration can be written");
        self.config(Config::read(&path).expect("the configuration can be read"))
    }

    /// With this account besides the first.
    ///
    /// # Panics
    /// Where it is no account's number.
    #[must_use]
    pub fn account(mut self, id: &str) -> Self {
        let id = AccountId::parse(id).expect("an account's number");
        self.config.accounts.push(AccountEntry { id, name: None });
        self
    }

    /// With the account's clock at this instant.
    #[must_use]
    pub fn clock(self, instant: Timestamp) -> Self {
        Self { clock: Some(instant), ..self }
    }

    /// Starts it.
    ///
    /// # Panics
    /// Where it does not start.
    pub async fn start(self) -> Sandbox {
        self.start_in(TempDir::new().expect("a temporary directory")).await
    }

    /// Starts it on what an earlier one left, as [`Sandbox::stop`] gave it back.
    ///
    /// # Panics
    /// Where it does not start.
    pub async fn start_in(self, directory: TempDir) -> Sandbox {
        let config = self.config.clone();
        let server = self.try_start(&directory.path().join(DATA)).await.expect("the sandbox starts");
        Sandbox::reach(server, directory, config)
    }

    /// Starts a server on a data directory, with nothing around it: for those that must be refused.
    ///
    /// # Errors
    /// Why it does not start.
    pub async fn try_start(self, data: &Path) -> Result<daypass_server::Sandbox, StartError> {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let options = Options {
            directory: data.to_owned(),
            aws_address: any,
            github_address: any,
            account: AccountId::parse(seed::ACCOUNT),
            config: self.config,
            clock: self.clock,
            tls: false,
            danger_listen: Vec::new(),
            danger_hosts: Vec::new(),
            import: None,
        };
        daypass_server::Sandbox::start(options).await
    }
}

fn credentials(administrator: &Administrator) -> Credentials {
    Credentials {
        access_key_id: administrator.access_key_id.clone(),
        secret_access_key: administrator.secret_access_key.reveal().to_owned().into(),
        session_token: None,
    }
}

/// The data directory in a sandbox's directory.
const DATA: &str = "data";

/// A sandbox in this process, on free loopback ports, with a data directory that goes when it is dropped.
pub struct Sandbox {
    server: Option<daypass_server::Sandbox>,
    /// A client of its AWS address.
    pub aws: AwsClient,
    /// The administrator's key.
    pub administrator: Credentials,
    pub(crate) http: reqwest::Client,
    config: Config,
    pub(crate) control_token: String,
    pub(crate) github_url: String,
    directory: TempDir,
}

impl Sandbox {
    /// Starts a sandbox with nothing in it.
    ///
    /// # Panics
    /// Where it does not start.
    pub async fn start() -> Self {
        SandboxBuilder::default().start().await
    }

    fn reach(server: daypass_server::Sandbox, directory: TempDir, config: Config) -> Self {
        let data = directory.path().join(DATA);
        let kept = DataDirectory::at(&data);
        let administrator = kept.administrator().expect("the administrator's key");
        let http = transport(None).expect("a client");
        Self {
            aws: AwsClient::new(http.clone(), server.aws_url(), &config.region),
            administrator: credentials(&administrator),
            http,
            config,
            control_token: kept.control_token().expect("the control token").reveal().to_owned(),
            github_url: server.github_url().to_owned(),
            server: Some(server),
            directory,
        }
    }

    /// The administrator's key of an account besides the first.
    ///
    /// # Panics
    /// Where the sandbox was not started with it.
    #[must_use]
    pub fn administrator_of(&self, account: &str) -> Credentials {
        let id = AccountId::parse(account).expect("an account's number");
        let kept = DataDirectory::at(self.data()).further_administrator(&id);
        credentials(&kept.expect("the account's administrator's key"))
    }

    /// Stops it and starts it again on the same data directory, with the same configuration.
    ///
    /// # Panics
    /// Where it does not start again.
    pub async fn restart(self) -> Self {
        let builder = SandboxBuilder::default().config(self.config.clone());
        builder.start_in(self.stop().await).await
    }

    /// Lets requests in progress end, stops it, and gives back the directory that its data directory lies in.
    pub async fn stop(mut self) -> TempDir {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
        self.directory
    }

    /// The data directory.
    #[must_use]
    pub fn data(&self) -> std::path::PathBuf {
        self.directory.path().join(DATA)
    }

    /// The URL of the issuer and the control calls.
    #[must_use]
    pub fn github_url(&self) -> &str {
        &self.github_url
    }

    /// Registers GitHub's issuer with the audience of AWS's action.
    ///
    /// # Panics
    /// Where IAM refuses.
    pub async fn register_github(&self) {
        self.register(seed::ISSUER, &[seed::AUDIENCE]).await;
    }

    /// Registers an issuer with these audiences.
    ///
    /// # Panics
    /// Where IAM refuses.
    pub async fn register(&self, url: &str, audiences: &[&str]) {
        let names: Vec<String> =
            (1..=audiences.len()).map(|index| format!("ClientIDList.member.{index}")).collect();
        let mut parameters = vec![("Url", url)];
        parameters.extend(names.iter().map(String::as_str).zip(audiences.iter().copied()));
        self.iam("CreateOpenIDConnectProvider", &parameters).await.expect("the provider is registered");
    }

    /// Creates a role with a trust policy.
    ///
    /// # Panics
    /// Where IAM refuses.
    pub async fn create_role(&self, name: &str, trust: &Value) {
        let document = trust.to_string();
        let parameters = [("RoleName", name), ("AssumeRolePolicyDocument", document.as_str())];
        self.iam("CreateRole", &parameters).await.expect("the role is created");
    }

    /// Gives a role a permission policy.
    ///
    /// # Panics
    /// Where IAM refuses.
    pub async fn put_role_policy(&self, role: &str, name: &str, policy: &Value) {
        let document = policy.to_string();
        let parameters = [("RoleName", role), ("PolicyName", name), ("PolicyDocument", document.as_str())];
        self.iam("PutRolePolicy", &parameters).await.expect("the policy is put");
    }

    /// Calls IAM as the administrator.
    ///
    /// # Errors
    /// The refusal.
    pub async fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> Result<Answer, Refused> {
        self.query(Service::Iam, Some(&self.administrator), action, parameters).await
    }

    /// Calls IAM or STS with any credentials, or none.
    ///
    /// # Errors
    /// The refusal.
    pub async fn query(
        &self,
        service: Service,
        credentials: Option<&Credentials>,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Answer, Refused> {
        let answer = self.aws.query(service, credentials, action, parameters).await;
        answer.and_then(|answer| answer.succeeded(action)).map_err(Refused::from_error)
    }

    /// Calls S3 with any request whose URI is a path, signed where there are credentials.
    ///
    /// # Errors
    /// The refusal.
    pub async fn s3(
        &self,
        credentials: Option<&Credentials>,
        request: Request<Vec<u8>>,
    ) -> Result<Answer, Refused> {
        self.call("s3", credentials, request).await
    }

    /// Calls a service of REST by its signing name, signed where there are credentials.
    ///
    /// # Errors
    /// The refusal.
    pub async fn call(
        &self,
        service: &str,
        credentials: Option<&Credentials>,
        request: Request<Vec<u8>>,
    ) -> Result<Answer, Refused> {
        let answer = self.aws.call(service, credentials, request).await;
        answer.and_then(|answer| answer.succeeded(service)).map_err(Refused::from_error)
    }

    /// Makes a bucket as the administrator.
    ///
    /// # Panics
    /// Where S3 refuses.
    pub async fn create_bucket(&self, name: &str) {
        let request = Request::put(format!("/{name}")).body(Vec::new()).expect("a request");
        self.s3(Some(&self.administrator), request).await.expect("the bucket is made");
    }

    /// Looks events up as the administrator; one page, as CloudTrail answers it.
    ///
    /// # Errors
    /// The refusal.
    pub async fn lookup(&self, question: &Value) -> Result<Value, Refused> {
        self.lookup_as(&self.administrator, question).await
    }

    /// Looks events up with any credentials; one page, as CloudTrail answers it.
    ///
    /// # Errors
    /// The refusal.
    pub async fn lookup_as(&self, credentials: &Credentials, question: &Value) -> Result<Value, Refused> {
        let answer = self.aws.cloudtrail(Some(credentials), "LookupEvents", question).await;
        let answer = answer.and_then(|answer| answer.succeeded("LookupEvents"));
        let answer = answer.map_err(Refused::from_error)?;
        Ok(serde_json::from_slice(&answer.body).expect("JSON"))
    }

    /// Every event of the trail, oldest first, data events too: `{sequence, record, annotation}` each.
    ///
    /// # Panics
    /// Where the sandbox refuses.
    pub async fn events(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let mut after = 0;
        loop {
            let page = self.read_control(&format!("events?after={after}&limit=1000")).await;
            all.extend(page["events"].as_array().expect("events").iter().cloned());
            match page["next"].as_i64() {
                Some(next) => after = next,
                None => return all,
            }
        }
    }

    /// A token for a job, made out to AWS's audience, by GitHub's own protocol.
    ///
    /// # Panics
    /// Where the job's text is malformed or the issuer refuses.
    pub async fn mint(&self, job: &str) -> String {
        let granted = self.control("jobs", &json!({ "job": job })).await;
        let text = |name: &str| granted[name].as_str().expect("a text").to_owned();
        id_token(&self.http, &text("request_url"), &text("request_token"), Some(seed::AUDIENCE))
            .await
            .expect("the issuer gives a token")
    }

    /// A token by the control call, with its own audience, claims or lifetime.
    ///
    /// # Panics
    /// Where the sandbox refuses.
    pub async fn mint_with(&self, request: Value) -> String {
        self.control("mint", &request).await["token"].as_str().expect("a token").to_owned()
    }

    /// Exchanges a token for a session of a role of this account.
    ///
    /// # Errors
    /// The refusal.
    pub async fn exchange(&self, role: &str, token: &str) -> Result<Credentials, Refused> {
        self.exchange_with(role, token, &[]).await
    }

    /// The same with more parameters, e.g. `DurationSeconds`.
    ///
    /// # Errors
    /// The refusal.
    pub async fn exchange_with(
        &self,
        role: &str,
        token: &str,
        more: &[(&str, &str)],
    ) -> Result<Credentials, Refused> {
        let arn = format!("arn:aws:iam::{}:role/{role}", seed::ACCOUNT);
        let granted: Result<Credentials, ClientError> =
            self.aws.exchange(&arn, "GitHubActions", token, more).await;
        granted.map_err(Refused::from_error)
    }

    /// Turns a session into one of another role of this account.
    ///
    /// # Errors
    /// The refusal.
    pub async fn assume_role(
        &self,
        credentials: &Credentials,
        role: &str,
        more: &[(&str, &str)],
    ) -> Result<Credentials, Refused> {
        self.assume_arn(credentials, &format!("arn:aws:iam::{}:role/{role}", seed::ACCOUNT), more).await
    }

    /// Turns a session into one of any account's role, by the role's ARN.
    ///
    /// # Errors
    /// The refusal.
    pub async fn assume_arn(
        &self,
        credentials: &Credentials,
        arn: &str,
        more: &[(&str, &str)],
    ) -> Result<Credentials, Refused> {
        let mut parameters = vec![("RoleArn", arn), ("RoleSessionName", "chained")];
        parameters.extend_from_slice(more);
        let answer = self.query(Service::Sts, Some(credentials), "AssumeRole", &parameters).await?;
        Ok(Credentials::of(&answer, "AssumeRole").expect("whole credentials"))
    }

    /// Moves the account's clock forward.
    ///
    /// # Panics
    /// Where the sandbox refuses.
    pub async fn advance(&self, seconds: i64) {
        self.control("clock", &json!({ "advance_seconds": seconds })).await;
    }

    /// Everything that the operator may know about a refused call, as JSON text.
    ///
    /// # Panics
    /// Where the call is not on record.
    pub async fn explain(&self, refused: &Refused) -> String {
        self.read_control(&format!("explain/{}", refused.request_id)).await.to_string()
    }

    /// A control call that reads.
    ///
    /// # Panics
    /// Where the sandbox refuses.
    pub async fn read_control(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}/_daypass/{path}", self.github_url));
        Self::answer(path, request.bearer_auth(&self.control_token)).await
    }

    /// A control call that writes.
    ///
    /// # Panics
    /// Where the sandbox refuses.
    pub async fn control(&self, path: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}/_daypass/{path}", self.github_url));
        let request = request.header("content-type", "application/json").body(body.to_string());
        Self::answer(path, request.bearer_auth(&self.control_token)).await
    }

    async fn answer(path: &str, request: reqwest::RequestBuilder) -> Value {
        let response = request.send().await.expect("the sandbox answers");
        let status = response.status();
        let body = response.bytes().await.expect("a body");
        assert!(status.is_success(), "{path}: {status}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).expect("JSON")
    }
}
