//! Logical WebRtcServers: one real one per real Worker that serves WebRtcTransports of it.
//!
//! A port belongs to one process. The first real server listens on the ports given, each further
//! one on those that are higher by the lowest number that no other of them has. Port 0 and
//! `portRange` are as given: the kernel, or the worker, finds a free one.

use crate::on_demand::OnDemand;
use crate::state::{RealServer, Server};
use crate::workers::closed_worker;
use crate::{Below, Vertical};
use protocol::{Command, CreateWebRtcServer, Error, Handle, Reply, RequestId};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

impl<B: Below> Vertical<B> {
    pub(crate) async fn create_server(
        &self,
        request: RequestId,
        worker: Handle,
        options: CreateWebRtcServer,
    ) -> Result<Reply, Error> {
        let command = Command::CreateWebRtcServer(options.clone());
        let (home, server) = self.make_anywhere(worker, &command).await?;
        let logical = self.below.show(request, server, worker);
        let first = RealServer {
            server: Rc::new(OnDemand::made(server)),
            offset: 0,
        };
        let entry = Server {
            worker,
            listen_infos: options.listen_infos,
            real: BTreeMap::from([(home, first)]),
        };
        self.state.borrow_mut().servers.insert(logical, entry);
        Ok(Reply::Created(logical))
    }

    /// The logical WebRtcServer that a command names, if it is one of this logical Worker.
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

    /// The command with a real server instead.
    pub(crate) fn on_server(&self, command: Command, server: Handle) -> Command {
        match command {
            Command::CreateWebRtcTransport(mut options) => {
                options.web_rtc_server_id = self.below.id(server).map(Value::from);
                Command::CreateWebRtcTransport(options)
            }
            other => other,
        }
    }

    /// The real server of a logical one in a real Worker, made if there is none.
    pub(crate) async fn real_server(&self, server: Handle, home: Handle) -> Result<Handle, Error> {
        let (entry, listen_infos) = {
            let mut state = self.state.borrow_mut();
            let logical = state.servers.get_mut(&server).ok_or_else(closed_worker)?;
            let offset = logical.free_offset();
            let entry = logical.real.entry(home).or_insert_with(|| RealServer {
                offset,
                ..RealServer::default()
            });
            (entry.clone(), logical.listen_infos.clone())
        };
        let made = entry.server.get_or_make(async {
            let command = Command::CreateWebRtcServer(CreateWebRtcServer {
                listen_infos: listen_infos.map(|infos| moved(infos, entry.offset)),
                app_data: None,
            });
            let Reply::Created(made) = self.below.call(home, command).await? else {
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
        made.await
    }
}

impl Server {
    /// The lowest offset that no real server has.
    fn free_offset(&self) -> u16 {
        let taken: BTreeSet<u16> = self.real.values().map(|it| it.offset).collect();
        (0..u16::MAX)
            .find(|at| !taken.contains(at))
            .unwrap_or_default()
    }

    /// The real servers that are there.
    pub(crate) fn running(&self) -> Vec<Handle> {
        let real = self.real.values().filter_map(|it| it.server.get());
        real.collect()
    }
}

/// Where a further real server listens. A port that doesn't exist is refused below.
fn moved(mut listen_infos: Value, offset: u16) -> Value {
    for info in listen_infos.as_array_mut().into_iter().flatten() {
        let port = info.get("port").and_then(Value::as_u64);
        if let Some(port) = port.filter(|port| *port != 0) {
            info["port"] = (port + u64::from(offset)).into();
        }
    }
    listen_infos
}
