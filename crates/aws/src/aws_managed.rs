//! The policies that AWS manages, as far as they are offered: those that users reach for first.
//!
//! Their documents are AWS's, of the version that the table names, and lie in `managed_policies/`; ours are the order
//! of the actions and the white space. AWS changes them from time to time, and keeps the earlier versions: here each
//! has the one version. Ids are AWS's, but for `AWSLambda_ReadOnlyAccess`, whose id was nowhere to be found.
//!
//! Source: AWS managed policy reference guide, as of November 2026.

use std::sync::{Arc, LazyLock};

use daypass_policy::Kind;
use jiff::Timestamp;

use crate::account::Tags;
use crate::arn;
use crate::managed_policy::{ManagedPolicy, PolicyVersion};
use crate::stored_policy::StoredPolicy;

/// One row of the table.
struct Known {
    name: &'static str,
    path: &'static str,
    id: &'static str,
    /// The number of the version.
    version: u32,
    created: &'static str,
    updated: &'static str,
    description: &'static str,
    document: &'static str,
}

/// Reads the document of a policy.
macro_rules! document {
    ($name:literal) => {
        include_str!(concat!("../managed_policies/", $name, ".json"))
    };
}

const KNOWN: &[Known] = &[
    Known {
        name: "AWSLambdaBasicExecutionRole",
        path: "/service-role/",
        id: "ANPAJNCQGXC42545SKXIK",
        version: 1,
        created: "2015-04-09T15:03:43Z",
        updated: "2015-04-09T15:03:43Z",
        description: "Provides write permissions to CloudWatch Logs.",
        document: document!("AWSLambdaBasicExecutionRole"),
    },
    Known {
        name: "AWSLambda_FullAccess",
        path: "/",
        id: "ANPAZKAPJZG4OXQPYWZ5D",
        version: 7,
        created: "2020-11-17T21:14:08Z",
        updated: "2026-02-12T18:00:51Z",
        description: "Grants full access to AWS Lambda service, AWS Lambda console features, and other related AWS \
                      services.",
        document: document!("AWSLambda_FullAccess"),
    },
    Known {
        name: "AWSLambda_ReadOnlyAccess",
        path: "/",
        id: "ANPAZKAPJZG4DAYPASS01",
        version: 5,
        created: "2020-11-17T21:10:32Z",
        updated: "2026-02-12T18:02:55Z",
        description: "Grants read-only access to AWS Lambda service, AWS Lambda console features, and other related \
                      AWS services.",
        document: document!("AWSLambda_ReadOnlyAccess"),
    },
    Known {
        name: "AdministratorAccess",
        path: "/",
        id: "ANPAIWMBCKSKIEE64ZLYK",
        version: 1,
        created: "2015-02-06T18:39:46Z",
        updated: "2015-02-06T18:39:46Z",
        description: "Provides full access to AWS services and resources.",
        document: document!("AdministratorAccess"),
    },
    Known {
        name: "AmazonS3FullAccess",
        path: "/",
        id: "ANPAIFIR6V6BVTRAHWINE",
        version: 2,
        created: "2015-02-06T18:40:58Z",
        updated: "2021-09-27T20:16:37Z",
        description: "Provides full access to all buckets via the AWS Management Console.",
        document: document!("AmazonS3FullAccess"),
    },
    Known {
        name: "AmazonS3ReadOnlyAccess",
        path: "/",
        id: "ANPAIZTJ4DXE7G6AGAE6M",
        version: 3,
        created: "2015-02-06T18:40:59Z",
        updated: "2023-08-10T21:31:39Z",
        description: "Provides read only access to all buckets via the AWS Management Console.",
        document: document!("AmazonS3ReadOnlyAccess"),
    },
    Known {
        name: "CloudFrontFullAccess",
        path: "/",
        id: "ANPAIPRV52SH6HDCCFY6U",
        version: 15,
        created: "2015-02-06T18:39:50Z",
        updated: "2026-07-30T16:42:27Z",
        description: "Provides full access to the CloudFront console plus the ability to list Amazon S3 buckets via \
                      the AWS Management Console.",
        document: document!("CloudFrontFullAccess"),
    },
    Known {
        name: "CloudFrontReadOnlyAccess",
        path: "/",
        id: "ANPAJJZMNYOTZCNQP36LG",
        version: 12,
        created: "2015-02-06T18:39:55Z",
        updated: "2026-02-12T17:59:06Z",
        description: "Provides access to CloudFront distribution configuration information and list distributions \
                      via the AWS Management Console.",
        document: document!("CloudFrontReadOnlyAccess"),
    },
    Known {
        name: "IAMFullAccess",
        path: "/",
        id: "ANPAI7XKCFMBPM3QQRRVQ",
        version: 2,
        created: "2015-02-06T18:40:38Z",
        updated: "2019-06-21T19:40:00Z",
        description: "Provides full access to IAM via the AWS Management Console.",
        document: document!("IAMFullAccess"),
    },
    Known {
        name: "IAMReadOnlyAccess",
        path: "/",
        id: "ANPAJKSO7NDY4T57MWDSQ",
        version: 4,
        created: "2015-02-06T18:40:39Z",
        updated: "2018-01-25T19:11:27Z",
        description: "Provides read only access to IAM via the AWS Management Console.",
        document: document!("IAMReadOnlyAccess"),
    },
    Known {
        name: "PowerUserAccess",
        path: "/",
        id: "ANPAJYRXTHIB4FOVS3ZXS",
        version: 12,
        created: "2015-02-06T18:39:47Z",
        updated: "2026-02-12T17:59:14Z",
        description: "Provides full access to AWS services and resources, but does not allow management of Users and \
                      groups.",
        document: document!("PowerUserAccess"),
    },
    Known {
        name: "ReadOnlyAccess",
        path: "/",
        id: "ANPAILL3HVNFSB6DCOWYQ",
        version: 190,
        created: "2015-02-06T18:39:48Z",
        updated: "2026-09-24T17:37:08Z",
        description: "Provides read-only access to AWS services and resources.",
        document: document!("ReadOnlyAccess"),
    },
    Known {
        name: "SecurityAudit",
        path: "/",
        id: "ANPAIX2T3QCXHR2OGGCTO",
        version: 94,
        created: "2015-02-06T18:41:01Z",
        updated: "2026-09-30T20:27:08Z",
        description: "The security audit template grants access to read security configuration metadata. It is \
                      useful for software that audits the configuration of an AWS account.",
        document: document!("SecurityAudit"),
    },
];

