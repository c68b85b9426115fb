//! Reads the content of a message: its text with the mentions in it, its pictures and files.

use super::Myself;
use crate::write::Kind;
use groupdesk_contract::{AccountId, MemberId, Segment, held_file};
use teloxide_core::types::{FileMeta, MediaKind, Message, MessageEntity, MessageEntityKind, MessageKind};

/// A message's content.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) segments: Vec<Segment>,
    pub(super) mentions_bot: bool,
    /// It is a command for another bot.
    pub(super) for_other_bot: bool,
}

/// Returns the content of `message`; `None` for a service message.
pub(super) fn read(message: &Message, me: &Myself, account: &AccountId) -> Option<Body> {
    let mut body = Body::default();
    let common = match &message.kind {
        MessageKind::Common(common) => common,
        MessageKind::Dice(_) => {
            body.segments.push(Segment::Other("dice".to_owned()));
            return Some(body);
        }
        _ => return None,
    };
    let text = message.text().or_else(|| message.caption()).unwrap_or_default();
    let entities = message
        .entities()
        .or_else(|| message.caption_entities())
        .unwrap_or_default();
    add_text(&mut body, text, entities, me);
    add_media(&mut body, &common.media_kind, account)?;
    Some(body)
}

fn add_media(body: &mut Body, media: &MediaKind, account: &AccountId) -> Option<()> {
    let picture = |file: &FileMeta, kind| picture(account, file, kind);
    let attachment = |file: &FileMeta, kind, name| attachment(account, file, kind, name);
    let segment = match media {
        MediaKind::Text(_) => return Some(()),
        MediaKind::Migration(_) => return None,
        MediaKind::Photo(media) => {
            let largest = media.photo.iter().max_by_key(|size| size.width)?;
            picture(&largest.file, Kind::Photo)
        }
        MediaKind::Sticker(media) => picture(&media.sticker.file, Kind::Sticker),
        MediaKind::Animation(media) => picture(&media.animation.file, Kind::Animation),
        MediaKind::Document(media) => {
            let file = &media.document;
            let image = file
                .mime_type
                .as_ref()
                .is_some_and(|mime| mime.to_string().starts_with("image/"));
            if image {
                picture(&file.file, Kind::Document)
            } else {
                attachment(&file.file, Kind::Document, file.file_name.as_deref())
            }
        }
        MediaKind::Video(media) => {
            attachment(&media.video.file, Kind::Video, media.video.file_name.as_deref())
        }
        MediaKind::Audio(media) => {
            attachment(&media.audio.file, Kind::Audio, media.audio.file_name.as_deref())
        }
        MediaKind::Voice(media) => attachment(&media.voice.file, Kind::Voice, None),
        MediaKind::VideoNote(media) => attachment(&media.video_note.file, Kind::VideoNote, None),
        MediaKind::Contact(_) => Segment::Other("contact".to_owned()),
        MediaKind::Location(_) | MediaKind::Venue(_) => Segment::Other("location".to_owned()),
        MediaKind::Poll(_) => Segment::Other("poll".to_owned()),
        MediaKind::Checklist(_) => Segment::Other("checklist".to_owned()),
        MediaKind::Story(_) => Segment::Other("story".to_owned()),
        MediaKind::Game(_) => Segment::Other("game".to_owned()),
        MediaKind::PaidMedia(_) => Segment::Other("paid media".to_owned()),
    };
    body.segments.push(segment);
    Some(())
}

/// The address of a file by its id. Its download address holds the token, and stays secret.
fn address(account: &AccountId, file: &FileMeta, kind: Kind, plain: Kind) -> String {
    if kind == plain {
        held_file(account, &file.id.0)
    } else {
        held_file(account, &format!("{}#{}", file.id, kind.word()))
    }
}

fn picture(account: &AccountId, file: &FileMeta, kind: Kind) -> Segment {
    Segment::Image {
        url: Some(address(account, file, kind, Kind::Photo)),
    }
}

fn attachment(account: &AccountId, file: &FileMeta, kind: Kind, name: Option<&str>) -> Segment {
    let plain = (kind != Kind::Document).then(|| kind.word().to_owned());
    Segment::File {
        name: name.map(str::to_owned).or(plain),
        url: Some(address(account, file, kind, Kind::Document)),
    }
}

/// Splits the text at mentions by id; a name without a known id stays text.
fn add_text(body: &mut Body, text: &str, entities: &[MessageEntity], me: &Myself) {
    let mut plain = String::new();
    let mut done = 0;
    let mut entities: Vec<&MessageEntity> = entities.iter().collect();
    entities.sort_by_key(|entity| entity.offset);
    for entity in entities {
        let (Some(start), Some(end)) = (
            byte_of(text, entity.offset),
            byte_of(text, entity.offset.saturating_add(entity.length)),
        ) else {
            continue;
        };
        let (Some(before), Some(here)) = (text.get(done..start), text.get(start..end)) else {
            continue;
        };
        let mention = match &entity.kind {
            MessageEntityKind::Mention if is_name(here.strip_prefix('@'), me) => me.id,
            MessageEntityKind::TextMention { user } => user.id.0,
            MessageEntityKind::BotCommand => {
                let Some((command, bot)) = here.split_once('@') else {
                    continue;
                };
                if is_name(Some(bot), me) {
                    body.mentions_bot = true;
                    plain.push_str(before);
                    plain.push_str(command);
                    done = end;
                } else if start == 0 {
                    body.for_other_bot = true;
                }
                continue;
            }
            _ => continue,
        };
        plain.push_str(before);
        push(body, &mut plain);
        body.mentions_bot |= mention == me.id;
        body.segments
            .push(Segment::Mention(MemberId::new(mention.to_string())));
        done = end;
    }
    plain.push_str(text.get(done..).unwrap_or_default());
    push(body, &mut plain);
}

fn push(body: &mut Body, text: &mut String) {
    if !text.is_empty() {
        body.segments.push(Segment::Text(std::mem::take(text)));
    }
}

fn is_name(name: Option<&str>, me: &Myself) -> bool {
    name.is_some_and(|name| name.eq_ignore_ascii_case(&me.username))
}

/// The byte at which UTF-16 unit `unit` begins.
fn byte_of(text: &str, unit: usize) -> Option<usize> {
    let mut units = 0;
    for (at, next) in text.char_indices() {
        if units >= unit {
            return (units == unit).then_some(at);
        }
        units += next.len_utf16();
    }
    (units == unit).then_some(text.len())
}
