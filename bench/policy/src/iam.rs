//! The crate `iam-rs`, which evaluates the same IAM policies.

use iam_rs::{
    Arn, Context, ContextValue, Decision, EvaluationOptions, IAMPolicy, IAMRequest, PolicyEvaluator,
    Principal, PrincipalId,
};

use crate::cases::{Case, Material, PROVIDER, SESSION, Subject};
use crate::failure::Outcome;
use crate::{Engine, Lap};

/// An evaluator with its policy.
pub(crate) struct Iam {
    subject: Subject,
    evaluator: PolicyEvaluator,
}

impl Iam {
    pub(crate) fn read(material: &Material) -> Outcome<Self> {
        let policy: IAMPolicy = serde_json::from_str(material.iam)?;
        let options = EvaluationOptions {
            // A trust policy has no resource, and without this a statement that has none never matches.
            ignore_resource_constraints: matches!(material.subject, Subject::Trust),
            ..EvaluationOptions::default()
        };
        let evaluator = PolicyEvaluator::with_policies(vec![policy]).with_options(options);
        Ok(Self { subject: material.subject, evaluator })
    }

    fn request(&self, case: &Case) -> Outcome<IAMRequest> {
        let principal = match self.subject {
            Subject::Trust => Principal::Federated(PrincipalId::String(PROVIDER.to_owned())),
            Subject::Deploy => Principal::Aws(PrincipalId::String(SESSION.to_owned())),
        };
        let mut context = Context::new();
        for (key, value) in &case.context {
            context.insert((*key).to_owned(), ContextValue::String((*value).to_owned()));
        }
        let resource = Arn::parse(case.resource).map_err(|error| error.to_string())?;
        Ok(IAMRequest::new_with_context(principal, case.action, resource, context))
    }

    fn is_allowed(&self, request: &IAMRequest) -> bool {
        self.evaluator.evaluate(request).is_ok_and(|result| result.decision == Decision::Allow)
    }
}

impl Engine for Iam {
    fn decisions(&self, cases: &[Case]) -> Outcome<Vec<bool>> {
        cases.iter().map(|case| Ok(self.is_allowed(&self.request(case)?))).collect()
    }

    fn prepared<'a>(&'a self, cases: &'a [Case]) -> Outcome<Lap<'a>> {
        let requests: Vec<IAMRequest> =
            cases.iter().map(|case| self.request(case)).collect::<Outcome<_>>()?;
        Ok(Box::new(move || requests.iter().filter(|request| self.is_allowed(request)).count()))
    }

    fn made_anew<'a>(&'a self, cases: &'a [Case]) -> Lap<'a> {
        let is_allowed = |case: &Case| self.request(case).is_ok_and(|request| self.is_allowed(&request));
        Box::new(move || cases.iter().filter(|case| is_allowed(case)).count())
    }
}
