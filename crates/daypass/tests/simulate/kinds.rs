//! A denial by each kind of policy, and what it takes to be allowed.

use crate::folder::{DEPLOY, Folder, expect};

#[test]
fn allowed() {
    let folder = Folder::new();
    expect(
        &folder.upload("--policy read.json upload.json"),
        0,
        "\
s3:PutObject on arn:aws:s3:::site/a: allowed
└─ identity policies: allows it
   ├─ read.json:4, statement `Read` (Allow): does not match
   │  └─ Action wants `s3:GetObject`, presented was `s3:PutObject`
   └─ upload.json:4, statement `Upload` (Allow): matches
",
    );
}

#[test]
fn denied_by_the_identity_policies() {
    let folder = Folder::new();
    expect(
        &folder.simulate("--policy upload.json --action s3:PutObject --resource arn:aws:s3:::other/a"),
        1,
        "\
s3:PutObject on arn:aws:s3:::other/a: denied: nothing in the identity policies allows it
└─ identity policies: nothing allows it
   └─ upload.json:4, statement `Upload` (Allow): does not match
      └─ Resource wants `arn:aws:s3:::site/*`, presented was `arn:aws:s3:::other/a`
likely mend: add `arn:aws:s3:::other/a` to the Resource of `upload.json` line 4
",
    );
}

#[test]
fn denied_by_the_boundary() {
    let folder = Folder::new();
    expect(
        &folder.upload("--policy upload.json --boundary read.json"),
        1,
        "\
s3:PutObject on arn:aws:s3:::site/a: denied: nothing in the permissions boundary allows it
├─ identity policies: allows it
│  └─ upload.json:4, statement `Upload` (Allow): matches
└─ permissions boundary: nothing allows it
   └─ read.json:4, statement `Read` (Allow): does not match
      └─ Action wants `s3:GetObject`, presented was `s3:PutObject`
likely mend: add a statement that allows `s3:PutObject` on `arn:aws:s3:::site/a` to the permissions boundary
",
    );
}

#[test]
fn denied_by_the_session_policies() {
    let folder = Folder::new();
    expect(
        &folder.upload("--policy upload.json --session-policy read.json"),
        1,
        "\
s3:PutObject on arn:aws:s3:::site/a: denied: nothing in the session policies allows it
├─ identity policies: allows it
│  └─ upload.json:4, statement `Upload` (Allow): matches
└─ session policies: nothing allows it
   └─ read.json:4, statement `Read` (Allow): does not match
      └─ Action wants `s3:GetObject`, presented was `s3:PutObject`
likely mend: add a statement that allows `s3:PutObject` on `arn:aws:s3:::site/a` to the session policies
",
    );
}

#[test]
fn denied_by_a_service_control_policy() {
    let folder = Folder::new();
    expect(
        &folder.upload("--policy upload.json --scp everything.json --scp read.json"),
        1,
        "\
s3:PutObject on arn:aws:s3:::site/a: denied: nothing in the service control policies allows it
├─ identity policies: allows it
│  └─ upload.json:4, statement `Upload` (Allow): matches
├─ service control policies, the root's level: allows it
│  └─ everything.json:4, statement 1 (Allow): matches
└─ service control policies, level 1 below the root: nothing allows it
   └─ read.json:4, statement `Read` (Allow): does not match
      └─ Action wants `s3:GetObject`, presented was `s3:PutObject`
likely mend: add a statement that allows `s3:PutObject` on `arn:aws:s3:::site/a` to the service control policies
",
    );
    let both = folder.upload("--policy upload.json --scp everything.json --scp read.json,everything.json");
    assert_eq!(both.status, 0, "{both:?}");
}

#[test]
fn denied_by_a_resource_control_policy() {
    let folder = Folder::new();
    folder.write(
        "rcp.json",
        r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "OnlyOurs",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:*",
      "Resource": "*",
      "Condition": { "StringNotEquals": { "aws:PrincipalAccount": "999999999999" } }
    }
  ]
}"#,
    );
    expect(&folder.upload(&format!("--policy upload.json --rcp rcp.json --principal {DEPLOY}")), 1,
        "\
s3:PutObject on arn:aws:s3:::site/a: denied explicitly by rcp.json:4 (resource control policies)
├─ identity policies: allows it
│  └─ upload.json:4, statement `Upload` (Allow): matches
└─ resource control policies, the root's level: denies it
   ├─ RCPFullAWSAccess:3, statement 1 (Allow): matches
   └─ rcp.json:4, statement `OnlyOurs` (Deny): matches
likely mend: statement 1 of `rcp.json` denies it, and no other statement can allow it: narrow or remove that one
");
}

