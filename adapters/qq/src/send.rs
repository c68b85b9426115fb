//! Sends replies to QQ, once, part by part, and deletes them; reports the true outcome of each.

use crate::api::{self, Body, Fault};
use crate::channel_id::ChannelRef;
use crate::core::Core;
use crate::keyboard;
use crate::passive_replies::{NoRoute, Past, ReplyRoute, To};
use crate::settings::Buttons;
use crate::wire::Answer;
use crate::write::{self, Media, Part, Source};
use groupdesk_contract::{Act, Delivery, MessageId, PastReply, Reply, ReplyKey};
use groupdesk_kit::set_field;
use reqwest::Method;
use serde_json::{Value, json};

/// The most forms in which one part is tried before it is given up.
const TRIES: usize = 8;

/// Sends `reply`, or what is left of it after an earlier try.
pub(crate) async fn send(core: &Core, key: ReplyKey, reply: &Reply) -> Delivery {
    let Some(room) = ChannelRef::parse(&reply.channel) else {
        return Delivery::Refused {
            reason: format!("`{}` is no channel of QQ's open platform", reply.channel),
        };
    };
    if core.link.get().is_none() {
        return Delivery::Later {
            reason: "the account does not run".to_owned(),
            after: None,
        };
    }
    match &reply.act {
        Act::Say => say(core, key, &room, reply).await,
        Act::Edit(_) => Delivery::Refused {
            reason: "QQ can't change a message".to_owned(),
        },
        Act::Unsend(message) => unsend(core, key, &room, message).await,
    }
}

/// Decides whether `reply` can be sent again without a duplicate.
pub(crate) async fn find_sent(core: &Core, key: ReplyKey, reply: &Reply) -> PastReply {
    let Some(room) = ChannelRef::parse(&reply.channel) else {
        return PastReply::Missing;
    };
    if !reply.act.is_say() {
        // Taking back what is gone is no harm.
        return PastReply::Missing;
    }
    match core.ledger.past(&room, key, core.clock.now()).await {
        // What is sent again is what QQ refuses when it has it.
        Past::Clear | Past::Repeatable => PastReply::Missing,
        Past::Unclear => PastReply::CannotTell,
    }
}

async fn say(core: &Core, key: ReplyKey, room: &ChannelRef, reply: &Reply) -> Delivery {
    let is_plain = core.state().is_plain;
    let buttons = if is_plain || !core.settings.markdown {
        Buttons::Off
    } else {
        core.settings.buttons
    };
    let board = keyboard::keyboard(key, &reply.buttons, buttons);
    // Whether pictures stand apart may not change between two tries of a reply, or its parts would be others.
    let apart = core.settings.buttons != Buttons::Off && !reply.buttons.is_empty();
    let parts = write::parts(reply, room, apart);
    if parts.is_empty() {
        return Delivery::Refused {
            reason: "the reply has nothing that QQ can show".to_owned(),
        };
    }
    let last = parts.len() - 1;
    for (at, part) in parts.iter().enumerate() {
        let errand = Errand {
            core,
            room,
            name: (key, at),
            quote: reply.quote.as_ref(),
            is_first: at == 0,
            board: board.as_ref().filter(|_| at == last),
        };
        if let Err(outcome) = errand.run(part).await {
            return match outcome {
                Delivery::Refused { reason } if at > 0 => Delivery::Refused {
                    reason: format!("{at} of {} parts were said, then: {reason}", parts.len()),
                },
                other => other,
            };
        }
    }
    let message = core.ledger.first(room, key).await;
    Delivery::Sent { message }
}

/// One part of a reply to be sent.
struct Errand<'a> {
    core: &'a Core,
    room: &'a ChannelRef,
    name: (ReplyKey, usize),
    quote: Option<&'a MessageId>,
    is_first: bool,
    board: Option<&'a Value>,
}

