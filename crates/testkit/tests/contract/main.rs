//! Tests of the contract suite itself: `FakeHost` passes every case, each deliberate fault fails its cases,
//! and each case has a fault that fails it. A failure means that the suite would miss an error in a host.

mod broken;
mod faults;
mod rig;

use faults::FAULTS;
use rig::FakeRig;
use testkit::contract::{CASES, failures, run};

/// A fault that fails more cases than this is none of theirs in particular.
const MOST_FAILURES: usize = 12;

#[test]
fn a_fake_host_keeps_the_contract() {
    run("FakeHost", || Box::new(FakeRig::new(None)), &[]);
}

#[test]
fn each_fault_fails_its_cases() {
    for (fault, expected) in FAULTS {
        let failed = failures(|| Box::new(FakeRig::new(Some(*fault))));
        assert!(
            failed.len() <= MOST_FAILURES,
            "{fault:?} fails {} cases: it breaks what all of them need",
            failed.len()
        );
        for case in *expected {
            assert!(
                failed.iter().any(|(failed, _)| failed == case),
                "{fault:?} passes \"{case}\""
            );
        }
    }
}

#[test]
fn each_case_has_a_fault_that_fails_it() {
    for case in CASES.iter().copied().flatten() {
        assert!(
            FAULTS.iter().any(|(_, failed)| failed.contains(&case.name)),
            "no fault fails \"{}\"",
            case.name
        );
    }
}

#[test]
fn names_of_cases_are_unique() {
    let mut names: Vec<&str> = CASES.iter().copied().flatten().map(|it| it.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn a_skip_names_a_case_that_fails_and_a_reason() {
    let case = CASES[0][0].name;
    let passing = format!("FakeHost passes \"{case}\": don't skip it");
    let no_reason = format!("no reason to skip \"{case}\"");
    for (skip, expected) in [
        (("a typo", "a reason"), "\"a typo\" is not a case"),
        ((case, ""), &no_reason),
        ((case, "a reason"), &passing),
    ] {
        let play = || run("FakeHost", || Box::new(FakeRig::new(None)), &[skip]);
        let panic = std::panic::catch_unwind(play).unwrap_err();
        assert_eq!(
            panic.downcast_ref::<String>().map(String::as_str),
            Some(expected)
        );
    }
}
