//! Opening of this machine's CPU slots (lock files, one per CPU, that limit the worker processes of all
//! programs on the machine). The server opens them at its start for the log, a session when it creates its
//! first Worker with vertical scaling; both log the directory, and what is wrong with it.

use cpu_slots::{CpuSlots, Error};
use std::rc::Rc;
use vertical_scaling::Slots;

/// Opens the slots. Logs their directory, because programs only share slots in the same directory, and the
/// reason if there are none or too few.
pub(crate) fn open() -> Result<Rc<dyn Slots>, Error> {
    let slots = CpuSlots::of_this_machine().inspect_err(|error| {
        tracing::error!("cannot use CPU slots, vertical Workers are unavailable: {error}");
    })?;
    let directory = slots.directory().display();
    tracing::info!(%directory, count = slots.count(), "CPU slots");
    if slots.missing() > 0 {
        tracing::warn!(
            %directory,
            missing = slots.missing(),
            "there are more CPUs than slots; create a file cpu-N for each, as the directory's owner"
        );
    }
    Ok(Rc::new(slots))
}
