//! `[[apps]]`.

use super::folder::{Folder, SECRET};

const APP: &str = "[[apps]]\nid = 7\nslug = \"change-window\"\nwebhook_url = \"http://127.0.0.1:9/hook\"\n";
const FILES: &str = "secret_file = \"hook.secret\"\ntoken_file = \"good.token\"\n";

#[test]
fn an_app_has_its_secret_in_a_file_and_its_token_as_a_hash() {
    let config = Folder::new().config(&format!("{APP}{FILES}"));
    let app = &config.apps[0];
    assert_eq!((app.id, app.slug.as_str()), (7, "change-window"));
    assert_eq!(app.webhook_url, "http://127.0.0.1:9/hook");
    assert_eq!(app.secret.reveal(), "a-secret-has-no-spaces");
    assert_eq!(app.token_hash, daypass_server::github::hub::users::hash(SECRET));
    assert!(!format!("{config:?}").contains("a-secret-has"));
}

#[test]
fn a_webhook_goes_to_this_machine_only() {
    let folder = Folder::new();
    let app = |url: &str| APP.replace("http://127.0.0.1:9/hook", url) + FILES;
    for url in ["http://localhost:1/", "https://[::1]:8443/a?b=c", "http://127.8.9.10/"] {
        assert_eq!(folder.config(&app(url)).apps[0].webhook_url, url);
    }
    let elsewhere = "the sandbox speaks to this machine alone, and that is no loopback address";
    for (url, problem) in [
        ("http://10.0.0.1/", elsewhere),
        ("https://hooks.example.com/", elsewhere),
        ("http://localhost.example.com/", elsewhere),
        ("http://127.0.0.1.example.com/", elsewhere),
        ("http://[::ffff:8.8.8.8]/", elsewhere),
        ("http://0.0.0.0/", elsewhere),
        ("http://me@127.0.0.1/", "it names a user"),
        ("http://127.0.0.1/#a", "it has a fragment"),
        ("ftp://127.0.0.1/", "it does not begin with http:// or https://"),
        ("/hook", "it names no host"),
        ("http://a b/", "it is not a URL"),
    ] {
        let expected = format!(
            "`daypass.toml` line 4: `{url}` is not a webhook's address: {problem} (write it as in \
             \"http://127.0.0.1:8080/webhook\")"
        );
        assert_eq!(folder.error(&app(url)), expected);
    }
}

#[test]
fn an_app_that_cannot_be_so() {
    let secret_mend = "write 20 to 512 printable characters without spaces into it, at random";
    let slug_mend = "write 1 to 34 lower-case letters, digits and single inner hyphens";
    let with = |files: &str| format!("{APP}{files}");
    let twice = |second: &str| format!("{APP}{FILES}{}{FILES}", second);
    Folder::new().refuses(&[
        (
            &with("secret_file = \"none\"\ntoken_file = \"good.token\"\n"),
            "line 5: `secret_file` names `none`, which cannot be read: No such file or directory (os error 2) (a path is \
             taken from the directory of the configuration)",
        ),
        (
            &with("secret_file = \"hook.secret\"\ntoken_file = \"open.token\"\n"),
            "line 6: `token_file` names `open.token`, which can be read by other users (`chmod 600 open.token`)",
        ),
        (
            &with("secret_file = \"hook.secret\"\ntoken_file = \"short.token\"\n"),
            &format!("line 6: `token_file` names `short.token`, which holds no secret ({secret_mend})"),
        ),
        (
            &with("secret = \"hunter2\"\n"),
            "line 5: unknown field `secret`, expected one of `id`, `slug`, `webhook_url`, `secret_file`, `token_file` (no \
             secret stands in this file: put it into one of its own, mode 0600, and name that as secret_file)",
        ),
        (
            &with("secret_file = \"hook.secret\"\n"),
            "line 1: missing field `token_file` (add it to this table)",
        ),
        (
            &(APP.replace("change-window", "Change Window") + FILES),
            &format!("line 3: `Change Window` is not the name of an app in addresses ({slug_mend})"),
        ),
        (
            &(APP.replace("id = 7", "id = 0") + FILES),
            "line 2: an app's number is above zero (write any number that no other app has)",
        ),
        (
            &twice(&APP.replace("id = 7", "id = 8")),
            "line 9: the app `change-window` is listed twice (leave one of the two)",
        ),
        (
            &twice(&APP.replace("change-window", "tickets")),
            "line 9: the app `7` is listed twice (leave one of the two)",
        ),
    ]);
}
