//! What came of a call, by the beginning of its answer.
//!
//! Sources: Amazon S3 API reference, "CopyObject", "UploadPartCopy" and "CompleteMultipartUpload", which may fail after
//! they have begun to answer with 200; "DeleteObjects"; Amazon SQS API reference, the batches' `Failed`; Amazon DynamoDB
//! API reference, "BatchWriteItem", `UnprocessedItems`.

use http::header::{CONTENT_ENCODING, HeaderMap};
use http::{HeaderValue, StatusCode};
use serde_json::Value;

/// Codes of an upstream that does not take daypass's own key. The caller's key is good: it must not be told otherwise.
const KEY_REFUSED: [&str; 18] = [
    "AuthFailure",
    "AuthorizationHeaderMalformed",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSecurity",
    "InvalidSignatureException",
    "InvalidToken",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
    "UnrecognizedClientException",
];
const KEY_WORDS: &str = "The service behind daypass does not take daypass's key.";
const ENCODED_WORDS: &str = "The service behind daypass failed, and its words are encoded.";

/// A call that was not done, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) code: String,
    pub(super) message: String,
    /// What the caller is told in the place of the answer, which may hold what is daypass's own: a refused signature comes
    /// with the request that it was expected for, and that with the session token.
    pub(super) withheld: Option<&'static str>,
}

impl Failure {
    fn new(code: String, message: String) -> Self {
        if KEY_REFUSED.contains(&code.as_str()) {
            return Self { code, message: KEY_WORDS.to_owned(), withheld: Some(KEY_WORDS) };
        }
        Self { code, message, withheld: None }
    }

    fn in_part(code: String, message: &str) -> Self {
        Self::new(code, format!("not all of the batch was done; the first that was not: {message}"))
    }
}

/// Whether a call's answer may say in its body that the call failed, be it with 200.
pub(super) fn may_fail_inside(operation: &str) -> bool {
    matches!(
        operation,
        "BatchWriteItem"
            | "ChangeMessageVisibilityBatch"
            | "CompleteMultipartUpload"
            | "CopyObject"
            | "DeleteMessageBatch"
            | "DeleteObjects"
            | "SendMessageBatch"
            | "UploadPartCopy"
    )
}

/// What the beginning of a 200's body says of a failure, if anything.
pub(super) fn inside(operation: &str, body: &[u8]) -> Option<Failure> {
    let words = String::from_utf8_lossy(body);
    let of = |xml: &str, name: &str| element(xml, name).unwrap_or_default();
    match operation {
        "CompleteMultipartUpload" | "CopyObject" | "UploadPartCopy" => {
            let error = root(&words).filter(|root| root.starts_with("<Error"))?;
            Some(Failure::new(element(error, "Code")?, of(error, "Message")))
        }
        "DeleteObjects" => {
            let (_, error) = words.split_once("<Error>")?;
            Some(Failure::in_part(element(error, "Code")?, &of(error, "Message")))
        }
        "BatchWriteItem" => {
            let value = serde_json::from_str::<Value>(&words).ok()?;
            let left = value.get("UnprocessedItems")?.as_object().filter(|left| !left.is_empty())?;
            let tables: Vec<&str> = left.keys().map(String::as_str).collect();
            Some(Failure::in_part("UnprocessedItems".to_owned(), &tables.join(", ")))
        }
        _ => match serde_json::from_str::<Value>(&words) {
            Ok(value) => {
                let entry = value.get("Failed")?.as_array()?.first()?;
                let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
                Some(Failure::in_part(text("Code")?, &text("Message").unwrap_or_default()))
            }
            Err(_) => {
                let (_, entry) = words.split_once("<BatchResultErrorEntry>")?;
                Some(Failure::in_part(element(entry, "Code")?, &of(entry, "Message")))
            }
        },
    }
}

/// XML from its outermost element on.
fn root(words: &str) -> Option<&str> {
    let words = words.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    match words.strip_prefix("<?") {
        Some(declaration) => declaration.split_once("?>").map(|(_, rest)| rest.trim_start()),
        None => Some(words),
    }
}

