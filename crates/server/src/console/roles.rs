//! The roles of all accounts: who may become them, what they may do then, and what is to be said about their policies.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use daypass_aws::{Account, Role};
use daypass_diagnostic::Severity;
use daypass_policy::Kind;
use daypass_policy::validate::{Options, validate};
use daypass_wire::form::Form;
use jiff::Timestamp;

use super::json_layout::laid_out;
use super::moment::{Moment, length};
use super::page::{Chip, Frame, Here, PageError, render};
use super::prose::Prose;
use super::viewer::Viewer;
use crate::state::App;

/// Roles on a page.
const PAGE: usize = 100;
/// Findings of one policy that are shown.
const FINDINGS_MAX: usize = 20;

#[derive(Template)]
#[template(path = "console/roles.html")]
struct Page {
    frame: Frame,
    roles: Vec<Row>,
    total: usize,
    skipped: usize,
    earlier: Option<usize>,
    later: Option<usize>,
}

/// A role in the list.
struct Row {
    account: String,
    account_name: Option<String>,
    name: String,
    path: String,
    policies: usize,
    bounded: bool,
    last_use: Option<Moment>,
    created: Moment,
}

/// `GET /console/roles`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    viewer: Viewer,
    uri: Uri,
) -> Result<Response, PageError> {
    viewer.operator()?;
    let now = app.clock.now();
    let accounts: Vec<_> =
        app.accounts.iter().map(|hosted| (hosted.name.clone(), hosted.load_full())).collect();
    let all: Vec<(&Option<String>, &Account, &Arc<Role>)> = accounts
        .iter()
        .flat_map(|(name, account)| account.roles().map(move |role| (name, &**account, role)))
        .collect();
    let query = Form::parse(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let skipped = query.text("after").and_then(|text| text.parse().ok()).unwrap_or(0).min(all.len());
    let roles = all.iter().skip(skipped).take(PAGE).map(|(name, account, role)| Row {
        account: account.id.to_string(),
        account_name: (*name).clone(),
        name: role.name.clone(),
        path: role.path.clone(),
        policies: role.policies.len() + role.attached.len(),
        bounded: role.boundary.is_some(),
        last_use: account.last_uses.of(&role.id).map(|last| Moment::new(last.at, now)),
        created: Moment::new(role.created, now),
    });
    let shown = skipped.saturating_add(PAGE);
    Ok(render(&Page {
        frame: viewer.frame(Here::Roles, "Roles"),
        roles: roles.collect(),
        total: all.len(),
        skipped,
        earlier: (skipped > 0).then(|| skipped.saturating_sub(PAGE)),
        later: (shown < all.len()).then_some(shown),
    }))
}

#[derive(Template)]
#[template(path = "console/role.html")]
struct RolePage {
    frame: Frame,
    arn: String,
    id: String,
    description: Option<String>,
    created: Moment,
    longest: String,
    last_use: Option<(Moment, String)>,
    tags: Vec<(String, String)>,
    trust: Policy,
    policies: Vec<Policy>,
    boundary: Option<Policy>,
}

/// A policy with what is to be said about it.
struct Policy {
    name: String,
    /// `inline`, `attached`, `attached, AWS's own`
    kind: &'static str,
    text: String,
    /// Why it cannot be read; it denies then.
    unreadable: Option<String>,
    findings: Vec<Finding>,
    /// How many findings more there are.
    more: usize,
}

/// A finding.
struct Finding {
    severity: Severity,
    line: usize,
    message: Prose,
    mend: Option<Prose>,
}

impl Finding {
    fn chip(&self) -> Chip {
        Chip::of_severity(self.severity)
    }
}

/// `GET /console/roles/{account}/{name}`
pub(super) async fn one(
    State(app): State<Arc<App>>,
    viewer: Viewer,
    Path((account, name)): Path<(String, String)>,
) -> Result<Response, PageError> {
    viewer.operator()?;
    let hosted = app.accounts.numbered(&account);
    let account = hosted.map(|hosted| hosted.load_full());
    let found = account.as_ref().and_then(|account| account.role(&name).map(|role| (account, role)));
    let (account, role) = found.ok_or_else(|| {
        let text = "No account here has a role of this name.";
        viewer.refuse(StatusCode::NOT_FOUND, "There is no such role", text)
    })?;
    Ok(render(&page(&viewer, account, role, app.clock.now())))
}

fn page(viewer: &Viewer, account: &Account, role: &Role, now: Timestamp) -> RolePage {
    let inline = role.policies.iter().map(|(name, policy)| {
        Policy::new(name, "inline", Kind::Identity, policy.text(), policy.document().err())
    });
    let attached = role.attached.iter().map(|arn| managed(account, arn));
    let last_use = account.last_uses.of(&role.id);
    RolePage {
        frame: viewer.frame(Here::Roles, &role.name),
        arn: role.arn(&account.id),
        id: role.id.clone(),
        description: role.description.clone(),
        created: Moment::new(role.created, now),
        longest: length(i64::from(role.max_session_seconds)),
        last_use: last_use.map(|last| (Moment::new(last.at, now), last.region)),
        tags: role.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
        trust: Policy::new(
            "Trust policy",
            "who may become it",
            Kind::Trust,
            role.trust.text(),
            role.trust.document().err(),
        ),
        policies: inline.chain(attached).collect(),
        boundary: role.boundary.as_ref().map(|arn| managed(account, arn)),
    }
}

fn managed(account: &Account, arn: &str) -> Policy {
    let Some(policy) = account.policy(arn) else {
        return Policy::new(arn, "attached", Kind::Identity, "", Some("there is no such policy"));
    };
    let kind = if policy.is_aws_managed() { "attached, AWS's own" } else { "attached" };
    let text = policy.default_version().map_or("", |version| version.document.text());
    let mut shown = Policy::new(arn, kind, Kind::Identity, text, policy.document().err());
    if policy.is_aws_managed() {
        // Nobody here can change it.
        shown.findings.clear();
        shown.more = 0;
    }
    shown
}

impl Policy {
    /// A policy, laid out, with findings whose lines are those of the layout.
    fn new(name: &str, kind: &'static str, of: Kind, text: &str, unreadable: Option<&str>) -> Self {
        let text = laid_out(text);
        let all = if text.is_empty() { Vec::new() } else { validate(of, &text, Options::default()) };
        let findings = all.iter().take(FINDINGS_MAX).map(|finding| Finding {
            severity: finding.severity,
            line: finding.primary().map_or(1, |location| location.extent.start.line),
            message: Prose::new(&finding.message),
            mend: finding.mend.as_deref().map(Prose::new),
        });
        Self {
            name: name.to_owned(),
            kind,
            unreadable: unreadable.map(str::to_owned),
            findings: findings.collect(),
            more: all.len().saturating_sub(FINDINGS_MAX),
            text,
        }
    }
}
