//! `[[users]]`, `[[teams]]`, `[[organizations]]`.

use daypass_github::hosting::{Access, Permission, Role};

use super::folder::{Folder, SECRET};

#[test]
fn a_user_with_tokens() {
    let config = Folder::new().config(
        r#"
[[users]]
login = "alice"
grants = [{ repositories = "your-org/*", role = "admin" }, { repositories = "*", role = "read" }]

[[users.tokens]]
name = "laptop"
token_file = "good.token"
expires = 2026-12-24
repositories = ["your-org/your-repo"]
permissions = { actions = "read", deployments = "write" }

[[users.tokens]]
name = "phone"
sha256 = "ABCDEFabcdef0123456789abcdef0123456789abcdef0123456789abcdef0123"
expires = "2026-12-24T10:00:00+01:00"

[[users]]
login = "bob"
role = "write"

[[users]]
login = "carol"
"#,
    );
    let alice = &config.users[0];
    assert_eq!(alice.grants.as_ref().unwrap()[0].role, Role::Admin);
    let laptop = &alice.tokens[0];
    assert_eq!(laptop.hash, daypass_server::github::hub::users::hash(SECRET));
    assert_eq!(laptop.expires.unwrap().to_string(), "2026-12-24T00:00:00Z");
    assert_eq!(laptop.repositories, ["your-org/your-repo"]);
    let permissions = [(Permission::Actions, Access::Read), (Permission::Deployments, Access::Write)];
    assert_eq!(laptop.permissions, permissions);
    let phone = &alice.tokens[1];
    assert_eq!(phone.hash, "abcdefabcdef0123456789abcdef0123456789abcdef0123456789abcdef0123");
    assert_eq!(phone.expires.unwrap().to_string(), "2026-12-24T09:00:00Z");
    let everywhere = &config.users[1].grants.as_ref().unwrap()[0];
    assert_eq!((everywhere.repositories.as_str(), everywhere.role), ("*", Role::Write));
    assert_eq!(config.users[2].grants, None);
}

#[test]
fn users_that_cannot_be_so() {
    let user = "[[users]]\nlogin = \"alice\"\n";
    let of = |rest: &str| format!("{user}{rest}");
    let login = "a login has 1 to 39 letters, digits and single inner hyphens, and may end in `_` and an enterprise's \
                 short code";
    Folder::new().refuses(&[
        (
            "[[users]]\nlogin = \"-alice\"\n",
            &format!("line 2: `-alice` is no login: {login} (correct it in this table)"),
        ),
        (
            &format!("{user}[[users]]\nlogin = \"Alice\"\n"),
            "line 4: the user `alice` is listed twice (leave one of the two)",
        ),
        (
            &of("role = \"owner\"\n"),
            "line 3: `owner` is not a role (write \"read\", \"write\" or \"admin\")",
        ),
        (
            &of("role = \"read\"\ngrants = []\n"),
            "line 4: `role` and `grants` exclude each other: a role is one in all repositories (leave one of the two)",
        ),
        (
            &of("grants = [{ repositories = \"a/b/c\", role = \"read\" }]\n"),
            "line 2: `a/b/c` names no repositories: write `*`, `OWNER/*` or `OWNER/NAME` (correct it in this table)",
        ),
    ]);
}

