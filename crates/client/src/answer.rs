//! An answer of an AWS service, and the few things that a client looks for in it.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use crate::error::ClientError;

/// An answer, good or bad.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Result<Self, ClientError> {
        let status = response.status();
        let headers = response.headers().clone();
        Ok(Self { status, headers, body: response.bytes().await? })
    }

    /// The text of the first XML element of this name.
    #[must_use]
    pub fn element(&self, name: &str) -> Option<String> {
        let mut reader = Reader::from_reader(&*self.body);
        let mut buffer = Vec::new();
        let mut found: Option<String> = None;
        loop {
            match reader.read_event_into(&mut buffer).ok()? {
                Event::Start(start) if found.is_none() && start.local_name().as_ref() == name.as_bytes() => {
                    found = Some(String::new());
                }
                Event::Text(text) => {
                    if let Some(content) = &mut found {
                        content.push_str(&text.decode().ok()?);
                    }
                }
                Event::GeneralRef(reference) => {
                    if let Some(content) = &mut found {
                        content.push_str(&resolve(&reference.decode().ok()?)?);
                    }
                }
                Event::End(end) if found.is_some() && end.local_name().as_ref() == name.as_bytes() => {
                    return found;
                }
                Event::Eof => return None,
                _ => {}
            }
            buffer.clear();
        }
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The id that the service gave the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        ["x-amzn-requestid", "x-amz-request-id"]
            .iter()
            .find_map(|name| self.headers.get(*name))
            .and_then(|value| value.to_str().ok())
    }

    /// The answer itself where the call succeeded.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with the service's code and sentence where it did not.
    pub fn succeeded(self, operation: &str) -> Result<Self, ClientError> {
        if self.status.is_success() {
            return Ok(self);
        }
        let said: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let header = || self.headers.get("x-amzn-errortype")?.to_str().ok().map(str::to_owned);
        let member = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_owned);
        Err(ClientError::Refused {
            operation: operation.to_owned(),
            status: self.status.as_u16(),
            code: self.element("Code").or_else(|| member("__type")).or_else(header).unwrap_or_default(),
            message: self.element("Message").or_else(|| member("message")).unwrap_or_else(|| self.text()),
            request_id: self.request_id().map(str::to_owned),
        })
    }
}

fn resolve(reference: &str) -> Option<String> {
    if let Some(number) = reference.strip_prefix('#') {
        let code = match number.strip_prefix('x') {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(String::from);
    }
    quick_xml::escape::resolve_predefined_entity(reference).map(str::to_owned)
}
