//! Log of the server: one line per event on stderr, as text or JSON. `main()` calls `begin` once with the
//! format and the level; the rest of the program logs by `tracing`. Lines hold no token, no private key and
//! no payload, and control characters in them are escaped.

use crate::error::Error;
use crate::options::LogFormat;
use std::fmt::Write as _;
use std::io::{self, Write};
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt, FilterFn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, fmt};

/// Starts logging. `level` is an `EnvFilter`.
pub(crate) fn begin(format: LogFormat, level: &str) -> Result<(), Error> {
    let filter = EnvFilter::try_new(level)
        .map_err(|error| Error::Options(format!("log-level \"{level}\": {error}")))?;
    let filter = filter.and(FilterFn::new(holds_no_payload));
    let lines = fmt::layer().with_writer(Escaped(io::stderr));
    let registry = tracing_subscriber::registry();
    match format {
        LogFormat::Text => registry
            .with(lines.with_ansi(false).with_filter(filter))
            .init(),
        LogFormat::Json => registry
            .with(lines.json().flatten_event(true).with_filter(filter))
            .init(),
    }
    Ok(())
}

/// Returns true if an event is free of the content of links. At level trace, libraries log the frames that they
/// read and write, and a frame may hold the private key of a Worker's certificate.
fn holds_no_payload(metadata: &Metadata<'_>) -> bool {
    let ours = env!("CARGO_CRATE_NAME");
    *metadata.level() != Level::TRACE || metadata.target().starts_with(ours)
}

/// Creator of writers that escape their lines: the one place where text of clients, workers and files becomes
/// safe to display.
#[derive(Debug, Clone, Copy)]
struct Escaped<M>(M);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for Escaped<M> {
    type Writer = EscapedLines<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        EscapedLines(self.0.make_writer())
    }
}

/// Writer that receives each event as a whole, its line end included.
struct EscapedLines<W>(W);

impl<W: Write> Write for EscapedLines<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(event);
        self.0.write_all(escape(&line).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Escapes all characters in a line that would end it, control a terminal, or reorder text. An escape has the
/// form of JSON, so that a line of JSON stays valid.
fn escape(line: &str) -> String {
    let (text, end) = match line.strip_suffix('\n') {
        Some(text) => (text, "\n"),
        None => (line, ""),
    };
    let mut escaped = String::with_capacity(line.len());
    for character in text.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ if is_unsafe(character) => {
                // Writing to a String doesn't fail.
                let _ = write!(escaped, "\\u{:04x}", u32::from(character));
            }
            _ => escaped.push(character),
        }
    }
    escaped.push_str(end);
    escaped
}

/// Returns true for control characters, line separators, and Unicode's marks of direction.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_with_any_content() {
        for (sentence, line, expected) in [
            ("plain text stays", "a \u{e9} \\ b\n", "a \u{e9} \\ b\n"),
            (
                "line ends",
                "a\nb\r\nc\u{2028}d\n",
                "a\\nb\\r\\nc\\u2028d\n",
            ),
            (
                "a terminal's escapes",
                "\u{1b}[2J\u{9b}1m\u{7f}\n",
                "\\u001b[2J\\u009b1m\\u007f\n",
            ),
            (
                "marks of direction",
                "\u{202e}txt\u{2066}",
                "\\u202etxt\\u2066",
            ),
            ("only the last line end is the event's", "\n\n", "\\n\n"),
        ] {
            assert_eq!(escape(line), expected, "{sentence}");
        }
    }

    #[test]
    fn a_line_of_json_stays_valid() {
        let unsafe_text = "x\u{7f}\u{85}\u{202e}\n\u{1b}";
        let line = serde_json::json!({ "name": unsafe_text }).to_string();
        let read: serde_json::Value = serde_json::from_str(&escape(&line)).unwrap();
        assert_eq!(read["name"], unsafe_text);
    }
}
