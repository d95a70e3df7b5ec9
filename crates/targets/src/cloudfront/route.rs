//! Which operation a method and a path are.

use std::sync::LazyLock;

use percent_encoding::percent_decode_str;

/// What every path begins with.
const VERSION: &str = "/2020-05-31";
/// Bytes of a path's parameter: ids have 14, names up to 128.
const PARAMETER_BYTES_MAX: usize = 256;

/// An operation of the API.
#[derive(Debug)]
pub struct Route {
    method: &'static str,
    segments: Vec<&'static str>,
    query: Option<(&'static str, Option<&'static str>)>,
    /// Its name.
    pub operation: &'static str,
    action: &'static str,
    /// Its resource in the table's terms.
    pub(super) resource: &'static str,
}

/// An operation, and what its path says.
#[derive(Debug)]
pub struct Routed {
    /// The operation.
    pub route: &'static Route,
    parameters: Vec<(&'static str, String)>,
}

static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let lines = include_str!("routes.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(read).collect()
});

fn read(line: &'static str) -> Option<Route> {
    let mut words = line.split(' ');
    let (method, uri) = (words.next()?, words.next()?);
    let (action, resource) = (words.next()?, words.next()?);
    let operation = action.strip_prefix("cloudfront:")?;
    let (path, query) = uri.split_once('?').map_or((uri, None), |(path, query)| (path, Some(query)));
    let query =
        query.map(|query| query.split_once('=').map_or((query, None), |(name, value)| (name, Some(value))));
    let segments = path.trim_start_matches('/').split('/').collect();
    Some(Route { method, segments, query, operation, action, resource })
}

/// All operations.
pub fn all() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter()
}

/// The operation that a request asks for; `None` for none of them.
#[must_use]
pub fn find(method: &str, path: &str, query: &[(String, String)]) -> Option<Routed> {
    let path = path.strip_prefix(VERSION)?.strip_prefix('/')?;
    let given: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    // Where several fit, the one that says the most: fixed words before parameters, a query before none.
    let fitting = ROUTES.iter().filter(|route| route.method == method && route.fits(query));
    let routed = fitting.filter_map(|route| Some((route, route.parameters(&given)?)));
    let (route, parameters) = routed
        .max_by_key(|(route, parameters)| (std::cmp::Reverse(parameters.len()), route.query.is_some()))?;
    Some(Routed { route, parameters })
}

impl Route {
    /// The IAM action of the same name.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        self.action
    }

    /// Whether it only reads, as its name says.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        const READS: [&str; 4] = ["Get", "List", "Describe", "Verify"];
        READS.iter().any(|read| self.operation.starts_with(read))
    }

    fn fits(&self, query: &[(String, String)]) -> bool {
        self.query.is_none_or(|(name, value)| {
            query.iter().any(|(given, said)| given == name && value.is_none_or(|value| said == value))
        })
    }

    fn parameters(&self, given: &[&str]) -> Option<Vec<(&'static str, String)>> {
        if given.len() != self.segments.len() {
            return None;
        }
        let mut parameters = Vec::new();
        for (segment, given) in self.segments.iter().zip(given) {
            match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) => {
                    let value = percent_decode_str(given).decode_utf8().ok()?;
                    if value.is_empty() || value.len() > PARAMETER_BYTES_MAX {
                        return None;
                    }
                    parameters.push((name.trim_end_matches('+'), value.into_owned()));
                }
                None if segment == given => {}
                None => return None,
            }
        }
        Some(parameters)
    }
}

impl Routed {
    /// What the path says for a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}
