//! Executor for futures that tests poll by hand, one at a time and in any order. Tests of vertical scaling
//! add the calls of an application to [`Futures`]; [`finish`] runs a single future to its end.

use std::fmt;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

type Boxed = Pin<Box<dyn Future<Output = ()>>>;

/// Futures on their way.
#[derive(Default)]
pub struct Futures(Vec<Boxed>);

impl Futures {
    /// Adds a future and lets it go as far as it can.
    pub fn add(&mut self, future: impl Future<Output = ()> + 'static) {
        let mut future: Boxed = Box::pin(future);
        if !is_done(&mut future) {
            self.0.push(future);
        }
    }

    /// Lets one of them go on; `at` says which.
    pub fn poll_one(&mut self, at: usize) {
        if !self.0.is_empty() {
            let at = at % self.0.len();
            if is_done(&mut self.0[at]) {
                drop(self.0.remove(at));
            }
        }
    }

    /// Lets each of them go on.
    pub fn poll(&mut self) {
        self.0.retain_mut(|future| !is_done(future));
    }

    /// Number of unfinished futures.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Runs one future to its end; `step` makes something happen between two polls.
///
/// # Panics
/// When it isn't done after a million steps.
pub fn finish<T>(future: impl Future<Output = T>, mut step: impl FnMut()) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        step();
    }
    panic!("it never ends");
}

fn is_done(future: &mut Boxed) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    future.as_mut().poll(&mut context).is_ready()
}

impl fmt::Debug for Futures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Futures").field(&self.0.len()).finish()
    }
}
