//! Frames that were written and wait for WeCom's word on them.

use crate::fault::Fault;
use parking_lot::Mutex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::oneshot;

/// WeCom's word on a frame: 0, or a code with a text.
pub(crate) type Answer = Result<(), Fault>;

/// The frames of one connection that wait, by `req_id`.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<BTreeMap<String, Waiting>>);

#[derive(Debug)]
struct Waiting {
    written: Arc<AtomicBool>,
    tell: oneshot::Sender<Answer>,
}

impl Calls {
    /// Expects the answer to a frame; `written` is set when it leaves. `None` while another frame of the same `req_id`
    /// waits: WeCom takes them one by one.
    pub(super) fn expect(
        &self,
        req_id: &str,
        written: &Arc<AtomicBool>,
    ) -> Option<oneshot::Receiver<Answer>> {
        let mut waiting = self.0.lock();
        if waiting.contains_key(req_id) {
            return None;
        }
        let (tell, answer) = oneshot::channel();
        let written = Arc::clone(written);
        waiting.insert(req_id.to_owned(), Waiting { written, tell });
        Some(answer)
    }

    /// An answer came.
    pub(super) fn answered(&self, req_id: &str, frame: &Value) {
        let Some(waiting) = self.0.lock().remove(req_id) else {
            return;
        };
        // Whoever asked may be gone.
        let _ = waiting.tell.send(verdict(frame));
    }

    /// Forgets a request that nobody waits for any more.
    pub(super) fn forget(&self, req_id: &str) {
        self.0.lock().remove(req_id);
    }

    /// The connection is lost.
    pub(super) fn lose_all(&self) {
        for (_, waiting) in std::mem::take(&mut *self.0.lock()) {
            let words = "the connection to WeCom was lost".to_owned();
            let _ = waiting.tell.send(Err(if waiting.written.load(Ordering::SeqCst) {
                Fault::NoAnswer(words)
            } else {
                Fault::NotWritten(words)
            }));
        }
    }
}

/// Reads the verdict of a response frame on the request that it answers.
pub(crate) fn verdict(frame: &Value) -> Answer {
    match frame.get("errcode").and_then(Value::as_i64) {
        Some(0) => Ok(()),
        Some(code) => Err(Fault::of(
            code,
            frame.get("errmsg").and_then(Value::as_str).unwrap_or_default(),
        )),
        None => Err(Fault::NoAnswer("WeCom's answer has no errcode".to_owned())),
    }
}
