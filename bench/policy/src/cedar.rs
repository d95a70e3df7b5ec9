//! Cedar, Amazon's own policy language and engine, through its crate `cedar-policy`.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};

use crate::cases::{Case, Material, PROVIDER, SESSION, Subject};
use crate::failure::Outcome;
use crate::{Engine, Lap};

/// A set of policies that is read.
pub(crate) struct Cedar {
    principal: EntityUid,
    action: EntityTypeName,
    resource: EntityTypeName,
    authorizer: Authorizer,
    entities: Entities,
    policies: PolicySet,
    /// Whether a policy compares the resource with a pattern.
    has_patterns: bool,
}

impl Cedar {
    pub(crate) fn read(material: &Material) -> Outcome<Self> {
        let (kind, name) = match material.subject {
            Subject::Trust => ("Provider", PROVIDER),
            Subject::Deploy => ("Session", SESSION),
        };
        Ok(Self {
            principal: EntityUid::from_type_name_and_id(kind.parse()?, EntityId::new(name)),
            action: "Action".parse()?,
            resource: "Resource".parse()?,
            authorizer: Authorizer::new(),
            entities: Entities::empty(),
            policies: material.cedar.parse()?,
            has_patterns: matches!(material.subject, Subject::Deploy),
        })
    }

    fn request(&self, case: &Case) -> Outcome<Request> {
        let resource = self.has_patterns.then_some(("resource", case.resource));
        let pairs = case.context.iter().copied().chain(resource);
        let context = Context::from_pairs(
            pairs.map(|(key, value)| (key.to_owned(), RestrictedExpression::new_string(value.to_owned()))),
        )?;
        let uid = |kind: &EntityTypeName, name: &str| {
            EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(name))
        };
        let (action, resource) = (uid(&self.action, case.action), uid(&self.resource, case.resource));
        Ok(Request::new(self.principal.clone(), action, resource, context, None)?)
    }

    fn is_allowed(&self, request: &Request) -> bool {
        let response = self.authorizer.is_authorized(request, &self.policies, &self.entities);
        response.decision() == Decision::Allow
    }
}

impl Engine for Cedar {
    fn decisions(&self, cases: &[Case]) -> Outcome<Vec<bool>> {
        cases.iter().map(|case| Ok(self.is_allowed(&self.request(case)?))).collect()
    }

    fn prepared<'a>(&'a self, cases: &'a [Case]) -> Outcome<Lap<'a>> {
        let requests: Vec<Request> = cases.iter().map(|case| self.request(case)).collect::<Outcome<_>>()?;
        Ok(Box::new(move || requests.iter().filter(|request| self.is_allowed(request)).count()))
    }

    fn made_anew<'a>(&'a self, cases: &'a [Case]) -> Lap<'a> {
        let is_allowed = |case: &Case| self.request(case).is_ok_and(|request| self.is_allowed(&request));
        Box::new(move || cases.iter().filter(|case| is_allowed(case)).count())
    }
}
