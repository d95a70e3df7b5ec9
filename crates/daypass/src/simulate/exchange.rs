//! A token before a trust policy, as AssumeRoleWithWebIdentity decides it, but for what only a server can know: whether
//! the signature is the issuer's, what time it is, and which audiences the provider is registered with.

use std::path::Path;

use daypass_aws::arn::RoleArn;
use daypass_aws::explanation::Check;
use daypass_aws::sts::refusal;
use daypass_aws::sts::roles_claim;
use daypass_aws::sts::trust_question::{self, Extras, TrustQuestion};
use daypass_aws::sts::web_identity::TOKEN_CHARACTERS_MAX;
use daypass_aws::{AccountId, Refusal, arn};
use daypass_policy::{Context, Decision, Kind, Principal};
use daypass_token::{ClaimError, Claimed, UnverifiedToken};
use serde_json::{Map, Value};

use super::answer::Answer;
use super::files::{self, Policy};
use super::{context, names};
use crate::arguments::SimulateArguments;
use crate::failure::Failure;
use daypass_aws::reasons::list;

/// The account of a provider that is not named: the one that AWS's documentation uses.
const ACCOUNT_DEFAULT: &str = "123456789012";

pub(super) fn ask(trust_policy: &Path, arguments: &SimulateArguments) -> Result<Answer, Failure> {
    let policy = Policy::read(Kind::Trust, trust_policy)?;
    let shown = Shown::read(arguments)?;
    let provider = Provider::find(arguments.provider.as_deref(), &shown.claims)?;
    let role_arn = arguments.role_arn.as_deref().map(|text| role(text, &provider)).transpose()?;
    if role_arn.is_none() && shown.claims.get(roles_claim::CLAIM).is_some_and(|claim| !claim.is_null()) {
        return Err(Failure::new(format!(
            "the token says in `{}` which roles it is for",
            roles_claim::CLAIM
        ))
        .hint("name the role with --role-arn ARN"));
    }
    let given = context::read(&arguments.context)?;
    let mut notes = vec![shown.warning()];
    let claimed = match shown.claimed() {
        Ok(claimed) => claimed,
        Err(error) => return Ok(Answer::of_exchange(None, Err(refusal::of_claim(&error)), notes)),
    };
    notes.push(audience(&claimed));
    let asked = match provider.checked(&shown.claims).and_then(|()| extras(&claimed, role_arn)) {
        Err(refusal) => Err(refusal),
        Ok((extras, by_issuer)) => {
            let question = TrustQuestion {
                account: &provider.account,
                location: &provider.location,
                token: &claimed,
                extras: &extras,
                session_name: None,
                by_issuer,
            };
            let context = keys(&question, given)?;
            let arn = provider.arn();
            let principal = Principal::Federated(&arn);
            let resource = role_arn.unwrap_or("*");
            decided(trust_question::ask(policy.named(), principal, resource, &extras.actions(), &context))
        }
    };
    Ok(Answer::of_exchange(claimed.subject.as_deref(), asked, notes))
}

/// What the checks say, with AWS's one sentence where they deny.
fn decided(checks: Vec<Check>) -> Result<Vec<Check>, Refusal> {
    if checks.iter().all(|check| matches!(check.evaluation.decision, Decision::Allowed)) {
        return Ok(checks);
    }
    Err(Refusal { error: refusal::not_authorized(), reason: None, checks })
}

/// The keys of the decision. What follows from the token cannot be given otherwise.
fn keys(
    question: &TrustQuestion<'_>,
    given: Vec<(String, daypass_policy::Values)>,
) -> Result<Context, Failure> {
    let mut context = Context::new();
    question.insert_keys(&mut context);
    for (key, values) in given {
        if context.get(&key).is_some() {
            return Err(Failure::new(format!("the condition key `{key}` follows from the token"))
                .hint("leave it out of --context, or change the claim"));
        }
        context.insert(key, values);
    }
    Ok(context)
}

/// What the token asks for besides the session, and whether its issuer names the role.
fn extras(claimed: &Claimed<'_>, role_arn: Option<&str>) -> Result<(Extras, bool), Refusal> {
    let by_issuer = match role_arn {
        Some(role_arn) => roles_claim::authorized_by_issuer(claimed.claims, role_arn)?,
        None => false,
    };
    Ok((Extras::of(claimed)?, by_issuer))
}

/// Claims, and where they come from.
struct Shown {
    claims: Map<String, Value>,
    is_token: bool,
}

impl Shown {
    fn read(arguments: &SimulateArguments) -> Result<Self, Failure> {
        match (&arguments.token, &arguments.claims) {
            (Some(path), _) => Ok(Self { claims: claims_of_token(path)?, is_token: true }),
            (None, Some(path)) => Ok(Self { claims: claims_of_file(path)?, is_token: false }),
            (None, None) => Err(Failure::new("no token is shown").hint("name one with --token or --claims")),
        }
    }

