//! `worker.stats()` of plain Workers (one worker process each, without vertical scaling). `LocalHost` (the
//! object that holds this machine's Workers) calls it for that command; the reply has the Worker's CPU
//! load, and counts of its Transports and Consumers.
//!
//! Placement ignores their load, so that none is measured before the first call: it is the load since the
//! last request, and 0 the first time.

use crate::LocalTree;
use pipes::ObjectTree;
use protocol::{Command, Error, Handle, Json, Reply};
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;
use vertical_scaling::{CpuMeter, HostStats, WorkerStats, cpu_time, transports};

/// Measurements of the Workers whose statistics were requested.
pub(crate) struct Plain {
    /// The time since any fixed moment.
    clock: Box<dyn Fn() -> Duration>,
    /// With the loads, in CPU per cent of one core.
    measured: RefCell<HashMap<Handle, (CpuMeter, f64)>>,
}

impl Plain {
    pub(crate) fn new(clock: impl Fn() -> Duration + 'static) -> Self {
        Self {
            clock: Box::new(clock),
            measured: RefCell::default(),
        }
    }

    /// Returns a Worker's [`HostStats`].
    pub(crate) async fn stats(&self, tree: &LocalTree, worker: Handle) -> Result<Reply, Error> {
        let usage = tree.call(worker, Command::GetResourceUsage).await?;
        self.measured.borrow_mut().retain(|it, _| tree.is_open(*it));
        let load = self.measure(worker, cpu_time(&usage).unwrap_or_default());
        let transports = transports(tree, worker);
        let stats = WorkerStats {
            transports: transports.len(),
            consumers: transports.iter().map(|(_, consumers)| consumers).sum(),
            ..WorkerStats::of(tree, worker, load)
        };
        Ok(Reply::Value(Json::of(&HostStats::of(vec![stats]))))
    }

    fn measure(&self, worker: Handle, used: Duration) -> f64 {
        let mut measured = self.measured.borrow_mut();
        let (meter, load) = measured.entry(worker).or_default();
        *load = meter.read((self.clock)(), used).unwrap_or(*load);
        *load
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::rc::Rc;

    #[test]
    fn a_load_is_that_since_it_was_asked_for() {
        let now = Rc::new(Cell::new(Duration::ZERO));
        let clock = Rc::clone(&now);
        let plain = Plain::new(move || clock.get());
        let load = |seconds: f64, used_ms| {
            now.set(Duration::from_secs_f64(seconds));
            let load = plain.measure(Handle(1), Duration::from_millis(used_ms));
            format!("{load:.1}")
        };
        assert_eq!(load(0.0, 700), "0.0", "nothing to compare with");
        assert_eq!(load(2.0, 1200), "25.0");
        assert_eq!(load(2.05, 1250), "25.0", "too soon");
        assert_eq!(load(4.0, 2700), "75.0");
    }
}