impl Errand<'_> {
    /// Sends the part in the ways that there are, one after the other.
    async fn run(&self, part: &Part) -> Result<(), Delivery> {
        let ledger = &self.core.ledger;
        let mut part = part.clone();
        let mut board = self.board.cloned();
        let mut quote = self.quote.filter(|_| self.is_first);
        // The words with a picture that can't be shown, and without its address.
        let mut without_link: Option<write::Text> = None;
        let mut way = match self.reply_route().await? {
            Some(way) => way,
            None => return Ok(()),
        };
        for _ in 0..TRIES {
            match self.post(&part, &way, board.as_ref(), quote).await {
                Ok(answer) => {
                    let idx = answer.ext_info.and_then(|info| info.ref_idx);
                    ledger.arrived(self.room, self.name, answer.id, idx).await;
                    return Ok(());
                }
                Err(Fault::Review(id)) => {
                    let channel = self.room.channel();
                    tracing::info!(account = %self.core.account, %channel, review = id, "QQ shows a message after a review");
                    ledger.arrived(self.room, self.name, None, None).await;
                    return Ok(());
                }
                Err(Fault::Duplicate) if way.again => {
                    ledger.arrived(self.room, self.name, None, None).await;
                    return Ok(());
                }
                // Another reply has this number: what was noted of it is lost.
                Err(Fault::Duplicate) => {
                    let next = ledger.renumber(self.room, self.name, &way).await;
                    way = next.map_err(|no_way| no_way_delivery(&no_way))?;
                }
                // Sent again at once: what it has, QQ refuses.
                Err(Fault::NoAnswer(_)) if !way.again && way.to.is_some() && !self.room.is_guild() => {
                    way.again = true
                }
                Err(Fault::NoMarkdown(reason)) if board.is_some() => {
                    tracing::warn!(account = %self.core.account, reason, "buttons are not tried again until the program is restarted");
                    self.core.state().is_plain = true;
                    board = None;
                }
                Err(Fault::Markdown(reason)) if board.is_some() => {
                    tracing::warn!(account = %self.core.account, reason, "a message is sent without its buttons");
                    board = None;
                }
                Err(Fault::Address(reason)) if part.text.has_address() => {
                    tracing::warn!(account = %self.core.account, reason, "a message is sent without its web addresses");
                    part.text = match without_link.take() {
                        Some(text) => text,
                        None => part.text.without_addresses(),
                    };
                }
                Err(Fault::Picture(reason)) if part.media.is_some() => {
                    without_link = self.leave_out(&mut part, &reason).or(without_link);
                }
                // What is quoted may be gone; the words count.
                Err(Fault::Unknown(reason)) if quote.is_some() && !way.again => {
                    tracing::warn!(account = %self.core.account, reason, "a message is sent without its quote");
                    quote = None;
                }
                // It may be the picture, though QQ does not say so.
                Err(Fault::Unknown(reason) | Fault::Refused(reason))
                    if part.media.is_some() && !way.again =>
                {
                    without_link = self.leave_out(&mut part, &reason).or(without_link);
                }
                Err(fault @ Fault::TooLate(_)) if way.again => {
                    return Err(Delivery::Unknown {
                        reason: format!("whether it arrived can't be told any more: {}", fault.message()),
                    });
                }
                Err(fault @ Fault::TooLate(_)) => {
                    ledger.refused(self.room, self.name, true).await;
                    match self.reply_route().await {
                        Ok(Some(other)) => way = other,
                        Ok(None) => return Ok(()),
                        Err(_) => return Err(fault.delivery(&self.core.retries, self.name.0)),
                    }
                }
                Err(fault) => {
                    if fault.took_nothing() && !way.again {
                        ledger.refused(self.room, self.name, false).await;
                    }
                    return Err(if way.again && matches!(fault, Fault::NotSent(_)) {
                        Delivery::Unknown {
                            reason: fault.message().to_owned(),
                        }
                    } else {
                        fault.delivery(&self.core.retries, self.name.0)
                    });
                }
            }
        }
        Err(Delivery::Later {
            reason: "QQ takes the message in no way that was tried".to_owned(),
            after: None,
        })
    }

    /// Puts words in the place of a picture or file; returns the text without its address.
    fn leave_out(&self, part: &mut Part, reason: &str) -> Option<write::Text> {
        let media = part.media.take()?;
        tracing::warn!(account = %self.core.account, reason, "a picture or file is left out of a reply");
        let without_link = part.text.clone().with(&media.what());
        part.text = part.text.clone().with(&media.instead());
        Some(without_link)
    }

    /// The way to send it; `None` when it stands there.
    async fn reply_route(&self) -> Result<Option<ReplyRoute>, Delivery> {
        let (core, now) = (self.core, self.core.clock.now());
        let way = core
            .ledger
            .reply_route(self.room, self.name, self.quote, core.settings.proactive, now)
            .await;
        match way {
            Ok(way) => Ok(Some(way)),
            Err(NoRoute::Arrived(_)) => Ok(None),
            Err(no_way) => Err(no_way_delivery(&no_way)),
        }
    }

    async fn post(
        &self,
        part: &Part,
        way: &ReplyRoute,
        board: Option<&Value>,
        quote: Option<&MessageId>,
    ) -> Result<Answer, Fault> {
        let mut path = self.room.path();
        path.push("messages");
        let body = if self.room.is_guild() {
            self.guild_body(part, way, board, quote)
        } else {
            self.body(part, way, board, quote).await?
        };
        self.core.api.call(Method::POST, &path, &body).await
    }

    /// A message to a group or a member.
    async fn body(
        &self,
        part: &Part,
        way: &ReplyRoute,
        board: Option<&Value>,
        quote: Option<&MessageId>,
    ) -> Result<Body, Fault> {
        let mut json = json!({"msg_seq": way.seq});
        name(&mut json, way.to.as_ref());
        if let Some(media) = &part.media {
            let info = self.upload(media).await?;
            set_field(&mut json, "msg_type", 7);
            set_field(&mut json, "media", json!({"file_info": info}));
            // QQ wants something to stand there.
            let content = if part.text.is_empty() {
                " ".to_owned()
            } else {
                part.text.content(self.room)
            };
            set_field(&mut json, "content", content);
        } else if let Some(board) = board {
            set_field(&mut json, "msg_type", 2);
            set_field(&mut json, "markdown", json!({"content": part.text.markdown()}));
            set_field(&mut json, "keyboard", board.clone());
        } else {
            set_field(&mut json, "msg_type", 0);
            set_field(&mut json, "content", part.text.content(self.room));
        }
        if let Some(quote) = quote
            && let Some(idx) = self.core.ledger.idx(self.room, quote).await
        {
            set_field(&mut json, "message_reference", json!({"message_id": idx}));
        }
        Ok(Body::Json(json))
    }

    /// A message to a channel of a guild, or to a member there.
    fn guild_body(
        &self,
        part: &Part,
        way: &ReplyRoute,
        board: Option<&Value>,
        quote: Option<&MessageId>,
    ) -> Body {
        let content = part.text.content(self.room);
        if let Some(Media {
            source: Source::Bytes(file),
            ..
        }) = &part.media
        {
            let mut fields = Vec::new();
            if !part.text.is_empty() {
                fields.push(("content", content));
            }
            match &way.to {
                Some(To::Message(id)) => fields.push(("msg_id", id.clone())),
                Some(To::Event(id)) => fields.push(("event_id", id.clone())),
                None => {}
            }
            return Body::Form(fields, file.kind.clone(), file.bytes.clone());
        }
        let mut json = json!({});
        name(&mut json, way.to.as_ref());
        if let Some(board) = board {
            set_field(&mut json, "markdown", json!({"content": part.text.markdown()}));
            set_field(&mut json, "keyboard", board.clone());
            return Body::Json(json);
        }
        if !part.text.is_empty() {
            set_field(&mut json, "content", content);
        }
        if let Some(Media {
            source: Source::Url(url),
            ..
        }) = &part.media
        {
            set_field(&mut json, "image", url.as_str());
        }
        // A press is no message that can be quoted.
        let quote = quote.filter(|quote| !quote.as_str().contains(':'));
        if let Some(quote) = quote {
            let reference = json!({"message_id": quote.as_str(), "ignore_get_message_error": true});
            set_field(&mut json, "message_reference", reference);
        }
        Body::Json(json)
    }

    /// Uploads a picture or file; nothing is shown to anybody by that.
    async fn upload(&self, media: &Media) -> Result<String, Fault> {
        let mut path = self.room.path();
        path.push("files");
        let mut json = json!({"file_type": media.kind.number(), "srv_send_msg": false});
        match &media.source {
            Source::Url(url) => set_field(&mut json, "url", url.as_str()),
            Source::Bytes(file) => set_field(&mut json, "file_data", api::base64(&file.bytes)),
        }
        if let Some(name) = &media.name {
            set_field(&mut json, "file_name", name.as_str());
        }
        match self.core.api.call(Method::POST, &path, &Body::Json(json)).await {
            Ok(answer) => answer
                .file_info
                .ok_or_else(|| Fault::Picture("QQ stored the picture and gave it no name".to_owned())),
            // QQ is at work on it for too long: the words don't wait for it.
            Err(Fault::NoAnswer(reason)) => Err(Fault::Picture(reason)),
            Err(Fault::Refused(reason) | Fault::TooLate(reason) | Fault::Unknown(reason)) => {
                Err(Fault::Picture(reason))
            }
            Err(fault) => Err(fault),
        }
    }
}

