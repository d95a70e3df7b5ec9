//! The credential report: a table of every user's credentials. It has one line, the root user's, and no credential.
//!
//! AWS makes a report in some seconds and keeps it for four hours. Here it is there at once, and the answers are in the
//! same order: the first call starts a report, the next finds it complete.
//!
//! Source: IAM user guide, "Get credential reports for your AWS account"; IAM API reference, "GenerateCredentialReport"
//! and "GetCredentialReport".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};

use crate::account::{Account, AccountSettings, Change};
use crate::arn;
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::outcome::{Event, Outcome};
use crate::shape::{Shape, seconds};

/// How long a report is good for, in hours.
const REPORT_HOURS: i64 = 4;

/// The columns, and what each says of the root user; the empty ones are filled in.
const COLUMNS: [(&str, &str); 22] = [
    ("user", "<root_account>"),
    ("arn", ""),
    ("user_creation_time", ""),
    ("password_enabled", "not_supported"),
    ("password_last_used", "no_information"),
    ("password_last_changed", "not_supported"),
    ("password_next_rotation", "not_supported"),
    ("mfa_active", "false"),
    ("access_key_1_active", "false"),
    ("access_key_1_last_rotated", "N/A"),
    ("access_key_1_last_used_date", "N/A"),
    ("access_key_1_last_used_region", "N/A"),
    ("access_key_1_last_used_service", "N/A"),
    ("access_key_2_active", "false"),
    ("access_key_2_last_rotated", "N/A"),
    ("access_key_2_last_used_date", "N/A"),
    ("access_key_2_last_used_region", "N/A"),
    ("access_key_2_last_used_service", "N/A"),
    ("cert_1_active", "false"),
    ("cert_1_last_rotated", "N/A"),
    ("cert_2_active", "false"),
    ("cert_2_last_rotated", "N/A"),
];

/// GenerateCredentialReport.
///
/// # Errors
/// None.
pub fn generate(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let settings = &call.account.settings;
    if settings.credential_report.is_some_and(|made| is_good(made, call.now)) {
        return Ok(Outcome::read(Shape::structure([("State", Shape::text("COMPLETE"))]), None));
    }
    let settings = AccountSettings { credential_report: Some(call.now), ..AccountSettings::clone(settings) };
    let result = Shape::structure([
        ("State", Shape::text("STARTED")),
        ("Description", Shape::text("No report exists. Starting a new report generation task")),
    ]);
    let changes = vec![Change::PutSettings(Box::new(settings))];
    Ok(Outcome { result, changes, event: Event::default() })
}

/// GetCredentialReport: the table as CSV, in base 64.
///
/// # Errors
/// `ReportNotPresent` where none was asked for, `ReportExpired` four hours later.
pub fn show(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let gone = |code, message: &'static str| AwsError { code, message: message.into(), status: 410 };
    let Some(made) = call.account.settings.credential_report else {
        return Err(gone(
            "ReportNotPresent",
            "Credential report not present. To generate a credential report, use GenerateCredentialReport.",
        ));
    };
    if !is_good(made, call.now) {
        return Err(gone(
            "ReportExpired",
            "Credential report expired. To generate a new credential report, use GenerateCredentialReport.",
        ));
    }
    let result = Shape::structure([
        ("Content", Shape::Text(STANDARD.encode(table(call.account)))),
        ("ReportFormat", Shape::text("text/csv")),
        ("GeneratedTime", Shape::time(made)),
    ]);
    Ok(Outcome::read(result, None))
}

/// A report of the future is no good: the account's clock was moved back.
fn is_good(made: Timestamp, now: Timestamp) -> bool {
    let age = now.duration_since(made);
    age >= SignedDuration::ZERO && age < SignedDuration::from_hours(REPORT_HOURS)
}

fn table(account: &Account) -> String {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let root = arn::root(&account.id);
    let created = seconds(account.settings.created).replace('Z', "+00:00");
    let values: Vec<&str> = COLUMNS
        .iter()
        .map(|(name, value)| match *name {
            "arn" => root.as_str(),
            "user_creation_time" => created.as_str(),
            _ => value,
        })
        .collect();
    format!("{}\n{}\n", names.join(","), values.join(","))
}
