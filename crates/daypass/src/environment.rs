//! `daypass env`.

use daypass_aws::AccountId;
use daypass_server::data_directory::{Administrator, RunningAccount};
use serde_json::{Value, json};

use crate::arguments::EnvArguments;
use crate::control::Control;
use crate::failure::Failure;
use crate::job;

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
        let answer = match arguments.run {
            Some(run) => job::start(&control, run, job).await?,
            None => control.write("jobs", &json!({ "job": job })).await?,
        };
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        match (text("request_url"), text("request_token")) {
            (Some(url), Some(token)) => {
                variables.push(("ACTIONS_ID_TOKEN_REQUEST_URL", url));
                variables.push(("ACTIONS_ID_TOKEN_REQUEST_TOKEN", token));
            }
            _ => {
                eprintln!("note: the job has no `id-token: write`, so it has nothing to ask for a token with")
            }
        }
    } else {
        let administrator = administrator(&control, arguments.account.as_deref())?;
        variables.push(("AWS_ACCESS_KEY_ID", administrator.access_key_id.clone()));
        variables.push(("AWS_SECRET_ACCESS_KEY", administrator.secret_access_key.reveal().to_owned()));
    }
    let variables_are_of_token = variables.iter().any(|(name, _)| *name == "ACTIONS_ID_TOKEN_REQUEST_URL");
    for (name, value) in variables {
        println!("export {name}={}", quoted(&value));
    }
    // What is left over from another shell would go with the wrong key; a job has no key at all.
    let of_others = match (&arguments.job, variables_are_of_token) {
        (Some(_), true) => "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY ",
        (Some(_), false) => {
            "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN "
        }
        (None, _) => "",
    };
    println!("unset {of_others}AWS_SESSION_TOKEN AWS_PROFILE");
    Ok(())
}

/// The administrator's key of the account with this number or name.
fn administrator(control: &Control, wanted: Option<&str>) -> Result<Administrator, Failure> {
    let first = &control.running.account;
    let Some(wanted) = wanted.filter(|wanted| wanted != first) else {
        return control.directory.administrator().map_err(Failure::new);
    };
    let accounts = &control.running.accounts;
    let is_wanted =
        |account: &&RunningAccount| account.id == wanted || account.name.as_deref() == Some(wanted);
    let mut found = accounts.iter().filter(is_wanted).filter_map(|account| AccountId::parse(&account.id));
    match (found.next(), found.next()) {
        (Some(id), None) => control.directory.further_administrator(&id).map_err(Failure::new),
        (Some(_), Some(_)) => {
            Err(Failure::new(format!("several accounts are called `{wanted}`")).hint("give the number"))
        }
        (None, _) => {
            let known: Vec<_> = accounts.iter().map(|account| account.id.as_str()).collect();
            let hint = format!("it has {}; list more as [[accounts]] in its daypass.toml", known.join(", "));
            Err(Failure::new(format!("the sandbox has no account `{wanted}`")).hint(hint))
        }
    }
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
