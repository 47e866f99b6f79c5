//! Execution of several futures at once, such as a `dump()` of every worker process. Vertical scaling
//! awaits [`all`], which resolves to their outputs in order.

use futures_util::future::maybe_done;
use std::future::poll_fn;
use std::task::Poll;

/// Returns the outputs of all futures, in their order. Each poll polls all unfinished ones, because the
/// executor may have no waker, and `join_all` polls only woken futures once there are many.
pub(crate) async fn all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let futures = futures.into_iter();
    let mut futures: Vec<_> = futures.map(|it| Box::pin(maybe_done(it))).collect();
    poll_fn(|context| {
        let mut done = true;
        for future in &mut futures {
            done &= future.as_mut().poll(context).is_ready();
        }
        if done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    let outputs = futures.iter_mut();
    outputs.filter_map(|it| it.as_mut().take_output()).collect()
}
