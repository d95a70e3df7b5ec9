//! `daypass env`.

use serde_json::{Value, json};

use crate::arguments::EnvArguments;
use crate::control::Control;
use crate::failure::Failure;

pub(crate) async fn run(arguments: EnvArguments) -> Result<(), Failure> {
    let control = Control::find(&arguments.data.directory)?;
    let mut variables = vec![
        ("AWS_ENDPOINT_URL", control.running.aws_url.clone()),
        ("AWS_REGION", control.running.region.clone()),
        ("AWS_DEFAULT_REGION", control.running.region.clone()),
    ];
    if let Some(authority) = &control.running.tls_ca_file {
        variables.push(("AWS_CA_BUNDLE", authority.display().to_string()));
    }
    if let Some(job) = &arguments.job {
        let answer = control.write("jobs", &json!({ "job": job })).await?;
        let text = |name: &str| {
            answer
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
                .ok_or_else(|| Failure::new(format!("the sandbox answered without a {name}")))
        };
        variables.push(("ACTIONS_ID_TOKEN_REQUEST_URL", text("request_url")?));
        variables.push(("ACTIONS_ID_TOKEN_REQUEST_TOKEN", text("request_token")?));
    } else {
        let administrator = control.directory.administrator().map_err(Failure::new)?;
        variables.push(("AWS_ACCESS_KEY_ID", administrator.access_key_id.clone()));
        variables.push(("AWS_SECRET_ACCESS_KEY", administrator.secret_access_key.reveal().to_owned()));
    }
    for (name, value) in variables {
        println!("export {name}={}", quoted(&value));
    }
    // What is left over from another shell would go with the wrong key; a job has no key at all.
    let job_has_none = if arguments.job.is_some() { "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY " } else { "" };
    println!("unset {job_has_none}AWS_SESSION_TOKEN AWS_PROFILE");
    Ok(())
}

/// A word that a shell reads as it is.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_quote_cannot_end_the_word() {
        assert_eq!(super::quoted("a'; rm -rf b"), r"'a'\''; rm -rf b'");
    }
}
