//! A OneBot v11 implementation without QQ behind it: sends group messages as NapCat does, takes actions, remembers what
//! the bot said, and answers questions about it. Wire format: the OneBot v11 standard (communication/ws*.md,
//! event/message.md, api/public.md) and, for `get_group_msg_history`, NapCat's extension.

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::{self, Message, client::IntoClientRequest};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::moment;
use super::program::{SELF_ID, TOKEN};

/// A message of the bot.
#[derive(Debug, Clone)]
pub struct Said {
    pub group: Option<i64>,
    pub user: Option<i64>,
    /// The message that it quotes.
    pub quote: Option<String>,
    pub text: String,
    /// The sources of its pictures.
    pub pictures: Vec<String>,
    pub id: i64,
    pub at: Instant,
}

/// The implementation's behaviour.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// It can look up history, as NapCat does.
    pub history: bool,
    /// It answers actions.
    pub answers: bool,
}

impl Manners {
    /// As the widespread implementations behave.
    pub const WELL_BEHAVED: Self = Self {
        history: true,
        answers: true,
    };
}

/// Waits for what the bot says next.
pub async fn next(said: &mut mpsc::UnboundedReceiver<Said>) -> Said {
    tokio::time::timeout(Duration::from_secs(60), said.recv())
        .await
        .expect("the bot says something")
        .unwrap()
}

/// The way in which the implementation takes actions at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It does and answers them.
    Well,
    /// It neither does nor answers them.
    Deaf,
    /// It does them at once and answers after a time.
    Slow(Duration),
    /// It does not do them, and says that the network failed, as NapCat does.
    Failing,
    /// It does them, and says that the network failed.
    Lying,
    /// It refuses them: the bot was put out of the group.
    Refusing,
}

/// The implementation's side, surviving connections as the real one does.
#[derive(Clone)]
pub struct Qq {
    pub manners: Manners,
    mood: Arc<Mutex<Mood>>,
    said: Arc<Mutex<Vec<Said>>>,
    events: Arc<Mutex<HashMap<String, Value>>>,
    heard: mpsc::UnboundedSender<Said>,
}

impl Qq {
    /// An implementation, and what the bot says as it says it.
    pub fn new(manners: Manners) -> (Self, mpsc::UnboundedReceiver<Said>) {
        let (heard, hear) = mpsc::unbounded_channel();
        (
            Self {
                manners,
                mood: Arc::new(Mutex::new(Mood::Well)),
                said: Arc::default(),
                events: Arc::default(),
                heard,
            },
            hear,
        )
    }

    /// Returns all messages that the bot ever sent.
    pub fn said(&self) -> Vec<Said> {
        self.said.lock().unwrap().clone()
    }

