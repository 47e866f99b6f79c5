//! The contract of a Host: the fake keeps it, and every case of it finds a fault.

mod broken;
mod faults;
mod rig;

use faults::FAULTS;
use rig::FakeRig;
use testkit::contract::{CASES, failures, run};

#[test]
fn a_fake_host_keeps_the_contract() {
    run("FakeHost", || Box::new(FakeRig::new(None)), &[]);
}

#[test]
fn each_fault_fails_its_cases() {
    for (fault, expected) in FAULTS {
        let failed = failures(|| Box::new(FakeRig::new(Some(*fault))));
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
#[should_panic(expected = "which is not a case")]
fn a_skip_names_a_case() {
    run(
        "FakeHost",
        || Box::new(FakeRig::new(None)),
        &[("a typo", "a reason")],
    );
}
