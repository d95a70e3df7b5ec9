//! What else a bucket is asked about: settings that are as a new bucket's are, and cannot be otherwise.
//!
//! Source: Amazon S3 API reference, the page of each operation and "Error responses"; Amazon S3 user guide, "Setting
//! default server-side encryption behavior for Amazon S3 buckets".

use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use crate::s3::error;
use crate::s3::state::Call;

/// Reads of settings. Each checks the owner that the request expects and that the bucket is there, and then answers.
macro_rules! settings {
    ($($(#[$documentation:meta])* $name:ident($input:ident) -> $output:ident $answer:block)*) => {
        impl Backend {
            $(
                $(#[$documentation])*
                pub(crate) async fn $name(
                    &self,
                    call: &Call,
                    request: S3Request<$input>,
                ) -> S3Result<$output> {
                    let input = request.input;
                    self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
                    self.catalogue.bucket(call, &input.bucket)?;
                    $answer
                }
            )*
        }
    };
}

settings! {
    /// `GetBucketEncryption`: with S3's own keys.
    get_bucket_encryption(GetBucketEncryptionInput) -> GetBucketEncryptionOutput {
        let by_default = ServerSideEncryptionByDefault {
            sse_algorithm: ServerSideEncryption::from_static(ServerSideEncryption::AES256),
            kms_master_key_id: None,
        };
        let rule = ServerSideEncryptionRule {
            apply_server_side_encryption_by_default: Some(by_default),
            bucket_key_enabled: Some(false),
        };
        let configuration = ServerSideEncryptionConfiguration { rules: vec![rule] };
        Ok(GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) })
    }

    /// `GetBucketOwnershipControls`: the bucket's owner owns every object.
    get_bucket_ownership_controls(GetBucketOwnershipControlsInput) -> GetBucketOwnershipControlsOutput {
        let object_ownership = ObjectOwnership::from_static(ObjectOwnership::BUCKET_OWNER_ENFORCED);
        let controls = OwnershipControls { rules: vec![OwnershipControlsRule { object_ownership }] };
        Ok(GetBucketOwnershipControlsOutput { ownership_controls: Some(controls) })
    }

    /// `GetBucketRequestPayment`.
    get_bucket_request_payment(GetBucketRequestPaymentInput) -> GetBucketRequestPaymentOutput {
        Ok(GetBucketRequestPaymentOutput { payer: Some(Payer::from_static(Payer::BUCKET_OWNER)) })
    }

    /// `GetBucketLogging`: there is none.
    get_bucket_logging(GetBucketLoggingInput) -> GetBucketLoggingOutput {
        Ok(GetBucketLoggingOutput::default())
    }

    /// `GetBucketAccelerateConfiguration`: it was never turned on.
    get_bucket_accelerate_configuration(GetBucketAccelerateConfigurationInput)
        -> GetBucketAccelerateConfigurationOutput {
        Ok(GetBucketAccelerateConfigurationOutput::default())
    }

    /// `GetBucketNotificationConfiguration`: nobody is told.
    get_bucket_notification_configuration(GetBucketNotificationConfigurationInput)
        -> GetBucketNotificationConfigurationOutput {
        Ok(GetBucketNotificationConfigurationOutput::default())
    }

    /// `GetBucketWebsite`.
    get_bucket_website(GetBucketWebsiteInput) -> GetBucketWebsiteOutput {
        Err(error::not_configured(
            "NoSuchWebsiteConfiguration",
            "The specified bucket does not have a website configuration",
        ))
    }

    /// `GetBucketCors`.
    get_bucket_cors(GetBucketCorsInput) -> GetBucketCorsOutput {
        Err(error::not_configured("NoSuchCORSConfiguration", "The CORS configuration does not exist"))
    }

    /// `GetBucketLifecycleConfiguration`.
    get_bucket_lifecycle_configuration(GetBucketLifecycleConfigurationInput)
        -> GetBucketLifecycleConfigurationOutput {
        Err(error::not_configured(
            "NoSuchLifecycleConfiguration",
            "The lifecycle configuration does not exist",
        ))
    }

    /// `GetBucketReplication`.
    get_bucket_replication(GetBucketReplicationInput) -> GetBucketReplicationOutput {
        Err(error::not_configured(
            "ReplicationConfigurationNotFoundError",
            "The replication configuration was not found",
        ))
    }

    /// `GetObjectLockConfiguration`.
    get_object_lock_configuration(GetObjectLockConfigurationInput) -> GetObjectLockConfigurationOutput {
        Err(error::not_configured(
            "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket",
        ))
    }
}

impl Backend {
    /// `PutBucketOwnershipControls`: as it is, or not at all.
    pub(crate) async fn put_bucket_ownership_controls(
        &self,
        call: &Call,
        request: S3Request<PutBucketOwnershipControlsInput>,
    ) -> S3Result<PutBucketOwnershipControlsOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        match input.ownership_controls.rules.as_slice() {
            [rule] if rule.object_ownership.as_str() == ObjectOwnership::BUCKET_OWNER_ENFORCED => {
                Ok(PutBucketOwnershipControlsOutput::default())
            }
            [_] => Err(error::not_implemented()),
            _ => Err(error::malformed_xml()),
        }
    }
}
