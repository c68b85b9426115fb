//! Drafts of answers for staff: what a model from outside is asked for a ticket, and what becomes of what it says. Every sentence of
//! a draft has its source, and one that does not follow from it is dropped (`check`). A draft is never sent by itself.

mod past_answers;
mod sentence_check;

use super::effects::{DraftRequest, Outgoing};
use super::policy::{Policy, TicketPolicy};
use super::staff_notice::Notice;
use super::{Desk, ticket_subject};
use crate::faq::RenderContext;
use crate::matcher::Target;
use crate::ticket::{HistoryLine, LineKind, OpenTickets, ReplyDraft, StaffReply, Status, Ticket};
use groupdesk_contract::{NoteKind, Place};
use jiff::Timestamp;

/// Entries of the FAQ that a draft may be made of, at most.
const ENTRIES: usize = 5;

/// Confidence below which an entry is no source.
const LEAST: f32 = 0.02;

/// Characters of a source, at most.
const SOURCE_CHARS: usize = 1200;

/// Characters of a question, at most.
const QUESTION_CHARS: usize = 1000;

impl DraftRequest {
    /// Makes the wish for a draft with which a ticket begins, where there are drafts and it tells what it is about.
    pub(super) fn at_opening(policy: &TicketPolicy, ticket: &Ticket) -> Option<Self> {
        (policy.drafts && !question(ticket).is_empty()).then_some(Self {
            ticket: ticket.number,
            asked: None,
        })
    }

    /// Makes the wish for a draft where the member of an unanswered ticket only now tells what it is about.
    pub(super) fn at_more(policy: &TicketPolicy, ticket: &Ticket) -> Option<Self> {
        let waits = ticket.status == Status::Open && ticket.replies.is_empty() && ticket.draft.is_none();
        (policy.drafts && waits && ticket.crowd.is_none() && question(ticket).is_empty()).then_some(Self {
            ticket: ticket.number,
            asked: None,
        })
    }
}

/// A text that a draft may be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftSource {
    /// Id: of an entry, or `#` and the number of a ticket.
    pub id: String,
    /// Text.
    pub text: String,
}

/// A sentence that the model wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftSentence {
    /// Text.
    pub text: String,
    /// Id of the source that it names.
    pub source: String,
}

/// Everything that is needed for a draft; the model sees its question and its sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftInput {
    /// Wish that it comes from.
    pub wanted: DraftRequest,
    /// Tags of the channel in which the member asked: what is not for it is no source.
    pub tags: Vec<String>,
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
pub struct DraftResult {
    /// Request to the model.
    pub brief: DraftInput,
    /// Sentences of the model, or the reason for which there are none.
    pub said: Result<Vec<DraftSentence>, NoDraft>,
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
    /// Returns the beginning of a draft: what it is for, and how the conversation stands; `None` where the ticket is none that can be
    /// answered. `policy` is that of the channel in which the member asked.
    pub fn draft_input(
        &self,
        open_tickets: &OpenTickets,
        policy: &Policy,
        wanted: DraftRequest,
    ) -> Option<DraftInput> {
        let ticket = open_tickets
            .get(wanted.ticket)
            .filter(|ticket| ticket.status.is_active())?;
        let rooms = match &wanted.asked {
            Some((room, _)) => vec![room.clone()],
            None => ticket.rooms.clone(),
        };
        (!rooms.is_empty()).then(|| DraftInput {
            progress: Progress::of(ticket),
            wanted,
            tags: policy.tags.clone(),
            question: String::new(),
            sources: Vec::new(),
            rooms,
        })
    }

    /// Fills in what the model sees: the question by the ticket and its history, and what may answer it, of the FAQ and of what staff
    /// answered in other `tickets`.
    pub fn with_sources(
        &self,
        mut brief: DraftInput,
        ticket: &Ticket,
        history: &[HistoryLine],
        tickets: &[Ticket],
        now: Timestamp,
    ) -> DraftInput {
        brief.question = asked_in(ticket, history);
        if !brief.question.is_empty() {
            brief.sources = self.entries_for(ticket, &brief.tags, &brief.question, now);
            brief.sources.extend(self.answered_before(&brief, tickets));
        }
        brief
    }