/// The code and sentence of an upstream's error: of JSON, of XML, or by the status where there is no body.
pub(super) fn of_failure(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    let is_plain = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"identity");
    if !headers.get_all(CONTENT_ENCODING).iter().all(is_plain) {
        let code = status.as_u16().to_string();
        return Failure { code, message: ENCODED_WORDS.to_owned(), withheld: Some(ENCODED_WORDS) };
    }
    let words = String::from_utf8_lossy(body);
    let (code, message) = match serde_json::from_str::<Value>(&words) {
        Ok(value) => {
            let of = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
            (of("__type"), of("message").or_else(|| of("Message")))
        }
        Err(_) => (element(&words, "Code"), element(&words, "Message")),
    };
    let header = || headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let code = code.or_else(header).map(|code| {
        let code = code.rsplit('#').next().unwrap_or_default();
        code.split(':').next().unwrap_or_default().to_owned()
    });
    Failure::new(code.unwrap_or_else(|| status.as_u16().to_string()), message.unwrap_or_default())
}

/// The text of the first element of a name.
pub(super) fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(failure: &Failure) -> (&str, &str) {
        (&failure.code, &failure.message)
    }

    #[test]
    fn errors_are_found_in_every_form() {
        for (body, code, message) in [
            (
                r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no"}"#,
                "ResourceNotFoundException",
                "no",
            ),
            (
                "<?xml?><Error><Code>NoSuchKey</Code><Message>It is not</Message></Error>",
                "NoSuchKey",
                "It is not",
            ),
            ("", "400", ""),
            ("<Code>cut", "400", ""),
            ("[1]", "400", ""),
            (
                r#"{"__type":"InvalidSignatureException","message":"x-amz-security-token:S"}"#,
                "InvalidSignatureException",
                KEY_WORDS,
            ),
            (
                "<Error><Code>SignatureDoesNotMatch</Code><Message>S</Message></Error>",
                "SignatureDoesNotMatch",
                KEY_WORDS,
            ),
        ] {
            let failure = of_failure(StatusCode::BAD_REQUEST, &HeaderMap::new(), body.as_bytes());
            assert_eq!(said(&failure), (code, message), "{body}");
            assert_eq!(failure.withheld.is_some(), message == KEY_WORDS, "{body}");
        }
        let headers = HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static("gzip"))]);
        let failure = of_failure(StatusCode::FORBIDDEN, &headers, b"<Code>a</Code><Message>S</Message>");
        assert_eq!((failure.code.as_str(), failure.withheld), ("403", Some(ENCODED_WORDS)));
    }

    #[test]
    fn failures_are_found_behind_a_good_status() {
        let error =
            "\n  <?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>again</Message></Error>";
        for operation in ["CopyObject", "UploadPartCopy", "CompleteMultipartUpload"] {
            assert_eq!(
                inside(operation, error.as_bytes()).as_ref().map(said),
                Some(("InternalError", "again"))
            );
            assert_eq!(inside(operation, b"<CopyObjectResult><ETag>a</ETag></CopyObjectResult>"), None);
        }
        let xml = "<R><BatchResultErrorEntry><Id>1</Id><Code>a</Code><Message>b</Message></BatchResultErrorEntry></R>";
        for (operation, body, code) in [
            (
                "DeleteObjects",
                "<DeleteResult><Error><Key>k</Key><Code>a</Code></Error></DeleteResult>",
                Some("a"),
            ),
            ("DeleteObjects", "<DeleteResult><Deleted><Key>k</Key></Deleted></DeleteResult>", None),
            ("SendMessageBatch", r#"{"Successful":[],"Failed":[{"Id":"1","Code":"a"}]}"#, Some("a")),
            ("SendMessageBatch", r#"{"Successful":[{"Id":"1"}],"Failed":[]}"#, None),
            ("DeleteMessageBatch", xml, Some("a")),
            ("DeleteMessageBatch", "<R></R>", None),
            ("BatchWriteItem", r#"{"UnprocessedItems":{"orders":[{}]}}"#, Some("UnprocessedItems")),
            ("BatchWriteItem", r#"{"UnprocessedItems":{}}"#, None),
        ] {
            assert!(may_fail_inside(operation));
            let found = inside(operation, body.as_bytes());
            assert_eq!(found.as_ref().map(|failure| failure.code.as_str()), code, "{operation} {body}");
        }
        assert!(!may_fail_inside("GetObject") && !may_fail_inside("PutItem"));
    }
}
