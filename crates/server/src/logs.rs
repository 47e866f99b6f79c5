//! Log lines, on stderr. No line ever has a token in it: nothing that is logged holds one.

use crate::error::Error;
use crate::options::LogFormat;
use std::io;
use tracing_subscriber::EnvFilter;

/// Logs from now on. `level` is an `EnvFilter`.
pub(crate) fn begin(format: LogFormat, level: &str) -> Result<(), Error> {
    let filter = EnvFilter::try_new(level)
        .map_err(|error| Error::Options(format!("log-level \"{level}\": {error}")))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    match format {
        LogFormat::Text => lines.with_ansi(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(())
}
