//! `[[upstreams]]`: what the file may say of a service behind the gateway, and the words for what it may not.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "the test writes the files that are read")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use daypass_server::config::{Config, ConfigError, UpstreamCredentials};

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(Path::new("daypass.toml"), text)
}

/// The error of a table of these lines beside a service and a key.
fn error_of(lines: &str) -> String {
    parse(&format!("[[upstreams]]\ncredentials_file = \"keys\"\n{lines}\n")).unwrap_err().to_string()
}

#[test]
fn a_service_has_an_endpoint_and_a_key() {
    let text = "[[upstreams]]\nservice = \"sqs\"\nendpoint = \"http://localhost:5000\"\nregion = \"eu-central-1\"\n\
                credentials_file = \"keys\"\nprofile = \"moto\"\nsilence_seconds = 5\n";
    let config = parse(text).unwrap();
    let entry = config.upstreams.first().unwrap();
    assert_eq!((entry.service.name(), entry.silence.as_secs()), ("sqs", 5));
    assert!(entry.endpoint.addresses.iter().all(|address| address.ip().is_loopback()));
    let file = UpstreamCredentials::File { path: "keys".into(), profile: "moto".to_owned() };
    assert_eq!(entry.credentials, file);
}

#[test]
fn what_cannot_be_is_said_with_its_line() {
    let at = "endpoint = \"http://127.0.0.1:1\"";
    assert_eq!(
        error_of(&format!("{at}\nservice = \"lambda\"")),
        "`daypass.toml` line 4: the service `lambda` cannot stand behind daypass (supported are \"dynamodb\", \"s3\", \"sqs\")"
    );
    let other = error_of("service = \"s3\"\nendpoint = \"https://s3.amazonaws.com\"");
    assert!(other.contains("line 4") && other.contains("this machine alone"), "{other}");
    let user = error_of("service = \"s3\"\nendpoint = \"http://me:secret@127.0.0.1\"");
    assert!(user.contains("it names a user") && !user.contains("secret"), "{user}");
    let clear = error_of(&format!("{at}\nservice = \"s3\"\nca_file = \"ca.pem\""));
    assert!(clear.contains("begins with https://"), "{clear}");
    let missing = error_of("service = \"s3\"\nendpoint = \"https://127.0.0.1:1\"\nca_file = \"no-such.pem\"");
    assert!(missing.contains("is not a file"), "{missing}");
    let both = error_of(&format!("{at}\nservice = \"s3\"\naccess_key_id = \"a\""));
    assert!(both.contains("exclude each other"), "{both}");
    let twice = format!("[[upstreams]]\ncredentials_file = \"keys\"\nservice = \"s3\"\n{at}\n");
    let twice = parse(&format!("{twice}{twice}")).unwrap_err().to_string();
    assert!(twice.contains("the upstream `s3` is listed twice"), "{twice}");
    let none = parse(&format!("[[upstreams]]\nservice = \"s3\"\n{at}\n")).unwrap_err().to_string();
    assert!(none.contains("both `access_key_id` and `secret_access_key`"), "{none}");
}

#[test]
fn a_key_in_the_file_makes_it_private() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("daypass.toml");
    let text = "[[upstreams]]\nservice = \"sqs\"\nendpoint = \"http://127.0.0.1:1\"\naccess_key_id = \"AKIAHERE\"\n\
                secret_access_key = \"very-secret\"\n";
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = Config::read(&file).unwrap_err().to_string();
    assert!(refused.contains("can be read by other users") && !refused.contains("very-secret"), "{refused}");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let config = Config::read(&file).unwrap();
    assert!(!format!("{config:?}").contains("very-secret"));
}
