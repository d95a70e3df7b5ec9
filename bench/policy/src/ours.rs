//! daypass's own engine.

use daypass_policy::{
    Context, Document, Kind, Named, Policies, Principal, Request, Verdict, decide, decide_trust,
};

use crate::cases::{ACCOUNT, Case, Material, PROVIDER, ROLE, SESSION, Subject};
use crate::failure::Outcome;
use crate::{Engine, Lap};

/// A policy that is read.
pub(crate) struct Ours {
    subject: Subject,
    document: Document,
}

impl Ours {
    pub(crate) fn read(material: &Material) -> Outcome<Self> {
        let kind = match material.subject {
            Subject::Trust => Kind::Trust,
            Subject::Deploy => Kind::Identity,
        };
        Ok(Self { subject: material.subject, document: Document::parse(kind, material.iam)? })
    }

    fn is_allowed(&self, case: &Case, context: &Context) -> bool {
        let principal = match self.subject {
            Subject::Trust => Principal::Federated(PROVIDER),
            Subject::Deploy => Principal::Aws { arns: &[SESSION, ROLE], account: ACCOUNT },
        };
        let request = Request {
            principal,
            action: case.action,
            resource: case.resource,
            context,
            resource_account: None,
        };
        let verdict = match self.subject {
            Subject::Trust => decide_trust(&self.document, &request),
            Subject::Deploy => {
                let identity = [Named { name: "deploy", document: &self.document }];
                decide(&Policies { identity: &identity, ..Policies::default() }, &request)
            }
        };
        verdict == Verdict::Allowed
    }
}

fn context(case: &Case) -> Context {
    let mut context = Context::new();
    for (key, value) in &case.context {
        context.insert(*key, *value);
    }
    context
}

impl Engine for Ours {
    fn decisions(&self, cases: &[Case]) -> Outcome<Vec<bool>> {
        Ok(cases.iter().map(|case| self.is_allowed(case, &context(case))).collect())
    }

    fn prepared<'a>(&'a self, cases: &'a [Case]) -> Outcome<Lap<'a>> {
        let contexts: Vec<(&Case, Context)> = cases.iter().map(|case| (case, context(case))).collect();
        Ok(Box::new(move || contexts.iter().filter(|(case, context)| self.is_allowed(case, context)).count()))
    }

    fn made_anew<'a>(&'a self, cases: &'a [Case]) -> Lap<'a> {
        Box::new(move || cases.iter().filter(|case| self.is_allowed(case, &context(case))).count())
    }
}
