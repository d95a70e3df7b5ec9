//! AWS CloudTrail.

use super::{Group, Named, Service};

pub(super) const SERVICE: Service = Service {
    name: "cloudtrail",
    groups: &[
        Group {
            named: Named::Nothing,
            operations: &[
                "DeregisterOrganizationDelegatedAdmin",
                "DescribeTrails",
                "GetImport",
                "ListChannels",
                "ListDashboards",
                "ListEventDataStores",
                "ListImportFailures",
                "ListImports",
                "ListPublicKeys",
                "ListTrails",
                "LookupEvents",
                "RegisterOrganizationDelegatedAdmin",
                "SearchSampleQueries",
                "StartImport",
                "StopImport",
            ],
        },
        Group {
            named: Named::Arn("resource-arn"),
            operations: &["DeleteResourcePolicy", "GetResourcePolicy", "PutResourcePolicy"],
        },
        Group { named: Named::Arn("resource-id"), operations: &["AddTags", "RemoveTags"] },
        Group { named: Named::Arn("resource-id-list"), operations: &["ListTags"] },
        Group {
            named: Named::By("channel", "cloudtrail:{region}:{account}:channel/"),
            operations: &["DeleteChannel", "GetChannel", "UpdateChannel"],
        },
        Group {
            named: Named::By("dashboard-id", "cloudtrail:{region}:{account}:dashboard/"),
            operations: &["DeleteDashboard", "GetDashboard", "StartDashboardRefresh", "UpdateDashboard"],
        },
        Group {
            named: Named::By("event-data-store", "cloudtrail:{region}:{account}:eventdatastore/"),
            operations: &[
                "DeleteEventDataStore",
                "DisableFederation",
                "EnableFederation",
                "GetEventDataStore",
                "ListQueries",
                "RestoreEventDataStore",
                "StartEventDataStoreIngestion",
                "StopEventDataStoreIngestion",
                "UpdateEventDataStore",
            ],
        },
        Group {
            named: Named::By("name", "cloudtrail:{region}:{account}:dashboard/"),
            operations: &["CreateDashboard"],
        },
        Group {
            named: Named::By("name", "cloudtrail:{region}:{account}:trail/"),
            operations: &[
                "CreateTrail",
                "DeleteTrail",
                "GetTrail",
                "GetTrailStatus",
                "StartLogging",
                "StopLogging",
                "UpdateTrail",
            ],
        },
        Group {
            named: Named::By("trail-name", "cloudtrail:{region}:{account}:trail/"),
            operations: &[
                "GetEventConfiguration",
                "GetEventSelectors",
                "GetInsightSelectors",
                "PutEventConfiguration",
                "PutEventSelectors",
                "PutInsightSelectors",
            ],
        },
        Group {
            named: Named::Some("cloudtrail:{region}:{account}:eventdatastore/"),
            operations: &[
                "CancelQuery",
                "CreateEventDataStore",
                "DescribeQuery",
                "GenerateQuery",
                "GetQueryResults",
                "StartQuery",
            ],
        },
    ],
    renamed: &[],
    waiters: &[],
};
