//! Choice of the directory for the CPU slots' lock files: the one that `REMOTE_MEDIASOUP_SLOTS` names,
//! `/run/remote-mediasoup` of the machine, or one of the user's own.
//! [`CpuSlots::of_this_machine`](crate::CpuSlots::of_this_machine) tries them in the order that this module
//! returns.

use nix::unistd::geteuid;
use std::env;
use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The machine's. In `/run` only root creates anything, so that no other user can be there first.
const MACHINE: &str = "/run/remote-mediasoup";

/// The setting that names a directory. Programs share slots when theirs is the same.
const SETTING: &str = "REMOTE_MEDIASOUP_SLOTS";

/// The directory to use, and the next ones where it isn't there and can't be created.
pub(crate) fn directories() -> (PathBuf, Vec<PathBuf>) {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(named) = variable(SETTING) {
        return (named.into(), Vec::new());
    }
    let user = geteuid().as_raw();
    let own = own(user, variable("XDG_RUNTIME_DIR"), &env::temp_dir());
    (MACHINE.into(), own)
}

/// Those for one user's programs: in the directory of the user's login, else in the temporary one.
fn own(user: u32, runtime: Option<OsString>, temporary: &Path) -> Vec<PathBuf> {
    let of_login = PathBuf::from(format!("/run/user/{user}"));
    let mut own: Vec<_> = runtime
        .map(PathBuf::from)
        .into_iter()
        .chain([of_login])
        // After `su`, the variable still names the directory of somebody else.
        .filter(|path| path.metadata().is_ok_and(|it| it.uid() == user))
        .map(|path| path.join("remote-mediasoup"))
        .collect();
    own.push(temporary.join(format!("remote-mediasoup-{user}")));
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A user that no machine has.
    const STRANGER: u32 = 4_000_000_000;

    fn of(user: u32, runtime: Option<&str>) -> Vec<PathBuf> {
        own(user, runtime.map(OsString::from), Path::new("/tmp"))
    }

    #[test]
    fn a_user_s_own_are_in_the_directory_of_the_login_before_the_temporary_one() {
        let temporary = env::temp_dir();
        let owner = temporary.metadata().unwrap().uid();
        let own = of(owner, temporary.to_str());
        assert_eq!(own[0], temporary.join("remote-mediasoup"));
        assert_eq!(
            own.last(),
            Some(&format!("/tmp/remote-mediasoup-{owner}").into())
        );
    }

    #[test]
    fn the_directory_of_another_login_is_left_alone() {
        let temporary = PathBuf::from(format!("/tmp/remote-mediasoup-{STRANGER}"));
        for runtime in [Some("/"), Some("/nowhere"), None] {
            let own = of(STRANGER, runtime);
            assert_eq!(own, std::slice::from_ref(&temporary), "{runtime:?}");
        }
    }
}
