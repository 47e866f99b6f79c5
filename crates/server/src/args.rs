//! Command line of the binary `remote-mediasoup`, as clap types. `main()` parses it into a `Cli`: the
//! subcommand `serve` with its options, or the one that prints shell completions. The texts of `--help` are
//! the doc comments here and in `options.rs`.

use crate::options::ServeOptions;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  For local applications:
    remote-mediasoup serve
  For remote applications, with TLS and tokens:
    remote-mediasoup serve --listen 0.0.0.0:4443 --token-file tokens.toml \\
      --tls-cert cert.pem --tls-key key.pem \\
      --listen-ip 10.0.0.5 --announced-address media.example.com --rtc-ports 40000-49999
  The same from a file, printing the resulting options:
    remote-mediasoup serve --config server.toml --print-config

Then, in the application's environment:
    REMOTE_MEDIASOUP_URL=wss://media.example.com:4443
    REMOTE_MEDIASOUP_TOKEN=...";

const PRECEDENCE: &str = "\
Every option can also be set by the environment variable beside it, or in the file of --config under
the flag's name; a flag overrides a variable, a variable the file.

Signals: SIGTERM or SIGINT drains (no new sessions or Workers; exits when empty or after
--drain-timeout), a second one stops at once; SIGHUP reloads certificates and tokens.";

/// Server that runs mediasoup Workers for remote applications
#[derive(Debug, Parser)]
#[command(name = "remote-mediasoup", version = protocol::VERSION, after_help = EXAMPLES)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs Workers for clients that connect over WebSocket
    #[command(after_help = EXAMPLES, after_long_help = format!("{PRECEDENCE}\n\n{EXAMPLES}"))]
    Serve(Box<Serve>),

    /// Prints the completions of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// File of options (TOML)
    #[arg(long, env = "REMOTE_MEDIASOUP_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Print the resulting options as a file for --config, and exit
    #[arg(long)]
    pub(crate) print_config: bool,

    #[command(flatten)]
    pub(crate) options: ServeOptions,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_variable_is_named_as_its_flag() {
        let serve = Cli::command();
        let serve = serve.find_subcommand("serve").unwrap();
        for option in serve
            .get_arguments()
            .filter(|option| option.get_env().is_some())
        {
            let flag = option.get_long().unwrap().replace('-', "_").to_uppercase();
            let variable = option.get_env().unwrap().to_str().unwrap();
            assert_eq!(variable, format!("REMOTE_MEDIASOUP_{flag}"));
        }
    }

    #[test]
    fn a_key_of_the_file_is_named_as_its_flag() {
        let serve = Cli::command();
        let serve = serve.find_subcommand("serve").unwrap();
        for option in serve.get_arguments() {
            let flag = option.get_long().unwrap();
            if ["config", "print-config"].contains(&flag) {
                continue;
            }
            let text = format!("{flag} = [[]]");
            let error = toml::from_str::<ServeOptions>(&text)
                .unwrap_err()
                .to_string();
            assert!(!error.contains("unknown field"), "{error}");
        }
    }

    #[test]
    fn the_documentation_names_every_option() {
        let text = include_str!("../../../docs/SERVER.md");
        let serve = Cli::command();
        let serve = serve.find_subcommand("serve").unwrap();
        for option in serve.get_arguments() {
            let flag = option.get_long().unwrap();
            assert!(text.contains(&format!("`--{flag}`")), "--{flag}");
            if let Some(variable) = option.get_env() {
                let variable = variable.to_str().unwrap();
                let short = variable.trim_start_matches("REMOTE_MEDIASOUP_");
                assert!(text.contains(&format!("| `{short}` |")), "{variable}");
            }
        }
    }
}
