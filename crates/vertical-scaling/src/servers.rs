//! Logical WebRtcServers (one for the application), each with a real one in every worker process that
//! serves WebRtcTransports of it. `Vertical` (this crate's entry: it executes commands on logical Workers)
//! calls it for `createWebRtcServer()`, and before it creates such a transport in another process.
//!
//! A port belongs to one process. The first real server listens on the ports given, each further
//! one on those that are higher by the lowest number that no other of them has. Port 0 and
//! `portRange` are as given: the kernel, or the worker, finds a free one.
//!
//! If a further one can't listen, because such a port doesn't exist, isn't allowed here or is
//! taken, Transports of the server live in other real Workers, and the log says why, once.

use crate::on_demand::OnDemand;
use crate::state::{LogicalServer, RealServer};
use crate::workers::closed_worker;
use crate::{LogicalTree, Vertical};
use protocol::{Command, CreateWebRtcServer, Error, Handle, Reply, RequestId};
use serde_json::Value;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::rc::Rc;

impl<B: LogicalTree> Vertical<B> {
    pub(crate) async fn create_server(
        &self,
        request: Option<RequestId>,
        worker: Handle,
        options: CreateWebRtcServer,
    ) -> Result<Reply, Error> {
        let command = Command::CreateWebRtcServer(options.clone());
        let (real_worker, server) = self.make_anywhere(worker, &command).await?;
        let logical = self.below.show(request, server, worker);
        let first = RealServer {
            server: OnDemand::made(server),
            offset: Cell::new(Some(0)),
            ..RealServer::default()
        };
        let entry = LogicalServer {
            worker,
            listen_infos: options.listen_infos,
            real: BTreeMap::from([(real_worker, Rc::new(first))]),
        };
        self.state.borrow_mut().servers.insert(logical, entry);
        Ok(Reply::Created(logical))
    }

    /// Returns the logical WebRtcServer that a command names, if it is one of this logical Worker.
    pub(crate) fn server_for(&self, worker: Handle, command: &Command) -> Option<Handle> {
        let Command::CreateWebRtcTransport(options) = command else {
            return None;
        };
        let id = options.web_rtc_server_id.as_ref()?.as_str()?;
        let state = self.state.borrow();
        let of_worker = state.servers.iter().filter(|(_, it)| it.worker == worker);
        let mut named = of_worker.map(|(handle, _)| *handle);
        named.find(|server| self.below.id(*server).as_deref() == Some(id))
    }

    /// Returns the command with the real server in place of the logical one.
    pub(crate) fn on_server(&self, command: Command, server: Handle) -> Command {
        match command {
            Command::CreateWebRtcTransport(mut options) => {
                options.web_rtc_server_id = self.below.id(server).map(Value::from);
                Command::CreateWebRtcTransport(options)
            }
            other => other,
        }
    }

    /// Returns true if the object that a command makes could listen on its ports in a further real Worker.
    pub(crate) fn may_listen(&self, worker: Handle, command: &Command) -> bool {
        let Some(server) = self.server_for(worker, command) else {
            return true;
        };
        let state = self.state.borrow();
        let server = state.servers.get(&server);
        server.is_none_or(|it| it.moved(it.free_offset(None), state.ports(worker)).is_ok())
    }

    /// Returns the real server of a logical one in a real Worker; makes it if there is none.
    pub(crate) async fn real_server(
        &self,
        server: Handle,
        real_worker: Handle,
    ) -> Result<Handle, Error> {
        let entry = {
            let mut state = self.state.borrow_mut();
            let logical = state.servers.get_mut(&server).ok_or_else(closed_worker)?;
            Rc::clone(logical.real.entry(real_worker).or_default())
        };
        let made = entry.server.get_or_make(async {
            let listen_infos = {
                let state = self.state.borrow();
                let logical = state.servers.get(&server).ok_or_else(closed_worker)?;
                let offset = logical.free_offset(Some(real_worker));
                entry.offset.set(Some(offset));
                logical.moved(offset, state.ports(logical.worker))?
            };
            let command = Command::CreateWebRtcServer(CreateWebRtcServer {
                listen_infos,
                app_data: None,
            });
            let Reply::Created(made) = self.below.call(real_worker, command).await? else {
                return Err(closed_worker());
            };
            if self.state.borrow().servers.contains_key(&server) && self.below.is_open(made) {
                self.below.stand_for(made, server);
                Ok(made)
            } else {
                self.below.close(made);
                Err(closed_worker())
            }
        });
        let made = made.await;
        if let Err(error) = &made
            && self.below.is_open(real_worker)
            && self.below.is_open(server)
            && !entry.failed.replace(true)
        {
            let line = "createWebRtcTransport() | a further process can't have its WebRtcServer:";
            self.below.log_failure(line, error);
        }
        made
    }
}