#[test]
fn tokens_that_cannot_be_so() {
    let token = |rest: &str| format!("[[users]]\nlogin = \"alice\"\n[[users.tokens]]\nname = \"ci\"\n{rest}");
    Folder::new().refuses(&[
        (
            &token("token = \"daypass_pat_0123456789\"\n"),
            "line 5: unknown field `token`, expected one of `name`, `token_file`, `sha256`, `expires`, `repositories`, \
             `permissions` (no secret stands in this file: put it into one of its own, mode 0600, and name that as \
             token_file)",
        ),
        (
            &token(""),
            "line 4: the token `ci` has no secret (name a file that holds it as token_file, or write its SHA-256 as sha256)",
        ),
        (
            &token("sha256 = \"abc\"\n"),
            "line 5: `sha256` is no hash (write what `printf %s TOKEN | sha256sum` prints: 64 hexadecimal digits)",
        ),
        (
            &token(&format!("token_file = \"good.token\"\nsha256 = \"{}\"\n", "0".repeat(64))),
            "line 6: `token_file` and `sha256` exclude each other (leave one of the two)",
        ),
        (
            &token("token_file = \"open.token\"\n"),
            "line 5: `token_file` names `open.token`, which can be read by other users (`chmod 600 open.token`)",
        ),
        (
            &token("token_file = \"good.token\"\nexpires = \"tomorrow\"\n"),
            "line 6: `expires` is `tomorrow`, which is no instant (write it as in 2026-07-16 or 2026-07-16T10:00:00Z, with \
             its zone)",
        ),
        (
            &token("token_file = \"good.token\"\nexpires = 2026-12-24T10:00:00\n"),
            "line 6: `expires` is `2026-12-24T10:00:00`, which is no instant (write it as in 2026-07-16 or \
             2026-07-16T10:00:00Z, with its zone)",
        ),
        (
            &token("token_file = \"good.token\"\npermissions = { deploy = \"write\" }\n"),
            "line 6: `deploy` is not a permission of tokens (write one of actions, administration, contents, deployments, \
             organization_administration, metadata)",
        ),
        (
            &token("token_file = \"good.token\"\npermissions = { actions = \"admin\" }\n"),
            "line 6: `admin` is not how far a permission goes (write \"read\" or \"write\")",
        ),
        (
            &token("token_file = \"good.token\"\n[[users.tokens]]\nname = \"ci\"\ntoken_file = \"other.token\"\n"),
            "line 7: the token `ci` is listed twice (leave one of the two)",
        ),
        (
            &token(
                "token_file = \"good.token\"\n[[users]]\nlogin = \"bob\"\n[[users.tokens]]\nname = \"mine\"\ntoken_file = \
                 \"good.token\"\n",
            ),
            "line 7: the token `mine` is one of `alice` too (make another one at random)",
        ),
    ]);
}

#[test]
fn teams_and_organizations_that_cannot_be_so() {
    let team = "[[teams]]\norganization = \"your-org\"\nname = \"Platform\"\n";
    let organization = "[[organizations]]\nlogin = \"your-org\"\n";
    let login = "write 1 to 39 letters, digits and single inner hyphens";
    let claims =
        "write `repo`, `context` and names of claims, as in [\"repo\", \"context\", \"job_workflow_ref\"]";
    Folder::new().refuses(&[
        (
            "[[teams]]\norganization = \"your org\"\nname = \"a\"\n",
            &format!("line 2: `your org` is not a login ({login})"),
        ),
        (
            "[[teams]]\norganization = \"your-org\"\nname = \"-\"\n",
            "line 3: `-` is not a team's name (write 1 to 100 characters, with a letter or a digit among them)",
        ),
        (
            &format!("{team}members = [\"a\",\n \"b c\"]\n"),
            &format!("line 5: `b c` is not a login ({login})"),
        ),
        (
            &format!("{team}[[teams]]\norganization = \"Your-Org\"\nname = \"platform\"\n"),
            "line 6: the team `your-org/platform` is listed twice (leave one of the two)",
        ),
        (
            &format!("{organization}subject_claims = [\"repo\", \"team\"]\n"),
            &format!("line 3: `team` is no claim that a subject can be made of ({claims})"),
        ),
        (
            &format!("{organization}subject_claims = []\n"),
            &format!("line 3: a subject is made of at least one claim ({claims})"),
        ),
        (
            &format!("{organization}token_properties = [\"a b\"]\n"),
            "line 3: no token has the custom property `a b` so (a name has 1 to 75 letters, digits and `_-$#`, a value 4096 \
             bytes and no control characters)",
        ),
        (
            &format!("{organization}{organization}"),
            "line 4: the organization `your-org` is listed twice (leave one of the two)",
        ),
    ]);
}