    /// A token has to be whole; of claims that somebody wrote down any may be left out.
    fn claimed(&self) -> Result<Claimed<'_>, ClaimError> {
        if self.is_token { Claimed::read_whole(&self.claims) } else { Claimed::read(&self.claims) }
    }

    fn warning(&self) -> String {
        let what = if self.is_token {
            "the signature was not checked, nor the token's times: anybody may have written it"
        } else {
            "the claims are those of a file: no signature was checked, and no time"
        };
        what.to_owned()
    }
}

fn claims_of_token(path: &Path) -> Result<Map<String, Value>, Failure> {
    let text = files::text(path)?;
    let text = text.trim();
    let wrong = |detail: &dyn std::fmt::Display| {
        Failure::new(format!("`{}` is no identity token: {detail}", path.display())).hint(
            "a token is what a job gets from ACTIONS_ID_TOKEN_REQUEST_URL, or `daypass mint` prints; its claims alone \
             are shown with --claims",
        )
    };
    if text.chars().count() > TOKEN_CHARACTERS_MAX {
        return Err(wrong(&format_args!("it is over {TOKEN_CHARACTERS_MAX} characters")));
    }
    let token = UnverifiedToken::parse(text).map_err(|error| wrong(&error))?;
    Ok(token.unverified_claims().clone())
}

fn claims_of_file(path: &Path) -> Result<Map<String, Value>, Failure> {
    let text = files::text(path)?;
    serde_json::from_str(&text).map_err(|error| {
        let (name, line, column) = (path.display(), error.line(), error.column().max(1));
        Failure::new(format!("{name}:{line}:{column}: the claims are not one JSON object"))
            .hint("write them as in { \"iss\": \"https://token.actions.githubusercontent.com\", \"sub\": \"repo:...\" }")
    })
}

/// The provider that the token is shown to.
struct Provider {
    account: AccountId,
    location: String,
}

impl Provider {
    /// The one that is named, else the one that the token's issuer would have.
    fn find(named: Option<&str>, claims: &Map<String, Value>) -> Result<Self, Failure> {
        if let Some(text) = named {
            return Self::parse(text).ok_or_else(|| {
                Failure::new(format!("`{text}` is not the ARN of an OpenID Connect provider"))
                    .hint("write it as in arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com")
            });
        }
        let issuer = claims.get("iss").and_then(Value::as_str).unwrap_or_default();
        let location = issuer.strip_prefix("https://").filter(|location| !location.is_empty());
        let location = location.ok_or_else(|| {
            Failure::new("the token names no issuer that begins with https:// in `iss`")
                .hint("add the claim, or name the provider with --provider ARN")
        })?;
        Ok(Self { account: names::account(ACCOUNT_DEFAULT)?, location: location.to_owned() })
    }

    fn parse(text: &str) -> Option<Self> {
        let (account, _) = text.strip_prefix("arn:aws:iam::")?.split_once(':')?;
        let account = AccountId::parse(account)?;
        let location = arn::provider_location(&account, text)?.to_owned();
        Some(Self { account, location })
    }

    fn arn(&self) -> String {
        arn::provider(&self.account, &self.location)
    }

    /// That the token is of the provider's issuer, where it says of whom it is.
    fn checked(&self, claims: &Map<String, Value>) -> Result<(), Refusal> {
        let own = format!("https://{}", self.location);
        match claims.get("iss") {
            None => Ok(()),
            Some(Value::String(issuer)) if *issuer == own => Ok(()),
            Some(Value::String(issuer)) => Err(refusal::unknown_issuer(issuer, vec![own])),
            Some(_) => Err(refusal::of_claim(&ClaimError::Malformed { claim: "iss" })),
        }
    }
}

/// The role that is asked for, of the provider's account.
fn role<'a>(text: &'a str, provider: &Provider) -> Result<&'a str, Failure> {
    let role = RoleArn::parse(text).ok_or_else(|| {
        Failure::new(format!("`{text}` is not the ARN of a role"))
            .hint("write it as in arn:aws:iam::123456789012:role/deploy")
    })?;
    if role.account == provider.account.as_str() {
        return Ok(text);
    }
    Err(Failure::new(format!(
        "the role is of the account {}, and the provider of {}",
        role.account, provider.account
    ))
    .hint("a role is assumed through a provider of its own account: name that one with --provider ARN"))
}

/// Whom the token is made out to, in words.
fn audience(claimed: &Claimed<'_>) -> String {
    match (&claimed.audience, &claimed.original_audience) {
        (None, _) => "the claims have no `aud`, without which STS takes no token".to_owned(),
        (Some(audience), None) => format!(
            "the audience is `{audience}`, by `aud`: the provider must have it among its client ids, which was not checked"
        ),
        (Some(audience), Some(original)) => format!(
            "the audience is `{audience}`, by `azp`, which stands in for `aud` ({}): the provider must have it among its \
             client ids, which was not checked",
            list(original)
        ),
    }
}
