//! `dump()`, `stats()` and `getResourceUsage()` of logical objects, that is of a Worker, Router or
//! WebRtcServer that runs in several worker processes. `Vertical` (this crate's entry: it executes commands
//! on logical Workers) calls it for these commands; it collects the values of all processes and returns
//! them as those of one.

use crate::state::{LogicalServer, LogicalWorker};
use crate::workers::closed_worker;
use crate::{LogicalTree, Vertical};
use crate::{merge, together};
use protocol::{Command, Error, Handle, Json, Kind, Reply, UpdateSettings};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Result of `worker.stats()`: load and counts of a Worker, for people and monitoring.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct HostStats {
    /// CPU per cent of one core, of all real Workers.
    pub load: f64,
    /// Transports that the application has.
    pub transports: usize,
    /// Consumers and DataConsumers that the application has.
    pub consumers: usize,
    /// Producers and DataProducers that are piped to another real Worker.
    pub pipes: usize,
    /// One entry per real Worker.
    pub workers: Vec<WorkerStats>,
}

/// Statistics of a real Worker.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct WorkerStats {
    /// Its process.
    pub pid: u64,
    /// CPU per cent of one core.
    pub load: f64,
    /// Transports of the application that live there.
    pub transports: usize,
    /// Consumers and DataConsumers of the application that live there.
    pub consumers: usize,
    /// Producers and DataProducers that are piped there.
    pub pipes: usize,
}

impl<B: LogicalTree> Vertical<B> {
    /// Returns a logical Worker's [`HostStats`].
    pub fn stats(&self, logical: Handle) -> Json {
        Json::of(&self.collect_stats(logical))
    }

    fn collect_stats(&self, logical: Handle) -> HostStats {
        let mut pipes: HashMap<Handle, usize> = HashMap::new();
        let mut living: BTreeMap<Handle, WorkerStats> = BTreeMap::new();
        {
            let state = self.state.borrow();
            for worker in state
                .pipes
                .keys()
                .filter_map(|(_, to)| self.below.worker(to))
            {
                *pipes.entry(worker).or_default() += 1;
            }
            let real = state.workers.get(&logical);
            for real in real.into_iter().flat_map(|it| &it.real) {
                if let Some(worker) = real.worker.get() {
                    let load = real.load.borrow().measured();
                    let entry = WorkerStats {
                        pipes: pipes.get(&worker).copied().unwrap_or_default(),
                        ..WorkerStats::of(&*self.below, worker, load)
                    };
                    living.insert(worker, entry);
                }
            }
        }
        for (transport, consumers) in transports(&*self.below, logical) {
            let worker = self.below.worker(transport);
            if let Some(stats) = worker.and_then(|worker| living.get_mut(&worker)) {
                stats.transports += 1;
                stats.consumers += consumers;
            }
        }
        HostStats::of(living.into_values().collect())
    }

    /// `dump()` of a logical object.
    pub(crate) async fn dump(&self, target: Handle) -> Result<Value, Error> {
        if self.is_logical(target) {
            let dumps = self.ask_workers(target, &Command::Dump).await?;
            let (shown, renamed) = (self.shown_ids(target), self.logical_ids(target));
            let pid = pid(&*self.below, target);
            return Ok(merge::workers(&dumps, pid, &shown, &renamed));
        }
        let real = {
            let state = self.state.borrow();
            let server = state.servers.get(&target);
            server.map_or_else(|| state.real_routers(target), LogicalServer::running)
        };
        let (dumps, lost) = self.ask_all(&real, &Command::Dump).await?;
        // An open one does without those that are lost.
        if let Some(lost) = lost
            && !self.below.is_open(target)
        {
            return Err(lost);
        }
        let id = self.below.id(target).unwrap_or_default();
        Ok(match self.below.kind(target) {
            Some(Kind::WebRtcServer) => merge::servers(&dumps, &id),
            _ => merge::routers(&dumps, &id, &self.shown_ids(target)),
        })
    }

    /// `getResourceUsage()` of a logical Worker: the sums of those that run.
    pub(crate) async fn resource_usage(&self, worker: Handle) -> Result<Value, Error> {
        let command = Command::GetResourceUsage;
        let usages = self.ask_workers(worker, &command).await?;
        Ok(merge::sums(&usages))
    }

    /// `updateSettings()` of a logical Worker, remembered for real ones that come later.
    pub(crate) async fn update_settings(
        &self,
        worker: Handle,
        options: UpdateSettings,
    ) -> Result<Reply, Error> {
        let before = self.running_of(worker);
        let command = Command::UpdateSettings(options.clone());
        self.ask_workers(worker, &command).await?;
        if let Some(logical) = self.state.borrow_mut().workers.get_mut(&worker) {
            // A level that isn't given stays as it is; tags that aren't given are none.
            logical.settings = UpdateSettings {
                log_level: options.log_level.or(logical.settings.log_level.take()),
                log_tags: options.log_tags,
            };
            logical.settings_version += 1;
        }
        // Those that began to run before this was remembered.
        let mut late = self.running_of(worker);
        late.retain(|it| !before.contains(it));
        self.ask_all(&late, &command).await?;
        Ok(Reply::Done)
    }

