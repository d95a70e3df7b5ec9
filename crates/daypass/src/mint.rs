//! `daypass mint`.

use serde_json::{Map, Value, json};

use crate::arguments::MintArguments;
use crate::clock;
use crate::control::Control;
use crate::failure::Failure;

pub(crate) async fn run(arguments: MintArguments) -> Result<(), Failure> {
    let control = Control::find(&arguments.data.directory)?;
    let body = body(&arguments)?;
    let answer = control.write("mint", &body).await?;
    let token = answer.get("token").and_then(Value::as_str);
    println!("{}", token.ok_or_else(|| Failure::new("the sandbox answered without a token"))?);
    Ok(())
}

fn body(arguments: &MintArguments) -> Result<Value, Failure> {
    let mut claims = Map::new();
    for claim in &arguments.claims {
        let (key, value) = claim.split_once('=').ok_or_else(|| {
            Failure::new(format!("`{claim}` is not a claim")).hint("write it as in --claim team=web")
        })?;
        claims.insert(key.to_owned(), json!(value));
    }
    let mut body = Map::new();
    body.insert("job".to_owned(), json!(job(arguments)));
    body.insert("claims".to_owned(), Value::Object(claims));
    if let Some(issuer) = &arguments.issuer {
        body.insert("issuer".to_owned(), json!(issuer));
    }
    if let Some(audience) = &arguments.audience {
        body.insert("audience".to_owned(), json!(audience));
    }
    if let Some(lifetime) = &arguments.lifetime {
        body.insert("lifetime_seconds".to_owned(), json!(clock::seconds(lifetime)?));
    }
    Ok(Value::Object(body))
}

/// The job in the short text that the sandbox reads.
fn job(arguments: &MintArguments) -> String {
    let tag = arguments.tag.as_ref().map(|tag| format!("refs/tags/{tag}"));
    let words = [
        ("ref", arguments.reference.clone().or(tag)),
        ("environment", arguments.environment.clone()),
        ("event", arguments.event.clone()),
        ("actor", arguments.actor.clone()),
        ("immutable", arguments.immutable.then(|| "true".to_owned())),
    ];
    let mut job = arguments.repository.clone();
    for (key, value) in words {
        if let Some(value) = value {
            // Quotation marks keep a value with spaces together, as in `environment="my stage"`.
            let value = value.replace('\\', r"\\").replace('"', "\\\"");
            job.push_str(&format!(" {key}=\"{value}\""));
        }
    }
    job
}
