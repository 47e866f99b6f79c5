//! Binary `remote-mediasoup`, the server that runs mediasoup Workers for applications on other machines. An
//! administrator starts it as `remote-mediasoup serve`; applications connect to it by WebSocket.
//!
//! Arguments become a [`config`], a configuration becomes a server ([`serve`]): connections ([`listener`]),
//! requests ([`http`]), authentication ([`authenticator`]), and the sessions behind.

mod args;
mod authenticator;
mod config;
mod cpu_slots;
mod error;
mod http;
mod listener;
mod logs;
mod notify;
mod options;
mod pending_connections;
mod policy;
mod serve;
mod session;
mod sessions;
mod tenant_id;
mod tls;
mod tokens;
mod vertical;

use args::{Cli, Command, Serve};
use clap::{CommandFactory, Parser};
use config::Config;
use error::Error;
use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve(serve) => run(*serve),
        Command::Completions { shell } => {
            clap_complete::generate(
                shell,
                &mut Cli::command(),
                "remote-mediasoup",
                &mut io::stdout(),
            );
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("remote-mediasoup: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(serve: Serve) -> Result<(), Error> {
    let file = match &serve.config {
        Some(path) => config::read_file(path)?,
        None => options::ServeOptions::default(),
    };
    let mut options = serve.options.or(file);
    let config = Config::new(&mut options)?;
    if serve.print_config {
        print!("{}", config::print(&options)?);
        return Ok(());
    }
    logs::begin(config.log_format, &config.log_level)?;
    serve::serve(config)
}
