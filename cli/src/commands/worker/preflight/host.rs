//! The machine that is examined. Everything that is read of it comes through here.

use std::{
    fs::{self, File},
    io::{self, Read},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    time::SystemTime,
};

use landlock::{Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr, ABI};
use rustix::fs::Access as Permission;

use crate::format::one_line;

/// Most bytes that are read of a file. The longest that is read, `/proc/cpuinfo`, has two kilobytes a processor.
const MAX_FILE: u64 = 8 << 20;

/// Most entries that are read of a folder.
const MAX_ENTRIES: usize = 1024;

/// What a worker's user must be able to do with a file or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Read and write a device or a socket.
    ReadWrite,
    /// Make files in a folder.
    Create,
    /// Execute a program.
    Execute,
}

/// What no file tells.
pub(super) trait System {
    /// Whether this user may do what is needed.
    fn permits(&self, path: &Path, need: Need) -> io::Result<()>;
    /// Bytes that this user may still write to the file system of `folder`.
    fn free_space(&self, folder: &Path) -> io::Result<u64>;
    /// Takes an address for a moment.
    fn listen(&self, address: SocketAddr) -> io::Result<()>;
    /// Whether the kernel offers Landlock.
    fn has_landlock(&self) -> bool;
    /// Registers EAX to EDX of a leaf and subleaf of CPUID; all zero where there is none.
    fn cpuid(&self, leaf: u32, subleaf: u32) -> [u32; 4];
    /// The machine's clock.
    fn now(&self) -> SystemTime;
}

/// A machine: a folder with its files, and what its kernel and processor say.
pub(super) struct Host {
    root: PathBuf,
    system: Box<dyn System>,
}

impl Host {
    /// The machine that this program runs on.
    pub(super) fn here() -> Self {
        Self::new(PathBuf::from("/"), Box::new(Here))
    }

    /// The machine whose files lie beneath `root`.
    pub(super) fn new(root: PathBuf, system: Box<dyn System>) -> Self {
        Self { root, system }
    }

    /// What no file tells.
    pub(super) fn system(&self) -> &dyn System {
        self.system.as_ref()
    }

    /// Where the machine's absolute `path` lies.
    pub(super) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// Whether there is anything at `path`.
    pub(super) fn exists(&self, path: impl AsRef<Path>) -> bool {
        self.path(path).symlink_metadata().is_ok()
    }

    /// The first of `paths` that exists.
    pub(super) fn first<'a>(&self, paths: &[&'a str]) -> Option<&'a str> {
        paths.iter().copied().find(|path| self.exists(path))
    }

    /// The text of a file. What is not UTF-8 is replaced.
    pub(super) fn text(&self, path: &str) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&self.bytes(path, MAX_FILE)?).into_owned())
    }

    /// The first bytes of a file.
    pub(super) fn bytes(&self, path: impl AsRef<Path>, limit: u64) -> io::Result<Vec<u8>> {
        let path = self.path(path);
        // A pipe would make the reader wait, and devices do things when they are read.
        if !fs::metadata(&path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The first line of a file, fit for a terminal. None where there is no such file, or nothing in it.
    pub(super) fn line(&self, path: &str) -> Option<String> {
        let text = self.text(path).ok()?;
        let line = one_line(text.lines().next()?.trim().as_bytes());
        (!line.is_empty()).then_some(line)
    }

    /// Names in a folder, in order; none where there is no such folder.
    pub(super) fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(folder)) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .take(MAX_ENTRIES)
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect();
        names.sort();
        names
    }

    /// When a file was changed last.
    pub(super) fn changed(&self, path: &str) -> Option<SystemTime> {
        fs::metadata(self.path(path)).ok()?.modified().ok()
    }

    /// Why this user may not do what is needed with `path`; none if it may.
    pub(super) fn refusal(&self, path: impl AsRef<Path>, need: Need) -> Option<io::Error> {
        self.system.permits(&self.path(path), need).err()
    }
}

/// The system that this program runs on.
struct Here;

impl System for Here {
    fn permits(&self, path: &Path, need: Need) -> io::Result<()> {
        let permission = match need {
            Need::ReadWrite => Permission::READ_OK | Permission::WRITE_OK,
            Need::Create => Permission::WRITE_OK | Permission::EXEC_OK,
            Need::Execute => Permission::EXEC_OK,
        };
        Ok(rustix::fs::access(path, permission)?)
    }

    fn free_space(&self, folder: &Path) -> io::Result<u64> {
        let found = rustix::fs::statvfs(folder)?;
        Ok(found.f_bavail.saturating_mul(found.f_frsize))
    }

    fn listen(&self, address: SocketAddr) -> io::Result<()> {
        TcpListener::bind(address).map(drop)
    }

    fn has_landlock(&self) -> bool {
        // A ruleset that nobody is put under.
        let ruleset = Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
        ruleset.handle_access(AccessFs::from_all(ABI::V1)).and_then(|ruleset| ruleset.create()).is_ok()
    }

    #[cfg(target_arch = "x86_64")]
    fn cpuid(&self, leaf: u32, subleaf: u32) -> [u32; 4] {
        // Past the last leaf, processors answer with what is in another.
        if leaf > raw_cpuid::cpuid!(0).eax {
            return [0; 4];
        }
        let found = raw_cpuid::cpuid!(leaf, subleaf);
        [found.eax, found.ebx, found.ecx, found.edx]
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn cpuid(&self, _: u32, _: u32) -> [u32; 4] {
        [0; 4]
    }

    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
