//! Limit of files and sockets that the operating system lets this program have open.

/// Most connections of the listener, however many files may be open.
const CONNECTIONS_MAX: usize = 2048;

/// Files that the rest of the program needs: the store, faq.yaml, the platforms' connections.
const RESERVED: usize = 256;

/// Raises the limit of open files to what the system allows: its default is for programs that know no better.
pub fn raise_descriptors() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        if limit.current != limit.maximum {
            limit.current = limit.maximum;
            if let Err(error) = setrlimit(Resource::Nofile, limit) {
                tracing::debug!(%error, "the limit of open files stays as it is");
            }
        }
    }
}

/// Returns the number of connections that the listener takes.
pub(super) fn connections_max() -> usize {
    connections_of(descriptors())
}

fn connections_of(descriptors: Option<u64>) -> usize {
    let all = descriptors
        .and_then(|all| usize::try_from(all).ok())
        .unwrap_or(usize::MAX);
    all.saturating_sub(RESERVED)
        .max(all / 4)
        .clamp(8, CONNECTIONS_MAX)
}

/// Returns the number of files and sockets that may be open; `None` without a limit.
#[cfg(unix)]
pub fn descriptors() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

/// Returns the number of files and sockets that may be open; `None` without a limit.
#[cfg(not(unix))]
pub fn descriptors() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_rest() {
        let of = |descriptors: u64| connections_of(Some(descriptors));
        assert_eq!(
            (of(64), of(256), of(1024), of(1 << 20)),
            (16, 64, 768, CONNECTIONS_MAX)
        );
        assert_eq!(connections_of(None), CONNECTIONS_MAX);
    }
}
