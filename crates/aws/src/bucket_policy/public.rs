//! Whether a bucket's policy lets the public in, by S3's own meaning of the word; where that leaves a doubt, it does.
//!
//! A policy is public unless every Allow is given to fixed principals, or to everybody under a condition that only fixed
//! values of one of a few keys fulfil. A value with a wildcard or a policy variable is not fixed, and a network that is
//! wider than `/8`, or `/32` in IPv6, is everybody.
//!
//! Source: Amazon S3 user guide, "Blocking public access to your Amazon S3 storage", the meaning of "public"; Amazon S3
//! API reference, "PublicAccessBlockConfiguration". Narrower here: an access point's ARN with a wildcard for its name
//! counts as not fixed, and so does `aws:userid` with one.

use std::net::IpAddr;

use daypass_policy::{
    Comparison, Condition, Document, Effect, PrincipalPattern, Principals, Quantifier, Statement,
};

/// The keys whose fixed values name somebody.
const KEYS: [&str; 10] = [
    "aws:PrincipalOrgID",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:userid",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

pub(super) fn is_public(document: &Document) -> bool {
    document.statements().iter().any(lets_everybody_in)
}

fn lets_everybody_in(statement: &Statement) -> bool {
    let is_fixed = |pattern: &PrincipalPattern| match pattern {
        PrincipalPattern::Account(_)
        | PrincipalPattern::Arn(_)
        | PrincipalPattern::CanonicalUser(_)
        | PrincipalPattern::Service(_) => true,
        PrincipalPattern::Anyone | PrincipalPattern::AnyAws | PrincipalPattern::Federated(_) => false,
    };
    let names_somebody = match &statement.principals {
        Principals::These(patterns) => patterns.iter().all(is_fixed),
        Principals::AllBut(_) | Principals::Implied => false,
    };
    statement.effect == Effect::Allow && !names_somebody && !statement.conditions.iter().any(narrows)
}

/// Whether only fixed values fulfil a condition, and only where the request has the key.
fn narrows(condition: &Condition) -> bool {
    let operator = condition.operator;
    if operator.if_exists || operator.quantifier == Some(Quantifier::All) || condition.values.is_empty() {
        return false;
    }
    let is_exact = matches!(
        operator.comparison,
        Comparison::ArnEquals
            | Comparison::ArnLike
            | Comparison::StringEquals
            | Comparison::StringEqualsIgnoreCase
            | Comparison::StringLike
    );
    let names = |key: &str| condition.key.eq_ignore_ascii_case(key);
    if operator.comparison == Comparison::IpAddress {
        return names("aws:SourceIp") && condition.values.iter().all(|value| is_narrow(value));
    }
    is_exact && KEYS.iter().any(|key| names(key)) && condition.values.iter().all(|value| is_fixed(value))
}

fn is_fixed(value: &str) -> bool {
    !value.is_empty() && !value.contains(['*', '?']) && !value.contains("${")
}

/// Whether a network is somebody's.
fn is_narrow(network: &str) -> bool {
    let (address, length) = match network.split_once('/') {
        Some((address, length)) => (address, length.parse::<u8>().ok()),
        None => (network, Some(u8::MAX)),
    };
    let least = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 8,
        Ok(IpAddr::V6(_)) => 32,
        Err(_) => return false,
    };
    length.is_some_and(|length| length >= least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(principal: &str, condition: &str) -> bool {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject",
            "Resource":"arn:aws:s3:::site/*","Condition":{condition}}}]}}"#
        );
        is_public(&super::super::read(&text).unwrap())
    }

    #[test]
    fn somebody_must_be_named() {
        for (principal, condition, expected) in [
            (r#""*""#, "{}", true),
            (r#"{"AWS":"*"}"#, "{}", true),
            (r#"{"AWS":["*","arn:aws:iam::210987654321:root"]}"#, "{}", true),
            (r#"{"AWS":"arn:aws:iam::210987654321:role/a"}"#, "{}", false),
            (r#"{"Service":"cloudfront.amazonaws.com"}"#, "{}", false),
            (r#"{"Federated":"www.amazon.com"}"#, "{}", true),
            (r#""*""#, r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#, false),
            (r#""*""#, r#"{"StringEquals":{"AWS:sourcevpce":["vpce-1","vpce-2"]}}"#, false),
            (r#""*""#, r#"{"StringLike":{"aws:SourceVpc":"vpc-91237329"}}"#, false),
            (r#""*""#, r#"{"StringLike":{"aws:SourceVpc":"vpc-*"}}"#, true),
            (r#""*""#, r#"{"StringEqualsIfExists":{"aws:SourceVpc":"vpc-1"}}"#, true),
            (r#""*""#, r#"{"ForAllValues:StringEquals":{"aws:SourceVpc":"vpc-1"}}"#, true),
            (r#""*""#, r#"{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}"#, true),
            (r#""*""#, r#"{"StringEquals":{"aws:userid":"${aws:userid}"}}"#, true),
            (r#""*""#, r#"{"StringEquals":{"aws:Referer":"https://example.com"}}"#, true),
            (r#""*""#, r#"{"StringEquals":{"aws:SourceVpc":[]}}"#, true),
            (r#""*""#, r#"{"Bool":{"aws:SecureTransport":"true"}}"#, true),
            (r#""*""#, r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, false),
            (r#""*""#, r#"{"IpAddress":{"aws:SourceIp":"203.0.113.7"}}"#, false),
            (r#""*""#, r#"{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","0.0.0.0/1"]}}"#, true),
            (r#""*""#, r#"{"IpAddress":{"aws:SourceIp":"2001:db8::/32"}}"#, false),
            (r#""*""#, r#"{"IpAddress":{"aws:SourceIp":"2000::/3"}}"#, true),
            (r#""*""#, r#"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, true),
        ] {
            assert_eq!(public(principal, condition), expected, "{principal} {condition}");
        }
    }

    #[test]
    fn a_deny_lets_nobody_in() {
        let text = r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::site/*"}]}"#;
        assert!(!is_public(&super::super::read(text).unwrap()));
    }
}
