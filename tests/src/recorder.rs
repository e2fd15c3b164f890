//! What passes between two parties, seen by a third.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    task::JoinHandle,
};

/// One stream of bytes for each direction of each connection.
type Streams = Arc<Mutex<Vec<Vec<u8>>>>;

/// Passes connections on to a server and keeps all that is said, in either direction.
pub struct Recorder {
    streams: Streams,
    task: JoinHandle<()>,
}

impl Recorder {
    /// Stands in for the server at `server`, on a port of its own.
    pub async fn tcp(server: SocketAddr) -> Result<(Self, SocketAddr)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let streams = Streams::default();
        let task = tokio::spawn(serve_tcp(listener, server, streams.clone()));
        Ok((Self { streams, task }, address))
    }

    /// Stands in at `path` for the server that listens at `server`.
    pub fn unix(path: &Path, server: PathBuf) -> Result<Self> {
        let listener = UnixListener::bind(path).with_context(|| format!("{}", path.display()))?;
        let streams = Streams::default();
        let task = tokio::spawn(serve_unix(listener, server, streams.clone()));
        Ok(Self { streams, task })
    }

    /// Everything said so far, one stream for each direction of each connection. WebSocket messages are
    /// without their frames and masks.
    pub fn said(&self) -> Vec<Vec<u8>> {
        lock(&self.streams).iter().map(|stream| unframed(stream).unwrap_or_else(|| stream.clone())).collect()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve_tcp(listener: TcpListener, server: SocketAddr, streams: Streams) {
    while let Ok((client, _)) = listener.accept().await {
        let Ok(server) = TcpStream::connect(server).await else { continue };
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        tokio::spawn(pass(from_client, to_server, streams.clone()));
        tokio::spawn(pass(from_server, to_client, streams.clone()));
    }
}

async fn serve_unix(listener: UnixListener, server: PathBuf, streams: Streams) {
    while let Ok((client, _)) = listener.accept().await {
        let Ok(server) = UnixStream::connect(&server).await else { continue };
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        tokio::spawn(pass(from_client, to_server, streams.clone()));
        tokio::spawn(pass(from_server, to_client, streams.clone()));
    }
}

async fn pass(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, streams: Streams) {
    let index = {
        let mut streams = lock(&streams);
        streams.push(Vec::new());
        streams.len() - 1
    };
    let mut buffer = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        lock(&streams)[index].extend_from_slice(&buffer[..length]);
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
    // One side has closed; the other hears of it, if it still listens.
    let _ = to.shutdown().await;
}

fn lock(streams: &Streams) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
    // Bytes are whole after every step, whatever panicked.
    streams.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The head of a WebSocket connection and the messages after it; none if `stream` is something else. What a client
/// says to a server is masked (RFC 6455, section 5.3), and would be found by no search.
fn unframed(stream: &[u8]) -> Option<Vec<u8>> {
    const END: &[u8] = b"\r\n\r\n";
    let end = stream.windows(END.len()).position(|window| window == END)? + END.len();
    let (head, mut frames) = stream.split_at(end);
    String::from_utf8_lossy(head).to_ascii_lowercase().contains("upgrade: websocket").then_some(())?;
    let mut said = head.to_vec();
    while let Some((payload, rest)) = frame(frames) {
        said.extend(payload);
        frames = rest;
    }
    Some(said)
}

/// The payload of the first frame, as much as is there of it, and what follows the frame.
fn frame(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let [_, second, rest @ ..] = bytes else { return None };
    let (length, rest) = match second & 0x7f {
        126 => {
            rest.split_first_chunk().map(|(length, rest)| (u64::from(u16::from_be_bytes(*length)), rest))?
        }
        127 => rest.split_first_chunk().map(|(length, rest)| (u64::from_be_bytes(*length), rest))?,
        length => (u64::from(length), rest),
    };
    let (mask, rest) = match second & 0x80 {
        0 => ([0; 4], rest),
        _ => rest.split_first_chunk().map(|(mask, rest)| (*mask, rest))?,
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX).min(rest.len());
    let (payload, rest) = rest.split_at(length);
    Some((payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect(), rest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HEAD: &[u8] = b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n";

    #[test]
    fn masked_messages_should_be_readable_when_they_were_short_long_or_cut() {
        let mask = [1, 2, 3, 4];
        let masked = |text: &[u8]| -> Vec<u8> {
            text.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect()
        };
        let long = vec![b'x'; 300];
        // From RFC 6455: the final bit and the opcode; the mask's bit and the length; the mask; the payload.
        let short_frame = [&[0x81, 0x80 | 2][..], &mask, &masked(b"ab")].concat();
        let long_frame = [&[0x81, 0x80 | 126, 1, 44][..], &mask, &masked(&long)].concat();
        let cut_frame = [&[0x81, 0x80 | 5][..], &mask, &masked(b"cd")].concat();
        let stream = [HEAD, &short_frame, &long_frame, &cut_frame].concat();
        assert_eq!(unframed(&stream).unwrap(), [HEAD, b"ab", &long, b"cd"].concat());
    }

    #[test]
    fn message_should_be_readable_when_it_was_not_masked_and_came_in_fragments() {
        let stream = [HEAD, &[0x01, 2, b'a', b'b', 0x80, 1, b'c']].concat();
        assert_eq!(unframed(&stream).unwrap(), [HEAD, b"abc"].concat());
    }

    #[test]
    fn stream_should_be_left_alone_when_it_is_no_websocket() {
        assert_eq!(unframed(b"GET / HTTP/1.1\r\n\r\nbody"), None);
        assert_eq!(unframed(b"no head"), None);
    }
}