    /// Waits until the bot has said something in a group.
    pub async fn hears(&self, group: i64, part: &str, within: Duration) -> Said {
        let end = Instant::now() + within;
        loop {
            let all = self.said();
            let found = all
                .iter()
                .find(|said| said.group == Some(group) && said.text.contains(part));
            if let Some(said) = found {
                return said.clone();
            }
            assert!(Instant::now() < end, "not said in {group}: {part}\n{all:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Keeps a member's message, so that `get_msg` finds it where somebody quotes it.
    pub fn remember(&self, event: &Value) {
        let id = event["message_id"].to_string();
        self.events.lock().unwrap().insert(id, event.clone());
    }

    /// Returns a remembered message of a member, or of the bot, in the form of `get_msg`.
    fn past_message(&self, id: &Value) -> Option<Value> {
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        if let Some(event) = self.events.lock().unwrap().get(&id) {
            return Some(event.clone());
        }
        let said = self.said.lock().unwrap();
        let said = said.iter().find(|said| said.id.to_string() == id)?;
        Some(json!({
            "message_id": said.id, "time": now(), "user_id": SELF_ID, "group_id": said.group,
            "sender": {"user_id": SELF_ID, "nickname": "bot"}, "message_type": "group",
            "message": [{"type": "text", "data": {"text": said.text}}],
        }))
    }

    /// Refuses and answers nothing of the bot from now on, or everything again.
    pub fn deaf(&self, deaf: bool) {
        self.set_mood(if deaf { Mood::Deaf } else { Mood::Well });
    }

    /// Sets the response to actions from now on.
    pub fn set_mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// Replies by the message that they quote.
    pub fn by_quote(&self) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for said in self.said.lock().unwrap().iter() {
            if let Some(quote) = &said.quote {
                *counts.entry(quote.clone()).or_insert(0) += 1;
            }
        }
        counts
    }

    /// Connects as a reverse WebSocket client with the Universal role; tries until the program listens.
    pub async fn connect(&self, url: &str) -> Wire {
        let end = Instant::now() + Duration::from_secs(90);
        loop {
            match self.try_connect(url, TOKEN).await {
                Ok(wire) => return wire,
                Err(error) => assert!(Instant::now() < end, "can't connect to {url}: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub async fn try_connect(&self, url: &str, token: &str) -> Result<Wire, tungstenite::Error> {
        let mut request = url.into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("X-Self-ID", SELF_ID.to_string().parse().unwrap());
        headers.insert("X-Client-Role", "Universal".parse().unwrap());
        headers.insert("Authorization", format!("Bearer {token}").parse().unwrap());
        let (stream, _) = tokio_tungstenite::connect_async_with_config(request, None, true).await?;
        Ok(self.greet(self.serve(stream)))
    }

    /// Waits for the program to connect to a forward WebSocket server.
    pub async fn accept(&self, listener: &TcpListener) -> Wire {
        self.greet(self.accept_silently(listener).await)
    }

    /// Waits for a connection that takes actions alone: no event is sent over it.
    pub async fn accept_silently(&self, listener: &TcpListener) -> Wire {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let stream = tokio_tungstenite::accept_async(MaybeTlsStream::Plain(stream))
            .await
            .unwrap();
        self.serve(stream)
    }

    fn serve(&self, stream: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Wire {
        let (sink, source) = stream.split();
        let (out, frames) = mpsc::unbounded_channel();
        let reader = tokio::spawn(read(self.clone(), source, out.clone()));
        let writer = tokio::spawn(write(sink, frames));
        Wire { out, reader, writer }
    }

    /// Says that the implementation is there.
    fn greet(&self, wire: Wire) -> Wire {
        wire.send(json!({
            "time": now(), "self_id": SELF_ID, "post_type": "meta_event",
            "meta_event_type": "lifecycle", "sub_type": "connect",
        }));
        wire
    }

    fn act(&self, request: &Value) -> Value {
        let params = &request["params"];
        let ok = |data: Value| json!({"status": "ok", "retcode": 0, "data": data, "message": "", "echo": request["echo"]});
        match request["action"].as_str().unwrap_or_default() {
            "send_group_msg" | "send_private_msg" | "send_msg" => {
                let mut said = self.said.lock().unwrap();
                let id = 1_000_000 + said.len() as i64;
                let segments = params["message"].as_array().cloned().unwrap_or_default();
                let text = segments
                    .iter()
                    .filter_map(|s| s["data"]["text"].as_str())
                    .collect::<String>();
                let quote = segments
                    .iter()
                    .find(|s| s["type"] == "reply")
                    .map(|s| match &s["data"]["id"] {
                        Value::String(id) => id.clone(),
                        id => id.to_string(),
                    });
                let number = |key: &str| {
                    params[key]
                        .as_i64()
                        .or_else(|| params[key].as_str()?.parse().ok())
                };
                let one = Said {
                    group: number("group_id"),
                    user: number("user_id"),
                    quote,
                    pictures: segments
                        .iter()
                        .filter_map(|s| Some(s["data"]["file"].as_str()?.to_owned()))
                        .collect(),
                    text,
                    id,
                    at: Instant::now(),
                };
                said.push(one.clone());
                let _ = self.heard.send(one);
                ok(json!({"message_id": id}))
            }
            "get_group_msg_history" if self.manners.history => {
                let group = params["group_id"]
                    .as_i64()
                    .or_else(|| params["group_id"].as_str()?.parse().ok());
                let said = self.said.lock().unwrap();
                let messages: Vec<Value> = said
                    .iter()
                    .filter(|said| said.group == group)
                    .map(|said| {
                        json!({
                            "message_id": said.id, "time": now(), "user_id": SELF_ID, "group_id": group,
                            "sender": {"user_id": SELF_ID, "nickname": "bot"}, "message_type": "group",
                            "message": [
                                {"type": "reply", "data": {"id": said.quote.clone().unwrap_or_default()}},
                                {"type": "text", "data": {"text": said.text}},
                            ],
                        })
                    })
                    .collect();
                ok(json!({"messages": messages}))
            }
            "get_msg" => match self.past_message(&params["message_id"]) {
                Some(message) => ok(message),
                None => json!({"status": "failed", "retcode": 1200, "data": null, "echo": request["echo"]}),
            },
            "get_status" => ok(json!({"online": true, "good": true})),
            "get_login_info" => ok(json!({"user_id": SELF_ID, "nickname": "bot"})),
            _ => json!({"status": "failed", "retcode": 1404, "data": null, "echo": request["echo"]}),
        }
    }
}

/// One connection.
pub struct Wire {
    out: mpsc::UnboundedSender<Message>,
    reader: tokio::task::JoinHandle<()>,
    writer: tokio::task::JoinHandle<()>,
}

impl Wire {
    pub fn send(&self, event: Value) {
        self.raw(Message::text(event.to_string()));
    }

    pub fn raw(&self, frame: Message) {
        let _ = self.out.send(frame);
    }

    /// True if the other side closed it.
    pub fn closed(&self) -> bool {
        self.reader.is_finished()
    }

    /// Cuts it off without a word.
    pub fn cut(self) {
        self.reader.abort();
        self.writer.abort();
    }
}

/// A message of a group.
pub fn group_message(id: i64, group: i64, user: i64, text: &str, mention: bool) -> Value {
    let mut message = Vec::new();
    if mention {
        message.push(json!({"type": "at", "data": {"qq": SELF_ID.to_string()}}));
    }
    message.push(
        json!({"type": "text", "data": {"text": if mention { format!(" {text}") } else { text.to_owned() }}}),
    );
    json!({
        "time": now(), "self_id": SELF_ID, "post_type": "message", "message_type": "group", "sub_type": "normal",
        "message_id": id, "group_id": group, "user_id": user, "message": message,
        "raw_message": text, "font": 14, "message_format": "array",
        "sender": {"user_id": user, "nickname": format!("member {user}"), "card": "", "role": "member"},
    })
}

/// A message to the bot alone.
pub fn private_message(id: i64, user: i64, text: &str) -> Value {
    let mut event = group_message(id, 0, user, text, false);
    event["message_type"] = json!("private");
    event["sub_type"] = json!("friend");
    if let Some(event) = event.as_object_mut() {
        event.remove("group_id");
    }
    event
}

/// The same, quoting a message.
pub fn group_quote(id: i64, group: i64, user: i64, text: &str, quoted: i64) -> Value {
    let mut event = group_message(id, group, user, text, false);
    if let Some(message) = event["message"].as_array_mut() {
        message.insert(0, json!({"type": "reply", "data": {"id": quoted.to_string()}}));
    }
    event
}

pub fn now() -> i64 {
    moment::since_1970().as_secs() as i64
}

async fn read(
    qq: Qq,
    mut source: SplitStream<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    out: mpsc::UnboundedSender<Message>,
) {
    while let Some(Ok(frame)) = source.next().await {
        let Message::Text(text) = frame else { continue };
        let mood = *qq.mood.lock().unwrap();
        if mood == Mood::Deaf {
            continue;
        }
        let request: Value = serde_json::from_str(&text).unwrap();
        let sends = request["action"]
            .as_str()
            .is_some_and(|action| action.starts_with("send_"));
        let answer = match mood {
            Mood::Failing if sends => network_error(&request),
            Mood::Refusing if sends => json!({
                "status": "failed", "retcode": 1200, "data": null, "echo": request["echo"], "message": "你已被移出该群",
            }),
            Mood::Lying if sends => {
                qq.act(&request);
                network_error(&request)
            }
            _ => qq.act(&request),
        };
        if !qq.manners.answers {
            continue;
        }
        let (out, frame) = (out.clone(), Message::text(answer.to_string()));
        match mood {
            Mood::Slow(after) => drop(tokio::spawn(async move {
                tokio::time::sleep(after).await;
                let _ = out.send(frame);
            })),
            _ => drop(out.send(frame)),
        }
    }
}

/// The words in which NapCat passes on that QQ's own servers could not be reached.
fn network_error(request: &Value) -> Value {
    json!({
        "status": "failed", "retcode": 1200, "data": null, "echo": request["echo"],
        "message": "EventChecker Failed: NTEvent serviceAndMethod:NodeIKernelMsgService/sendMsg ListenerName:NodeIKernelMsgListener/onMsgInfoListUpdate EventRet:\n{\n  \"result\": 1006514,\n  \"errMsg\": \"网络连接异常\"\n}\n",
    })
}

async fn write(
    mut sink: SplitSink<WebSocketStream<MaybeTlsStream<TcpStream>>, Message>,
    mut frames: mpsc::UnboundedReceiver<Message>,
) {
    while let Some(frame) = frames.recv().await {
        if sink.feed(frame).await.is_err() {
            return;
        }
        while let Ok(frame) = frames.try_recv() {
            if sink.feed(frame).await.is_err() {
                return;
            }
        }
        if sink.flush().await.is_err() {
            return;
        }
    }
}
