//! The operations on a bucket's policy and its other settings.

use daypass_testkit::Sandbox;
use serde_json::{Value, json};

use crate::{ROLE, SESSION, allow, furnished, own, put_policy, s3, session, statement};

/// One call as the administrator; the status, and the code and the words of a refusal or the body.
async fn said(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> (u16, String) {
    let administrator = sandbox.administrator.clone();
    match s3(sandbox, &administrator, method, path, body).await {
        Ok(answer) => (answer.status.as_u16(), String::from_utf8_lossy(&answer.body).into_owned()),
        Err(refused) => {
            let (status, code, words) = refused.said();
            (status, format!("{code}: {words}"))
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_comes_back_letter_by_letter() {
    let sandbox = furnished().await;
    let missing = (404, "NoSuchBucketPolicy: The bucket policy does not exist".to_owned());
    assert_eq!(said(&sandbox, "GET", "/site?policy", "").await, missing);
    assert_eq!(said(&sandbox, "GET", "/site?policyStatus", "").await, missing);
    let text = format!(
        "{{ \"Version\":\"2012-10-17\",\n\t\"Statement\" : {{\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\"{ROLE}\"}},\
         \"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::site/*\"}} }}\n"
    );
    assert_eq!(said(&sandbox, "PUT", "/site?policy", &text).await, (204, String::new()));
    assert_eq!(said(&sandbox, "GET", "/site?policy", "").await, (200, text));
    let (status, body) = said(&sandbox, "GET", "/site?policyStatus", "").await;
    assert!(status == 200 && body.contains("<IsPublic>false</IsPublic>"), "{body}");
    assert_eq!(said(&sandbox, "DELETE", "/site?policy", "").await, (204, String::new()));
    assert_eq!(said(&sandbox, "DELETE", "/site?policy", "").await, (204, String::new()));
    assert_eq!(said(&sandbox, "GET", "/site?policy", "").await, missing);
    let nowhere = (404, "NoSuchBucket: The specified bucket does not exist".to_owned());
    assert_eq!(said(&sandbox, "GET", "/absent?policy", "").await, nowhere);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_policy_of_the_bucket_is_refused() {
    let sandbox = furnished().await;
    let everywhere = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": ROLE }, "Action": "s3:GetObject", "Resource": "*",
    }]});
    let user = "arn:aws:iam::123456789012:user/nobody";
    for (policy, words) in [
        (everywhere, "Policy has invalid resource"),
        (allow("arn:aws:iam::123456789012:role/absent", "s3:*"), "Invalid principal in policy"),
        (allow(user, "s3:*"), "Invalid principal in policy"),
        (own("Allow", "s3:GetObject"), "Missing required field Principal"),
    ] {
        let refused = put_policy(&sandbox, &policy).await.unwrap_err();
        assert_eq!(refused.said(), (400, "MalformedPolicy", words), "{policy}");
    }
    let long = format!("{{{}", " ".repeat(20 * 1024));
    let (status, words) = said(&sandbox, "PUT", "/site?policy", &long).await;
    assert_eq!(
        (status, words.as_str()),
        (400, "MalformedPolicy: Policy exceeds the maximum allowed document size.")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_stays_out() {
    let sandbox = furnished().await;
    sandbox.put_role_policy("deploy", "all", &own("Allow", "s3:*")).await;
    let caller = session(&sandbox, &[]).await;
    let public = statement("Allow", &json!("*"), &json!("s3:GetObject"), &json!({})).to_string();
    let refused = s3(&sandbox, &caller, "PUT", "/site?policy", &public).await.unwrap_err();
    let words = format!(
        "User: {SESSION} is not authorized to perform: s3:PutBucketPolicy on resource: \"arn:aws:s3:::site\" because \
         public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."
    );
    assert_eq!(refused.said(), (403, "AccessDenied", words.as_str()));
    let (status, body) = said(&sandbox, "GET", "/site?publicAccessBlock", "").await;
    assert_eq!((status, body.matches(">true<").count()), (200, 4), "{body}");
    let settings = |last: &str| {
        format!(
            "<PublicAccessBlockConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><BlockPublicAcls>true\
             </BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy>\
             <RestrictPublicBuckets>{last}</RestrictPublicBuckets></PublicAccessBlockConfiguration>"
        )
    };
    assert_eq!(said(&sandbox, "PUT", "/site?publicAccessBlock", &settings("true")).await.0, 200);
    for (method, body) in [("PUT", settings("false")), ("DELETE", String::new())] {
        let (status, words) = said(&sandbox, method, "/site?publicAccessBlock", &body).await;
        assert!(status == 400 && words.contains("serves no anonymous requests"), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_kept_and_given_back() {
    let sandbox = furnished().await;
    let set = |tags: &[(&str, &str)]| {
        let tags: String = tags
            .iter()
            .map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>"))
            .collect();
        format!(
            "<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet>{tags}</TagSet></Tagging>"
        )
    };
    let missing = (404, "NoSuchTagSet: The TagSet does not exist".to_owned());
    assert_eq!(said(&sandbox, "GET", "/site?tagging", "").await, missing);
    let put = async |tags: &[(&str, &str)]| said(&sandbox, "PUT", "/site?tagging", &set(tags)).await;
    assert_eq!(put(&[("team", "web"), ("cost", "")]).await.0, 200);
    let (_, body) = said(&sandbox, "GET", "/site?tagging", "").await;
    assert!(body.contains("<Key>team</Key><Value>web</Value>") && body.contains("<Key>cost</Key>"), "{body}");
    let many: Vec<String> = (0..51).map(|number| number.to_string()).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|key| (key.as_str(), "")).collect();
    for (tags, code) in [
        (&[("aws:team", "web")][..], "InvalidTag"),
        (&[("team", "a"), ("team", "b")], "InvalidTag"),
        (&[("", "a")], "InvalidTag"),
        (&[("team", "a%")], "InvalidTag"),
        (&many, "BadRequest"),
    ] {
        let (status, words) = put(tags).await;
        assert!(status == 400 && words.starts_with(code), "{tags:?}: {words}");
    }
    assert!(said(&sandbox, "GET", "/site?tagging", "").await.1.contains("<Key>team</Key>"));
    assert_eq!(said(&sandbox, "DELETE", "/site?tagging", "").await.0, 204);
    assert_eq!(said(&sandbox, "GET", "/site?tagging", "").await, missing);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_a_new_buckets() {
    let sandbox = furnished().await;
    for (path, status, expected) in [
        ("/site?encryption", 200, "<SSEAlgorithm>AES256</SSEAlgorithm>"),
        ("/site?ownershipControls", 200, "<ObjectOwnership>BucketOwnerEnforced</ObjectOwnership>"),
        ("/site?requestPayment", 200, "<Payer>BucketOwner</Payer>"),
        ("/site?logging", 200, "<BucketLoggingStatus"),
        ("/site?accelerate", 200, "<AccelerateConfiguration"),
        ("/site?notification", 200, "<NotificationConfiguration"),
        ("/site?acl", 200, "<Permission>FULL_CONTROL</Permission>"),
        ("/site/index.html?acl", 200, "<Permission>FULL_CONTROL</Permission>"),
        ("/site/absent?acl", 404, "NoSuchKey"),
        ("/site?website", 404, "NoSuchWebsiteConfiguration"),
        ("/site?cors", 404, "NoSuchCORSConfiguration"),
        ("/site?lifecycle", 404, "NoSuchLifecycleConfiguration"),
        ("/site?replication", 404, "ReplicationConfigurationNotFoundError"),
        ("/site?object-lock", 404, "ObjectLockConfigurationNotFoundError"),
        ("/absent?encryption", 404, "NoSuchBucket"),
    ] {
        let answered = said(&sandbox, "GET", path, "").await;
        assert!(answered.0 == status && answered.1.contains(expected), "{path}: {answered:?}");
    }
    let ownership = |rule: &str| {
        format!(
            "<OwnershipControls xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Rule><ObjectOwnership>{rule}\
             </ObjectOwnership></Rule></OwnershipControls>"
        )
    };
    for (path, body, expected) in [
        ("/site?ownershipControls", ownership("BucketOwnerEnforced"), 200),
        ("/site?ownershipControls", ownership("ObjectWriter"), 501),
        ("/site?acl", String::new(), 400),
        ("/site/index.html?acl", String::new(), 400),
        ("/site?cors", String::new(), 501),
    ] {
        let answered = said(&sandbox, "PUT", path, &body).await;
        assert_eq!(answered.0, expected, "{path}: {answered:?}");
    }
    let refused = said(&sandbox, "PUT", "/site?acl", "").await.1;
    assert_eq!(refused, "AccessControlListNotSupported: The bucket does not allow ACLs");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_a_bucket_are_management_events() {
    let sandbox = furnished().await;
    put_policy(&sandbox, &allow(ROLE, "s3:*")).await.unwrap();
    let events = sandbox.events().await;
    let event = events.iter().rev().find(|event| event["record"]["eventName"] == "PutBucketPolicy").unwrap();
    let record: &Value = &event["record"];
    assert_eq!(record["eventCategory"], "Management");
    assert_eq!(record["requestParameters"]["bucketName"], "site");
    assert_eq!((&record["readOnly"], &record["errorCode"]), (&json!(false), &Value::Null));
}
