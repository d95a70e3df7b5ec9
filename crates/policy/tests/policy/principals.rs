//! Who is meant by whom.

use daypass_policy::{Context, Decision, Document, Kind, Named, Principal, Request, evaluate_trust};

const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/r/s";
const ROLE: &str = "arn:aws:iam::123456789012:role/r";

const CALLER: Principal<'_> = Principal::Aws { arns: &[SESSION, ROLE], account: "123456789012" };
const TOKEN: Principal<'_> = Principal::Federated(PROVIDER);
const SERVICE: Principal<'_> = Principal::Service("ec2.amazonaws.com");

fn decide(statements: &str, principal: Principal<'_>) -> Decision {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    let document = Document::parse(Kind::Trust, &text).unwrap();
    let context = Context::new();
    let request = Request {
        principal,
        action: "sts:AssumeRoleWithWebIdentity",
        resource: ROLE,
        context: &context,
        resource_account: None,
    };
    evaluate_trust(Named { name: "trust policy", document: &document }, &request).decision
}

fn allow(principal: &str) -> String {
    format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole*"}}"#)
}

#[test]
fn each_form_admits_whom_it_names() {
    for (principal, caller, token, service, anonymous) in [
        (r#""*""#, true, false, true, true),
        (r#"{"AWS":"*"}"#, true, false, true, true),
        (r#"{"AWS":"123456789012"}"#, true, false, false, false),
        (r#"{"AWS":"arn:aws:iam::123456789012:root"}"#, true, false, false, false),
        (r#"{"AWS":"210987654321"}"#, false, false, false, false),
        (r#"{"AWS":"arn:aws:iam::123456789012:role/r"}"#, true, false, false, false),
        (r#"{"AWS":"arn:aws:iam::123456789012:role/R"}"#, false, false, false, false),
        (r#"{"AWS":"arn:aws:sts::123456789012:assumed-role/r/s"}"#, true, false, false, false),
        (r#"{"AWS":"arn:aws:sts::123456789012:assumed-role/r/t"}"#, false, false, false, false),
        (r#"{"AWS":["210987654321","123456789012"]}"#, true, false, false, false),
        (r#"{"Service":"ec2.amazonaws.com"}"#, false, false, true, false),
        (r#"{"Service":"lambda.amazonaws.com","AWS":"123456789012"}"#, true, false, false, false),
        (&format!(r#"{{"Federated":"{PROVIDER}"}}"#), false, true, false, false),
        (&format!(r#"{{"Federated":"{PROVIDER}/slug"}}"#), false, false, false, false),
        (r#"{"Federated":"accounts.google.com"}"#, false, false, false, false),
        (r#"{"CanonicalUser":"79a59df900b949e55d96a1e698fbaced"}"#, false, false, false, false),
    ] {
        let rows = [(CALLER, caller), (TOKEN, token), (SERVICE, service), (Principal::Anonymous, anonymous)];
        for (asking, expected) in rows {
            let decision = decide(&allow(principal), asking);
            assert_eq!(decision == Decision::Allowed, expected, "{principal} {asking:?}");
        }
    }
}

#[test]
fn whoever_keeps_everybody_out_keeps_tokens_out() {
    let admitted = allow(&format!(r#"{{"Federated":"{PROVIDER}"}}"#));
    assert_eq!(decide(&admitted, TOKEN), Decision::Allowed);
    for principal in [r#""*""#, r#"{"AWS":"*"}"#] {
        let deny = format!(r#"{{"Effect":"Deny","Principal":{principal},"Action":"sts:*"}}"#);
        let decision = decide(&format!("{admitted},{deny}"), TOKEN);
        assert!(
            matches!(decision, Decision::ExplicitlyDenied { statement: 1, .. }),
            "{principal} {decision:?}"
        );
    }
}

#[test]
fn deny_with_not_principal_spares_those_it_names() {
    let admitted = format!("{},{}", allow(&format!(r#"{{"Federated":"{PROVIDER}"}}"#)), allow(r#""*""#));
    let deny = format!(r#"{{"Effect":"Deny","NotPrincipal":{{"Federated":"{PROVIDER}"}},"Action":"sts:*"}}"#);
    let statements = format!("{admitted},{deny}");
    assert_eq!(decide(&statements, TOKEN), Decision::Allowed);
    assert!(matches!(decide(&statements, CALLER), Decision::ExplicitlyDenied { statement: 2, .. }));
}