    /// Returns the entries that may answer a question, as the member would read them.
    fn entries_for(
        &self,
        ticket: &Ticket,
        tags: &[String],
        question: &str,
        now: Timestamp,
    ) -> Vec<DraftSource> {
        let faq = &self.knowledge.faq;
        let context = RenderContext {
            now,
            language: ticket.language,
        };
        let place = ticket.place.to_string();
        let allowed = |entry: usize| faq.is_for(entry, &place, tags);
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
                let lines = links.map(|link| {
                    self.in_language(context.language)
                        .link(link.title.as_deref(), &link.url)
                });
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
    pub fn show_draft(
        &self,
        open_tickets: &mut OpenTickets,
        drafted: DraftResult,
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let DraftResult { brief, said } = drafted;
        let DraftRequest {
            ticket: number,
            asked,
        } = brief.wanted;
        let Some(ticket) = open_tickets.get(number) else {
            return Vec::new();
        };
        let to_asker = |text: String| -> Vec<Outgoing> {
            let Some((room, message)) = &asked else {
                return Vec::new();
            };
            let mut told = Notice::new(ticket, NoteKind::Event, text).for_rooms(std::slice::from_ref(room));
            for told in &mut told {
                told.reply.quote = Some(message.clone());
            }
            told
        };
        if !ticket.status.is_active() || Progress::of(ticket) != brief.progress {
            return to_asker(self.in_language(language).draft_too_late(number));
        }
        let sentences = match said {
            Ok(said) => sentence_check::kept(&self.knowledge.matcher, said, &brief.sources),
            Err(why) => return to_asker(self.in_language(language).explain_no_draft(number, why)),
        };
        if sentences.is_empty() {
            return to_asker(
                self.in_language(language)
                    .explain_no_draft(number, NoDraft::NoSources),
            );
        }
        let shown: Vec<(&str, &str)> = sentences
            .iter()
            .map(|sentence| (sentence.text.as_str(), sentence.source.as_str()))
            .collect();
        let text = self.in_language(language).show_draft(number, &shown);
        let rooms: Vec<Place> = brief
            .rooms
            .into_iter()
            .filter(|room| ticket.is_of(room))
            .collect();
        let mut told = Notice::new(ticket, NoteKind::Event, text)
            .with_buttons(self.in_language(language).draft_buttons(number))
            .for_rooms(&rooms);
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
        open_tickets.mark(number, |ticket| ticket.draft = Some(draft));
        told
    }
}

/// Returns the words with which a ticket's member asks: those since the last reply of staff, by its history, else all of theirs.
fn asked_in(ticket: &Ticket, history: &[HistoryLine]) -> String {
    let id = &ticket.member;
    let (one, other) = (format!("({id})"), format!("（{id}）"));
    let is_theirs = |line: &&HistoryLine| {
        let by_them = line.who.ends_with(&one) || line.who.ends_with(&other);
        line.kind == LineKind::Member && line.said.is_some() && by_them
    };
    let told = |lines: &[HistoryLine]| -> Vec<String> {
        let theirs = lines.iter().filter(is_theirs);
        theirs.flat_map(|line| telling(&line.text, ticket)).collect()
    };
    let answered = history.iter().rposition(|line| line.kind == LineKind::Staff);
    let since = answered.and_then(|at| history.get(at + 1..)).unwrap_or(history);
    let mut said = told(since);
    if said.is_empty() {
        said = told(history);
    }
    if said.is_empty() {
        return question(ticket);
    }
    cut(said.join("\n").trim(), QUESTION_CHARS)
}

/// Returns the words with which a ticket began that tell what it is about; empty where there are none.
fn question(ticket: &Ticket) -> String {
    let mut said = telling(&ticket.transcript, ticket);
    if said.is_empty() {
        said = ticket
            .asked_before()
            .map_or_else(Vec::new, |subject| telling(subject, ticket));
    }
    cut(said.join("\n").trim(), QUESTION_CHARS)
}

/// Returns the lines of a text that tell what it is about, without what the desk understands by itself, and without links and names.
fn telling(text: &str, ticket: &Ticket) -> Vec<String> {
    let told = text.lines().filter_map(ticket_subject::telling);
    told.map(|line| without(&line, ticket))
        .filter(|line| line.chars().any(char::is_alphanumeric))
        .collect()
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