    fn running_of(&self, worker: Handle) -> Vec<Handle> {
        let state = self.state.borrow();
        let logical = state.workers.get(&worker);
        logical.map(LogicalWorker::running).unwrap_or_default()
    }

    /// Sends a command to all real Workers of a logical one and returns their replies: at least one while the
    /// logical Worker is open.
    async fn ask_workers(&self, worker: Handle, command: &Command) -> Result<Vec<Value>, Error> {
        loop {
            let asked = self.running_of(worker);
            let (answers, lost) = self.ask_all(&asked, command).await?;
            if !answers.is_empty() {
                return Ok(answers);
            }
            let left = self.running_of(worker);
            match &lost {
                Some(lost) if left == asked || !self.below.is_open(worker) => {
                    return Err(lost.clone());
                }
                _ if !left.is_empty() => continue,
                _ => {}
            }
            // They died, and those that are left are starting.
            let next = {
                let state = self.state.borrow();
                let logical = state.workers.get(&worker);
                logical.and_then(|logical| logical.real.first().cloned())
            };
            let next = next.ok_or_else(|| lost.unwrap_or_else(closed_worker))?;
            // If it fails, the real object is gone, and the next one gets the command.
            let _ = self.running(worker, &next).await;
        }
    }

    /// Sends a command to several real objects. Returns the replies, without those of objects that close
    /// meanwhile, and the error of one of these.
    async fn ask_all(
        &self,
        targets: &[Handle],
        command: &Command,
    ) -> Result<(Vec<Value>, Option<Error>), Error> {
        let calls = targets.iter().map(async |target| {
            let answer = self.below.call(*target, command.clone()).await;
            (*target, answer)
        });
        let mut answers = Vec::new();
        let mut lost = None;
        for (target, answer) in together::all(calls).await {
            match answer {
                Ok(Reply::Value(json)) => answers.extend(serde_json::from_str(json.as_str())),
                Ok(_) => answers.push(Value::Null),
                Err(error) if self.below.is_open(target) => return Err(error),
                Err(error) => lost = Some(error),
            }
        }
        Ok((answers, lost))
    }

    /// Returns the ids of all objects that the application sees below an object.
    fn shown_ids(&self, target: Handle) -> HashSet<String> {
        let mut ids = HashSet::new();
        let mut left = self.below.children(target);
        while let Some(handle) = left.pop() {
            ids.extend(self.below.id(handle));
            left.extend(self.below.children(handle));
        }
        ids
    }

    /// Returns the ids of real Routers and WebRtcServers, each with the id that the application knows.
    fn logical_ids(&self, worker: Handle) -> HashMap<String, String> {
        let state = self.state.borrow();
        let routers = state.routers.iter().filter(|(_, it)| it.worker == worker);
        let routers = routers.map(|(handle, _)| (*handle, state.real_routers(*handle)));
        let servers = state.servers.iter().filter(|(_, it)| it.worker == worker);
        let servers = servers.map(|(handle, server)| (*handle, server.running()));
        let pairs = routers.chain(servers).flat_map(|(shown, real)| {
            let id = self.below.id(shown).unwrap_or_default();
            let real = real.into_iter().filter_map(|real| self.below.id(real));
            real.map(move |real| (real, id.clone()))
        });
        pairs.collect()
    }
}

/// Returns the Transports that the application has in a Worker, with the number of (Data)Consumers on each.
pub fn transports(below: &impl LogicalTree, worker: Handle) -> Vec<(Handle, usize)> {
    let kind = |it: &Handle| below.kind(*it);
    let is_consumer = |it: &Handle| matches!(kind(it), Some(Kind::Consumer | Kind::DataConsumer));
    let consumers = |it| below.children(it).into_iter().filter(is_consumer).count();
    let routers = below.children(worker).into_iter();
    let all = routers.flat_map(|router| below.children(router));
    let transports = all.filter(|it| kind(it).is_some_and(Kind::is_transport));
    transports.map(|it| (it, consumers(it))).collect()
}

fn pid(below: &impl LogicalTree, worker: Handle) -> u64 {
    let pid = below.read(worker, "pid");
    pid.and_then(|pid| pid.as_str().parse().ok())
        .unwrap_or_default()
}

impl WorkerStats {
    /// Creates the statistics of a Worker with this load, before anything in it is counted.
    pub fn of(below: &impl LogicalTree, worker: Handle, load: f64) -> Self {
        Self {
            load: (load * 10.0).round() / 10.0,
            pid: pid(below, worker),
            ..Self::default()
        }
    }
}

impl HostStats {
    /// Sums up the statistics of real Workers.
    #[must_use]
    pub fn of(workers: Vec<WorkerStats>) -> Self {
        Self {
            load: workers.iter().map(|it| it.load).sum(),
            transports: workers.iter().map(|it| it.transports).sum(),
            consumers: workers.iter().map(|it| it.consumers).sum(),
            pipes: workers.iter().map(|it| it.pipes).sum(),
            workers,
        }
    }
}
