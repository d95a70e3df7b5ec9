//! The services where a credential is used: S3, with its protocol, its IAM actions and its embedded back end.
