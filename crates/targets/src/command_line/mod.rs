//! Which IAM actions the `aws` commands of a script need.
//!
//! [`commands()`] finds the commands where a bash script can be read without running it; [`needs()`] says what one of
//! them asks of AWS, and of which resources. What a script decides only when it runs, a variable or another command's
//! output, is an unknown part of a word, and a `*` in the resource's ARN. What cannot be told is [`Unreadable`], never a
//! guess.
//!
//! The calls are those that every run of the command makes. Some depend on what is stored and are not among them: a
//! copy of an object with tags needs the two tagging actions too, an upload that fails is aborted, and an object under
//! a KMS key is read with `kms:Decrypt`.
//!
//! Sources: AWS CLI command reference; "Actions, resources, and condition keys" of each service in the Service
//! Authorization Reference; "Required permissions for Amazon S3 API operations".
//!
//! ```
//! use daypass_targets::command_line::{Place, commands, needs};
//!
//! let script = "aws s3 cp app.zip s3://artifacts/releases/ && aws sts get-caller-identity";
//! let place = Place { account: "123456789012", region: "eu-west-1" };
//! let found = commands(script)?;
//! let calls = needs(&found[0], &place)?.calls;
//! assert_eq!(calls[0].action, "s3:PutObject");
//! assert_eq!(calls[0].resource.arn, "arn:aws:s3:::artifacts/releases/app.zip");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod calls;
mod lexer;
mod name;
mod options;
mod resource;
mod s3;
mod s3_path;
mod s3api;
mod script;
mod services;
mod unreadable;
mod word;

pub use calls::{NeededCall, Needs, needs};
pub use lexer::{COMMANDS_MAX, NESTING_MAX, SCRIPT_BYTES_MAX, ScriptError, WORDS_MAX};
pub use resource::{Place, Resource};
pub use script::{FoundCommand, commands};
pub use unreadable::{Unreadable, Why};
pub use word::{Part, Word};

pub(crate) use name::kebab;
