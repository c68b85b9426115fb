//! One message to Telegram.

use crate::api::Fault;
use crate::core::Core;
use crate::split::Words;
use crate::write::{File, Kind, Part, Source};
use teloxide::RequestError;
use teloxide::prelude::Requester;
use teloxide::types::{
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
            let source = match &file.source {
                Source::Id(id) => InputFile::file_id(FileId(id.clone())),
                Source::Bytes(bytes) => {
                    let name = file.name.clone().unwrap_or_else(|| "picture".to_owned());
                    InputFile::memory(bytes.bytes.clone()).file_name(name)
                }
                Source::Url(url) => match url.parse() {
                    Ok(url) => InputFile::url(url),
                    Err(_) => return Err(Fault::Refused(NO_ADDRESS.to_owned())),
                },
            };
            send_file(core, envelope, file, source, caption).await
        }
    };
    match sent {
        Ok(message) => Ok(message.id.0),
        Err(error) => Err(core.api.fault(&error)),
    }
}

async fn send_text(core: &Core, envelope: &Envelope, words: &Words) -> Result<Message, RequestError> {
    let mut request = core
        .api
        .bot
        .send_message(ChatId(envelope.chat), words.text.as_str());
    request.message_thread_id = envelope.thread();
    request.entities = entities(words);
    request.link_preview_options = Some(no_preview());
    request.reply_parameters = envelope.quote();
    request.reply_markup = envelope.markup();
    request.await
}

async fn send_file(
    core: &Core,
    envelope: &Envelope,
    file: &File,
    source: InputFile,
    caption: &Words,
) -> Result<Message, RequestError> {
    let bot = &core.api.bot;
    let chat = ChatId(envelope.chat);
    macro_rules! send {
        ($request:expr) => {{
            let mut request = $request;
            request.message_thread_id = envelope.thread();
            request.reply_parameters = envelope.quote();
            request.reply_markup = envelope.markup();
            request.await
        }};
        ($request:expr, captioned) => {{
            let mut request = $request;
            request.caption = Some(caption.text.clone()).filter(|text| !text.is_empty());
            request.caption_entities = entities(caption);
            send!(request)
        }};
    }
    match file.kind {
        Kind::Photo => send!(bot.send_photo(chat, source), captioned),
        Kind::Document => send!(bot.send_document(chat, source), captioned),
        Kind::Video => send!(bot.send_video(chat, source), captioned),
        Kind::Voice => send!(bot.send_voice(chat, source), captioned),
        Kind::Audio => send!(bot.send_audio(chat, source), captioned),
        Kind::Animation => send!(bot.send_animation(chat, source), captioned),
        Kind::Sticker => send!(bot.send_sticker(chat, source)),
        Kind::VideoNote => send!(bot.send_video_note(chat, source)),
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
