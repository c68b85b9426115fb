//! A small disk of the test's own, on which a store can run out of room or become unwritable under a running program.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Room on the disk, in MiB. Enough for a store of some thousand messages, small enough to be filled in no time.
const SIZE_MIB: u64 = 48;

/// A file system in a file, mounted; unmounted when it is dropped.
pub(crate) struct Disk {
    pub(crate) path: PathBuf,
}

impl Disk {
    /// Makes and mounts a disk below `folder`. Needs the right to mount: `None` where that is not given.
    pub(crate) fn mount(folder: &Path) -> Option<Self> {
        let image = folder.join("disk.img");
        std::fs::File::create(&image).ok()?.set_len(SIZE_MIB << 20).ok()?;
        let path = folder.join("disk");
        std::fs::create_dir(&path).ok()?;
        let mounted = run(Command::new("mkfs.ext4").arg("-q").arg(&image))
            && run(Command::new("mount").args(["-o", "loop"]).arg(&image).arg(&path));
        mounted.then_some(Self { path })
    }

    /// Fills it to the last byte, or makes room again.
    pub(crate) fn fill(&self, full: bool) {
        let filler = self.path.join("filler");
        if !full {
            let _ = std::fs::remove_file(filler);
            return;
        }
        if let Ok(mut file) = std::fs::File::create(filler) {
            // Ends with "no space left".
            let _ = std::io::copy(&mut std::io::repeat(7), &mut file);
        }
    }

    /// Lets every write to what is there fail, or work again.
    pub(crate) fn read_only(&self, read_only: bool) {
        let flag = if read_only { "+i" } else { "-i" };
        for file in std::fs::read_dir(&self.path).into_iter().flatten().flatten() {
            // Not the file that SQLite maps into memory: a write there would be a signal, which no real disk gives.
            if ["desk.db", "desk.db-wal"]
                .iter()
                .any(|name| file.file_name() == *name)
            {
                run(Command::new("chattr").arg(flag).arg(file.path()));
            }
        }
        run(Command::new("chattr").arg(flag).arg(&self.path));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.read_only(false);
        run(Command::new("umount").arg("-l").arg(&self.path));
    }
}

/// Runs a program of the system; says whether it could and did.
pub(crate) fn run(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
