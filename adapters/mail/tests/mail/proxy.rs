//! A proxy between adapter and server that changes some of the server's responses.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A proxy's port, and how often the server behind it said something.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    pub(crate) said: Arc<AtomicUsize>,
}

/// Starts a proxy for the server on `port` that replaces `from` in its responses by `to`, which is as long.
pub(crate) async fn start(port: u16, from: &'static str, to: &'static str) -> Proxy {
    assert_eq!(from.len(), to.len());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let open = listener.local_addr().unwrap().port();
    let said = Arc::new(AtomicUsize::default());
    let count = Arc::clone(&said);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass(
                client,
                port,
                from.as_bytes(),
                to.as_bytes(),
                Arc::clone(&count),
            ));
        }
    });
    Proxy { port: open, said }
}

async fn pass(client: TcpStream, port: u16, from: &[u8], to: &[u8], count: Arc<AtomicUsize>) {
    let (mut said, mut heard) = client.into_split();
    let (mut answers, mut asks) = TcpStream::connect(("127.0.0.1", port))
        .await
        .unwrap()
        .into_split();
    let forth = tokio::io::copy(&mut said, &mut asks);
    let back = async {
        let mut buffer = vec![0; 65_536];
        loop {
            let Ok(length @ 1..) = answers.read(&mut buffer).await else {
                return;
            };
            count.fetch_add(1, Ordering::Relaxed);
            // What is looked for is written in one go, so it is never cut in two.
            let found = buffer[..length]
                .windows(from.len())
                .position(|window| window == from);
            if let Some(at) = found {
                buffer[at..at + to.len()].copy_from_slice(to);
            }
            if heard.write_all(&buffer[..length]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        _ = forth => {}
        () = back => {}
    }
}
