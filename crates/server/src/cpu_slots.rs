//! The CPU slots of this machine, and what the log says of them.

use cpu_slots::{CpuSlots, Error};
use std::rc::Rc;
use vertical_scaling::Slots;

/// Opens the slots. The log says which directory they are in, as programs share them only where it is
/// the same, and why there are none or too few.
pub(crate) fn open() -> Result<Rc<dyn Slots>, Error> {
    let slots = CpuSlots::of_this_machine()
        .inspect_err(|error| tracing::error!("no CPU slots, no vertical Workers: {error}"))?;
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
