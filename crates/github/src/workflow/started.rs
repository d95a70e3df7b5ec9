//! Whether something that happened starts a workflow.
//!
//! Source: GitHub docs, "Workflow syntax for GitHub Actions", `on`, and "Events that trigger workflows".

use super::Workflow;
use super::filter::Unreadable;
use super::on::{EventFilter, Patterns};
use super::plan_error::PlanError;
use super::trigger::Trigger;

/// The activities that start a run where a workflow names none, for the events where these are not all.
const DEFAULT_ACTIVITIES: &[&str] = &["opened", "reopened", "synchronize"];

/// Refuses a trigger that does not start the workflow.
pub(super) fn check<'a>(workflow: &'a Workflow, trigger: &Trigger) -> Result<&'a EventFilter, PlanError> {
    let event = trigger.event.name();
    let not =
        |line: usize, reason: String| PlanError::NotTriggered { path: workflow.path.clone(), line, reason };
    if event == "workflow_call" {
        let line = workflow.event(event).map_or(1, |filter| filter.line);
        let reason =
            "`workflow_call` starts no run of its own; the run is of the workflow that calls".to_owned();
        return Err(not(line, reason));
    }
    let Some(filter) = workflow.event(event) else {
        if event == "workflow_dispatch" {
            return Err(PlanError::NoDispatch { path: workflow.path.clone() });
        }
        let events: Vec<_> = workflow.events.iter().map(|filter| format!("`{}`", filter.event)).collect();
        let line = workflow.events.first().map_or(1, |filter| filter.line);
        let reason = match events.as_slice() {
            [] => "nothing starts this workflow".to_owned(),
            events => {
                format!("`{event}` does not start this workflow, whose events are {}", events.join(", "))
            }
        };
        return Err(not(line, reason));
    };
    let default_branch = format!("refs/heads/{}", trigger.default_branch);
    if trigger.event.is_of_default_branch() && trigger.reference != default_branch {
        let reason = format!("a run of `{event}` is of the default branch, `{default_branch}`");
        return Err(not(filter.line, reason));
    }
    check_activity(filter, trigger).map_err(|(line, reason)| not(line, reason))?;
    let refused = check_reference(filter, trigger).and_then(|refused| match refused {
        Some(refused) => Ok(Some(refused)),
        None => check_paths(filter, trigger),
    });
    match refused {
        Ok(None) => Ok(filter),
        Ok(Some((line, reason))) => Err(not(line, reason)),
        Err((pattern, line, error)) => {
            Err(PlanError::Pattern { path: workflow.path.clone(), line, pattern, error })
        }
    }
}

type Refused = Option<(usize, String)>;

fn check_activity(filter: &EventFilter, trigger: &Trigger) -> Result<(), (usize, String)> {
    let Some(activity) = &trigger.activity else { return Ok(()) };
    let is_of_pull_request = matches!(filter.event.as_str(), "pull_request" | "pull_request_target");
    match &filter.types {
        Some(types) if types.iter().any(|wanted| wanted.value == *activity) => Ok(()),
        Some(types) => {
            let line = types.first().map_or(filter.line, |wanted| wanted.line);
            Err((line, format!("`types` does not name the activity `{activity}`")))
        }
        None if is_of_pull_request && !DEFAULT_ACTIVITIES.contains(&activity.as_str()) => {
            let reason = format!(
                "the activity `{activity}` starts a run only where `types` names it; by default {} do",
                DEFAULT_ACTIVITIES.join(", ")
            );
            Err((filter.line, reason))
        }
        None => Ok(()),
    }
}

fn check_reference(filter: &EventFilter, trigger: &Trigger) -> Result<Refused, Unreadable> {
    match filter.event.as_str() {
        "push" => {
            let (own, other, kind, name) = if trigger.is_of_tag() {
                (&filter.tags, &filter.branches, "tags", "tag")
            } else {
                (&filter.branches, &filter.tags, "branches", "branch")
            };
            match (own, other) {
                (Some(patterns), _) => refuse(patterns, kind, name, trigger.reference_name()),
                (None, Some(other)) => {
                    let reason = format!("the filter names no {kind}, and so no {name} starts a run");
                    Ok(Some((other.line, reason)))
                }
                (None, None) => Ok(None),
            }
        }
        "pull_request" | "pull_request_target" | "merge_group" => match &filter.branches {
            Some(patterns) => refuse(patterns, "branches", "target branch", &trigger.base_ref),
            None => Ok(None),
        },
        "workflow_run" => match &filter.branches {
            Some(patterns) if !trigger.head_ref.is_empty() => {
                refuse(patterns, "branches", "branch of the run before it", &trigger.head_ref)
            }
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

fn refuse(patterns: &Patterns, kind: &str, what: &str, name: &str) -> Result<Refused, Unreadable> {
    if patterns.pass(name)? {
        return Ok(None);
    }
    let reason = if patterns.ignore {
        format!("`{kind}-ignore` leaves out the {what} `{name}`")
    } else {
        format!("`{kind}` does not mean the {what} `{name}`")
    };
    Ok(Some((patterns.line, reason)))
}

/// Of a push of a tag the paths are not looked at.
fn check_paths(filter: &EventFilter, trigger: &Trigger) -> Result<Refused, Unreadable> {
    let (Some(patterns), Some(paths)) = (&filter.paths, &trigger.changed_paths) else { return Ok(None) };
    if trigger.is_of_tag() {
        return Ok(None);
    }
    for path in paths {
        if patterns.pass(path)? {
            return Ok(None);
        }
    }
    let reason = if patterns.ignore {
        "`paths-ignore` leaves out every file that changed"
    } else {
        "`paths` means none of the files that changed"
    };
    Ok(Some((patterns.line, reason.to_owned())))
}
