//! What parent and executor say to each other: a greeting, an order, a word on confinement, a response.
//!
//! The executor greets with [`GREETING`] and gets an [`Order`]. It confines itself, says so (a
//! `Result<Confinement, String>`, whose error is why this machine cannot run programs safely), and only then looks at
//! the request and answers with a [`Response`]. So whatever fails before that word is the machine's fault, and
//! whatever fails after it is the program's.
//!
//! A frame is a length (8 bytes, little-endian) and that many bytes; orders and responses are
//! SCALE-encoded. Each reader names the longest frame it accepts.

use std::io::{self, Read, Write};

use codec::{Decode, DecodeAll, Encode};
use phala_primitives::job::{ExitStatus, MAX_OUTPUT, MAX_SEALED_INPUT};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroize;

use crate::executor::confine::Landlock;

/// The executor's first frame: it started, and it is of the parent's version.
pub(crate) const GREETING: &[u8] =
    concat!("phala-executor ", env!("CARGO_PKG_VERSION"), " protocol 2").as_bytes();

/// Longest program, and longest standard input: no sealed input holds more.
pub(crate) const MAX_PART: usize = MAX_SEALED_INPUT;

/// Longest compiled program. Compiled code is a few times as long as its module.
pub(crate) const MAX_ARTEFACT: usize = 512 << 20;

/// Room for everything in a frame whose length is not counted otherwise.
const SLACK: usize = 1 << 20;

/// Longest request: a compiled program and a job's input.
pub(crate) const MAX_REQUEST: usize = MAX_ARTEFACT + 2 * MAX_SEALED_INPUT + SLACK;

/// Longest response: a compiled program (a job's output is shorter).
pub(crate) const MAX_RESPONSE: usize = MAX_ARTEFACT + MAX_OUTPUT + SLACK;

/// Which of the two kinds of WASI command a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Kind {
    /// A core module, WASI preview 1.
    Module,
    /// A component, WASI preview 2.
    Component,
}

impl Kind {
    /// Reads the eight bytes with which every WebAssembly binary starts: magic, version, layer.
    pub(crate) fn of(program: &[u8]) -> Option<Self> {
        match program.get(..8)? {
            b"\0asm\x01\0\0\0" => Some(Self::Module),
            b"\0asm\x0d\0\x01\0" => Some(Self::Component),
            _ => None,
        }
    }
}

/// What an executor is started for, and how it is to confine itself before it looks at it.
#[derive(Encode, Decode)]
pub(crate) struct Order<R> {
    /// Whether it may do without.
    pub(crate) landlock: Landlock,
    /// A [`Request`], or a reference to one.
    pub(crate) request: R,
}

/// What an executor is started for.
#[derive(Encode, Decode)]
pub(crate) enum Request {
    /// Nothing more than to say how the executor is confined.
    Describe,
    /// Compile a program; runs none of it.
    Compile {
        /// What `program` starts with.
        kind: Kind,
        /// WebAssembly, not to be trusted.
        program: Vec<u8>,
    },
    /// Run a compiled program.
    Run(RunRequest),
}

/// A request whose memory is wiped once it is done with.
pub(crate) struct Wiped(pub(crate) Request);

impl Drop for Wiped {
    fn drop(&mut self) {
        match &mut self.0 {
            Request::Describe => {}
            Request::Compile { program, .. } => program.zeroize(),
            Request::Run(run) => {
                run.artefact.zeroize();
                run.arguments.zeroize();
                run.stdin.zeroize();
                run.seed.zeroize();
            }
        }
    }
}

/// A program to run and its limits.
#[derive(Encode, Decode)]
pub(crate) struct RunRequest {
    /// Which kind of program was compiled.
    pub(crate) kind: Kind,
    /// From [`Response::Compiled`], of an executor like this one: it is executed as it stands.
    pub(crate) artefact: Vec<u8>,
    /// After the program's name.
    pub(crate) arguments: Vec<String>,
    /// Standard input.
    pub(crate) stdin: Vec<u8>,
    /// Seeds the program's random numbers.
    pub(crate) seed: [u8; 32],
    /// Most fuel for the execution.
    pub(crate) fuel: u64,
    /// Most bytes of linear memory.
    pub(crate) memory: u64,
    /// Most seconds of execution.
    pub(crate) seconds: u32,
}

/// What came of a request.
#[derive(Encode, Decode)]
pub(crate) enum Response {
    /// The program compiled; for [`RunRequest::artefact`].
    Compiled(Vec<u8>),
    /// The program is none that can run, and why.
    Invalid(String),
    /// The program ran.
    Ran(Ran),
    /// The artefact is of another engine: compile again.
    Stale,
}

