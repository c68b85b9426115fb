//! One message to Telegram.

use crate::api::Fault;
use crate::core::Core;
use crate::split::Words;
use crate::upload::HERE;
use crate::write::{Kind, Part, Source};
use groupdesk_contract::FileBytes;
use teloxide_core::payloads::{
    SendAnimation, SendAudio, SendDocument, SendMessage, SendPhoto, SendSticker, SendVideo, SendVideoNote,
    SendVoice,
};
use teloxide_core::types::{
    ChatId, FileId, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message, MessageEntity, MessageId,
    ReplyMarkup, ReplyParameters, ThreadId, UserId,
};

/// The destination of a message, with its quote and buttons.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    pub(crate) chat: i64,
    pub(crate) thread: Option<i32>,
    pub(crate) quote: Option<i32>,
    pub(crate) keyboard: Option<InlineKeyboardMarkup>,
}

impl Envelope {
    /// The first topic of a group can't be named: leaving it out means it.
    fn thread(&self) -> Option<ThreadId> {
        self.thread
            .filter(|thread| *thread != 1)
            .map(|thread| ThreadId(MessageId(thread)))
    }

    /// Builds the quote. The message may be gone by now; the reply is sent all the same.
    fn quote(&self) -> Option<ReplyParameters> {
        self.quote
            .map(|quote| ReplyParameters::new(MessageId(quote)).allow_sending_without_reply())
    }

    fn markup(&self) -> Option<ReplyMarkup> {
        self.keyboard.clone().map(ReplyMarkup::InlineKeyboard)
    }
}

/// Sends `part`; its number.
pub(crate) async fn send(core: &Core, envelope: &Envelope, part: &Part) -> Result<i32, Fault> {
    let sent = match part {
        Part::Text(words) => send_text(core, envelope, words).await,
        Part::File { file, caption } => {
            let (source, bytes) = match &file.source {
                Source::Id(id) => (InputFile::file_id(FileId(id.clone())), None),
                Source::Bytes(bytes) => (InputFile::file_id(FileId(HERE.to_owned())), Some(bytes)),
                Source::Url(url) => match url.parse() {
                    Ok(url) => (InputFile::url(url), None),
                    Err(_) => return Err(Fault::Refused(NO_ADDRESS.to_owned())),
                },
            };
            let name = file.name.as_deref().unwrap_or("picture");
            let bytes = bytes.map(|bytes| (name, bytes));
            send_file(core, envelope, file.kind, (source, bytes), caption).await
        }
    };
    sent.map(|message| message.id.0)
}

async fn send_text(core: &Core, envelope: &Envelope, words: &Words) -> Result<Message, Fault> {
    let mut call = SendMessage::new(ChatId(envelope.chat), words.text.as_str());
    call.message_thread_id = envelope.thread();
    call.entities = entities(words);
    call.link_preview_options = Some(no_preview());
    call.reply_parameters = envelope.quote();
    call.reply_markup = envelope.markup();
    core.api.call(call).await
}

async fn send_file(
    core: &Core,
    envelope: &Envelope,
    kind: Kind,
    (source, bytes): (InputFile, Option<(&str, &FileBytes)>),
    caption: &Words,
) -> Result<Message, Fault> {
    let chat = ChatId(envelope.chat);
    macro_rules! send {
        ($call:expr) => {{
            let mut call = $call;
            call.message_thread_id = envelope.thread();
            call.reply_parameters = envelope.quote();
            call.reply_markup = envelope.markup();
            match bytes {
                Some((name, bytes)) => core.api.upload(call, name, bytes).await,
                None => core.api.call(call).await,
            }
        }};
        ($call:expr, captioned) => {{
            let mut call = $call;
            call.caption = Some(caption.text.clone()).filter(|text| !text.is_empty());
            call.caption_entities = entities(caption);
            send!(call)
        }};
    }
    match kind {
        Kind::Photo => send!(SendPhoto::new(chat, source), captioned),
        Kind::Document => send!(SendDocument::new(chat, source), captioned),
        Kind::Video => send!(SendVideo::new(chat, source), captioned),
        Kind::Voice => send!(SendVoice::new(chat, source), captioned),
        Kind::Audio => send!(SendAudio::new(chat, source), captioned),
        Kind::Animation => send!(SendAnimation::new(chat, source), captioned),
        Kind::Sticker => send!(SendSticker::new(chat, source)),
        Kind::VideoNote => send!(SendVideoNote::new(chat, source)),
    }
}

/// Returns the mentions of `words`, as entities that ping by id.
pub(super) fn entities(words: &Words) -> Option<Vec<MessageEntity>> {
    let pings = words
        .pings
        .iter()
        .map(|ping| MessageEntity::text_mention_id(UserId(ping.user), ping.offset, ping.length));
    let entities: Vec<MessageEntity> = pings.collect();
    (!entities.is_empty()).then_some(entities)
}

pub(super) fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

const NO_ADDRESS: &str = "wrong HTTP URL";
