//! Written from the service model: offered operations first, then the others, each in the order of their names.

use super::Offered::{
    CreateDistribution, CreateDistributionWithTags, CreateInvalidation, DeleteDistribution, GetDistribution,
    GetDistributionConfig, GetInvalidation, ListDistributions, ListInvalidations, ListTagsForResource,
    TagResource, UntagResource, UpdateDistribution,
};
use super::{Offered, Operation};

const fn offered(
    which: Offered,
    (name, action): (&'static str, &'static str),
    (method, path, query, status): (&'static str, &'static str, &'static str, u16),
) -> Operation {
    Operation { name, method, path, query, action, status, offered: Some(which) }
}

const fn refused(
    (name, action): (&'static str, &'static str),
    (method, path, query): (&'static str, &'static str, &'static str),
) -> Operation {
    Operation { name, method, path, query, action, status: 501, offered: None }
}

pub(super) static TABLE: &[Operation] = &[
    offered(
        CreateDistribution,
        ("CreateDistribution", "cloudfront:CreateDistribution"),
        ("POST", "/2020-05-31/distribution", "", 201),
    ),
    offered(
        CreateDistributionWithTags,
        ("CreateDistributionWithTags", "cloudfront:CreateDistribution"),
        ("POST", "/2020-05-31/distribution", "WithTags", 201),
    ),
    offered(
        CreateInvalidation,
        ("CreateInvalidation", "cloudfront:CreateInvalidation"),
        ("POST", "/2020-05-31/distribution/{Id}/invalidation", "", 201),
    ),
    offered(
        DeleteDistribution,
        ("DeleteDistribution", "cloudfront:DeleteDistribution"),
        ("DELETE", "/2020-05-31/distribution/{Id}", "", 204),
    ),
    offered(
        GetDistribution,
        ("GetDistribution", "cloudfront:GetDistribution"),
        ("GET", "/2020-05-31/distribution/{Id}", "", 200),
    ),
    offered(
        GetDistributionConfig,
        ("GetDistributionConfig", "cloudfront:GetDistributionConfig"),
        ("GET", "/2020-05-31/distribution/{Id}/config", "", 200),
    ),
    offered(
        GetInvalidation,
        ("GetInvalidation", "cloudfront:GetInvalidation"),
        ("GET", "/2020-05-31/distribution/{Id}/invalidation/{Invalidation}", "", 200),
    ),
    offered(
        ListDistributions,
        ("ListDistributions", "cloudfront:ListDistributions"),
        ("GET", "/2020-05-31/distribution", "", 200),
    ),
    offered(
        ListInvalidations,
        ("ListInvalidations", "cloudfront:ListInvalidations"),
        ("GET", "/2020-05-31/distribution/{Id}/invalidation", "", 200),
    ),
    offered(
        ListTagsForResource,
        ("ListTagsForResource", "cloudfront:ListTagsForResource"),
        ("GET", "/2020-05-31/tagging", "", 200),
    ),
    offered(
        TagResource,
        ("TagResource", "cloudfront:TagResource"),
        ("POST", "/2020-05-31/tagging", "Operation=Tag", 204),
    ),
    offered(
        UntagResource,
        ("UntagResource", "cloudfront:UntagResource"),
        ("POST", "/2020-05-31/tagging", "Operation=Untag", 204),
    ),
    offered(
        UpdateDistribution,
        ("UpdateDistribution", "cloudfront:UpdateDistribution"),
        ("PUT", "/2020-05-31/distribution/{Id}/config", "", 200),
    ),
    refused(
        ("AssociateAlias", "cloudfront:AssociateAlias"),
        ("PUT", "/2020-05-31/distribution/{TargetDistributionId}/associate-alias", ""),
    ),
    refused(
        ("AssociateDistributionTenantWebACL", "cloudfront:AssociateDistributionTenantWebACL"),
        ("PUT", "/2020-05-31/distribution-tenant/{Id}/associate-web-acl", ""),
    ),
    refused(
        ("AssociateDistributionWebACL", "cloudfront:AssociateDistributionWebACL"),
        ("PUT", "/2020-05-31/distribution/{Id}/associate-web-acl", ""),
    ),
    refused(
        ("CopyDistribution", "cloudfront:CopyDistribution"),
        ("POST", "/2020-05-31/distribution/{PrimaryDistributionId}/copy", ""),
    ),
    refused(
        ("CreateAnycastIpList", "cloudfront:CreateAnycastIpList"),
        ("POST", "/2020-05-31/anycast-ip-list", ""),
    ),
    refused(("CreateCachePolicy", "cloudfront:CreateCachePolicy"), ("POST", "/2020-05-31/cache-policy", "")),
    refused(
        ("CreateCloudFrontOriginAccessIdentity", "cloudfront:CreateCloudFrontOriginAccessIdentity"),
        ("POST", "/2020-05-31/origin-access-identity/cloudfront", ""),
    ),
    refused(
        ("CreateConnectionFunction", "cloudfront:CreateConnectionFunction"),
        ("POST", "/2020-05-31/connection-function", ""),
    ),
    refused(
        ("CreateConnectionGroup", "cloudfront:CreateConnectionGroup"),
        ("POST", "/2020-05-31/connection-group", ""),
    ),
    refused(
        ("CreateContinuousDeploymentPolicy", "cloudfront:CreateContinuousDeploymentPolicy"),
        ("POST", "/2020-05-31/continuous-deployment-policy", ""),
    ),
    refused(
        ("CreateDistributionTenant", "cloudfront:CreateDistributionTenant"),
        ("POST", "/2020-05-31/distribution-tenant", ""),
    ),
    refused(
        ("CreateFieldLevelEncryptionConfig", "cloudfront:CreateFieldLevelEncryptionConfig"),
        ("POST", "/2020-05-31/field-level-encryption", ""),
    ),
    refused(
        ("CreateFieldLevelEncryptionProfile", "cloudfront:CreateFieldLevelEncryptionProfile"),
        ("POST", "/2020-05-31/field-level-encryption-profile", ""),
    ),
    refused(("CreateFunction", "cloudfront:CreateFunction"), ("POST", "/2020-05-31/function", "")),
    refused(
        ("CreateInvalidationForDistributionTenant", "cloudfront:CreateInvalidationForDistributionTenant"),
        ("POST", "/2020-05-31/distribution-tenant/{Id}/invalidation", ""),
    ),
    refused(("CreateKeyGroup", "cloudfront:CreateKeyGroup"), ("POST", "/2020-05-31/key-group", "")),
    refused(
        ("CreateKeyValueStore", "cloudfront:CreateKeyValueStore"),
        ("POST", "/2020-05-31/key-value-store", ""),
    ),
    refused(
        ("CreateMonitoringSubscription", "cloudfront:CreateMonitoringSubscription"),
        ("POST", "/2020-05-31/distributions/{DistributionId}/monitoring-subscription", ""),
    ),
    refused(
        ("CreateOriginAccessControl", "cloudfront:CreateOriginAccessControl"),
        ("POST", "/2020-05-31/origin-access-control", ""),
    ),
    refused(
        ("CreateOriginRequestPolicy", "cloudfront:CreateOriginRequestPolicy"),
        ("POST", "/2020-05-31/origin-request-policy", ""),
    ),
    refused(("CreatePublicKey", "cloudfront:CreatePublicKey"), ("POST", "/2020-05-31/public-key", "")),
    refused(
        ("CreateRealtimeLogConfig", "cloudfront:CreateRealtimeLogConfig"),
        ("POST", "/2020-05-31/realtime-log-config", ""),
    ),
    refused(
        ("CreateResponseHeadersPolicy", "cloudfront:CreateResponseHeadersPolicy"),
        ("POST", "/2020-05-31/response-headers-policy", ""),
    ),
    refused(
        ("CreateStreamingDistribution", "cloudfront:CreateStreamingDistribution"),
        ("POST", "/2020-05-31/streaming-distribution", ""),
    ),
    refused(
        ("CreateStreamingDistributionWithTags", "cloudfront:CreateStreamingDistributionWithTags"),
        ("POST", "/2020-05-31/streaming-distribution", "WithTags"),
    ),
    refused(("CreateTrustStore", "cloudfront:CreateTrustStore"), ("POST", "/2020-05-31/trust-store", "")),
    refused(("CreateVpcOrigin", "cloudfront:CreateVpcOrigin"), ("POST", "/2020-05-31/vpc-origin", "")),
    refused(
        ("DeleteAnycastIpList", "cloudfront:DeleteAnycastIpList"),
        ("DELETE", "/2020-05-31/anycast-ip-list/{Id}", ""),
    ),
    refused(
        ("DeleteCachePolicy", "cloudfront:DeleteCachePolicy"),
        ("DELETE", "/2020-05-31/cache-policy/{Id}", ""),
    ),
    refused(
        ("DeleteCloudFrontOriginAccessIdentity", "cloudfront:DeleteCloudFrontOriginAccessIdentity"),
        ("DELETE", "/2020-05-31/origin-access-identity/cloudfront/{Id}", ""),
    ),
    refused(
        ("DeleteConnectionFunction", "cloudfront:DeleteConnectionFunction"),
        ("DELETE", "/2020-05-31/connection-function/{Id}", ""),
    ),
    refused(
        ("DeleteConnectionGroup", "cloudfront:DeleteConnectionGroup"),
        ("DELETE", "/2020-05-31/connection-group/{Id}", ""),
    ),
    refused(
        ("DeleteContinuousDeploymentPolicy", "cloudfront:DeleteContinuousDeploymentPolicy"),
        ("DELETE", "/2020-05-31/continuous-deployment-policy/{Id}", ""),
    ),
    refused(
        ("DeleteDistributionTenant", "cloudfront:DeleteDistributionTenant"),
        ("DELETE", "/2020-05-31/distribution-tenant/{Id}", ""),
    ),
    refused(
        ("DeleteFieldLevelEncryptionConfig", "cloudfront:DeleteFieldLevelEncryptionConfig"),
        ("DELETE", "/2020-05-31/field-level-encryption/{Id}", ""),
    ),
    refused(
        ("DeleteFieldLevelEncryptionProfile", "cloudfront:DeleteFieldLevelEncryptionProfile"),
        ("DELETE", "/2020-05-31/field-level-encryption-profile/{Id}", ""),
    ),
    refused(("DeleteFunction", "cloudfront:DeleteFunction"), ("DELETE", "/2020-05-31/function/{Name}", "")),
    refused(("DeleteKeyGroup", "cloudfront:DeleteKeyGroup"), ("DELETE", "/2020-05-31/key-group/{Id}", "")),
    refused(
        ("DeleteKeyValueStore", "cloudfront:DeleteKeyValueStore"),
        ("DELETE", "/2020-05-31/key-value-store/{Name}", ""),
    ),
    refused(
        ("DeleteMonitoringSubscription", "cloudfront:DeleteMonitoringSubscription"),
        ("DELETE", "/2020-05-31/distributions/{DistributionId}/monitoring-subscription", ""),
    ),
    refused(
        ("DeleteOriginAccessControl", "cloudfront:DeleteOriginAccessControl"),
        ("DELETE", "/2020-05-31/origin-access-control/{Id}", ""),
    ),
    refused(
        ("DeleteOriginRequestPolicy", "cloudfront:DeleteOriginRequestPolicy"),
        ("DELETE", "/2020-05-31/origin-request-policy/{Id}", ""),
    ),
    refused(("DeletePublicKey", "cloudfront:DeletePublicKey"), ("DELETE", "/2020-05-31/public-key/{Id}", "")),
    refused(
        ("DeleteRealtimeLogConfig", "cloudfront:DeleteRealtimeLogConfig"),
        ("POST", "/2020-05-31/delete-realtime-log-config", ""),
    ),
    refused(
        ("DeleteResourcePolicy", "cloudfront:DeleteResourcePolicy"),
        ("POST", "/2020-05-31/delete-resource-policy", ""),
    ),
    refused(
        ("DeleteResponseHeadersPolicy", "cloudfront:DeleteResponseHeadersPolicy"),
        ("DELETE", "/2020-05-31/response-headers-policy/{Id}", ""),
    ),
    refused(
        ("DeleteStreamingDistribution", "cloudfront:DeleteStreamingDistribution"),
        ("DELETE", "/2020-05-31/streaming-distribution/{Id}", ""),
    ),
    refused(
        ("DeleteTrustStore", "cloudfront:DeleteTrustStore"),
        ("DELETE", "/2020-05-31/trust-store/{Id}", ""),
    ),
    refused(("DeleteVpcOrigin", "cloudfront:DeleteVpcOrigin"), ("DELETE", "/2020-05-31/vpc-origin/{Id}", "")),
    refused(
        ("DescribeConnectionFunction", "cloudfront:DescribeConnectionFunction"),
        ("GET", "/2020-05-31/connection-function/{Identifier}/describe", ""),
    ),
    refused(
        ("DescribeFunction", "cloudfront:DescribeFunction"),
        ("GET", "/2020-05-31/function/{Name}/describe", ""),
    ),
    refused(
        ("DescribeKeyValueStore", "cloudfront:DescribeKeyValueStore"),
        ("GET", "/2020-05-31/key-value-store/{Name}", ""),
    ),
    refused(
        ("DisassociateDistributionTenantWebACL", "cloudfront:DisassociateDistributionTenantWebACL"),
        ("PUT", "/2020-05-31/distribution-tenant/{Id}/disassociate-web-acl", ""),
    ),
    refused(
        ("DisassociateDistributionWebACL", "cloudfront:DisassociateDistributionWebACL"),
        ("PUT", "/2020-05-31/distribution/{Id}/disassociate-web-acl", ""),
    ),
    refused(
        ("GetAnycastIpList", "cloudfront:GetAnycastIpList"),
        ("GET", "/2020-05-31/anycast-ip-list/{Id}", ""),
    ),
    refused(("GetCachePolicy", "cloudfront:GetCachePolicy"), ("GET", "/2020-05-31/cache-policy/{Id}", "")),
    refused(
        ("GetCachePolicyConfig", "cloudfront:GetCachePolicyConfig"),
        ("GET", "/2020-05-31/cache-policy/{Id}/config", ""),
    ),
    refused(
        ("GetCloudFrontOriginAccessIdentity", "cloudfront:GetCloudFrontOriginAccessIdentity"),
        ("GET", "/2020-05-31/origin-access-identity/cloudfront/{Id}", ""),
    ),
    refused(
        ("GetCloudFrontOriginAccessIdentityConfig", "cloudfront:GetCloudFrontOriginAccessIdentityConfig"),
        ("GET", "/2020-05-31/origin-access-identity/cloudfront/{Id}/config", ""),
    ),
    refused(
        ("GetConnectionFunction", "cloudfront:GetConnectionFunction"),
        ("GET", "/2020-05-31/connection-function/{Identifier}", ""),
    ),
    refused(
        ("GetConnectionGroup", "cloudfront:GetConnectionGroup"),
        ("GET", "/2020-05-31/connection-group/{Identifier}", ""),
    ),
    refused(
        ("GetConnectionGroupByRoutingEndpoint", "cloudfront:GetConnectionGroupByRoutingEndpoint"),
        ("GET", "/2020-05-31/connection-group", ""),
    ),
    refused(
        ("GetContinuousDeploymentPolicy", "cloudfront:GetContinuousDeploymentPolicy"),
        ("GET", "/2020-05-31/continuous-deployment-policy/{Id}", ""),
    ),
    refused(
        ("GetContinuousDeploymentPolicyConfig", "cloudfront:GetContinuousDeploymentPolicyConfig"),
        ("GET", "/2020-05-31/continuous-deployment-policy/{Id}/config", ""),
    ),
    refused(
        ("GetDistributionTenant", "cloudfront:GetDistributionTenant"),
        ("GET", "/2020-05-31/distribution-tenant/{Identifier}", ""),
    ),
    refused(
        ("GetDistributionTenantByDomain", "cloudfront:GetDistributionTenantByDomain"),
        ("GET", "/2020-05-31/distribution-tenant", ""),
    ),
    refused(
        ("GetFieldLevelEncryption", "cloudfront:GetFieldLevelEncryption"),
        ("GET", "/2020-05-31/field-level-encryption/{Id}", ""),
    ),
    refused(
        ("GetFieldLevelEncryptionConfig", "cloudfront:GetFieldLevelEncryptionConfig"),
        ("GET", "/2020-05-31/field-level-encryption/{Id}/config", ""),
    ),
    refused(
        ("GetFieldLevelEncryptionProfile", "cloudfront:GetFieldLevelEncryptionProfile"),
        ("GET", "/2020-05-31/field-level-encryption-profile/{Id}", ""),
    ),
    refused(
        ("GetFieldLevelEncryptionProfileConfig", "cloudfront:GetFieldLevelEncryptionProfileConfig"),
        ("GET", "/2020-05-31/field-level-encryption-profile/{Id}/config", ""),
    ),
    refused(("GetFunction", "cloudfront:GetFunction"), ("GET", "/2020-05-31/function/{Name}", "")),
    refused(
        ("GetInvalidationForDistributionTenant", "cloudfront:GetInvalidationForDistributionTenant"),
        ("GET", "/2020-05-31/distribution-tenant/{DistributionTenantId}/invalidation/{Id}", ""),
    ),
    refused(("GetKeyGroup", "cloudfront:GetKeyGroup"), ("GET", "/2020-05-31/key-group/{Id}", "")),
    refused(
        ("GetKeyGroupConfig", "cloudfront:GetKeyGroupConfig"),
        ("GET", "/2020-05-31/key-group/{Id}/config", ""),
    ),
    refused(
        ("GetManagedCertificateDetails", "cloudfront:GetManagedCertificateDetails"),
        ("GET", "/2020-05-31/managed-certificate/{Identifier}", ""),
    ),
    refused(
        ("GetMonitoringSubscription", "cloudfront:GetMonitoringSubscription"),
        ("GET", "/2020-05-31/distributions/{DistributionId}/monitoring-subscription", ""),
    ),
    refused(
        ("GetOriginAccessControl", "cloudfront:GetOriginAccessControl"),
        ("GET", "/2020-05-31/origin-access-control/{Id}", ""),
    ),
    refused(
        ("GetOriginAccessControlConfig", "cloudfront:GetOriginAccessControlConfig"),
        ("GET", "/2020-05-31/origin-access-control/{Id}/config", ""),
    ),
    refused(
        ("GetOriginRequestPolicy", "cloudfront:GetOriginRequestPolicy"),
        ("GET", "/2020-05-31/origin-request-policy/{Id}", ""),
    ),
    refused(
        ("GetOriginRequestPolicyConfig", "cloudfront:GetOriginRequestPolicyConfig"),
        ("GET", "/2020-05-31/origin-request-policy/{Id}/config", ""),
    ),
    refused(("GetPublicKey", "cloudfront:GetPublicKey"), ("GET", "/2020-05-31/public-key/{Id}", "")),
    refused(
        ("GetPublicKeyConfig", "cloudfront:GetPublicKeyConfig"),
        ("GET", "/2020-05-31/public-key/{Id}/config", ""),
    ),
    refused(
        ("GetRealtimeLogConfig", "cloudfront:GetRealtimeLogConfig"),
        ("POST", "/2020-05-31/get-realtime-log-config", ""),
    ),
    refused(
        ("GetResourcePolicy", "cloudfront:GetResourcePolicy"),
        ("POST", "/2020-05-31/get-resource-policy", ""),
    ),
    refused(
        ("GetResponseHeadersPolicy", "cloudfront:GetResponseHeadersPolicy"),
        ("GET", "/2020-05-31/response-headers-policy/{Id}", ""),
    ),
    refused(
        ("GetResponseHeadersPolicyConfig", "cloudfront:GetResponseHeadersPolicyConfig"),
        ("GET", "/2020-05-31/response-headers-policy/{Id}/config", ""),
    ),
    refused(
        ("GetStreamingDistribution", "cloudfront:GetStreamingDistribution"),
        ("GET", "/2020-05-31/streaming-distribution/{Id}", ""),
    ),
    refused(
        ("GetStreamingDistributionConfig", "cloudfront:GetStreamingDistributionConfig"),
        ("GET", "/2020-05-31/streaming-distribution/{Id}/config", ""),
    ),
    refused(
        ("GetTrustStore", "cloudfront:GetTrustStore"),
        ("GET", "/2020-05-31/trust-store/{Identifier}", ""),
    ),
    refused(("GetVpcOrigin", "cloudfront:GetVpcOrigin"), ("GET", "/2020-05-31/vpc-origin/{Id}", "")),
    refused(
        ("ListAnycastIpLists", "cloudfront:ListAnycastIpLists"),
        ("GET", "/2020-05-31/anycast-ip-list", ""),
    ),
    refused(("ListCachePolicies", "cloudfront:ListCachePolicies"), ("GET", "/2020-05-31/cache-policy", "")),
    refused(
        ("ListCloudFrontOriginAccessIdentities", "cloudfront:ListCloudFrontOriginAccessIdentities"),
        ("GET", "/2020-05-31/origin-access-identity/cloudfront", ""),
    ),
    refused(
        ("ListConflictingAliases", "cloudfront:ListConflictingAliases"),
        ("GET", "/2020-05-31/conflicting-alias", ""),
    ),
    refused(
        ("ListConnectionFunctions", "cloudfront:ListConnectionFunctions"),
        ("POST", "/2020-05-31/connection-functions", ""),
    ),
    refused(
        ("ListConnectionGroups", "cloudfront:ListConnectionGroups"),
        ("POST", "/2020-05-31/connection-groups", ""),
    ),
    refused(
        ("ListContinuousDeploymentPolicies", "cloudfront:ListContinuousDeploymentPolicies"),
        ("GET", "/2020-05-31/continuous-deployment-policy", ""),
    ),
    refused(
        ("ListDistributionTenants", "cloudfront:ListDistributionTenants"),
        ("POST", "/2020-05-31/distribution-tenants", ""),
    ),
    refused(
        ("ListDistributionTenantsByCustomization", "cloudfront:ListDistributionTenantsByCustomization"),
        ("POST", "/2020-05-31/distribution-tenants-by-customization", ""),
    ),
    refused(
        ("ListDistributionsByAnycastIpListId", "cloudfront:ListDistributionsByAnycastIpListId"),
        ("GET", "/2020-05-31/distributionsByAnycastIpListId/{AnycastIpListId}", ""),
    ),
    refused(
        ("ListDistributionsByCachePolicyId", "cloudfront:ListDistributionsByCachePolicyId"),
        ("GET", "/2020-05-31/distributionsByCachePolicyId/{CachePolicyId}", ""),
    ),
    refused(
        ("ListDistributionsByConnectionFunction", "cloudfront:ListDistributionsByConnectionFunction"),
        ("GET", "/2020-05-31/distributionsByConnectionFunction", ""),
    ),
    refused(
        ("ListDistributionsByConnectionMode", "cloudfront:ListDistributionsByConnectionMode"),
        ("GET", "/2020-05-31/distributionsByConnectionMode/{ConnectionMode}", ""),
    ),
    refused(
        ("ListDistributionsByKeyGroup", "cloudfront:ListDistributionsByKeyGroup"),
        ("GET", "/2020-05-31/distributionsByKeyGroupId/{KeyGroupId}", ""),
    ),
    refused(
        ("ListDistributionsByOriginRequestPolicyId", "cloudfront:ListDistributionsByOriginRequestPolicyId"),
        ("GET", "/2020-05-31/distributionsByOriginRequestPolicyId/{OriginRequestPolicyId}", ""),
    ),
    refused(
        ("ListDistributionsByOwnedResource", "cloudfront:ListDistributionsByOwnedResource"),
        ("GET", "/2020-05-31/distributionsByOwnedResource/{ResourceArn}", ""),
    ),
    refused(
        ("ListDistributionsByRealtimeLogConfig", "cloudfront:ListDistributionsByRealtimeLogConfig"),
        ("POST", "/2020-05-31/distributionsByRealtimeLogConfig", ""),
    ),
    refused(
        (
            "ListDistributionsByResponseHeadersPolicyId",
            "cloudfront:ListDistributionsByResponseHeadersPolicyId",
        ),
        ("GET", "/2020-05-31/distributionsByResponseHeadersPolicyId/{ResponseHeadersPolicyId}", ""),
    ),
    refused(
        ("ListDistributionsByTrustStore", "cloudfront:ListDistributionsByTrustStore"),
        ("GET", "/2020-05-31/distributionsByTrustStore", ""),
    ),
    refused(
        ("ListDistributionsByVpcOriginId", "cloudfront:ListDistributionsByVpcOriginId"),
        ("GET", "/2020-05-31/distributionsByVpcOriginId/{VpcOriginId}", ""),
    ),
    refused(
        ("ListDistributionsByWebACLId", "cloudfront:ListDistributionsByWebACLId"),
        ("GET", "/2020-05-31/distributionsByWebACLId/{WebACLId}", ""),
    ),
    refused(
        ("ListDomainConflicts", "cloudfront:ListDomainConflicts"),
        ("POST", "/2020-05-31/domain-conflicts", ""),
    ),
    refused(
        ("ListFieldLevelEncryptionConfigs", "cloudfront:ListFieldLevelEncryptionConfigs"),
        ("GET", "/2020-05-31/field-level-encryption", ""),
    ),
    refused(
        ("ListFieldLevelEncryptionProfiles", "cloudfront:ListFieldLevelEncryptionProfiles"),
        ("GET", "/2020-05-31/field-level-encryption-profile", ""),
    ),
    refused(("ListFunctions", "cloudfront:ListFunctions"), ("GET", "/2020-05-31/function", "")),
    refused(
        ("ListInvalidationsForDistributionTenant", "cloudfront:ListInvalidationsForDistributionTenant"),
        ("GET", "/2020-05-31/distribution-tenant/{Id}/invalidation", ""),
    ),
    refused(("ListKeyGroups", "cloudfront:ListKeyGroups"), ("GET", "/2020-05-31/key-group", "")),
    refused(
        ("ListKeyValueStores", "cloudfront:ListKeyValueStores"),
        ("GET", "/2020-05-31/key-value-store", ""),
    ),
    refused(
        ("ListOriginAccessControls", "cloudfront:ListOriginAccessControls"),
        ("GET", "/2020-05-31/origin-access-control", ""),
    ),
    refused(
        ("ListOriginRequestPolicies", "cloudfront:ListOriginRequestPolicies"),
        ("GET", "/2020-05-31/origin-request-policy", ""),
    ),
    refused(("ListPublicKeys", "cloudfront:ListPublicKeys"), ("GET", "/2020-05-31/public-key", "")),
    refused(
        ("ListRealtimeLogConfigs", "cloudfront:ListRealtimeLogConfigs"),
        ("GET", "/2020-05-31/realtime-log-config", ""),
    ),
    refused(
        ("ListResponseHeadersPolicies", "cloudfront:ListResponseHeadersPolicies"),
        ("GET", "/2020-05-31/response-headers-policy", ""),
    ),
    refused(
        ("ListStreamingDistributions", "cloudfront:ListStreamingDistributions"),
        ("GET", "/2020-05-31/streaming-distribution", ""),
    ),
    refused(("ListTrustStores", "cloudfront:ListTrustStores"), ("POST", "/2020-05-31/trust-stores", "")),
    refused(("ListVpcOrigins", "cloudfront:ListVpcOrigins"), ("GET", "/2020-05-31/vpc-origin", "")),
    refused(
        ("PublishConnectionFunction", "cloudfront:PublishConnectionFunction"),
        ("POST", "/2020-05-31/connection-function/{Id}/publish", ""),
    ),
    refused(
        ("PublishFunction", "cloudfront:PublishFunction"),
        ("POST", "/2020-05-31/function/{Name}/publish", ""),
    ),
    refused(
        ("PutResourcePolicy", "cloudfront:PutResourcePolicy"),
        ("POST", "/2020-05-31/put-resource-policy", ""),
    ),
    refused(
        ("TestConnectionFunction", "cloudfront:TestConnectionFunction"),
        ("POST", "/2020-05-31/connection-function/{Id}/test", ""),
    ),
    refused(("TestFunction", "cloudfront:TestFunction"), ("POST", "/2020-05-31/function/{Name}/test", "")),
    refused(
        ("UpdateAnycastIpList", "cloudfront:UpdateAnycastIpList"),
        ("PUT", "/2020-05-31/anycast-ip-list/{Id}", ""),
    ),
    refused(
        ("UpdateCachePolicy", "cloudfront:UpdateCachePolicy"),
        ("PUT", "/2020-05-31/cache-policy/{Id}", ""),
    ),
    refused(
        ("UpdateCloudFrontOriginAccessIdentity", "cloudfront:UpdateCloudFrontOriginAccessIdentity"),
        ("PUT", "/2020-05-31/origin-access-identity/cloudfront/{Id}/config", ""),
    ),
    refused(
        ("UpdateConnectionFunction", "cloudfront:UpdateConnectionFunction"),
        ("PUT", "/2020-05-31/connection-function/{Id}", ""),
    ),
    refused(
        ("UpdateConnectionGroup", "cloudfront:UpdateConnectionGroup"),
        ("PUT", "/2020-05-31/connection-group/{Id}", ""),
    ),
    refused(
        ("UpdateContinuousDeploymentPolicy", "cloudfront:UpdateContinuousDeploymentPolicy"),
        ("PUT", "/2020-05-31/continuous-deployment-policy/{Id}", ""),
    ),
    refused(
        ("UpdateDistributionTenant", "cloudfront:UpdateDistributionTenant"),
        ("PUT", "/2020-05-31/distribution-tenant/{Id}", ""),
    ),
    refused(
        ("UpdateDistributionWithStagingConfig", "cloudfront:UpdateDistributionWithStagingConfig"),
        ("PUT", "/2020-05-31/distribution/{Id}/promote-staging-config", ""),
    ),
    refused(
        ("UpdateDomainAssociation", "cloudfront:UpdateDomainAssociation"),
        ("POST", "/2020-05-31/domain-association", ""),
    ),
    refused(
        ("UpdateFieldLevelEncryptionConfig", "cloudfront:UpdateFieldLevelEncryptionConfig"),
        ("PUT", "/2020-05-31/field-level-encryption/{Id}/config", ""),
    ),
    refused(
        ("UpdateFieldLevelEncryptionProfile", "cloudfront:UpdateFieldLevelEncryptionProfile"),
        ("PUT", "/2020-05-31/field-level-encryption-profile/{Id}/config", ""),
    ),
    refused(("UpdateFunction", "cloudfront:UpdateFunction"), ("PUT", "/2020-05-31/function/{Name}", "")),
    refused(("UpdateKeyGroup", "cloudfront:UpdateKeyGroup"), ("PUT", "/2020-05-31/key-group/{Id}", "")),
    refused(
        ("UpdateKeyValueStore", "cloudfront:UpdateKeyValueStore"),
        ("PUT", "/2020-05-31/key-value-store/{Name}", ""),
    ),
    refused(
        ("UpdateOriginAccessControl", "cloudfront:UpdateOriginAccessControl"),
        ("PUT", "/2020-05-31/origin-access-control/{Id}/config", ""),
    ),
    refused(
        ("UpdateOriginRequestPolicy", "cloudfront:UpdateOriginRequestPolicy"),
        ("PUT", "/2020-05-31/origin-request-policy/{Id}", ""),
    ),
    refused(
        ("UpdatePublicKey", "cloudfront:UpdatePublicKey"),
        ("PUT", "/2020-05-31/public-key/{Id}/config", ""),
    ),
    refused(
        ("UpdateRealtimeLogConfig", "cloudfront:UpdateRealtimeLogConfig"),
        ("PUT", "/2020-05-31/realtime-log-config", ""),
    ),
    refused(
        ("UpdateResponseHeadersPolicy", "cloudfront:UpdateResponseHeadersPolicy"),
        ("PUT", "/2020-05-31/response-headers-policy/{Id}", ""),
    ),
    refused(
        ("UpdateStreamingDistribution", "cloudfront:UpdateStreamingDistribution"),
        ("PUT", "/2020-05-31/streaming-distribution/{Id}/config", ""),
    ),
    refused(("UpdateTrustStore", "cloudfront:UpdateTrustStore"), ("PUT", "/2020-05-31/trust-store/{Id}", "")),
    refused(("UpdateVpcOrigin", "cloudfront:UpdateVpcOrigin"), ("PUT", "/2020-05-31/vpc-origin/{Id}", "")),
    refused(
        ("VerifyDnsConfiguration", "cloudfront:VerifyDnsConfiguration"),
        ("POST", "/2020-05-31/verify-dns-configuration", ""),
    ),
];