/// Writes what a message answers.
fn name(json: &mut Value, to: Option<&To>) {
    match to {
        Some(To::Message(id)) => set_field(json, "msg_id", id.as_str()),
        Some(To::Event(id)) => set_field(json, "event_id", id.as_str()),
        None => {}
    }
}

fn no_way_delivery(no_way: &NoRoute) -> Delivery {
    match no_way {
        NoRoute::Unnoted(reason) => Delivery::Later {
            reason: format!("it can't be noted before it is sent: {reason}"),
            after: None,
        },
        NoRoute::Arrived(message) => Delivery::Sent {
            message: message.clone(),
        },
        NoRoute::Closed => Delivery::Refused {
            reason: "nothing there can be answered now: QQ takes only answers, up to 5 to a message, within 5 minutes (60 in a \
                     direct chat); the member has to write again (with QQ's grant, `proactive: true` tries all the same)"
                .to_owned(),
        },
    }
}

/// Takes all messages of a reply back.
async fn unsend(core: &Core, key: ReplyKey, room: &ChannelRef, message: &MessageId) -> Delivery {
    for id in core.ledger.whole(room, message).await {
        let mut path = room.path();
        path.extend(["messages", &id]);
        match core.api.call(Method::DELETE, &path, &Body::None).await {
            Ok(_) => {}
            // Nothing is harmed when it is done twice.
            Err(Fault::NoAnswer(reason)) => return Delivery::Later { reason, after: None },
            Err(fault) => return fault.delivery(&core.retries, key),
        }
    }
    Delivery::Sent { message: None }
}
