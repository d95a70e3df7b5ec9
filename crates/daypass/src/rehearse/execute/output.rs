//! The output of steps: line by line, behind the name of the job, with a limit and with secrets masked.

use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

use super::mask::Masks;
use crate::tree::printable;

/// Bytes of a line that are shown: more is no line that a person reads.
pub(crate) const LINE_BYTES_MAX: usize = 16 << 10;
/// Bytes that are read of a line, so that no secret is cut where the line is.
const READ_BYTES_MAX: usize = 4 * LINE_BYTES_MAX;

/// Where output goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Standard error, where standard output is for data.
    Error,
    /// Standard output.
    Output,
}

/// The output of one job.
#[derive(Clone)]
pub(crate) struct Output {
    job: String,
    stream: Stream,
    masks: Arc<Masks>,
    /// What `::set-output` said in the step that runs.
    said: Arc<Mutex<Vec<(String, String)>>>,
}

impl Output {
    /// The output of a job of this name.
    pub(crate) fn new(job: &str, stream: Stream, masks: Arc<Masks>) -> Self {
        Self { job: printable(job), stream, masks, said: Arc::default() }
    }

    /// What is masked in it.
    pub(crate) fn masks(&self) -> &Masks {
        &self.masks
    }

    /// Shows a text, each of its lines behind the job's name.
    pub(crate) fn say(&self, text: &str) {
        let hidden = self.masks.hide(text);
        for line in hidden.lines() {
            self.show(line);
        }
    }

    /// What the step's `::set-output` said since it was last asked.
    pub(crate) fn take_said(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.said.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows all that a process writes, until it closes its end.
    pub(crate) async fn follow(self, from: impl AsyncRead + Unpin) {
        let mut reader = BufReader::new(from);
        let mut line = Line::default();
        while let Ok(chunk) = reader.fill_buf().await {
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
            line.push(part);
            let read = end.map_or(chunk.len(), |end| end + 1);
            reader.consume(read);
            if end.is_some() {
                self.line(&std::mem::take(&mut line));
            }
        }
        if !line.bytes.is_empty() {
            self.line(&line);
        }
    }

    fn line(&self, line: &Line) {
        let text = String::from_utf8_lossy(&line.bytes);
        let text = text.trim_end_matches('\r');
        // A progress that is written over itself: what would stand there in the end.
        let text = text.rsplit('\r').next().unwrap_or(text);
        if let Some(secret) = text.strip_prefix("::add-mask::") {
            self.masks.add(&unescaped(secret));
            return;
        }
        if let Some((name, value)) = set_output(text) {
            let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
            said.push((name.to_owned(), unescaped(value)));
            return;
        }
        let mut hidden = self.masks.hide(text);
        if line.is_cut || hidden.len() > LINE_BYTES_MAX {
            // A secret that begins where the line was cut was not recognised.
            let unsure = if line.is_cut { self.masks.longest() } else { 0 };
            let end = hidden.len().saturating_sub(unsure).min(LINE_BYTES_MAX);
            hidden.truncate(hidden.floor_char_boundary(end));
            hidden.push_str(" ... (the line goes on)");
        }
        self.show(&hidden);
    }

    fn show(&self, line: &str) {
        let line = format!("{} | {}\n", self.job, shown(line));
        // Nobody is left to be told where the output is closed.
        let _ = match self.stream {
            Stream::Error => std::io::stderr().lock().write_all(line.as_bytes()),
            Stream::Output => std::io::stdout().lock().write_all(line.as_bytes()),
        };
    }
}

/// A line as it comes in.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    is_cut: bool,
}

impl Line {
    fn push(&mut self, part: &[u8]) {
        let room = READ_BYTES_MAX.saturating_sub(self.bytes.len());
        self.is_cut |= part.len() > room;
        self.bytes.extend_from_slice(part.get(..room).unwrap_or(part));
    }
}

/// A line of a step: tabs and colours are its own affair, anything else that moves the cursor is not.
fn shown(line: &str) -> String {
    let parts = line.split('\t').map(|part| {
        let coloured = part.split("\u{1b}[").enumerate().map(|(index, piece)| {
            if index > 0 && is_colour(piece) {
                format!("\u{1b}[{}", printable(piece))
            } else if index > 0 {
                format!("{}{}", printable("\u{1b}["), printable(piece))
            } else {
                printable(piece)
            }
        });
        coloured.collect::<String>()
    });
    parts.collect::<Vec<_>>().join("\t")
}

/// Whether a text goes on as an escape sequence of colours: numbers, semicolons, and `m`.
fn is_colour(text: &str) -> bool {
    let rest = text.trim_start_matches(|character: char| character.is_ascii_digit() || character == ';');
    rest.starts_with('m')
}

/// The name and value of `::set-output name=NAME::VALUE`, which GitHub still follows.
fn set_output(line: &str) -> Option<(&str, &str)> {
    let (properties, value) = line.strip_prefix("::set-output ")?.split_once("::")?;
    let name = properties.split(',').find_map(|property| property.trim().strip_prefix("name="))?;
    (!name.is_empty()).then_some((name, value))
}

/// The value of a workflow command, which writes line ends and percent signs as their numbers.
fn unescaped(value: &str) -> String {
    value.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_not_moved() {
        for (line, expected) in [
            ("plain\ttext", "plain\ttext"),
            ("\u{1b}[31mred\u{1b}[0m", "\u{1b}[31mred\u{1b}[0m"),
            ("\u{1b}[2Jgone", "\\u{1b}[2Jgone"),
            ("a\rb", "a\\u{d}b"),
        ] {
            assert_eq!(shown(line), expected, "{line:?}");
        }
    }

    #[tokio::test]
    async fn commands_in_the_output_are_followed_and_not_shown() {
        let masks = Arc::new(Masks::default());
        let output = Output::new("job", Stream::Error, Arc::clone(&masks));
        output.clone().follow("10%\r::add-mask::hush\r\n::set-output name=a::1%0A2\nx".as_bytes()).await;
        assert_eq!(masks.hide("hush"), "***");
        assert_eq!(output.take_said(), [("a".to_owned(), "1\n2".to_owned())]);
        assert!(output.take_said().is_empty());
    }

    #[test]
    fn a_line_is_cut_in_time() {
        let mut line = Line::default();
        line.push(&vec![b'a'; READ_BYTES_MAX - 1]);
        assert!(!line.is_cut);
        line.push(b"bc");
        assert!(line.is_cut);
        assert_eq!(line.bytes.len(), READ_BYTES_MAX);
    }
}
