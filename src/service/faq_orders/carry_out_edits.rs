//! Carries out edits of faq.yaml that are ordered in a staff room, one after the other and beside the answering of members: an edit
//! that takes an answer from nobody goes live at once, any other is shown first and waits for a second word. It is made from the file
//! that the room was shown; what changed in it since is shown too, and never overwritten.

mod edit_state;
mod try_edit;

use super::edit::Edit;
use super::edit_order::EditOrder;
use super::{drafted, refused};
use crate::desk::{Effects, Knowledge, Outgoing};
use crate::faq::{Draft, difference, version_of};
use crate::preview::{BRIEFLY, DecisionChange, Kind, Origin, Preview, with_examples};
use crate::service::faq_file::{self, NotWritten};
use crate::service::routing::Routing;
use crate::service::unanswered_group::UnansweredGroup;
use crate::service::{Unanswered, Versions};
use crate::store::{FaqSource, Store, StoreError};
use crate::texts::ComposedTexts;
use crate::unanswered::State as GroupState;
use edit_state::{Begun, ShownDraft, State};
use groupdesk_contract::{Clock, Message, MessageId, Place};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Time for which a shown edit waits for the second word.
const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// Drafts that are remembered as they were shown, and orders that were begun.
const DRAFTED_MAX: usize = 64;

/// Time after an order in which a second word that nothing waits for is answered.
const EXPLAINED_WITHIN: SignedDuration = SignedDuration::from_mins(30);

/// Largest difference of the times that two accounts report for one message.
const HEARD_WITHIN: SignedDuration = SignedDuration::from_secs(10);

/// Lines of another edit that a room is shown.
const DIFFERENCE: usize = 24;

/// Messages of one kind that a room sees before words of members go into the file: all, as far as a message holds them.
const PREVIEWED_MESSAGES_MAX: usize = 30;

/// Steps in which the outbox notes that a message was sent.
const NOTED_STEPS: u32 = 20;
/// Time of one such step.
const NOTED_STEP: Duration = Duration::from_millis(100);

/// Words with which a shown edit is made live.
const YES: [&str; 2] = ["1", "１"];

/// Parts of the program that edits work with.
#[derive(Clone)]
pub struct EditsParts {
    /// Store, which knows what was asked.
    pub store: Arc<dyn Store>,
    /// Settings of the operator.
    pub routing: Arc<Routing>,
    /// Clock of the program.
    pub clock: Arc<dyn Clock>,
    /// Inbox's queue of notices.
    pub tell: mpsc::Sender<Vec<Outgoing>>,
    /// Questions that nobody answered.
    pub unanswered: Arc<Unanswered>,
}

/// Edits of one file.
pub(super) struct Edits {
    file: Option<PathBuf>,
    parts: EditsParts,
    versions: Versions,
    /// Turn of the edits: one is carried out at a time.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

impl fmt::Debug for Edits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edits")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl Edits {
    pub(super) fn new(file: Option<PathBuf>, parts: EditsParts) -> Self {
        Self {
            file,
            versions: Versions::new(Arc::clone(&parts.store), Arc::clone(&parts.clock)),
            parts,
            turn: tokio::sync::Mutex::default(),
            state: Mutex::default(),
        }
    }

    /// Remembers the draft of a ticket that a room is shown under a message, over the file as it is. Nobody waits for the disk.
    pub(super) fn drafted(self: &Arc<Self>, room: &Place, ticket: u64, draft: Draft, under: &MessageId) {
        let key = (room.clone(), ticket);
        let shown = ShownDraft {
            draft,
            under: under.clone(),
            file: None,
        };
        let mut state = self.state.lock();
        if state.drafted.len() >= DRAFTED_MAX {
            state.drafted.clear();
        }
        state.drafted.insert(key.clone(), shown);
        drop(state);
        let Some(file) = self.file.clone() else { return };
        let (edits, under) = (Arc::clone(self), under.clone());
        tokio::spawn(async move {
            let Ok(bytes) = edits.read(&file).await else {
                return;
            };
            if let Some(shown) = edits.state.lock().drafted.get_mut(&key)
                && shown.under == under
            {
                shown.file.get_or_insert(bytes);
            }
        });
    }

