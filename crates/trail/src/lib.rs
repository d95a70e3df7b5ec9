//! CloudTrail records, what can be looked up in them, and the reader that joins a call to the token behind it.
