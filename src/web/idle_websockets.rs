//! A connection that became a WebSocket and then says nothing is closed: nobody has to hold a place for it.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// Timeout for the first frame of a WebSocket. Every implementation says who it is at once.
const FIRST_FRAME_TIMEOUT: Duration = Duration::from_secs(30);

/// A stream that fails to read when it has been upgraded and nothing came for [`FIRST_FRAME_TIMEOUT`].
#[derive(Debug)]
pub(super) struct Guarded<S> {
    stream: S,
    upgraded: Arc<AtomicBool>,
    /// `true` if something came after the upgrade.
    heard: bool,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<S> Guarded<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            upgraded: Arc::default(),
            heard: false,
            deadline: None,
        }
    }

    /// Returns the flag that is set when the connection is upgraded.
    pub(super) fn upgraded(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.upgraded)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if self.heard || !self.upgraded.load(Ordering::Acquire) {
            return read;
        }
        if read.is_ready() {
            self.heard = true;
            self.deadline = None;
            return read;
        }
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(FIRST_FRAME_TIMEOUT)));
        match deadline.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => Poll::Ready(Err(Error::new(
                ErrorKind::TimedOut,
                "nothing was said after the handshake",
            ))),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test(start_paused = true)]
    async fn a_websocket_that_says_nothing_ends_and_one_that_spoke_may_be_silent() {
        let (mut client, server) = tokio::io::duplex(64);
        let mut server = Guarded::new(server);
        let upgraded = server.upgraded();
        let mut byte = [0; 1];
        // Before the upgrade others look after the time.
        let early = tokio::time::timeout(FIRST_FRAME_TIMEOUT * 2, server.read(&mut byte)).await;
        assert!(early.is_err());
        upgraded.store(true, Ordering::Release);
        let ended = server.read(&mut byte).await;
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::TimedOut);

        let mut server = Guarded::new(server.stream);
        server.upgraded().store(true, Ordering::Release);
        client.write_all(b"x").await.unwrap();
        server.read_exact(&mut byte).await.unwrap();
        let silent = tokio::time::timeout(FIRST_FRAME_TIMEOUT * 2, server.read(&mut byte)).await;
        assert!(silent.is_err());
    }
}
