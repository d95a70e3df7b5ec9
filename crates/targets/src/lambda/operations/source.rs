//! Where the code of a request is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::Request;
use crate::lambda::Asked;
use crate::lambda::error::LambdaError;
use crate::lambda::fields::Fields;
use crate::lambda::routes::Offered;

/// Where the code of a request is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In the request.
    Zip(Bytes),
    /// In a bucket.
    Object(Object),
}

/// Code in a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The bucket, a name without a slash.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// The version; the current one where none is named.
    pub version: Option<String>,
}

impl Object {
    /// What S3 said when it was asked for the object, in Lambda's words, as users have reported them.
    #[must_use]
    pub fn unread(&self, code: &str, message: &str) -> LambdaError {
        let operation = if self.version.is_some() { "GetObjectVersion" } else { "GetObject" };
        let said = format!("S3 Error Code: {code}. S3 Error Message: {message}");
        match code {
            "AccessDenied" => LambdaError::new(
                "AccessDeniedException",
                403,
                format!(
                    "Your access has been denied by S3, please make sure your request credentials have permission to \
                     {operation} for {}/{}. {said}",
                    self.bucket, self.key
                ),
            ),
            "InternalError" | "ServiceUnavailable" | "SlowDown" => LambdaError::service(),
            _ => LambdaError::invalid(format!("Error occurred while {operation}. {said}")),
        }
    }
}

/// Where the code is that a request brings; `None` for an operation that brings none.
///
/// # Errors
/// `InvalidParameterValueException` where it names none, or two; `ValidationException` for an address that cannot be.
pub(in crate::lambda) fn source(asked: &Asked, request: &Request<'_>) -> Result<Option<Source>, LambdaError> {
    let fields = request.fields();
    let (code, path) = match asked.operation.offered {
        Some(Offered::CreateFunction) => {
            let missing = || LambdaError::constraint("null", "code", "Member must not be null");
            (fields.structure("Code")?.ok_or_else(missing)?, "code.")
        }
        Some(Offered::UpdateFunctionCode) => (fields, ""),
        _ => return Ok(None),
    };
    code.has_none_of(&["ImageUri", "SourceKMSKeyArn"])?;
    let bucket = named(&code, "S3Bucket", path, 3..=63)?;
    let key = named(&code, "S3Key", path, 1..=1024)?;
    let version = named(&code, "S3ObjectVersion", path, 1..=1024)?;
    let is_elsewhere = bucket.is_some() || key.is_some() || version.is_some();
    match (code.text("ZipFile")?, bucket.zip(key)) {
        (Some(_), _) if is_elsewhere => Err(LambdaError::invalid(
            "Please do not provide other FunctionCode parameters when providing a ZipFile.",
        )),
        (Some(text), _) => {
            let bytes =
                STANDARD.decode(text).map_err(|_| LambdaError::unreadable("`ZipFile` must be base 64"))?;
            Ok(Some(Source::Zip(Bytes::from(bytes))))
        }
        (None, None) => Err(LambdaError::invalid("Please provide a source for function code.")),
        (None, Some((bucket, key))) => {
            check_bucket(bucket, path)?;
            let version = version.map(str::to_owned);
            Ok(Some(Source::Object(Object { bucket: bucket.to_owned(), key: key.to_owned(), version })))
        }
    }
}

/// A member of an object's address, held to the model's lengths.
fn named<'a>(
    code: &Fields<'a>,
    name: &str,
    path: &str,
    characters: std::ops::RangeInclusive<usize>,
) -> Result<Option<&'a str>, LambdaError> {
    let Some(text) = code.text(name)? else { return Ok(None) };
    let length = text.chars().count();
    let (than, bound) = if length < *characters.start() {
        ("greater", characters.start())
    } else if length > *characters.end() {
        ("less", characters.end())
    } else {
        return Ok(Some(text));
    };
    let member = format!("{path}{}", crate::member::with_small_letter(name));
    let constraint = format!("Member must have length {than} than or equal to {bound}");
    Err(LambdaError::constraint(text, &member, &constraint))
}

/// The model's pattern for a bucket.
fn check_bucket(bucket: &str, path: &str) -> Result<(), LambdaError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if bucket.bytes().all(is_plain) && !bucket.ends_with('.') {
        return Ok(());
    }
    let constraint = r"Member must satisfy regular expression pattern: ^[0-9A-Za-z\.\-_]*(?<!\.)$";
    Err(LambdaError::constraint(bucket, &format!("{path}s3Bucket"), constraint))
}
