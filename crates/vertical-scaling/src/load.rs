//! CPU load of a worker process: its measured share of a core, and the expected cost of what was placed
//! there since. `Vertical` (this crate's entry: it executes commands on logical Workers) feeds it once per
//! second with the CPU time that the worker reports; placement reads the result to choose a process.

use protocol::Reply;
use serde_json::Value;
use std::collections::VecDeque;
use std::time::Duration;

/// Time for which a new Transport counts as expected load. A peer takes seconds to connect, produce and be
/// consumed, and what it costs then is measured; what is expected of it fades as that grows.
const EXPECTED_FOR: Duration = Duration::from_secs(10);

/// Shortest time between two measurements: CPU times come in milliseconds, so that a shorter one is
/// inaccurate.
const SHORTEST: Duration = Duration::from_millis(100);

/// The CPU time that a process has used, as `getResourceUsage()` answers.
#[must_use]
pub fn cpu_time(usage: &Reply) -> Option<Duration> {
    let Reply::Value(usage) = usage else {
        return None;
    };
    let usage: Value = serde_json::from_str(usage.as_str()).ok()?;
    let ms = |member: &str| usage[member].as_u64().unwrap_or_default();
    Some(Duration::from_millis(ms("ru_utime") + ms("ru_stime")))
}

/// Turns the CPU times of one process into loads.
#[derive(Debug, Default)]
pub struct CpuMeter {
    /// Time of the last measurement, and the CPU time used until then.
    last: Option<(Duration, Duration)>,
}

impl CpuMeter {
    /// Returns the load since the last call, in CPU per cent of one core. `used` is the CPU time of the
    /// process until `now`, a time since any fixed moment. Returns `None` the first time, or too soon after
    /// the last.
    pub fn read(&mut self, now: Duration, used: Duration) -> Option<f64> {
        let last = self.last.get_or_insert((now, used));
        let (before, used_before) = *last;
        let passed = now.saturating_sub(before);
        if passed < SHORTEST {
            return None;
        }
        *last = (now, used);
        let cpu = used.saturating_sub(used_before);
        Some(100.0 * cpu.as_secs_f64() / passed.as_secs_f64())
    }
}

/// The CPU load of one real Worker.
#[derive(Debug, Default)]
pub(crate) struct Load {
    measured: f64,
    meter: CpuMeter,
    /// Times of placements and their expected costs, the oldest first.
    expected: VecDeque<(Duration, f64)>,
}

impl Load {
    /// Records the CPU time that the process has used until `now`.
    pub(crate) fn measure(&mut self, now: Duration, used: Duration) {
        if let Some(load) = self.meter.read(now, used) {
            // One measurement alone may be a hiccup.
            self.measured = f64::midpoint(self.measured, load);
        }
    }

    /// Adds the expected load of an object that was placed there.
    pub(crate) fn expect(&mut self, now: Duration, load: f64) {
        while let Some((at, _)) = self.expected.front()
            && now.saturating_sub(*at) >= EXPECTED_FOR
        {
            self.expected.pop_front();
        }
        match self.expected.back_mut() {
            Some((at, expected)) if *at == now => *expected += load,
            _ => self.expected.push_back((now, load)),
        }
    }

    /// Measured load, in per cent of one core.
    pub(crate) fn measured(&self) -> f64 {
        self.measured
    }

    /// Measured and expected load, in per cent of one core.
    pub(crate) fn now(&self, now: Duration) -> f64 {
        let left = |(at, load): &(Duration, f64)| {
            let age = now.saturating_sub(*at).as_secs_f64() / EXPECTED_FOR.as_secs_f64();
            load * (1.0 - age).max(0.0)
        };
        self.measured + self.expected.iter().map(left).sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn close_to(load: f64, expected: f64) -> bool {
        (load - expected).abs() < 0.01
    }

    #[test]
    fn load_is_cpu_time_over_time() {
        let mut load = Load::default();
        load.measure(ms(1000), ms(300));
        assert!(close_to(load.measured(), 0.0), "nothing to compare with");
        load.measure(ms(2000), ms(800));
        assert!(close_to(load.measured(), 25.0), "half of the first hiccup");
        load.measure(ms(2001), ms(900));
        assert!(close_to(load.measured(), 25.0), "too soon");
        for second in 3..20 {
            load.measure(ms(second * 1000), ms(second * 500));
        }
        assert!(close_to(load.measured(), 50.0));
    }

    #[test]
    fn what_is_expected_fades() {
        let mut load = Load::default();
        load.expect(ms(0), 4.0);
        load.expect(ms(0), 4.0);
        assert!(close_to(load.now(ms(0)), 8.0));
        assert!(close_to(load.now(ms(5000)), 4.0));
        load.expect(ms(5000), 1.0);
        assert!(close_to(load.now(ms(10_000)), 0.5));
        load.expect(ms(15_000), 1.0);
        assert_eq!(load.expected.len(), 1, "what has faded is forgotten");
    }
}