    /// Returns the message under which a room was shown this very draft of a ticket; `None` where it was not.
    pub(super) fn shown_draft(&self, room: &Place, ticket: u64, draft: &Draft) -> Option<MessageId> {
        let state = self.state.lock();
        let shown = state.drafted.get(&(room.clone(), ticket))?;
        (shown.draft == *draft).then(|| shown.under.clone())
    }

    /// Returns the edit of the sender that waits in a room for the second word, if the message is it: "1" where it is said to us, the
    /// same words again, or the order for its ticket (`accepts`) without other words. It waits until it is begun.
    pub(super) fn confirmed(
        &self,
        room: &Place,
        message: &Message,
        (accepts, to_us): (Option<u64>, bool),
        asked: Option<Timestamp>,
    ) -> Option<EditOrder> {
        let now = self.parts.clock.now();
        let key = (room.clone(), message.sender.id.clone());
        let mut state = self.state.lock();
        state
            .waiting
            .retain(|_, (_, at)| now.duration_since(*at) <= CONFIRM_WITHIN);
        let (order, at) = state.waiting.get(&key)?;
        let said = message.text();
        let same = said.trim() == order.words || said.trim() == order.again();
        let newest = asked.is_none_or(|asked| asked <= *at);
        let yes = to_us && newest && YES.contains(&said.trim());
        if !yes && !same && (accepts.is_none() || accepts != order.ticket) {
            return None;
        }
        Some(EditOrder {
            shown: Some((order.message.id.clone(), *at)),
            message: message.clone(),
            ..order.clone()
        })
    }

    /// `true` if the message is a second word of somebody who ordered an edit a while ago, for whom nothing waits; once.
    pub(super) fn confirms_nothing(&self, room: &Place, message: &Message) -> bool {
        let now = self.parts.clock.now();
        let key = (room.clone(), message.sender.id.clone());
        let mut state = self.state.lock();
        YES.contains(&message.text().trim())
            && !state.waiting.contains_key(&key)
            && state
                .ordered
                .remove(&key)
                .is_some_and(|at| now.duration_since(at) <= EXPLAINED_WITHIN)
    }

    /// Takes an order up. `false` for one that was taken up before: a second word that came twice, or an order that another of our
    /// accounts in the same room received too.
    fn takes_up(&self, order: &EditOrder) -> bool {
        let mut state = self.state.lock();
        if let Some((under, _)) = &order.shown {
            let key = (order.room.clone(), order.message.sender.id.clone());
            let waits = |(waiting, _): &(EditOrder, Timestamp)| waiting.message.id == *under;
            if !state.waiting.get(&key).is_some_and(waits) {
                return false;
            }
            state.waiting.remove(&key);
        }
        let new = Begun {
            room: order.room.clone(),
            sender: order.message.sender.id.clone(),
            words: order.message.text(),
            at: order.message.at,
        };
        let siblings = self.parts.routing.siblings(&new.room.account);
        let is_heard_by_both = |begun: &Begun| {
            siblings.contains(&begun.room.account)
                && begun.room.channel == new.room.channel
                && begun.sender == new.sender
                && begun.words == new.words
                && begun.at.duration_since(new.at).abs() <= HEARD_WITHIN
        };
        if state.begun.iter().any(is_heard_by_both) {
            return false;
        }
        if state.begun.len() >= DRAFTED_MAX {
            state.begun.pop_front();
        }
        if state.ordered.len() >= DRAFTED_MAX {
            state.ordered.clear();
        }
        let by = (new.room.clone(), new.sender.clone());
        if order.shown.is_none() {
            // Who orders another edit does not agree to the one before with the next word.
            state.waiting.remove(&by);
        }
        state.ordered.insert(by, self.parts.clock.now());
        state.begun.push_back(new);
        true
    }

    /// `true` if what a confirmed order does has not reached the room yet: nobody agrees to what nobody has seen. Lets it wait on then.
    async fn is_on_its_way(&self, order: &EditOrder) -> bool {
        let Some((under, at)) = &order.shown else {
            return false;
        };
        if !self.is_queued(&order.room, under).await {
            return false;
        }
        let mut order = order.clone();
        let key = (order.room.clone(), order.message.sender.id.clone());
        order.message.id = under.clone();
        self.state.lock().waiting.entry(key).or_insert((order, *at));
        true
    }

