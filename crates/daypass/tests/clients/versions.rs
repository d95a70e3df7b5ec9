//! Versions of objects with the AWS CLI, and what the trail keeps of them.

use serde_json::Value;

use crate::sandbox::Sandbox;

#[test]
fn the_aws_cli_finds_every_version_after_a_kill_and_the_trail_names_them() {
    let mut sandbox = Sandbox::configured("lookup_data_events = true\n");
    let administrator = sandbox.administrator();
    administrator.must("aws s3 mb s3://kept");
    administrator
        .must("aws s3api put-bucket-versioning --bucket kept --versioning-configuration Status=Enabled");
    for text in ["one", "two"] {
        administrator.must(&format!("printf {text} > k; aws s3 cp k s3://kept/k"));
    }
    administrator.must("aws s3 rm s3://kept/k");
    sandbox.kill();
    sandbox.start_again();
    let administrator = sandbox.administrator();
    let listed: Value = administrator.json("aws s3api list-object-versions --bucket kept --output json");
    let versions = listed["Versions"].as_array().unwrap();
    assert_eq!((versions.len(), listed["DeleteMarkers"].as_array().unwrap().len()), (2, 1));
    for (version, text) in versions.iter().zip(["two", "one"]) {
        let id = version["VersionId"].as_str().unwrap();
        administrator.must(&format!("aws s3api get-object --bucket kept --key k --version-id {id} got"));
        assert_eq!(administrator.must("cat got"), text);
    }
    let marker = listed["DeleteMarkers"][0]["VersionId"].as_str().unwrap();
    administrator.must(&format!("aws s3api delete-object --bucket kept --key k --version-id {marker}"));
    administrator.must("aws s3 cp s3://kept/k again");
    assert_eq!(administrator.must("cat again"), "two");
    let looked = administrator.json(
        "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=DeleteObject",
    );
    let events = looked["Events"].as_array().unwrap().iter();
    let records: Vec<Value> = events
        .map(|event| serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap())
        .collect();
    let [erased, deleted] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!(erased["requestParameters"]["versionId"], marker);
    assert_eq!(deleted["requestParameters"]["versionId"], Value::Null);
    for record in [erased, deleted] {
        assert_eq!(record["responseElements"]["x-amz-version-id"], marker);
        assert_eq!(record["responseElements"]["x-amz-delete-marker"], "true");
    }
}