#[test]
fn denied_by_the_resources_policy() {
    let folder = Folder::new();
    folder.write(
        "bucket.json",
        r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "NotPrincipal": { "AWS": ["arn:aws:iam::123456789012:role/admin", "123456789012"] },
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::site/*"
  }
}"#,
    );
    expect(
        &folder.upload(&format!("--policy upload.json --resource-policy bucket.json --principal {DEPLOY}")),
        1,
        "\
s3:PutObject on arn:aws:s3:::site/a: denied explicitly by bucket.json:3 (resource policy)
├─ identity policies: allows it
│  └─ upload.json:4, statement `Upload` (Allow): matches
└─ resource policy: denies it
   └─ bucket.json:3, statement 1 (Deny): matches
likely mend: statement 1 of `bucket.json` denies it, and no other statement can allow it: narrow or remove that one
",
    );
}

#[test]
fn another_accounts_resource_needs_both_sides() {
    let folder = Folder::new();
    let across = format!("--policy upload.json --principal {DEPLOY} --resource-account 999999999999");
    expect(
        &folder.upload(&across),
        1,
        "\
s3:PutObject on arn:aws:s3:::site/a: denied: nothing in the resource policy allows it
├─ identity policies: allows it
│  └─ upload.json:4, statement `Upload` (Allow): matches
└─ resource policy: nothing allows it
   └─ no statement
likely mend: add a statement that allows `s3:PutObject` on `arn:aws:s3:::site/a` to the resource policy
",
    );
    folder.write(
        "bucket.json",
        r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": { "AWS": "arn:aws:iam::123456789012:role/deploy" },
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::site/*",
    "Condition": { "StringEquals": { "aws:PrincipalTag/team": "${aws:ResourceTag/team}" } }
  }
}"#,
    );
    let tagged = "--context aws:PrincipalTag/team=web --context aws:ResourceTag/team=";
    let across = format!("{across} --resource-policy bucket.json {tagged}");
    assert_eq!(folder.upload(&format!("{across}web")).status, 0);
    expect(&folder.upload(&format!("{across}ops")), 1, "\
s3:PutObject on arn:aws:s3:::site/a: denied: nothing in the resource policy allows it
├─ identity policies: allows it
│  └─ upload.json:4, statement `Upload` (Allow): matches
└─ resource policy: nothing allows it
   └─ bucket.json:3, statement 1 (Allow): does not match
      └─ StringEquals aws:PrincipalTag/team wants `ops` (written `${aws:ResourceTag/team}`), presented was `web`
likely mend: in `bucket.json` line 3: StringEquals aws:PrincipalTag/team wants `ops` (written `${aws:ResourceTag/team}`), presented was `web`
");
}

#[test]
fn a_key_said_twice_has_two_values() {
    let folder = Folder::new();
    folder.write(
        "tags.json",
        r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:TagRole",
    "Resource": "*",
    "Condition": { "ForAllValues:StringEquals": { "aws:TagKeys": ["team", "stage"] } }
  }
}"#,
    );
    let ask = |keys: &str| {
        folder.simulate(&format!("--policy tags.json --action iam:TagRole --resource {DEPLOY} {keys}"))
    };
    assert_eq!(ask("--context aws:TagKeys=team --context aws:tagkeys=stage").status, 0);
    expect(&ask("--context aws:TagKeys=team --context AWS:TagKeys=owner"), 1, "\
iam:TagRole on arn:aws:iam::123456789012:role/deploy: denied: nothing in the identity policies allows it
└─ identity policies: nothing allows it
   └─ tags.json:3, statement 1 (Allow): does not match
      └─ ForAllValues:StringEquals aws:TagKeys wants `team` or `stage`, presented was `team` and `owner`
likely mend: in `tags.json` line 3: ForAllValues:StringEquals aws:TagKeys wants `team` or `stage`, presented was `team` and `owner`
");
}