impl Known {
    fn policy(&self) -> Arc<ManagedPolicy> {
        // The table is ours: a test reads every time and document of it.
        let time = |text: &str| text.parse().unwrap_or(Timestamp::UNIX_EPOCH);
        let version = PolicyVersion {
            id: format!("v{}", self.version),
            document: StoredPolicy::read(Kind::Identity, self.document),
            is_default: true,
            created: time(self.updated),
        };
        Arc::new(ManagedPolicy {
            name: self.name.to_owned(),
            id: self.id.to_owned(),
            path: self.path.to_owned(),
            arn: arn::policy(arn::AWS, self.path, self.name),
            description: Some(self.description.to_owned()),
            versions: vec![version],
            versions_made: self.version,
            created: time(self.created),
            updated: time(self.updated),
            tags: Tags::new(),
        })
    }
}

static POLICIES: LazyLock<Vec<Arc<ManagedPolicy>>> =
    LazyLock::new(|| KNOWN.iter().map(Known::policy).collect());

/// Whether this has the form of an ARN of a policy that AWS manages, be it offered or not.
#[must_use]
pub fn is_name(text: &str) -> bool {
    arn::PolicyArn::parse(text).is_some_and(|name| name.account == arn::AWS)
}

/// The policy with this ARN; `None` for the many that are not offered.
#[must_use]
pub fn policy(arn: &str) -> Option<&'static Arc<ManagedPolicy>> {
    // No other ARN can be here, and none else should make the documents be read.
    if !is_name(arn) {
        return None;
    }
    policies().iter().find(|policy| policy.arn == arn)
}

/// All that are offered, by name.
#[must_use]
pub fn policies() -> &'static [Arc<ManagedPolicy>] {
    &POLICIES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_and_time_of_the_table_can_be_read() {
        for policy in policies() {
            assert!(policy.document().is_ok(), "{}: {:?}", policy.name, policy.document());
            assert!(policy.created > Timestamp::UNIX_EPOCH, "{}", policy.name);
            assert!(policy.updated >= policy.created, "{}", policy.name);
            assert_eq!(policy.id.len(), 21, "{}", policy.name);
            assert!(policy.is_aws_managed(), "{}", policy.arn);
        }
    }

    #[test]
    fn names_are_in_order_and_found_by_their_exact_arn() {
        assert!(KNOWN.is_sorted_by(|left, right| left.name < right.name));
        let lambda = policy("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole").unwrap();
        assert_eq!(lambda.name, "AWSLambdaBasicExecutionRole");
        for absent in [
            "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",
            "arn:aws:iam::aws:policy/readonlyaccess",
            "",
        ] {
            assert!(policy(absent).is_none(), "{absent}");
        }
    }
}
