//! A token before a trust policy.

use crate::folder::{Folder, expect};

const TRUST: &str = include_str!("../../src/tour/policies/trust-main.json");
const MAIN: &str = r#"{
  "iss": "https://token.actions.githubusercontent.com",
  "aud": "sts.amazonaws.com",
  "sub": "repo:your-org/your-repo:ref:refs/heads/main"
}"#;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("trust.json", TRUST);
    folder.write("main.json", MAIN);
    folder
}

/// A token of which nothing is good but its form.
fn token(claims: &str) -> String {
    let part = |text: &str| base64(text.as_bytes());
    format!("{}.{}.{}\n", part(r#"{"alg":"RS256","typ":"JWT"}"#), part(claims), part("no signature"))
}

/// base64url without padding: RFC 4648 section 5.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let padded = [chunk, &[0, 0]].concat();
        let bits = u32::from(padded[0]) << 16 | u32::from(padded[1]) << 8 | u32::from(padded[2]);
        for place in 0..=chunk.len() {
            let letter = bits >> (18 - 6 * place) & 63;
            text.push(char::from(LETTERS[letter as usize]));
        }
    }
    text
}

#[test]
fn claims_that_are_let_in() {
    expect(&folder().simulate("--trust-policy trust.json --claims main.json"), 0, "\
AssumeRoleWithWebIdentity: allowed
subject: `repo:your-org/your-repo:ref:refs/heads/main`
note: the claims are those of a file: no signature was checked, and no time
note: the audience is `sts.amazonaws.com`, by `aud`: the provider must have it among its client ids, which was not checked
sts:AssumeRoleWithWebIdentity on *: allowed
└─ trust policy: allows it
   └─ trust.json:4, statement 1 (Allow): matches
");
}

#[test]
fn denied_by_the_trust_policy() {
    let folder = folder();
    folder.write("claims.json", &MAIN.replace("ref:refs/heads/main", "environment:production"));
    let role = "--role-arn arn:aws:iam::123456789012:role/deploy";
    expect(&folder.simulate(&format!("--trust-policy trust.json --claims claims.json {role}")), 1, "\
AssumeRoleWithWebIdentity: denied
subject: `repo:your-org/your-repo:environment:production`
note: the claims are those of a file: no signature was checked, and no time
note: the audience is `sts.amazonaws.com`, by `aud`: the provider must have it among its client ids, which was not checked
AWS's words: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity
sts:AssumeRoleWithWebIdentity on arn:aws:iam::123456789012:role/deploy: denied: nothing in the trust policy allows it
└─ trust policy: nothing allows it
   └─ trust.json:4, statement 1 (Allow): does not match
      └─ StringEquals token.actions.githubusercontent.com:sub wants `repo:your-org/your-repo:ref:refs/heads/main`, presented was `repo:your-org/your-repo:environment:production`
likely mend: the job sets `environment: production`, so GitHub's subject is `repo:your-org/your-repo:environment:production`; the policy asks for `repo:your-org/your-repo:ref:refs/heads/main`
");
}

#[test]
fn a_claim_that_is_left_out_is_absent() {
    let folder = folder();
    folder.write("claims.json", r#"{ "iss": "https://token.actions.githubusercontent.com" }"#);
    expect(&folder.simulate("--trust-policy trust.json --claims claims.json"), 1, "\
AssumeRoleWithWebIdentity: denied
note: the claims are those of a file: no signature was checked, and no time
note: the claims have no `aud`, without which STS takes no token
AWS's words: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity
sts:AssumeRoleWithWebIdentity on *: denied: nothing in the trust policy allows it
└─ trust policy: nothing allows it
   └─ trust.json:4, statement 1 (Allow): does not match
      └─ StringEquals token.actions.githubusercontent.com:aud wants `sts.amazonaws.com`, the key is absent
likely mend: the request has no key `token.actions.githubusercontent.com:aud`; the policy asks for one of `sts.amazonaws.com`
");
}

#[test]
fn a_token_is_read_and_not_believed() {
    let folder = folder();
    let whole = MAIN.replace("\n}", ",\n\"iat\": 1, \"exp\": 2\n}");
    folder.write("token", &token(&whole));
    expect(&folder.simulate("--trust-policy trust.json --token token"), 0, "\
AssumeRoleWithWebIdentity: allowed
subject: `repo:your-org/your-repo:ref:refs/heads/main`
note: the signature was not checked, nor the token's times: anybody may have written it
note: the audience is `sts.amazonaws.com`, by `aud`: the provider must have it among its client ids, which was not checked
sts:AssumeRoleWithWebIdentity on *: allowed
└─ trust policy: allows it
   └─ trust.json:4, statement 1 (Allow): matches
");
    // A token has to be whole, where claims may be left out.
    folder.write("token", &token(MAIN));
    expect(
        &folder.simulate("--trust-policy trust.json --token token"),
        1,
        "\
AssumeRoleWithWebIdentity: denied
note: the signature was not checked, nor the token's times: anybody may have written it
AWS's words: InvalidIdentityToken: Missing a required claim: iat
because the claim `iat` is missing
likely mend: show a token that the issuer made a moment ago, whole and unaltered
",
    );
}

#[test]
fn the_authorised_party_stands_in_for_the_audience() {
    let folder = folder();
    let aud = r#""aud": "sts.amazonaws.com""#;
    folder.write("azp.json", &MAIN.replace(aud, r#""aud": ["a", "b"], "azp": "sts.amazonaws.com""#));
    expect(&folder.simulate("--trust-policy trust.json --claims azp.json"), 0, "\
AssumeRoleWithWebIdentity: allowed
subject: `repo:your-org/your-repo:ref:refs/heads/main`
note: the claims are those of a file: no signature was checked, and no time
note: the audience is `sts.amazonaws.com`, by `azp`, which stands in for `aud` (`a`, `b`): the provider must have it among its client ids, which was not checked
sts:AssumeRoleWithWebIdentity on *: allowed
└─ trust policy: allows it
   └─ trust.json:4, statement 1 (Allow): matches
");
    folder.write("several.json", &MAIN.replace(aud, r#""aud": ["sts.amazonaws.com", "b"]"#));
    expect(&folder.simulate("--trust-policy trust.json --claims several.json"), 1, "\
AssumeRoleWithWebIdentity: denied
note: the claims are those of a file: no signature was checked, and no time
AWS's words: InvalidIdentityToken: Token audience contains more than one audience while authorized party is not present
because the token has several audiences and no `azp`
likely mend: show a token that the issuer made a moment ago, whole and unaltered
");
}

#[test]
fn a_provider_of_another_issuer_lets_nobody_in() {
    let provider = "--provider arn:aws:iam::123456789012:oidc-provider/gitlab.com";
    let ended = folder().simulate(&format!("--trust-policy trust.json --claims main.json {provider}"));
    expect(&ended, 1, "\
AssumeRoleWithWebIdentity: denied
subject: `repo:your-org/your-repo:ref:refs/heads/main`
note: the claims are those of a file: no signature was checked, and no time
note: the audience is `sts.amazonaws.com`, by `aud`: the provider must have it among its client ids, which was not checked
AWS's words: InvalidIdentityToken: No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com
because the token's issuer is `https://token.actions.githubusercontent.com`, and the account trusts `https://gitlab.com`
likely mend: create an OpenID Connect provider for `https://token.actions.githubusercontent.com`
");
}

#[test]
fn tags_and_roles_of_the_token_are_asked_for_too() {
    let folder = folder();
    let more = r#""https://aws.amazon.com/tags": { "principal_tags": { "team": ["web"] } },"#;
    folder.write("tags.json", &MAIN.replace("{\n", &format!("{{\n{more}\n")));
    expect(&folder.simulate("--trust-policy trust.json --claims tags.json"), 1, "\
AssumeRoleWithWebIdentity: denied
subject: `repo:your-org/your-repo:ref:refs/heads/main`
note: the claims are those of a file: no signature was checked, and no time
note: the audience is `sts.amazonaws.com`, by `aud`: the provider must have it among its client ids, which was not checked
AWS's words: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity
sts:AssumeRoleWithWebIdentity on *: allowed
└─ trust policy: allows it
   └─ trust.json:4, statement 1 (Allow): matches
sts:TagSession on *: denied: nothing in the trust policy allows it
└─ trust policy: nothing allows it
   └─ trust.json:4, statement 1 (Allow): does not match
      └─ Action wants `sts:AssumeRoleWithWebIdentity`, presented was `sts:TagSession`
likely mend: add a statement that allows `sts:TagSession` on `*` to the trust policy
");
    let more = r#""https://aws.amazon.com/roles": "arn:aws:iam::123456789012:role/deploy","#;
    folder.write("roles.json", &MAIN.replace("{\n", &format!("{{\n{more}\n")));
    let ask = |role: &str| folder.simulate(&format!("--trust-policy trust.json --claims roles.json {role}"));
    assert_eq!(ask("--role-arn arn:aws:iam::123456789012:role/deploy").status, 0);
    expect(&ask("--role-arn arn:aws:iam::123456789012:role/other"), 1, "\
AssumeRoleWithWebIdentity: denied
subject: `repo:your-org/your-repo:ref:refs/heads/main`
note: the claims are those of a file: no signature was checked, and no time
note: the audience is `sts.amazonaws.com`, by `aud`: the provider must have it among its client ids, which was not checked
AWS's words: InvalidIdentityToken: The target role ARN is not present in the roles claim of the identity token
because the token's roles claim names `arn:aws:iam::123456789012:role/deploy` and not this role
likely mend: name the role in the token's roles claim, or leave that claim out
");
    let unnamed = ask("");
    assert_eq!(unnamed.status, 2);
    assert_eq!(
        unnamed.errors,
        "\
error: the token says in `https://aws.amazon.com/roles` which roles it is for
hint: name the role with --role-arn ARN
"
    );
}
