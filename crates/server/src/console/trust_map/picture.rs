//! The map as a drawing: contexts on the left, roles on the right, a line for each way between them.
//!
//! The lines differ in colour and in their dashes, and the table below the drawing says the same in words.

use std::collections::BTreeMap;

use askama::Template;

use super::model::{Map, Way};

/// Measures in the drawing's own unit, about a pixel.
const WIDTH: usize = 1_000;
const ROW: usize = 34;
const BOX_HEIGHT: usize = 26;
const LEFT_WIDTH: usize = 380;
const RIGHT_WIDTH: usize = 360;
const TOP: usize = 12;
/// Characters that fit into a box; the whole name is in the box's title.
const LABEL_CHARACTERS_MAX: usize = 46;

/// The drawing.
#[derive(Debug, Template)]
#[template(path = "console/trust_picture.svg", escape = "html")]
pub(super) struct Picture {
    width: usize,
    height: usize,
    box_height: usize,
    left_width: usize,
    right_width: usize,
    right: usize,
    headings: Vec<Heading>,
    contexts: Vec<Node>,
    roles: Vec<Node>,
    lines: Vec<Line>,
}

/// The name of a repository above its contexts, or of an account above its roles.
#[derive(Debug)]
struct Heading {
    x: usize,
    y: usize,
    text: String,
}

/// A context or a role.
#[derive(Debug)]
struct Node {
    y: usize,
    /// Where its text stands.
    base: usize,
    label: String,
    whole: String,
}

/// A way.
#[derive(Debug)]
struct Line {
    path: String,
    class: &'static str,
    title: String,
}

impl Picture {
    pub(super) fn new(map: &Map) -> Self {
        let right = WIDTH - RIGHT_WIDTH;
        let mut headings = Vec::new();
        let lefts = map.ways.iter().map(|way| (way.context.repository.clone(), way.context.label.clone()));
        let (contexts, left_at, left_end) = column(lefts.collect(), 0, &mut headings);
        let mut of_roles: Vec<(String, String)> = map
            .ways
            .iter()
            .map(|way| (format!("account {}", way.role.account), way.role.name.clone()))
            .collect();
        of_roles.sort();
        let (roles, right_at, right_end) = column(of_roles, right, &mut headings);
        let line = |way: &Way| {
            let from = left_at.get(&(way.context.repository.clone(), way.context.label.clone()))?;
            let to = right_at.get(&(format!("account {}", way.role.account), way.role.name.clone()))?;
            let (x, middle) = (LEFT_WIDTH, usize::midpoint(LEFT_WIDTH, right));
            let guard = &way.context.guard;
            Some(Line {
                path: format!("M{x} {from}C{middle} {from} {middle} {to} {right} {to}"),
                class: guard.class(),
                title: format!(
                    "{}, {} to {}: {}",
                    way.context.repository,
                    way.context.label,
                    way.role.name,
                    guard.short()
                ),
            })
        };
        let mut lines: Vec<Line> = map.ways.iter().filter_map(line).collect();
        // What passes nobody lies on top.
        lines.sort_by_key(|line| line.class == "red");
        Self {
            width: WIDTH,
            height: left_end.max(right_end) + TOP,
            box_height: BOX_HEIGHT,
            left_width: LEFT_WIDTH,
            right_width: RIGHT_WIDTH,
            right,
            headings,
            contexts,
            roles,
            lines,
        }
    }
}

/// The middle of each node of a column, by group and label.
type Places = BTreeMap<(String, String), usize>;

/// Puts nodes below each other, each group of them below its heading.
fn column(
    members: Vec<(String, String)>,
    x: usize,
    headings: &mut Vec<Heading>,
) -> (Vec<Node>, Places, usize) {
    let (mut nodes, mut places, mut y) = (Vec::new(), Places::new(), TOP);
    let mut group: Option<String> = None;
    for (of, label) in members {
        if places.contains_key(&(of.clone(), label.clone())) {
            continue;
        }
        if group.as_ref() != Some(&of) {
            headings.push(Heading { x, y: y + 16, text: short(&of) });
            y += ROW - 8;
            group = Some(of.clone());
        }
        let whole = format!("{of}: {label}");
        nodes.push(Node { y, base: y + 17, label: short(&label), whole });
        places.insert((of, label), y + BOX_HEIGHT / 2);
        y += ROW;
    }
    (nodes, places, y)
}

fn short(text: &str) -> String {
    if text.chars().count() <= LABEL_CHARACTERS_MAX {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LABEL_CHARACTERS_MAX - 1).collect();
    short.push('…');
    short
}
