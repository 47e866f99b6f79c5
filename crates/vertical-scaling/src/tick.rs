//! Periodic work of vertical scaling. The drivers of `LocalHost` (Node and the server's session) call
//! `tick` about once per second: it measures the load of each worker process, ends empty ones and unused
//! pipe transports, and starts processes up to the minimum.

use crate::load::cpu_time;
use crate::state::{LogicalWorker, Real};
use crate::together;
use crate::{LogicalTree, Vertical};
use futures_util::future::join;
use protocol::{Command, Handle};
use std::rc::Rc;
use std::time::Duration;

/// Least load that a Transport counts for, in per cent of one core.
const LEAST: f64 = 0.2;

impl<B: LogicalTree> Vertical<B> {
    /// Measures loads and ends idle real Workers and pipes. Call it about once a second, with the time since
    /// any fixed moment; a call may start before the last has finished.
    pub async fn tick(&self, now: Duration) {
        let (idle, wanted, measured) = self.pass(now);
        for worker in idle {
            self.below.close(worker);
        }
        self.part_idle(now);
        let open = together::all(wanted.into_iter().map(async |(logical, real)| {
            // Who needs it sees the error; here it is tried again some time.
            let _ = self.running(logical, &real).await;
        }));
        let measure = together::all(measured.into_iter().map(async |(real, handle)| {
            self.measure(now, &real, handle).await;
        }));
        join(open, measure).await;
        self.learn();
    }

    /// Returns the work that is due: real Workers to end, to open, to measure.
    #[expect(clippy::type_complexity, reason = "three lists, taken apart at once")]
    fn pass(
        &self,
        now: Duration,
    ) -> (
        Vec<Handle>,
        Vec<(Handle, Rc<Real>)>,
        Vec<(Rc<Real>, Handle)>,
    ) {
        let (mut idle, mut wanted, mut measured) = (Vec::new(), Vec::new(), Vec::new());
        let mut state = self.state.borrow_mut();
        for (handle, logical) in &mut state.workers {
            logical.now = now;
            idle.extend(logical.idle());
            let min = usize::try_from(logical.options.min_workers).unwrap_or(usize::MAX);
            while logical.real.len() < min && self.has_room(logical) {
                match self.further(logical) {
                    Some(real) => wanted.push((*handle, real)),
                    None => break,
                }
            }
            for real in &logical.real {
                // A slot that has become free is better held than taken by another program.
                if real.slot.borrow().is_none() && now >= logical.opens_again {
                    *real.slot.borrow_mut() = self.slots.take();
                }
                if let Some(worker) = real.worker.get()
                    && !real.measuring.replace(true)
                {
                    measured.push((Rc::clone(real), worker));
                }
            }
        }
        (idle, wanted, measured)
    }

    async fn measure(&self, now: Duration, real: &Rc<Real>, worker: Handle) {
        let answer = self.below.call(worker, Command::GetResourceUsage).await;
        real.measuring.set(false);
        if let Some(used) = answer.ok().as_ref().and_then(cpu_time) {
            real.load.borrow_mut().measure(now, used);
        }
    }

    /// Updates the expected cost of one more Transport by the measurements.
    fn learn(&self) {
        for logical in self.state.borrow_mut().workers.values_mut() {
            let load: f64 = logical
                .real
                .iter()
                .map(|it| it.load.borrow().measured())
                .sum();
            let residents: usize = logical.real.iter().map(|it| it.residents.get()).sum();
            if let Ok(residents @ 1..) = u32::try_from(residents) {
                // One heavy Transport doesn't mean that the next one fills a Worker.
                let most = logical.options.watermark / 4.0;
                logical.per_resident = (load / f64::from(residents)).max(LEAST).min(most);
            }
        }
    }
}

impl LogicalWorker {
    /// The real Workers that have been empty for too long. The lowest ordinals stay.
    fn idle(&self) -> Vec<Handle> {
        // One that is starting yet may fail, and takes nobody's place.
        let mut spare = self.running().len();
        let min = usize::try_from(self.options.min_workers).unwrap_or(usize::MAX);
        let mut idle = Vec::new();
        for real in self.real.iter().rev() {
            let Some(worker) = real.worker.get().filter(|_| real.taken() == 0) else {
                continue;
            };
            let since = real.empty_since.get().unwrap_or(self.now);
            real.empty_since.set(Some(since));
            if spare > min && self.now.saturating_sub(since) >= self.options.idle_time() {
                spare -= 1;
                idle.push(worker);
            }
        }
        idle
    }
}
