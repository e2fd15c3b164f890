//! Standard output and error, kept in memory up to [`MAX_OUTPUT`] together.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use phala_primitives::job::MAX_OUTPUT;
use tokio::io::AsyncWrite;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

/// Most bytes that a program may write at once.
const CHUNK: usize = 64 << 10;

/// What a program wrote.
#[derive(Default)]
pub(super) struct Captured {
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    /// More was written than is kept.
    pub(super) exceeded: bool,
}

/// Where a program writes.
#[derive(Clone, Default)]
pub(super) struct Output(Arc<Mutex<Captured>>);

impl Output {
    /// The program's standard output.
    pub(super) fn stdout(&self) -> Sink {
        Sink { output: self.clone(), stream: Stream::Stdout }
    }

    /// The program's standard error.
    pub(super) fn stderr(&self) -> Sink {
        Sink { output: self.clone(), stream: Stream::Stderr }
    }

    /// Whether the program wrote too much.
    pub(super) fn exceeded(&self) -> bool {
        self.captured().exceeded
    }

    /// What was written, leaving nothing.
    pub(super) fn take(&self) -> Captured {
        std::mem::take(&mut self.captured())
    }

    /// Keeps `bytes`, or as many of them as fit; whether all did.
    fn write(&self, stream: Stream, bytes: &[u8]) -> bool {
        let mut captured = self.captured();
        let room = MAX_OUTPUT.saturating_sub(captured.stdout.len() + captured.stderr.len());
        let kept = &bytes[..bytes.len().min(room)];
        match stream {
            Stream::Stdout => captured.stdout.extend_from_slice(kept),
            Stream::Stderr => captured.stderr.extend_from_slice(kept),
        }
        captured.exceeded |= kept.len() < bytes.len();
        !captured.exceeded
    }

    fn captured(&self) -> MutexGuard<'_, Captured> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy)]
enum Stream {
    Stdout,
    Stderr,
}

/// One of the two streams.
#[derive(Clone)]
pub(super) struct Sink {
    output: Output,
    stream: Stream,
}

impl IsTerminal for Sink {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Sink {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[async_trait]
impl Pollable for Sink {
    async fn ready(&mut self) {}
}

impl OutputStream for Sink {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        if self.output.write(self.stream, &bytes) {
            Ok(())
        } else {
            Err(StreamError::trap("more output than a job may write"))
        }
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(CHUNK)
    }
}

impl AsyncWrite for Sink {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(if self.output.write(self.stream, bytes) {
            Ok(bytes.len())
        } else {
            Err(io::ErrorKind::StorageFull.into())
        })
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
