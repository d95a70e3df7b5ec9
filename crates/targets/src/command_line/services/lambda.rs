//! AWS Lambda.

use super::super::options::Options;
use super::super::resource::{Resource, Site};
use super::super::unreadable::Why;
use super::{Group, Named, Service};

pub(super) const LAYERS: &str = "lambda:{region}:{account}:layer:";

pub(super) const SERVICE: Service = Service {
    name: "lambda",
    groups: &[
        Group {
            named: Named::Nothing,
            operations: &[
                "CreateCodeSigningConfig",
                "CreateEventSourceMapping",
                "GetAccountSettings",
                "ListCapacityProviders",
                "ListCodeSigningConfigs",
                "ListEventSourceMappings",
                "ListFunctions",
                "ListLayerVersions",
                "ListLayers",
            ],
        },
        Group { named: Named::Arn("arn"), operations: &["GetLayerVersionByArn"] },
        Group {
            named: Named::Arn("code-signing-config-arn"),
            operations: &[
                "DeleteCodeSigningConfig",
                "GetCodeSigningConfig",
                "ListFunctionsByCodeSigningConfig",
                "UpdateCodeSigningConfig",
            ],
        },
        Group {
            named: Named::Arn("durable-execution-arn"),
            operations: &[
                "CheckpointDurableExecution",
                "GetDurableExecution",
                "GetDurableExecutionHistory",
                "GetDurableExecutionState",
                "StopDurableExecution",
            ],
        },
        Group { named: Named::Arn("resource"), operations: &["ListTags", "TagResource", "UntagResource"] },
        Group {
            named: Named::Arn("resource-arn"),
            operations: &["DeleteResourcePolicy", "GetResourcePolicy", "PutResourcePolicy"],
        },
        Group {
            named: Named::By("capacity-provider-name", "lambda:{region}:{account}:capacity-provider:"),
            operations: &[
                "CreateCapacityProvider",
                "DeleteCapacityProvider",
                "GetCapacityProvider",
                "ListFunctionVersionsByCapacityProvider",
                "UpdateCapacityProvider",
            ],
        },
        Group { named: Named::By("layer-name", LAYERS), operations: &["PublishLayerVersion"] },
        Group {
            named: Named::By("uuid", "lambda:{region}:{account}:event-source-mapping:"),
            operations: &["DeleteEventSourceMapping", "GetEventSourceMapping", "UpdateEventSourceMapping"],
        },
        Group {
            named: Named::Function,
            operations: &[
                "AddPermission",
                "CreateAlias",
                "CreateFunction",
                "CreateFunctionUrlConfig",
                "DeleteAlias",
                "DeleteFunction",
                "DeleteFunctionCodeSigningConfig",
                "DeleteFunctionConcurrency",
                "DeleteFunctionEventInvokeConfig",
                "DeleteFunctionUrlConfig",
                "DeleteProvisionedConcurrencyConfig",
                "GetAlias",
                "GetFunction",
                "GetFunctionCodeSigningConfig",
                "GetFunctionConcurrency",
                "GetFunctionConfiguration",
                "GetFunctionEventInvokeConfig",
                "GetFunctionRecursionConfig",
                "GetFunctionScalingConfig",
                "GetFunctionUrlConfig",
                "GetPolicy",
                "GetProvisionedConcurrencyConfig",
                "GetRuntimeManagementConfig",
                "Invoke",
                "InvokeAsync",
                "InvokeWithResponseStream",
                "ListAliases",
                "ListDurableExecutionsByFunction",
                "ListFunctionEventInvokeConfigs",
                "ListFunctionUrlConfigs",
                "ListProvisionedConcurrencyConfigs",
                "ListVersionsByFunction",
                "PublishVersion",
                "PutFunctionCodeSigningConfig",
                "PutFunctionConcurrency",
                "PutFunctionEventInvokeConfig",
                "PutFunctionRecursionConfig",
                "PutFunctionScalingConfig",
                "PutProvisionedConcurrencyConfig",
                "PutRuntimeManagementConfig",
                "RemovePermission",
                "UpdateAlias",
                "UpdateFunctionCode",
                "UpdateFunctionConfiguration",
                "UpdateFunctionEventInvokeConfig",
                "UpdateFunctionUrlConfig",
            ],
        },
        Group {
            named: Named::LayerVersion,
            operations: &[
                "AddLayerVersionPermission",
                "DeleteLayerVersion",
                "GetLayerVersion",
                "GetLayerVersionPolicy",
                "RemoveLayerVersionPermission",
            ],
        },
    ],
    renamed: &[
        ("GetLayerVersionByArn", "GetLayerVersion"),
        ("Invoke", "InvokeFunction"),
        ("InvokeWithResponseStream", "InvokeFunction"),
    ],
    waiters: &[
        ("function-active", "GetFunctionConfiguration"),
        ("function-active-v2", "GetFunction"),
        ("function-exists", "GetFunction"),
        ("function-updated", "GetFunctionConfiguration"),
        ("function-updated-v2", "GetFunction"),
        ("published-version-active", "GetFunctionConfiguration"),
    ],
};

/// A function by its name, `name:qualifier`, `account:function:name` or its ARN.
///
/// Source: Lambda API reference, `FunctionName` of Invoke.
pub(super) fn function(options: &Options, site: &Site<'_>) -> Result<Resource, Why> {
    let name = options.needed("function-name")?;
    let named = if name.beginning().starts_with("arn:") {
        Resource::word(name)
    } else if name.begins_unknown() {
        // It may hold an ARN of any region and account.
        Resource::at(site, "lambda:*:*:function:").and(name)
    } else if is_partial(name.beginning()) {
        Resource::at(site, "lambda:{region}:").and(name)
    } else {
        Resource::at(site, "lambda:{region}:{account}:function:").and(name)
    };
    Ok(match options.value("qualifier") {
        Some(qualifier) => named.and_text(":").and(qualifier),
        None => named,
    })
}

/// `123456789012:function:name`.
fn is_partial(name: &str) -> bool {
    name.split_once(":function:").is_some_and(|(account, _)| {
        account.len() == 12 && account.bytes().all(|digit| digit.is_ascii_digit())
    })
}
