//! The body of an answer, up to a limit: a broken proxy, or a server that is not the one meant, may send without end.

use reqwest::Response;

/// The largest answer of a platform's API, in bytes. The largest real one: a hundred of Telegram's messages at its limit, each with
/// the one that it quotes, all in emoji that JSON spells with twelve signs.
pub const MAX_ANSWER_BYTES: usize = 16 << 20;

/// The reasons why a body was not read.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// The connection broke, or it took too long. The error holds no address.
    #[error("{}", crate::error_cause(.0))]
    Lost(reqwest::Error),
    /// It is larger than the limit, in bytes; the rest was not read.
    #[error("it is larger than {}", size(*.0))]
    TooLarge(usize),
}

fn lost(error: reqwest::Error) -> Unread {
    Unread::Lost(error.without_url())
}

fn size(bytes: usize) -> String {
    match bytes >> 20 {
        0 => format!("{} KiB", bytes >> 10),
        mebibytes => format!("{mebibytes} MiB"),
    }
}

/// Reads the body of `response`, which may have `max_bytes`.
///
/// # Errors
/// The reason; it holds no address.
pub async fn body(mut response: Response, max_bytes: usize) -> Result<Vec<u8>, Unread> {
    let length = response.content_length();
    if length.is_some_and(|length| usize::try_from(length).is_ok_and(|length| length > max_bytes)) {
        return Err(Unread::TooLarge(max_bytes));
    }
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(lost)? {
        if bytes.len() + part.len() > max_bytes {
            return Err(Unread::TooLarge(max_bytes));
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// Asks a server that sends `head` and then `chunk` without end; what was read, and how much the server got rid of.
    async fn ask(head: &'static str, chunk: Vec<u8>) -> (Result<Vec<u8>, Unread>, usize) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let sent = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&sent);
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _ = socket.read(&mut [0; 2048]).await;
            socket.write_all(head.as_bytes()).await.unwrap();
            while !chunk.is_empty() && socket.write_all(&chunk).await.is_ok() {
                counted.fetch_add(chunk.len(), Ordering::SeqCst);
            }
        });
        let client = crate::client(Duration::from_secs(20)).unwrap();
        let response = client.get(format!("http://{address}/")).send().await.unwrap();
        let read = body(response, 1 << 20).await;
        server.await.unwrap();
        (read, sent.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn an_answer_without_end_is_given_up_at_the_limit_and_the_connection_with_it() {
        let chunk = [b"10000\r\n".as_slice(), &[b'x'; 1 << 16], b"\r\n"].concat();
        let (read, sent) = ask("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", chunk).await;
        let error = read.unwrap_err();
        assert_eq!(error.to_string(), "it is larger than 1 MiB");
        // What the system holds between the two comes on top.
        assert!(sent < 32 << 20, "{sent}");
        // Announced: not a byte of it is waited for.
        let (read, _) = ask(
            "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n",
            Vec::new(),
        )
        .await;
        assert!(matches!(read, Err(Unread::TooLarge(_))), "{read:?}");
        let (read, _) = ask("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc", Vec::new()).await;
        assert_eq!(read.unwrap(), b"abc");
        let (read, _) = ask("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab", Vec::new()).await;
        assert!(matches!(read, Err(Unread::Lost(_))), "{read:?}");
    }
}
