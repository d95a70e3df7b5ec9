//! Telling apps that a deployment waits for their rule: the webhook `deployment_protection_rule`.
//!
//! What waits is seen from the runs themselves, from those that changed and once at the start from all, so that nothing is
//! forgotten by a restart; an app may hear of a deployment twice, as of GitHub. It is sent to loopback addresses only, which the
//! configuration has checked, and no redirect is followed.
//!
//! Source: GitHub docs, "Webhook events and payloads", `deployment_protection_rule`; "Validating webhook deliveries".

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use daypass_github::gate::Gate;
use daypass_github::hosting::Repository;
use daypass_github::run::{Run, RunJob};
use reqwest::Client;
use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::links::{Links, node};
use super::lookout::{Lookout, Wanted};
use super::run_shape::View;
use super::{repositories, run_shape, users};
use crate::config::AppEntry;
use crate::github::hub::{Author, Snapshot, record};
use crate::random::{SystemRandom, hexadecimal};
use crate::state::App;

/// How often an app is told until it answers 2xx.
const ATTEMPTS: u32 = 5;
/// The wait after the first attempt; each further one is twice as long.
const PAUSE: Duration = Duration::from_secs(1);
/// How long an app may take to answer, as GitHub waits.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Deliveries at a time; more wait.
const DELIVERIES_MAX: usize = 16;
/// Deliveries that are under way or wait, each of which holds its payload of some kilobytes. What is over that is looked for
/// again once one of them is done.
const WAITING_MAX: usize = 1_000;

/// Something to be told to an app.
struct Delivery {
    run: Arc<Run>,
    app: AppEntry,
    environment: String,
    body: String,
}

/// Tells the apps from now on until the sandbox stops.
pub(crate) fn start(app: &Arc<App>, mut stopped: watch::Receiver<bool>) -> JoinHandle<()> {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        if app.config.apps.is_empty() {
            return;
        }
        let client = match client() {
            Ok(client) => client,
            Err(error) => {
                tracing::error!(%error, "apps are not told of deployments");
                return;
            }
        };
        let mut changed = app.hub.changes();
        let mut lookout = Lookout::default();
        let ids: Vec<u64> = app.config.apps.iter().map(|entry| entry.id).collect();
        let mut deliveries = JoinSet::new();
        let places = Arc::new(Semaphore::new(DELIVERIES_MAX));
        loop {
            let (snapshot, room) = (app.hub.snapshot(), WAITING_MAX.saturating_sub(deliveries.len()));
            let wanted = lookout.next(&snapshot, &ids, app.clock.now(), room);
            for delivery in wanted.into_iter().filter_map(|wanted| delivery(&app, &snapshot, wanted)) {
                let (app, client, places) = (Arc::clone(&app), client.clone(), Arc::clone(&places));
                deliveries.spawn(async move {
                    if let Ok(_place) = places.acquire().await {
                        deliver(&app, &client, &delivery).await;
                    }
                });
            }
            tokio::select! {
                _ = stopped.changed() => break,
                seen = changed.changed() => if seen.is_err() { break },
                Some(_) = deliveries.join_next() => {}
            }
        }
    })
}

/// What an app is told of a deployment.
fn delivery(app: &App, snapshot: &Snapshot, wanted: Wanted) -> Option<Delivery> {
    let run = snapshot.runs.get(&wanted.run)?;
    let job = run.job(wanted.job)?;
    let gate = job.gate.as_ref()?;
    let entry = app.config.apps.iter().find(|entry| entry.id == wanted.app)?;
    let repository = snapshot.holdings.repository(&run.repository)?;
    let links = Links::plain(&app.endpoints.github_url);
    let view = View { links: &links, holdings: &snapshot.holdings, now: app.clock.now() };
    Some(Delivery {
        run: Arc::clone(run),
        app: entry.clone(),
        environment: gate.environment().name.clone(),
        body: payload(view, repository, run, (job, gate), entry).to_string(),
    })
}

fn payload(
    view: View<'_>,
    repository: &Repository,
    run: &Run,
    (job, gate): (&RunJob, &Gate),
    app: &AppEntry,
) -> Value {
    let path = format!("/actions/runs/{}/deployment_protection_rule", run.id);
    json!({
        "action": "requested",
        "environment": gate.environment().name,
        "event": run.event,
        "sha": run.sha,
        "ref": run.reference,
        "deployment_callback_url": view.links.repository(&repository.full_name, &path),
        "deployment": run_shape::deployment(view, run, job, gate.environment()),
        "pull_requests": run_shape::pull_requests(view.links, repository, run),
        "repository": repositories::shown(view.links, view.holdings, repository),
        "installation": { "id": app.id, "node_id": node("Integration", app.id) },
        "sender": users::named(view.links, run.actor.id, &run.actor.login),
    })
}

/// Tells an app, a few times if need be, and puts on record what came of it.
async fn deliver(app: &App, client: &Client, delivery: &Delivery) {
    let mut pause = PAUSE;
    let mut answer = String::new();
    let mut delivered = false;
    for attempt in 1..=ATTEMPTS {
        match send(client, delivery).await {
            Ok(status) if status.is_success() => {
                (answer, delivered) = (status.to_string(), true);
                break;
            }
            Ok(status) => answer = status.to_string(),
            Err(error) => answer = error.to_string(),
        }
        if attempt < ATTEMPTS {
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2);
        }
    }
    let slug = &delivery.app.slug;
    if !delivered {
        tracing::warn!(app = %slug, environment = %delivery.environment, %answer, "an app could not be told of a deployment");
    }
    let parameters = json!({
        "runId": delivery.run.id.to_string(),
        "repository": delivery.run.repository,
        "environment": delivery.environment,
        "app": slug,
    });
    let result = json!({ "delivered": delivered, "answer": answer });
    let written = app
        .hub
        .write(&Author::time(), app.clock.now(), |draft| {
            draft.note_result(record::RULE_ANNOUNCED, parameters, result);
            Ok(())
        })
        .await;
    if let Err(error) = written {
        tracing::error!(%error, "a webhook was not recorded");
    }
}

async fn send(client: &Client, delivery: &Delivery) -> reqwest::Result<reqwest::StatusCode> {
    let key = Key::new(HMAC_SHA256, delivery.app.secret.reveal().as_bytes());
    let signature = format!("sha256={}", hexadecimal(sign(&key, delivery.body.as_bytes()).as_ref()));
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let request = client
        .post(&delivery.app.webhook_url)
        .headers(headers)
        .header("X-GitHub-Event", "deployment_protection_rule")
        .header("X-GitHub-Delivery", SystemRandom::new().uuid())
        .header("X-Hub-Signature-256", signature);
    Ok(request.body(delivery.body.clone()).send().await?.status())
}

/// Speaks to this machine: no proxy, no redirect, and `localhost` is what the name says.
fn client() -> Result<Client, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .no_proxy()
        .referer(false)
        .redirect(Policy::none())
        .resolve("localhost", SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .timeout(ANSWER_WITHIN)
        .user_agent("GitHub-Hookshot/daypass")
        .build()
        .map_err(|error| error.to_string())
}