/// A program's end.
#[derive(PartialEq, Eq, Encode, Decode)]
pub(crate) struct Ran {
    /// How it ended.
    pub(crate) exit: ExitStatus,
    /// Fuel of the execution.
    pub(crate) fuel: u64,
    /// What it wrote to standard output.
    pub(crate) stdout: Vec<u8>,
    /// What it wrote to standard error.
    pub(crate) stderr: Vec<u8>,
}

fn checked_length(length: [u8; 8], limit: usize) -> io::Result<usize> {
    let length = u64::from_le_bytes(length);
    usize::try_from(length).ok().filter(|length| *length <= limit).ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, format!("frame of {length} bytes, limit {limit}"))
    })
}

/// Decodes the whole of a frame.
pub(crate) fn decode<T: Decode>(frame: &[u8]) -> io::Result<T> {
    T::decode_all(&mut &frame[..]).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Reads a frame of at most `limit` bytes.
pub(crate) fn read(input: &mut impl Read, limit: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    let mut frame = vec![0; checked_length(length, limit)?];
    input.read_exact(&mut frame)?;
    Ok(frame)
}

/// Writes a frame.
pub(crate) fn write(output: &mut impl Write, frame: &[u8]) -> io::Result<()> {
    output.write_all(&(frame.len() as u64).to_le_bytes())?;
    output.write_all(frame)?;
    output.flush()
}

/// [`read`], for the parent. Memory grows with what arrives, not with what is announced.
pub(crate) async fn read_async(input: &mut (impl AsyncRead + Unpin), limit: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    input.read_exact(&mut length).await?;
    let length = checked_length(length, limit)?;
    let mut frame = Vec::new();
    input.take(length as u64).read_to_end(&mut frame).await?;
    if frame.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(frame)
}

/// [`write`], for the parent.
pub(crate) async fn write_async(output: &mut (impl AsyncWrite + Unpin), frame: &[u8]) -> io::Result<()> {
    output.write_all(&(frame.len() as u64).to_le_bytes()).await?;
    output.write_all(frame).await?;
    output.flush().await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn frame_should_come_back_when_within_the_limit() {
        let mut pipe = Vec::new();
        write(&mut pipe, b"four").unwrap();
        assert_eq!(read(&mut &pipe[..], 4).unwrap(), b"four");
        assert_eq!(read(&mut &pipe[..], 3).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn frame_should_be_refused_when_cut_short_or_over_the_limit() {
        let mut pipe = Vec::new();
        write_async(&mut pipe, b"four").await.unwrap();
        assert_eq!(read_async(&mut &pipe[..11], 4).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(read_async(&mut &pipe[..], 3).await.unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(read_async(&mut &pipe[..], 4).await.unwrap(), b"four");
    }

    /// Executors run what nobody trusts: their word is read like any other from outside.
    #[test]
    fn response_should_be_read_as_it_is_or_refused_when_any_byte_is_changed_or_missing() {
        let ran =
            Ran { exit: ExitStatus::Exited(3), fuel: 7, stdout: b"out".to_vec(), stderr: b"err".to_vec() };
        let responses = [
            Response::Compiled(vec![1; 20]),
            Response::Invalid("why".into()),
            Response::Ran(ran),
            Response::Stale,
        ];
        for response in responses {
            let frame = response.encode();
            assert!(decode::<Response>(&frame).unwrap().encode() == frame);
            assert!(decode::<Response>(&[&frame[..], &[0]].concat()).is_err());
            for place in 0..frame.len() {
                assert!(decode::<Response>(&frame[..place]).is_err());
                for value in 0..=u8::MAX {
                    let mut changed = frame.clone();
                    changed[place] = value;
                    if let Ok(read) = decode::<Response>(&changed) {
                        assert!(read.encode() == changed, "two encodings of one response");
                    }
                }
            }
        }
    }

    #[test]
    fn kind_should_be_none_when_the_header_is_not_webassembly() {
        assert_eq!(Kind::of(b"\0asm\x01\0\0\0rest"), Some(Kind::Module));
        assert_eq!(Kind::of(b"\0asm\x0d\0\x01\0"), Some(Kind::Component));
        for other in [&b""[..], b"\0asm", b"(module)", b"\x7fELF\x02\x01\x01\0"] {
            assert_eq!(Kind::of(other), None);
        }
    }
}
