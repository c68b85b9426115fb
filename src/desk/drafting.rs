//! Drafts of answers for staff: what a model from outside is asked for a ticket, and what becomes of what it says. Every sentence of
//! a draft has its source, and one that does not follow from it is dropped (`check`). A draft is never sent by itself.

mod check;
mod past;

use super::built_in::BuiltIn;
use super::notice::Notice;
use super::policy::{Policy, TicketPolicy};
use super::turn::Outgoing;
use super::{Desk, words};
use crate::faq::{RenderContext, without_markup};
use crate::matcher::Target;
use crate::ticket::{Book, ReplyDraft, StaffReply, Ticket};
use groupdesk_contract::{MessageId, NoteKind, Place};
use jiff::Timestamp;

/// Entries of the FAQ that a draft may be made of, at most.
const ENTRIES: usize = 5;

/// Confidence below which an entry is no source.
const LEAST: f32 = 0.02;

/// Characters of a source, at most.
const SOURCE_CHARS: usize = 1200;

/// Characters of a question, at most.
const QUESTION_CHARS: usize = 1000;

/// Wish for a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Number of the ticket.
    pub ticket: u64,
    /// Staff message that asks for it, with its room; `None` where the ticket was just opened.
    pub asked: Option<(Place, MessageId)>,
}

impl Wanted {
    /// Makes the wish for a draft with which a ticket begins, where there are drafts.
    pub(super) fn at_opening(policy: &TicketPolicy, ticket: u64) -> Option<Self> {
        policy.drafts.then_some(Self { ticket, asked: None })
    }
}

/// A text that a draft may be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftSource {
    /// Id: of an entry, or `#` and the number of a ticket.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// A sentence that the model wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Its text.
    pub text: String,
    /// Id of the source that it names.
    pub source: String,
}

/// Everything that is needed for a draft; the model sees its question and its sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// Wish that it comes from.
    pub wanted: Wanted,
    /// Question of the ticket's member; empty where the ticket holds none.
    pub question: String,
    /// Sources.
    pub sources: Vec<DraftSource>,
    /// Staff rooms that will read the draft: whatever is in it, they may know.
    pub rooms: Vec<Place>,
    /// Progress of the conversation when it was asked for.
    pub progress: Progress,
}

/// Progress of a conversation, as far as a draft depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    member_spoke: Timestamp,
    last_reply: Option<StaffReply>,
}

impl Progress {
    fn of(ticket: &Ticket) -> Self {
        Self {
            member_spoke: ticket.member_spoke,
            last_reply: ticket.replies.last().cloned(),
        }
    }
}

/// Answer of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// What it was asked.
    pub brief: Brief,
    /// What it said, or why it said nothing.
    pub said: Result<Vec<Sentence>, NoDraft>,
}

/// Reason for which there is no draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDraft {
    /// The ticket holds no question of its member.
    NoQuestion,
    /// Nothing in the FAQ and in earlier answers comes near.
    NoSources,
    /// The model does not answer, or not in time.
    Down,
    /// The day's requests are used up.
    UsedUp,
    /// It answered something else than sentences.
    Nonsense,
    /// Too many drafts are under way.
    Busy,
}