    /// `true` if the reply to a message in a room is not sent, and is not within a moment.
    async fn is_queued(&self, room: &Place, under: &MessageId) -> bool {
        for _ in 0..NOTED_STEPS {
            match self.parts.store.is_reply_queued(room, under).await {
                Ok(true) => tokio::time::sleep(NOTED_STEP).await,
                Ok(false) => return false,
                Err(error) => {
                    tracing::warn!(%error, "can't tell if what an edit writes was sent");
                    break;
                }
            }
        }
        true
    }

    /// Begins to carry out an order; the answer goes to the room as a notice. Called when its message is committed, so that an event
    /// that comes again is not carried out again.
    pub(super) fn begin(self: &Arc<Self>, mut order: EditOrder) {
        if !self.takes_up(&order) {
            return;
        }
        let edits = Arc::clone(self);
        tokio::spawn(async move {
            if let Some(under) = &order.draft
                && edits.is_queued(&order.room, under).await
            {
                order.is_unseen = true;
            }
            let knowledge = edits.knowledge();
            let texts = knowledge.faq.own_texts();
            let text = match edits.is_on_its_way(&order).await {
                true => texts.faq_preview_not_here(),
                false => match edits.carry_out(&order, texts).await {
                    Ok(text) => text,
                    Err(why) => texts.faq_not_written(&why),
                },
            };
            let turn = Effects::said_to_staff(&order.room, &order.message, text);
            // Without an inbox the program ends.
            let _ = edits.parts.tell.send(turn.outgoing).await;
        });
    }

    /// Carries out an order, and returns its answer.
    async fn carry_out(&self, order: &EditOrder, texts: ComposedTexts<'_>) -> Result<String, String> {
        let Some(file) = self.file.clone() else {
            return Err(texts.faq_is_built_in());
        };
        let base = match order.seen.clone().or_else(|| self.shown_over(order)) {
            Some(base) => base,
            // As it is now, before another edit has its turn.
            None => self.read(&file).await?,
        };
        let _turn = self.turn.lock().await;
        let current = self.read(&file).await?;
        let is_same = current == base;
        let without = self.without_taken_back(order, texts).await?;
        let order = without.as_ref().unwrap_or(order);
        let tried = self.try_on(&file, order, &current).await?;
        let (after, preview) = (tried.after, tried.preview);
        let order = &EditOrder {
            edit: tried.edit,
            ..order.clone()
        };
        let shown = order.in_full(tried.answered, texts);
        let confirmed = order.seen.is_some();
        if confirmed {
            self.still_kept(order, texts).await?;
        }
        if is_same && (confirmed || (!order.is_shown_first() && !order.edit.asks(&preview))) {
            return match self.make_live((&file, texts), order, &current, &after).await? {
                Ok(written) if confirmed => Ok(written),
                Ok(written) => {
                    let shows = |change: &DecisionChange| self.shows(&order.room, change);
                    Ok(with_preview(&written, &preview, texts, shows))
                }
                // Between the look and the move somebody saved the file.
                Err(saved) => {
                    let versions = (&*current, saved.into());
                    Ok(self.shown_first((&file, texts), order, versions, (&shown, None)))
                }
            };
        }
        Ok(self.shown_first((&file, texts), order, (&base, current), (&shown, Some(&preview))))
    }

    /// `true` if a room may see the words of a change: those of the file, and of members in channels that it is told of.
    fn shows(&self, room: &Place, change: &DecisionChange) -> bool {
        change.origin == Origin::File || self.parts.routing.channel(&change.place).tell.contains(room)
    }

