//! `worker.stats()` of plain Workers.
//!
//! Nobody decides anything by their load, so that none is measured until somebody asks: it is that
//! since they were asked for before, and 0 the first time.

use crate::Shared;
use backend::Backend;
use layers::{Stats, WorkerStats};
use model::Model;
use protocol::{Command, Error, Handle, Json, Kind, Reply};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Asked more often than this, the load is what it was: CPU times come in milliseconds.
const SHORTEST: Duration = Duration::from_millis(100);

/// What was measured of each Worker that was asked for.
#[derive(Debug, Default)]
pub(crate) struct Plain {
    measured: RefCell<HashMap<Handle, Measured>>,
}

#[derive(Debug)]
struct Measured {
    at: Instant,
    /// The CPU time that its process had used by then.
    used: Duration,
    /// CPU per cent of one core.
    load: f64,
}

impl Plain {
    /// How a Worker does, as [`Stats`].
    pub(crate) async fn stats(&self, shared: &Shared, worker: Handle) -> Result<Reply, Error> {
        let usage = shared.call(worker, Command::GetResourceUsage).await?;
        self.measured
            .borrow_mut()
            .retain(|it, _| shared.is_open(*it));
        let load = self.measure(worker, used(&usage), Instant::now());
        let stats = WorkerStats {
            load: (load * 10.0).round() / 10.0,
            ..counted(shared.0.borrow().model(), worker)
        };
        Ok(Reply::Value(Json::of(&Stats::of(vec![stats]))))
    }

    fn measure(&self, worker: Handle, used: Duration, at: Instant) -> f64 {
        let mut measured = self.measured.borrow_mut();
        let before = measured.entry(worker);
        let last = before.or_insert(Measured {
            at,
            used,
            load: 0.0,
        });
        let passed = at.saturating_duration_since(last.at);
        if passed >= SHORTEST {
            let cpu = used.saturating_sub(last.used);
            let load = 100.0 * cpu.as_secs_f64() / passed.as_secs_f64();
            *last = Measured { at, used, load };
        }
        last.load
    }
}

/// The CPU time of `getResourceUsage()`.
fn used(usage: &Reply) -> Duration {
    let Reply::Value(usage) = usage else {
        return Duration::ZERO;
    };
    let usage: Value = serde_json::from_str(usage.as_str()).unwrap_or_default();
    let ms = |member: &str| usage[member].as_u64().unwrap_or_default();
    Duration::from_millis(ms("ru_utime") + ms("ru_stime"))
}

/// What there is in a Worker.
fn counted(model: &Model, worker: Handle) -> WorkerStats {
    let routers = model.shown_children(worker).into_iter();
    let transports: Vec<Handle> = routers
        .flat_map(|router| model.shown_children(router))
        .filter(|it| model.get(*it).is_some_and(|it| it.kind.is_transport()))
        .collect();
    let on_them = transports.iter().flat_map(|it| model.shown_children(*it));
    let is_consumer = |it: &Handle| {
        let kind = model.get(*it).map(|it| it.kind);
        matches!(kind, Some(Kind::Consumer | Kind::DataConsumer))
    };
    let consumers = on_them.filter(is_consumer).count();
    let pid = model.read(worker, "pid").and_then(|pid| pid.parse().ok());
    WorkerStats {
        pid: pid.unwrap_or_default(),
        transports: transports.len(),
        consumers,
        ..WorkerStats::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_is_that_since_it_was_asked_for() {
        let plain = Plain::default();
        let began = Instant::now();
        let load = |seconds: f64, used_ms| {
            let at = began + Duration::from_secs_f64(seconds);
            let load = plain.measure(Handle(1), Duration::from_millis(used_ms), at);
            format!("{load:.1}")
        };
        assert_eq!(load(0.0, 700), "0.0", "nothing to compare with");
        assert_eq!(load(2.0, 1200), "25.0");
        assert_eq!(load(2.05, 1250), "25.0", "too soon");
        assert_eq!(load(4.0, 2700), "75.0");
    }
}
