//! Writes what waits in the queue, many calls to one flush, and a ping now and then.

use super::{Connection, FAREWELL, Outgoing};
use futures_util::stream::SplitSink;
use futures_util::{Sink, SinkExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

/// The most calls written with one flush.
const FLUSH_BATCH_MAX: usize = 128;

/// Runs until the connection closes; reports the calls still in the queue then as not written.
pub(crate) async fn run<S>(
    mut sink: SplitSink<WebSocketStream<S>, Message>,
    mut queue: mpsc::Receiver<Outgoing>,
    connection: Arc<Connection>,
    ping_every: Duration,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let closed = connection.closed.clone();
    let mut batch = Vec::with_capacity(FLUSH_BATCH_MAX);
    tokio::select! {
        () = closed.cancelled() => {}
        _ = write(&mut sink, &mut queue, &mut batch, ping_every) => {}
    }
    queue.close();
    for unwritten in batch.drain(..) {
        connection.calls.not_written(unwritten.number);
    }
    while let Ok(unwritten) = queue.try_recv() {
        connection.calls.not_written(unwritten.number);
    }
    connection.closed.cancel();
    let (code, reason) = connection
        .farewell
        .get()
        .copied()
        .unwrap_or((CloseCode::Away, "going away"));
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    // The other side may be long gone; then it hears nothing.
    let _ = tokio::time::timeout(FAREWELL, sink.send(Message::Close(Some(frame)))).await;
}

async fn write<K>(
    sink: &mut K,
    queue: &mut mpsc::Receiver<Outgoing>,
    batch: &mut Vec<Outgoing>,
    ping_every: Duration,
) -> Result<(), Error>
where
    K: Sink<Message, Error = Error> + Unpin,
{
    let mut ping = tokio::time::interval_at(Instant::now() + ping_every, ping_every);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            received = queue.recv_many(batch, FLUSH_BATCH_MAX) => {
                if received == 0 {
                    return Ok(());
                }
                // A call leaves the batch when it goes to the socket, so that what remains was surely not written.
                batch.reverse();
                while let Some(call) = next(sink, batch).await? {
                    sink.start_send_unpin(Message::Text(call.json.into()))?;
                }
            }
            _ = ping.tick() => sink.feed(Message::Ping(Bytes::new())).await?,
        }
        sink.flush().await?;
    }
}

/// The next call of the batch, once the socket takes it.
async fn next<K>(sink: &mut K, batch: &mut Vec<Outgoing>) -> Result<Option<Outgoing>, Error>
where
    K: Sink<Message, Error = Error> + Unpin,
{
    std::future::poll_fn(|context| sink.poll_ready_unpin(context)).await?;
    Ok(batch.pop())
}