    /// Returns an order that was shown with what its ticket's draft says by now, to be shown anew, where staff took back some of its
    /// answer meanwhile; `None` where they did not.
    async fn without_taken_back(
        &self,
        order: &EditOrder,
        texts: ComposedTexts<'_>,
    ) -> Result<Option<EditOrder>, String> {
        let failed = |error: StoreError| error.to_string();
        let (Some(_), None, Some(number), Edit::Entry(shown)) =
            (&order.seen, &order.group, order.ticket, &order.edit)
        else {
            return Ok(None);
        };
        // What an admin wrote with the order is theirs.
        if order.words.contains('\n') {
            return Ok(None);
        }
        let store = &*self.parts.store;
        let Some(ticket) = store.ticket(number).await.map_err(failed)? else {
            return Ok(None);
        };
        let now = drafted(store, &ticket).await.map_err(failed)?;
        if shown
            .answer
            .lines()
            .all(|line| now.answer.lines().any(|other| other == line))
        {
            return Ok(None);
        }
        match refused(number, &now, texts) {
            Some(why) => Err(why),
            None => Ok(Some(EditOrder {
                edit: Edit::Entry(now),
                is_unseen: true,
                seen: None,
                ..order.clone()
            })),
        }
    }

    /// Fails where the words of members that were shown are no longer kept: somebody was forgotten meanwhile, or they were pruned.
    async fn still_kept(&self, order: &EditOrder, texts: ComposedTexts<'_>) -> Result<(), String> {
        let failed = |error: StoreError| error.to_string();
        let store = &*self.parts.store;
        let kept: Vec<String> = match (&order.group, order.ticket) {
            (Some(of_group), _) => {
                let group = store.miss_group(of_group.id).await.map_err(failed)?;
                let Some(group) = group else {
                    return Err(texts.faq_words_not_kept());
                };
                if (group.id, group.state) != (of_group.id, of_group.state) {
                    return Err(of_group.settled_meanwhile(&group, texts));
                }
                UnansweredGroup::read(store, group, |_| true, |_, _| Some(false))
                    .await
                    .map_err(failed)?
                    .questions()
            }
            // What an admin wrote with the order is theirs.
            (None, Some(number)) if !order.words.contains('\n') => {
                match store.ticket(number).await.map_err(failed)? {
                    Some(ticket) => drafted(store, &ticket).await.map_err(failed)?.questions,
                    None => return Err(texts.faq_words_not_kept()),
                }
            }
            _ => return Ok(()),
        };
        let mut questions = order.edit.questions().iter();
        match questions.all(|question| kept.contains(question)) {
            true => Ok(()),
            false => Err(texts.faq_words_not_kept()),
        }
    }

