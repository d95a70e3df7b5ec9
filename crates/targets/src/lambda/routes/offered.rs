//! The operations that are offered, in the order of their names. Written from the service model.

use super::Offered::{
    CreateAlias, CreateFunction, DeleteAlias, DeleteFunction, GetAlias, GetFunction,
    GetFunctionConfiguration, ListAliases, ListFunctions, ListTags, ListVersionsByFunction, PublishVersion,
    TagResource, UntagResource, UpdateAlias, UpdateFunctionCode, UpdateFunctionConfiguration,
};
use super::{Offered, Operation};

const fn offered(
    which: Offered,
    (name, action, event): (&'static str, &'static str, &'static str),
    (method, path, status): (&'static str, &'static str, u16),
) -> Operation {
    Operation { name, method, path, action, status, event, offered: Some(which) }
}

pub(super) static OFFERED: &[Operation] = &[
    offered(
        CreateAlias,
        ("CreateAlias", "lambda:CreateAlias", "CreateAlias20150331"),
        ("POST", "/2015-03-31/functions/{FunctionName}/aliases", 201),
    ),
    offered(
        CreateFunction,
        ("CreateFunction", "lambda:CreateFunction", "CreateFunction20150331"),
        ("POST", "/2015-03-31/functions", 201),
    ),
    offered(
        DeleteAlias,
        ("DeleteAlias", "lambda:DeleteAlias", "DeleteAlias20150331"),
        ("DELETE", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", 204),
    ),
    offered(
        DeleteFunction,
        ("DeleteFunction", "lambda:DeleteFunction", "DeleteFunction20150331"),
        ("DELETE", "/2015-03-31/functions/{FunctionName}", 200),
    ),
    offered(
        GetAlias,
        ("GetAlias", "lambda:GetAlias", "GetAlias20150331"),
        ("GET", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", 200),
    ),
    offered(
        GetFunction,
        ("GetFunction", "lambda:GetFunction", "GetFunction20150331v2"),
        ("GET", "/2015-03-31/functions/{FunctionName}", 200),
    ),
    offered(
        GetFunctionConfiguration,
        ("GetFunctionConfiguration", "lambda:GetFunctionConfiguration", "GetFunctionConfiguration20150331v2"),
        ("GET", "/2015-03-31/functions/{FunctionName}/configuration", 200),
    ),
    offered(
        ListAliases,
        ("ListAliases", "lambda:ListAliases", "ListAliases20150331"),
        ("GET", "/2015-03-31/functions/{FunctionName}/aliases", 200),
    ),
    offered(
        ListFunctions,
        ("ListFunctions", "lambda:ListFunctions", "ListFunctions20150331"),
        ("GET", "/2015-03-31/functions", 200),
    ),
    offered(
        ListTags,
        ("ListTags", "lambda:ListTags", "ListTags20170331"),
        ("GET", "/2017-03-31/tags/{Resource}", 200),
    ),
    offered(
        ListVersionsByFunction,
        ("ListVersionsByFunction", "lambda:ListVersionsByFunction", "ListVersionsByFunction20150331"),
        ("GET", "/2015-03-31/functions/{FunctionName}/versions", 200),
    ),
    offered(
        PublishVersion,
        ("PublishVersion", "lambda:PublishVersion", "PublishVersion20150331"),
        ("POST", "/2015-03-31/functions/{FunctionName}/versions", 201),
    ),
    offered(
        TagResource,
        ("TagResource", "lambda:TagResource", "TagResource20170331v2"),
        ("POST", "/2017-03-31/tags/{Resource}", 204),
    ),
    offered(
        UntagResource,
        ("UntagResource", "lambda:UntagResource", "UntagResource20170331v2"),
        ("DELETE", "/2017-03-31/tags/{Resource}", 204),
    ),
    offered(
        UpdateAlias,
        ("UpdateAlias", "lambda:UpdateAlias", "UpdateAlias20150331"),
        ("PUT", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", 200),
    ),
    offered(
        UpdateFunctionCode,
        ("UpdateFunctionCode", "lambda:UpdateFunctionCode", "UpdateFunctionCode20150331v2"),
        ("PUT", "/2015-03-31/functions/{FunctionName}/code", 200),
    ),
    offered(
        UpdateFunctionConfiguration,
        (
            "UpdateFunctionConfiguration",
            "lambda:UpdateFunctionConfiguration",
            "UpdateFunctionConfiguration20150331v2",
        ),
        ("PUT", "/2015-03-31/functions/{FunctionName}/configuration", 200),
    ),
];
