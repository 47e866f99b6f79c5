//! Contract of a [`Host`] (the trait behind which objects live: commands in; replies, events and new objects out), as a table of
//! cases that every implementation passes. Tests of `LocalHost`, `RemoteHost` and `FakeHost` call [`run`],
//! which panics with a list of the failed cases.
//!
//! ```text
//! run("LocalHost", || Box::new(rig), &[("a case", "the reason why it can't apply")])
//! ```
//!
//! An implementation has a [`Rig`], which stands for the workers at the far end. It may skip a case, by name and
//! with a reason. For every case the tests of this crate have a deliberately broken fake that fails it.

mod answers;
mod bounds;
mod closed;
mod closing;
mod objects;
mod order;
mod reads;
mod refusals;
mod stage;

pub use stage::Stage;

use host::Host;
use protocol::{Emission, Handle};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A host with its workers, for one case.
pub trait Rig {
    /// The host, which the suite drives.
    fn host(&mut self) -> &mut dyn Host;

    /// Adds a Worker whose process runs. The rig takes the items of that.
    fn worker(&mut self) -> Handle;

    /// Has the workers answer all requests, in their order, with what they refuse: an object that was closed
    /// before the request is not found. All that [`Rig::notified`] has given reaches the host together with the
    /// answers, and before them: a worker emits what a command causes just before it answers.
    fn serve(&mut self);

    /// Has a worker emit an event of the object with an id, at the next [`Rig::serve`].
    fn notified(&mut self, worker: Handle, id: &str, notification: Notification);

    /// Ends the process of a Worker. Returns what to emit at once; a host that learns of it later returns
    /// nothing here, and has items after the next [`Rig::serve`].
    fn kill(&mut self, worker: Handle) -> Vec<Emission>;
}

/// Event of a Consumer, as a worker sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notification {
    /// The Producer was paused.
    ProducerPause,
    /// The Producer was resumed.
    ProducerResume,
    /// The Producer was closed.
    ProducerClose,
    /// The score is this.
    Score(u8),
}

/// A clause of the contract.
#[derive(Debug)]
pub struct Case {
    /// The clause, as a sentence.
    pub name: &'static str,
    /// Plays it; panics where the host breaks it.
    pub play: fn(&mut Stage<'_>),
}

/// Every case, group by group.
pub const CASES: &[&[Case]] = &[
    order::CASES,
    reads::CASES,
    answers::CASES,
    closing::CASES,
    closed::CASES,
    refusals::CASES,
    bounds::CASES,
];

/// Plays all cases on an implementation, each with a rig of its own. `skips` are names of cases, with the reason
/// why the implementation differs.
///
/// # Panics
/// If a case fails that isn't skipped, with the names of all that do. Also if a skip names no case, has no
/// reason, or isn't needed.
pub fn run(name: &str, rig: impl FnMut() -> Box<dyn Rig>, skips: &[(&str, &str)]) {
    let is_case = |name: &str| {
        CASES
            .iter()
            .copied()
            .flatten()
            .any(|case| case.name == name)
    };
    let mut failed = failures(rig);
    for (skipped, reason) in skips {
        assert!(is_case(skipped), "\"{skipped}\" is not a case");
        assert!(!reason.is_empty(), "no reason to skip \"{skipped}\"");
        let place = failed.iter().position(|(case, _)| case == skipped);
        let place = place.unwrap_or_else(|| panic!("{name} passes \"{skipped}\": don't skip it"));
        failed.remove(place);
    }
    let lines: Vec<String> = failed
        .into_iter()
        .map(|(case, why)| format!("- {case}\n    {}", why.replace('\n', "\n    ")))
        .collect();
    assert!(
        lines.is_empty(),
        "{name} breaks the contract of a Host:\n{}",
        lines.join("\n")
    );
}

/// Cases that an implementation fails, with the message of each failure.
pub fn failures(mut rig: impl FnMut() -> Box<dyn Rig>) -> Vec<(&'static str, String)> {
    let mut failures = Vec::new();
    for case in CASES.iter().copied().flatten() {
        let mut rig = rig();
        let play = AssertUnwindSafe(|| (case.play)(&mut Stage::new(&mut *rig)));
        if let Err(panic) = catch_unwind(play) {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
            failures.push((case.name, text.unwrap_or_default()));
        }
    }
    failures
}
