//! `Bool`.
//!
//! Source: IAM user guide, "Condition operators", Boolean condition operators: `true` and `false`, in any case; policy
//! variables are taken.

use super::Unreadable;
use crate::context::Context;
use crate::variables::Template;

/// The wanted truth values.
#[derive(Debug, Clone)]
pub(crate) struct Booleans {
    yes: bool,
    no: bool,
    templates: Box<[Template]>,
}

impl Booleans {
    pub(crate) fn read(values: &[String], variables: bool) -> Result<Self, Unreadable> {
        let (mut yes, mut no, mut templates) = (false, false, Vec::new());
        for (index, value) in values.iter().enumerate() {
            match truth(value) {
                Some(true) => yes = true,
                Some(false) => no = true,
                None if variables && value.contains("${") => {
                    templates.push(Template::parse(value, false).map_err(|malformed| (index, malformed))?);
                }
                None => {
                    return Err(Unreadable { index, detail: format!("`{value}` is neither true nor false") });
                }
            }
        }
        Ok(Self { yes, no, templates: templates.into_boxed_slice() })
    }

    pub(crate) fn have(&self, presented: &str, context: &Context) -> bool {
        let Some(presented) = truth(presented) else { return false };
        let is_wanted = if presented { self.yes } else { self.no };
        is_wanted
            || self.templates.iter().any(|template| {
                template.render(context).is_some_and(|wanted| truth(&wanted) == Some(presented))
            })
    }
}

/// What a text says, in any case.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
