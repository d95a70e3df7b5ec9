//! A function's settings as requests give them.
//!
//! Source: Lambda API reference, CreateFunction and UpdateFunctionConfiguration.

use super::error::LambdaError;
use super::fields::Fields;
use super::limits::ENVIRONMENT_BYTES;
use super::model::{Environment, Settings};

/// The runtimes that a function may be made with: those of the developer guide's "Lambda runtimes" that are not past
/// their block date, and those of the `provided` kind.
const RUNTIMES: [&str; 21] = [
    "dotnet8",
    "dotnet9",
    "dotnet10",
    "java8.al2",
    "java11",
    "java17",
    "java21",
    "java25",
    "nodejs20.x",
    "nodejs22.x",
    "nodejs24.x",
    "provided.al2",
    "provided.al2023",
    "python3.9",
    "python3.10",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
    "ruby3.3",
    "ruby3.4",
];
const ARCHITECTURES: [&str; 2] = ["arm64", "x86_64"];
/// What is known and not kept: a function that seems to have it would be another one than at AWS.
const NOT_KEPT: [&str; 10] = [
    "VpcConfig",
    "DeadLetterConfig",
    "KMSKeyArn",
    "Layers",
    "FileSystemConfigs",
    "ImageConfig",
    "CodeSigningConfigArn",
    "DurableConfig",
    "CapacityProviderConfig",
    "TenancyConfig",
];
/// Names that Lambda sets itself.
const RESERVED: [&str; 12] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// The settings of a function that is made.
pub(super) fn of_new(fields: &Fields<'_>, name: &str) -> Result<Settings, LambdaError> {
    if fields.word("PackageType", &["Image", "Zip"])? == Some("Image") {
        return Err(LambdaError::not_offered("a function from a container image"));
    }
    let role = fields.needed("Role")?.to_owned();
    let mut settings = Settings {
        role,
        runtime: None,
        handler: None,
        description: String::new(),
        timeout: 3,
        memory: 128,
        ephemeral_storage: 512,
        environment: Environment::default(),
        architecture: "x86_64".to_owned(),
        tracing: "PassThrough".to_owned(),
        log_format: "Text".to_owned(),
        log_group: None,
    };
    change(&mut settings, fields)?;
    if let Some(architecture) = architecture(fields)? {
        settings.architecture = architecture;
    }
    if settings.runtime.is_none() || settings.handler.is_none() {
        let message =
            "Runtime and Handler are mandatory parameters for functions created with deployment packages.";
        return Err(LambdaError::invalid(message));
    }
    if settings.log_group.is_none() {
        settings.log_group = Some(format!("/aws/lambda/{name}"));
    }
    Ok(settings)
}

/// Changes what a request names, and leaves the rest.
pub(super) fn change(settings: &mut Settings, fields: &Fields<'_>) -> Result<(), LambdaError> {
    fields.has_none_of(&NOT_KEPT)?;
    if let Some(snap) = fields.structure("SnapStart")?
        && snap.word("ApplyOn", &["PublishedVersions", "None"])? == Some("PublishedVersions")
    {
        return Err(LambdaError::not_offered("SnapStart"));
    }
    if let Some(role) = fields.text("Role")? {
        role.clone_into(&mut settings.role);
    }
    if let Some(runtime) = fields.word("Runtime", &RUNTIMES)? {
        settings.runtime = Some(runtime.to_owned());
    }
    if let Some(handler) = fields.text_up_to("Handler", 128)? {
        if handler.is_empty() || handler.contains(char::is_whitespace) {
            let constraint = "Member must satisfy regular expression pattern: [^\\s]+";
            return Err(LambdaError::constraint(handler, "handler", constraint));
        }
        settings.handler = Some(handler.to_owned());
    }
    if let Some(description) = fields.text_up_to("Description", 256)? {
        description.clone_into(&mut settings.description);
    }
    settings.timeout = fields.number("Timeout", 1, 900)?.unwrap_or(settings.timeout);
    settings.memory = fields.number("MemorySize", 128, 10_240)?.unwrap_or(settings.memory);
    if let Some(storage) = fields.structure("EphemeralStorage")? {
        settings.ephemeral_storage = storage.number("Size", 512, 10_240)?.unwrap_or(512);
    }
    if let Some(tracing) = fields.structure("TracingConfig")?
        && let Some(mode) = tracing.word("Mode", &["Active", "PassThrough"])?
    {
        mode.clone_into(&mut settings.tracing);
    }
    if let Some(environment) = fields.structure("Environment")? {
        settings.environment = variables(&environment)?;
    }
    logging(settings, fields)
}

fn logging(settings: &mut Settings, fields: &Fields<'_>) -> Result<(), LambdaError> {
    let Some(logging) = fields.structure("LoggingConfig")? else { return Ok(()) };
    logging.has_none_of(&["ApplicationLogLevel", "SystemLogLevel"])?;
    if let Some(format) = logging.word("LogFormat", &["JSON", "Text"])? {
        format.clone_into(&mut settings.log_format);
    }
    if let Some(group) = logging.text_up_to("LogGroup", 512)? {
        settings.log_group = Some(group.to_owned());
    }
    Ok(())
}

/// The architecture that a request names. Code may be changed to another one's, settings not.
pub(super) fn architecture(fields: &Fields<'_>) -> Result<Option<String>, LambdaError> {
    match fields.texts("Architectures")?.as_deref() {
        None | Some([]) => Ok(None),
        Some([one]) if ARCHITECTURES.contains(one) => Ok(Some((*one).to_owned())),
        Some(other) => {
            let value = format!("[{}]", other.join(", "));
            let constraint =
                "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64]]";
            Err(LambdaError::constraint(&value, "architectures", constraint))
        }
    }
}

fn variables(environment: &Fields<'_>) -> Result<Environment, LambdaError> {
    let variables = environment.map("Variables")?.unwrap_or_default();
    let bytes: usize = variables.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > ENVIRONMENT_BYTES {
        let message = format!(
            "Lambda was unable to configure your environment variables because the environment variables you have \
             provided exceeded the {} limit.",
            "4KB"
        );
        return Err(LambdaError::invalid(message));
    }
    let reserved: Vec<&str> =
        variables.keys().map(String::as_str).filter(|name| RESERVED.contains(name)).collect();
    if !reserved.is_empty() {
        let message = format!(
            "Lambda was unable to configure your environment variables because the environment variables you have \
             provided contains reserved keys that are currently not supported for modification. Reserved keys used \
             in this request: {}",
            reserved.join(", ")
        );
        return Err(LambdaError::invalid(message));
    }
    let is_name = |name: &String| {
        let mut bytes = name.bytes();
        bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
            && name.len() > 1
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    if let Some(name) = variables.keys().find(|name| !is_name(name)) {
        let constraint = "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: \
                          [a-zA-Z]([a-zA-Z0-9_])+]";
        return Err(LambdaError::constraint(name, "environment.variables", constraint));
    }
    Ok(Environment(variables))
}
