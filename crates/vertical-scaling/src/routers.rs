//! Logical Routers (one for the application), and the real Routers in worker processes that stand for them.
//! `Vertical` (this crate's entry: it executes commands on logical Workers) calls it for `createRouter()`
//! and to create a Transport or RtpObserver: it chooses a process, makes the real Router there if there is
//! none, and returns the new object.

use crate::on_demand::OnDemand;
use crate::state::{LogicalRouter, Real};
use crate::vertical::is_observer;
use crate::workers::{Wanted, closed_worker};
use crate::{LogicalTree, Vertical};
use protocol::{Command, CreateRouter, Error, Handle, Reply, RequestId};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Failure to make an object in the chosen real Worker.
enum Failure {
    /// The real Worker couldn't be opened, or died.
    NoWorker(Error),
    /// The real Worker can't have a WebRtcServer that listens on the wanted ports.
    NoServer(Error),
    /// The command is refused.
    Refused(Error),
}

impl<B: LogicalTree> Vertical<B> {
    pub(crate) async fn create_router(
        &self,
        request: Option<RequestId>,
        worker: Handle,
        options: CreateRouter,
    ) -> Result<Reply, Error> {
        let command = Command::CreateRouter(options.clone());
        let (real_worker, router) = self.make_anywhere(worker, &command).await?;
        Ok(self.show_router(request, worker, real_worker, router, options))
    }

    fn show_router(
        &self,
        request: Option<RequestId>,
        worker: Handle,
        real_worker: Handle,
        router: Handle,
        options: CreateRouter,
    ) -> Reply {
        let logical = self.below.show(request, router, worker);
        let entry = LogicalRouter {
            worker,
            media_codecs: options.media_codecs,
            codecs_version: 0,
            real: BTreeMap::from([(real_worker, Rc::new(OnDemand::made(router)))]),
            residents: BTreeMap::new(),
        };
        self.state.borrow_mut().routers.insert(logical, entry);
        Reply::Created(logical)
    }

    /// Makes a Transport or an RtpObserver in the best real Worker.
    pub(crate) async fn create_below(
        &self,
        request: Option<RequestId>,
        router: Handle,
        command: Command,
    ) -> Result<Reply, Error> {
        let wanted = if is_observer(&command) {
            Wanted::Observer(router)
        } else {
            Wanted::Transport(router)
        };
        let mut may_open = None;
        let mut refused: Vec<Rc<Real>> = Vec::new();
        let mut last = None;
        loop {
            let worker = self.state.borrow().routers.get(&router).map(|it| it.worker);
            let Some(worker) = worker else {
                return Err(last.unwrap_or_else(closed_worker));
            };
            // A further real Worker would be opened in vain where it couldn't listen.
            let open = *may_open.get_or_insert_with(|| self.may_listen(worker, &command));
            let Some(reserved) = self.choose(worker, wanted, open, &refused) else {
                return Err(last.unwrap_or_else(closed_worker));
            };
            let real = reserved.real();
            let made = self.create_in(request, worker, router, real, command.clone());
            match made.await {
                Ok(reply) => return Ok(reply),
                // What couldn't be opened isn't tried again: nobody waits twice.
                Err(Failure::NoWorker(error)) => {
                    may_open = Some(false);
                    last = Some(error);
                }
                Err(Failure::NoServer(error)) => {
                    may_open = Some(false);
                    refused.push(Rc::clone(real));
                    last = Some(error);
                }
                Err(Failure::Refused(error)) => return Err(error),
            }
        }
    }

    async fn create_in(
        &self,
        request: Option<RequestId>,
        worker: Handle,
        router: Handle,
        real: &Rc<Real>,
        command: Command,
    ) -> Result<Reply, Failure> {
        let lost = |otherwise: fn(Error) -> Failure| {
            move |error| {
                let why = if real.gone.get() {
                    Failure::NoWorker
                } else {
                    otherwise
                };
                why(error)
            }
        };
        let real_worker = self.running(worker, real).await;
        let real_worker = real_worker.map_err(Failure::NoWorker)?;
        let command = match self.server_for(worker, &command) {
            Some(server) => {
                let made = self.real_server(server, real_worker).await;
                let server = made.map_err(lost(Failure::NoServer))?;
                self.on_server(command, server)
            }
            None => command,
        };
        let home = self
            .real_router(router, real_worker)
            .await
            .map_err(lost(Failure::Refused))?;
        let reply = self.below.call_shown(request, home, command).await;
        let reply = reply.map_err(lost(Failure::Refused))?;
        if let Reply::Created(resident) = &reply
            && self.below.is_open(*resident)
        {
            let mut state = self.state.borrow_mut();
            state.move_in(*resident, router, real);
        }
        Ok(reply)
    }

    /// Returns the real Router of a logical one in a real Worker; makes it if there is none.
    async fn real_router(&self, router: Handle, real_worker: Handle) -> Result<Handle, Error> {
        let real = {
            let mut state = self.state.borrow_mut();
            let logical = state.routers.get_mut(&router);
            let logical = logical.ok_or_else(closed_worker)?;
            Rc::clone(logical.real.entry(real_worker).or_default())
        };
        real.get_or_make(self.make_router(router, real_worker))
            .await
    }

    async fn make_router(&self, router: Handle, real_worker: Handle) -> Result<Handle, Error> {
        let codecs = || {
            let state = self.state.borrow();
            let logical = state.routers.get(&router)?;
            Some((logical.codecs_version, logical.media_codecs.clone()))
        };
        let (version, media_codecs) = codecs().ok_or_else(closed_worker)?;
        let command = Command::CreateRouter(CreateRouter {
            media_codecs,
            app_data: None,
        });
        let Reply::Created(made) = self.below.call(real_worker, command).await? else {
            return Err(closed_worker());
        };
        match codecs() {
            Some((now, media_codecs)) if self.below.is_open(made) => {
                self.below.stand_for(made, router);
                if now != version {
                    let media_codecs = media_codecs.as_ref();
                    self.below.update_media_codecs(made, media_codecs)?;
                }
                Ok(made)
            }
            _ => {
                self.below.close(made);
                Err(closed_worker())
            }
        }
    }
}
