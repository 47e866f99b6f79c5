//! Choice of the worker process for a new Transport or RtpObserver of a logical Worker. `workers.rs` passes
//! the candidates with their loads; the result is one of them, another process to start, or none. Pure.

use crate::Placement;

/// Real Worker that may take the new object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    /// CPU per cent of one core, with what is expected of what was placed lately.
    pub load: f64,
    /// Transports and RtpObservers there, of all Routers, those on their way included.
    pub residents: usize,
    /// Of these, the ones of the same Router, whose Producers needn't be piped there.
    pub of_router: usize,
}

/// Result of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Take the candidate at this place of the list.
    Existing(usize),
    /// Open a further real Worker.
    Open,
}

/// Chooses for a new Transport. Returns `None` if there is no candidate and another real Worker may not be
/// opened. Loads that differ by less than `alike` count as equal.
pub(crate) fn for_transport(
    (placement, watermark): (Placement, f64),
    alike: f64,
    candidates: &[Candidate],
    may_open: bool,
) -> Option<Choice> {
    let chosen = match placement {
        // Where its Router is already comes before where it is fullest: that saves pipes and costs
        // no core more.
        Placement::Fill => highest(candidates, |it| {
            (it.load < watermark).then_some((it.of_router > 0, it.load, it.residents))
        }),
        // An empty one is as good as a new one.
        Placement::Spread => {
            least_loaded(alike, candidates).filter(|&at| !may_open || candidates[at].residents == 0)
        }
    };
    match chosen {
        Some(at) => Some(Choice::Existing(at)),
        None if may_open => Some(Choice::Open),
        None => least_loaded(alike, candidates).map(Choice::Existing),
    }
}

/// Chooses for an RtpObserver, which costs little: where most of its Router is, so that the fewest
/// Producers must be piped to it.
pub(crate) fn for_observer(candidates: &[Candidate]) -> Option<Choice> {
    highest(candidates, |it| Some((it.of_router, -it.load))).map(Choice::Existing)
}

/// Chooses the least loaded; of those with equal load, the one with most objects of the Router, so that the
/// Transports of a peer, which are made one after the other, live together.
fn least_loaded(alike: f64, candidates: &[Candidate]) -> Option<usize> {
    highest(candidates, |it| {
        Some((-(it.load / alike).floor(), it.of_router, -it.load))
    })
}

/// Returns the first of those with the highest key, and skips those without a key.
fn highest<K: PartialOrd>(
    candidates: &[Candidate],
    key: impl Fn(&Candidate) -> Option<K>,
) -> Option<usize> {
    let mut best: Option<(usize, K)> = None;
    for (at, candidate) in candidates.iter().enumerate() {
        if let Some(key) = key(candidate)
            && best.as_ref().is_none_or(|(_, known)| key > *known)
        {
            best = Some((at, key));
        }
    }
    best.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Choice::{Existing, Open};

    const FILL: (Placement, f64) = (Placement::Fill, 60.0);
    const SPREAD: (Placement, f64) = (Placement::Spread, 60.0);
    const ALIKE: f64 = 5.0;

    /// Load, residents, of them the same Router's.
    fn list(of: &[(f64, usize, usize)]) -> Vec<Candidate> {
        let of = of.iter().map(|&(load, residents, of_router)| Candidate {
            load,
            residents,
            of_router,
        });
        of.collect()
    }

    #[test]
    fn fill_takes_the_fullest_with_room() {
        let three = list(&[(70.0, 9, 9), (40.0, 5, 5), (10.0, 1, 1)]);
        assert_eq!(for_transport(FILL, ALIKE, &three, true), Some(Existing(1)));
    }

    #[test]
    fn fill_stays_with_its_router() {
        let two = list(&[(50.0, 9, 0), (20.0, 2, 2)]);
        assert_eq!(for_transport(FILL, ALIKE, &two, true), Some(Existing(1)));
    }

    #[test]
    fn fill_opens_when_all_are_full_and_then_takes_the_least_loaded() {
        let full = list(&[(90.0, 9, 9), (61.0, 5, 5), (80.0, 5, 5)]);
        assert_eq!(for_transport(FILL, ALIKE, &full, true), Some(Open));
        assert_eq!(for_transport(FILL, ALIKE, &full, false), Some(Existing(1)));
        assert_eq!(for_transport(FILL, ALIKE, &[], false), None);
    }

    #[test]
    fn a_router_is_kept_together_where_all_are_alike() {
        let alike = list(&[(62.0, 4, 2), (64.0, 9, 3), (61.0, 5, 0)]);
        assert_eq!(for_transport(FILL, ALIKE, &alike, false), Some(Existing(1)));
        let fuller = list(&[(62.0, 4, 2), (65.0, 9, 3)]);
        assert_eq!(
            for_transport(FILL, ALIKE, &fuller, false),
            Some(Existing(0))
        );
    }

    #[test]
    fn spread_opens_while_it_may_unless_one_is_empty() {
        let busy = list(&[(5.0, 1, 1), (5.0, 2, 2)]);
        assert_eq!(for_transport(SPREAD, ALIKE, &busy, true), Some(Open));
        assert_eq!(
            for_transport(SPREAD, ALIKE, &busy, false),
            Some(Existing(1))
        );
        let one_empty = list(&[(5.0, 1, 1), (0.0, 0, 0)]);
        let choice = for_transport(SPREAD, ALIKE, &one_empty, true);
        assert_eq!(choice, Some(Existing(1)));
    }

    #[test]
    fn an_observer_goes_where_most_is() {
        let two = list(&[(5.0, 9, 1), (50.0, 4, 4)]);
        assert_eq!(for_observer(&two), Some(Existing(1)));
    }
}