impl Desk<'_> {
    /// Returns what the model is asked for a draft, without the earlier answers of staff; `None` where the ticket is none that can
    /// be answered. `policy` is that of the channel in which the member asked.
    pub fn brief(&self, book: &Book, policy: &Policy, wanted: Wanted, now: Timestamp) -> Option<Brief> {
        let ticket = book
            .get(wanted.ticket)
            .filter(|ticket| ticket.status.is_active())?;
        let rooms = match &wanted.asked {
            Some((room, _)) => vec![room.clone()],
            None => ticket.rooms.clone(),
        };
        let question = question(ticket);
        let sources = self.entries_for(ticket, policy, &question, now);
        if wanted.asked.is_none() && (rooms.is_empty() || question.is_empty() || ticket.crowd.is_some()) {
            return None;
        }
        Some(Brief {
            progress: Progress::of(ticket),
            wanted,
            question,
            sources,
            rooms,
        })
    }

    /// Returns the entries that may answer a question, as the member would read them.
    fn entries_for(
        &self,
        ticket: &Ticket,
        policy: &Policy,
        question: &str,
        now: Timestamp,
    ) -> Vec<DraftSource> {
        if question.is_empty() {
            return Vec::new();
        }
        let faq = &self.knowledge.faq;
        let context = RenderContext {
            now,
            language: ticket.language,
        };
        let place = ticket.place.to_string();
        let allowed = |entry: usize| faq.is_for(entry, &place, &policy.tags);
        let ranking = self.rank_text(question, allowed);
        let candidates = ranking.candidates.iter();
        candidates
            .filter(|candidate| candidate.confidence >= LEAST)
            .filter_map(|candidate| match candidate.target {
                Target::Entry(index) => Some((index, candidate.id.as_ref())),
                Target::Human => None,
            })
            .take(ENTRIES)
            .map(|(index, id)| {
                let rendered = faq.render(index, &context);
                let links = rendered.links.iter();
                let lines = links.map(|link| words::link(link.title.as_deref(), &link.url));
                let text: Vec<String> = std::iter::once(rendered.text).chain(lines).collect();
                DraftSource {
                    id: id.to_owned(),
                    text: cut(&text.join("\n"), SOURCE_CHARS),
                }
            })
            .filter(|source| !source.text.trim().is_empty())
            .collect()
    }

    /// Carries out the arrival of a draft: shows it to the rooms, unless the conversation has moved on. Who asked for it is told
    /// why there is none.
    pub fn drafted(&self, book: &mut Book, drafted: Drafted, now: Timestamp) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let Drafted { brief, said } = drafted;
        let Wanted {
            ticket: number,
            asked,
        } = brief.wanted;
        let Some(ticket) = book.get(number) else {
            return Vec::new();
        };
        let to_asker = |text: String| -> Vec<Outgoing> {
            let Some((room, message)) = &asked else {
                return Vec::new();
            };
            let mut told = Notice::new(ticket, NoteKind::Event, text).to(std::slice::from_ref(room));
            for told in &mut told {
                told.reply.quote = Some(message.clone());
            }
            told
        };
        if !ticket.status.is_active() || Progress::of(ticket) != brief.progress {
            return to_asker(words::draft_too_late(language, number));
        }
        let sentences = match said {
            Ok(said) => check::kept(&self.knowledge.matcher, said, &brief.sources),
            Err(why) => return to_asker(words::no_draft(language, number, why)),
        };
        if sentences.is_empty() {
            return to_asker(words::no_draft(language, number, NoDraft::NoSources));
        }
        let shown: Vec<(&str, &str)> = sentences
            .iter()
            .map(|sentence| (sentence.text.as_str(), sentence.source.as_str()))
            .collect();
        let text = words::draft(language, number, &shown);
        let rooms: Vec<Place> = brief
            .rooms
            .into_iter()
            .filter(|room| ticket.is_of(room))
            .collect();
        let mut told = Notice::new(ticket, NoteKind::Event, text)
            .with_buttons(words::draft_buttons(language, number))
            .to(&rooms);
        if let Some((_, message)) = &asked {
            for told in &mut told {
                told.reply.quote = Some(message.clone());
            }
        }
        let draft = ReplyDraft {
            sentences: sentences.into_iter().map(|sentence| sentence.text).collect(),
            at: now,
            outdated: false,
        };
        book.mark(number, |ticket| ticket.draft = Some(draft));
        told
    }
}

/// Returns the words with which a ticket's member asks, without links and without what the desk understands by itself; empty where
/// there are none.
fn question(ticket: &Ticket) -> String {
    // The subject may be what the member asked before the ticket.
    let asked_before = Some(ticket.subject.as_str())
        .filter(|subject| ticket.earlier.contains(subject.trim_end_matches('…')));
    let asks = |line: &str| line.chars().any(char::is_alphanumeric) && BuiltIn::of(line).is_none();
    let of_lines = |text: &str| -> Vec<String> {
        let lines = text.lines().map(str::trim);
        let lines = lines.map(|line| without_markup(BuiltIn::argument(line).unwrap_or(line)));
        lines
            .filter(|line| asks(line))
            .map(|line| without(&line, ticket))
            .collect()
    };
    let mut said = of_lines(&ticket.transcript);
    if said.is_empty() {
        said = asked_before.map(of_lines).unwrap_or_default();
    }
    cut(said.join("\n").trim(), QUESTION_CHARS)
}

/// Returns a text of a ticket without links and without the names and ids of its people.
fn without(text: &str, ticket: &Ticket) -> String {
    let words = text.split_inclusive(char::is_whitespace);
    let mut text: String = words.filter(|word| !word.contains("://")).collect();
    let watchers = ticket.watchers.iter();
    let people = watchers.flat_map(|watcher| [watcher.name.as_str(), watcher.member.as_str()]);
    let staff = ticket.replies.iter().map(|reply| reply.by.as_str());
    let owner = ticket.owner.iter().map(|owner| owner.name.as_str());
    let mut names: Vec<&str> = people
        .chain(staff)
        .chain(owner)
        .chain([ticket.member_name.as_str(), ticket.member.as_str()])
        .map(str::trim)
        .filter(|name| name.chars().nth(1).is_some())
        .collect();
    // A name within another must not spare its rest.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in names {
        text = text.replace(name, "…");
    }
    text
}

fn cut(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}
