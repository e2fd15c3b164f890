//! Descriptors that whoever started the worker left open. The parent knows nothing of them and passes them on.

use std::fs;
use std::io;

use nix::errno::Errno;
use nix::unistd::close;

/// The last of standard input, output and error.
const STANDARD: i32 = 2;

/// Closes every descriptor but standard input, output and error. To be called while nothing in the process owns another.
///
/// # Errors
///
/// The process cannot see which it has, for want of a `/proc`.
pub fn close_descriptors() -> io::Result<()> {
    // The listing must be closed before its own descriptor is.
    let listed: io::Result<Vec<_>> =
        fs::read_dir("/proc/self/fd")?.map(|entry| Ok(entry?.file_name())).collect();
    let open = listed?.into_iter().filter_map(|name| name.to_str()?.parse().ok());
    for descriptor in open.filter(|descriptor: &i32| *descriptor > STANDARD) {
        match close(descriptor) {
            // The listing's own is gone already.
            Ok(()) | Err(Errno::EBADF) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