    /// Lets an order wait, and returns the text that shows what it does, and what others did meanwhile.
    fn shown_first(
        &self,
        (file, texts): (&Path, ComposedTexts<'_>),
        order: &EditOrder,
        (base, current): (&[u8], Arc<[u8]>),
        (shown, preview): (&str, Option<&Preview>),
    ) -> String {
        let mut text = String::new();
        if *base != *current {
            let text_of = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            text.push_str(&texts.faq_changed_meanwhile(&file.display().to_string()));
            text.push('\n');
            let (before, after) = (text_of(base), text_of(&current));
            text.push_str(&difference(&before, &after, DIFFERENCE, texts));
        } else if order.is_shown_first() {
            text.push_str(&texts.faq_look_first());
        } else {
            text.push_str(&texts.faq_answers_change());
        }
        text.push('\n');
        text.push_str(shown);
        text.push('\n');
        if let Some(preview) = preview {
            text.push_str(&lost(preview, texts));
            let most = if order.group.is_some() {
                PREVIEWED_MESSAGES_MAX
            } else {
                BRIEFLY
            };
            text.push_str(&with_examples(preview, most, texts, |change| {
                self.shows(&order.room, change)
            }));
            text.push('\n');
        }
        text.push_str(&texts.faq_say_again(&order.again()));
        let mut order = order.clone();
        let mut state = self.state.lock();
        if let (Some(ticket), Edit::Entry(draft)) = (order.ticket, &order.edit) {
            let shown = ShownDraft {
                draft: draft.clone(),
                under: order.message.id.clone(),
                file: Some(Arc::clone(&current)),
            };
            state.drafted.insert((order.room.clone(), ticket), shown);
        }
        order.seen = Some(current);
        let key = (order.room.clone(), order.message.sender.id.clone());
        state.waiting.insert(key, (order, self.parts.clock.now()));
        text
    }

    /// Writes the file. The inner result is the file's bytes where somebody else changed it.
    async fn make_live(
        &self,
        (file, texts): (&Path, ComposedTexts<'_>),
        order: &EditOrder,
        base: &Arc<[u8]>,
        after: &[u8],
    ) -> Result<Result<String, Vec<u8>>, String> {
        let (path, edit, old, new) = (
            file.to_owned(),
            order.edit.clone(),
            Arc::clone(base),
            after.to_vec(),
        );
        let write = move || {
            let is_meant = |read: &[u8]| {
                let texts = (faq_file::text_of(&path, &old), faq_file::text_of(&path, read));
                let name = path.display().to_string();
                matches!(texts, (Ok(before), Ok(after)) if edit.is_meant(&name, &before, &after))
            };
            faq_file::write(&path, &old, &new, is_meant)
        };
        let written = tokio::task::spawn_blocking(write).await;
        match written.map_err(|error| error.to_string())? {
            Ok(()) => {}
            Err(NotWritten::Failed(why)) => return Err(why),
            Err(NotWritten::Changed(saved)) => return Ok(Err(saved)),
        }
        let author = groupdesk_contract::clean_name(&order.message.sender.name);
        self.versions
            .keep(after, FaqSource::Chat, &author, &order.edit.note())
            .await;
        self.rebase(&order.room, base, after);
        self.settle(order, &author).await;
        let group = order.group.as_ref().map(|group| format!("m{} → ", group.id));
        let edit = format!("{}{}", group.unwrap_or_default(), order.edit.note());
        let name = file.display().to_string();
        let mut written = texts.faq_written(&name, &edit, &version_of(after));
        if let Edit::OutOfScope(messages) = &order.edit {
            for message in messages {
                written.push_str(&format!("\n「{message}」"));
            }
        }
        Ok(Ok(written))
    }

    /// Settles the group that an order was made from.
    async fn settle(&self, order: &EditOrder, by: &str) {
        let Some(group) = &order.group else { return };
        let state = match order.edit {
            Edit::OutOfScope(_) => GroupState::OutOfScope,
            Edit::Entry(_) | Edit::Questions(..) => GroupState::Accepted,
        };
        if let Err(error) = self.parts.unanswered.settle(group.id, state, by).await {
            tracing::warn!(%error, "a group that was written into the FAQ is listed still");
        }
    }

    /// Returns the groups of questions that nobody answered.
    pub(super) fn unanswered(&self) -> &Arc<Unanswered> {
        &self.parts.unanswered
    }

    /// Returns the knowledge in service.
    pub(super) fn knowledge(&self) -> Arc<Knowledge> {
        self.parts.unanswered.knowledge()
    }

    /// Returns the time.
    pub(super) fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// Takes what a room has written for known there: its other drafts are made from it now.
    fn rebase(&self, room: &Place, base: &Arc<[u8]>, after: &[u8]) {
        let after: Arc<[u8]> = after.into();
        for ((of, _), shown) in &mut self.state.lock().drafted {
            if of == room && shown.file.as_ref() == Some(base) {
                shown.file = Some(Arc::clone(&after));
            }
        }
    }

    /// Returns the file over which the room was shown the draft of the order's ticket.
    fn shown_over(&self, order: &EditOrder) -> Option<Arc<[u8]>> {
        let key = (order.room.clone(), order.ticket?);
        self.state.lock().drafted.get(&key)?.file.clone()
    }

    async fn read(&self, file: &Path) -> Result<Arc<[u8]>, String> {
        let file = file.to_owned();
        let read = tokio::task::spawn_blocking(move || faq_file::read(&file)).await;
        Ok(read.map_err(|error| error.to_string())??.into())
    }
}

/// Adds what an edit does to the word that it was written.
fn with_preview(
    written: &str,
    preview: &Preview,
    texts: ComposedTexts<'_>,
    shows: impl Fn(&DecisionChange) -> bool,
) -> String {
    match preview.changes.is_empty() {
        true => written.to_owned(),
        false => format!("{written}\n{}", with_examples(preview, BRIEFLY, texts, shows)),
    }
}

/// Warns of answers that an edit takes from somebody; empty where it takes none.
fn lost(preview: &Preview, texts: ComposedTexts<'_>) -> String {
    let kinds = [Kind::NoLongerAnswered, Kind::AnsweredOtherwise];
    match kinds.map(|kind| preview.count(kind)) {
        [0, 0] => String::new(),
        [lost, others] => texts.faq_careful(lost, others) + "\n",
    }
}
