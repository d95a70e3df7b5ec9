//! `[[stand_ins]]` and `[[enterprises]]`.

use super::folder::Folder;

const GITHUB: &str = "https://token.actions.githubusercontent.com";

#[test]
fn each_issuer_has_its_own_forms() {
    let config = Folder::new().config(
        r#"
[[enterprises]]
slug = "Acme"
include_slug_in_issuer = true

[[enterprises]]
slug = "other"

[[stand_ins]]
issuer = "https://token.actions.githubusercontent.com"
[[stand_ins.subjects]]
event = "workflow_dispatch"
environment = false
form = "repo:{repository}:workflow_dispatch"

[[stand_ins]]
issuer = "https://gitlab.example.com"
"#,
    );
    assert_eq!(config.own_issuers(), [GITHUB, &format!("{GITHUB}/Acme"), "https://gitlab.example.com"]);
    assert!(config.stands_in_for(GITHUB) && !config.stands_in_for("https://gitlab.example.com/"));
    assert_eq!(config.issuer_of(Some("acme")), format!("{GITHUB}/Acme"));
    assert_eq!(config.issuer_of(Some("other")), GITHUB);
    assert_eq!(config.issuer_of(None), GITHUB);
    let forms = |issuer: &str| config.forms_of(issuer).len();
    assert_eq!(forms(GITHUB), 1);
    assert_eq!(forms(&config.issuer_of(Some("acme"))), 1, "an enterprise's issuer is GitHub's");
    assert_eq!(forms("https://gitlab.example.com"), 0);
}

#[test]
fn stand_ins_that_cannot_be_so() {
    let stand_in = |url: &str| format!("[[stand_ins]]\nissuer = \"{url}\"\n");
    let subject = |rest: &str| format!("{}[[stand_ins.subjects]]\n{rest}", stand_in(GITHUB));
    let mend = "write text with claims in braces, as in \"repo:{repository}:{event_name}\"";
    let both = |url: &str, line: u8| {
        format!(
            "line {line}: the sandbox does not stand in for `{url}`: [[issuers]] says where its keys come from (leave one \
             of the two)"
        )
    };
    let real = |url: &str| format!("[[issuers]]\nurl = \"{url}\"\n");
    let enterprise = "[[enterprises]]\nslug = \"acme\"\ninclude_slug_in_issuer = true\n";
    let acme = format!("{GITHUB}/acme");
    Folder::new().refuses(&[
        (
            &stand_in("http://gitlab.example.com"),
            "line 2: `http://gitlab.example.com` is not an issuer: it does not begin with https:// (write it as in \
             \"https://gitlab.example.com\")",
        ),
        (
            &(stand_in(GITHUB) + &stand_in(GITHUB)),
            &format!("line 4: the issuer `{GITHUB}` is listed twice (leave one of the two)"),
        ),
        (&(real(GITHUB) + &stand_in(GITHUB)), &both(GITHUB, 4)),
        (&(real("https://a.example") + &stand_in("https://a.example")), &both("https://a.example", 4)),
        (&(real(GITHUB) + enterprise), &both(GITHUB, 4)),
        (&(real(&acme) + enterprise), &both(&acme, 4)),
        (
            &(enterprise.to_owned() + &enterprise.replace("acme", "ACME")),
            "line 5: the enterprise `acme` is listed twice (leave one of the two)",
        ),
        (
            "[[enterprises]]\nslug = \"a/b\"\n",
            "line 2: `a/b` is not an enterprise's slug (write it as in github.com/enterprises/SLUG)",
        ),
        (
            &subject("event = \"dispatch\"\nform = \"a\"\n"),
            "line 4: `dispatch` is not an event that starts workflows (write it as in \"push\" or \"workflow_dispatch\")",
        ),
        (
            &subject("form = \"repo:{repository\"\n"),
            &format!(
                "line 4: the braces at character 6 do not belong together: a claim stands as `{{repository}}` ({mend})"
            ),
        ),
        (
            &subject("form = \"{repository_name}\"\n"),
            &format!("line 4: there is no claim `repository_name` ({mend})"),
        ),
        (&subject("form = \"\"\n"), &format!("line 4: a subject has 1 to 1000 characters ({mend})")),
        (&subject("event = \"push\"\n"), "line 3: missing field `form` (add it to this table)"),
    ]);
}