impl LogicalServer {
    /// Returns the lowest offset that no other real server has; `asks` is the real Worker that needs one. An
    /// offset with which a server has failed stays its own while no lower one is free, so that others try
    /// other ports.
    fn free_offset(&self, asks: Option<Handle>) -> u16 {
        let others = self
            .real
            .iter()
            .filter(|(real_worker, _)| Some(**real_worker) != asks);
        let taken: BTreeSet<u16> = others.filter_map(|(_, it)| it.offset.get()).collect();
        (0..u16::MAX)
            .find(|at| !taken.contains(at))
            .unwrap_or_default()
    }

    /// Listening addresses of a real server whose ports are higher by `offset`.
    fn moved(
        &self,
        offset: u16,
        allowed: Option<&RangeInclusive<u16>>,
    ) -> Result<Option<Value>, Error> {
        let mut listen_infos = self.listen_infos.clone();
        let list = listen_infos.as_mut().and_then(Value::as_array_mut);
        // The ports given are the worker's to judge, and the host's before that.
        for info in list.into_iter().flatten().filter(|_| offset > 0) {
            let port = info.get("port").and_then(Value::as_u64);
            if let Some(port) = port.filter(|port| *port != 0) {
                let port = port + u64::from(offset);
                check(port, allowed)?;
                info["port"] = port.into();
            }
        }
        Ok(listen_infos)
    }

    /// The real servers that are there.
    pub(crate) fn running(&self) -> Vec<Handle> {
        let real = self.real.values().filter_map(|it| it.server.get());
        real.collect()
    }
}

fn check(port: u64, allowed: Option<&RangeInclusive<u16>>) -> Result<(), Error> {
    let refuse = |why: String| Err(Error::type_error(format!("port {port} {why}")));
    match (u16::try_from(port), allowed) {
        (Err(_), _) => refuse("doesn't exist".to_owned()),
        (Ok(port), Some(allowed)) if !allowed.contains(&port) => refuse(format!(
            "is outside of the server's range {}-{}",
            allowed.start(),
            allowed.end()
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn server(listen_infos: Value) -> LogicalServer {
        LogicalServer {
            worker: Handle(1),
            listen_infos: Some(listen_infos),
            real: BTreeMap::new(),
        }
    }

    #[test]
    fn fixed_ports_are_moved_and_others_are_as_given() {
        let server = server(json!([{ "port": 4000 }, { "port": 0 }, { "portRange": {} }, 5]));
        let moved = json!([{ "port": 4002 }, { "port": 0 }, { "portRange": {} }, 5]);
        assert_eq!(server.moved(2, None), Ok(Some(moved)));
    }

    #[test]
    fn a_port_that_is_not_to_be_had_is_named() {
        let server = server(json!([{ "port": 4000 }, { "port": 65_530 }]));
        let error = server.moved(6, None).unwrap_err();
        assert_eq!(error.message, "port 65536 doesn't exist");
        let error = server.moved(3, Some(&(4000..=4002))).unwrap_err();
        assert_eq!(
            error.message,
            "port 4003 is outside of the server's range 4000-4002"
        );
        let elsewhere = server.moved(0, Some(&(1..=2)));
        assert!(elsewhere.is_ok(), "what is given was judged before");
    }

    #[test]
    fn what_has_failed_is_left_to_whom_it_failed_for() {
        let mut server = server(json!([]));
        for (real_worker, offset) in [(2, 0), (3, 1)] {
            let entry = RealServer::default();
            entry.offset.set(Some(offset));
            server.real.insert(Handle(real_worker), Rc::new(entry));
        }
        assert_eq!(server.free_offset(Some(Handle(4))), 2);
        assert_eq!(server.free_offset(Some(Handle(3))), 1);
        server.real.remove(&Handle(2));
        assert_eq!(server.free_offset(Some(Handle(3))), 0);
    }
}
