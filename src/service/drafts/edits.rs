//! Carries out edits of faq.yaml that are ordered in a staff room, one after the other and beside the answering of members: an edit
//! that takes an answer from nobody goes live at once, any other is shown first and waits for a second word. It is made from the file
//! that the room was shown; what changed in it since is shown too, and never overwritten.

mod tried;

use super::edit::Edit;
use super::edit_order::EditOrder;
use super::{drafted, not_written, refused};
use crate::desk::{Effects, Outgoing};
use crate::faq::{Draft, difference, version_of};
use crate::preview::{BRIEFLY, Change, Kind, Origin, Preview, with_examples};
use crate::service::faq_file::{self, NotWritten};
use crate::service::missed::Missed;
use crate::service::routing::Routing;
use crate::service::{Unanswered, Versions};
use crate::store::{FaqSource, Store, StoreError};
use crate::unanswered::State as GroupState;
use groupdesk_contract::{Clock, MemberId, Message, MessageId, Place};
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
const ALL: usize = 30;

/// Answer to a second word before what it agrees to has reached the room.
const NOT_SHOWN: &str = "还没有写入：预览还没发到这里，看到之后再确认 / not live yet: the preview has not reached this room, say it again when \
                         it is here";

/// Steps in which the outbox notes that a message was sent, and the time of one.
const NOTED_WITHIN: u32 = 20;
const NOTED_STEP: Duration = Duration::from_millis(100);

/// Reason for which a shown edit is not made.
const NOT_KEPT: &str =
    "成员的原话已经删除或过期了，请重新看一遍再写 / what members said is no longer kept: give the order anew";

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

#[derive(Default)]
struct State {
    /// Drafts that rooms were shown.
    drafted: HashMap<(Place, u64), ShownDraft>,
    /// Edit that was shown to a room and waits for the second word of who ordered it, with the time.
    waiting: HashMap<(Place, MemberId), (EditOrder, Timestamp)>,
    /// Orders that were begun, the newest last.
    begun: VecDeque<Begun>,
    /// Times of the latest orders, of those who were not told yet that nothing waits for their second word.
    ordered: HashMap<(Place, MemberId), Timestamp>,
}

/// Draft of a ticket that a room was shown.
struct ShownDraft {
    draft: Draft,
    /// Message under which it was shown.
    under: MessageId,
    /// File over which it was shown, where that was read.
    file: Option<Arc<[u8]>>,
}

/// Order that was begun.
struct Begun {
    room: Place,
    sender: MemberId,
    words: String,
    at: Timestamp,
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
        let mut state = self.state();
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
            if let Some(shown) = edits.state().drafted.get_mut(&key)
                && shown.under == under
            {
                shown.file.get_or_insert(bytes);
            }
        });
    }

    /// Returns the message under which a room was shown this very draft of a ticket; `None` where it was not.
    pub(super) fn shown_draft(&self, room: &Place, ticket: u64, draft: &Draft) -> Option<MessageId> {
        let state = self.state();
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
        let mut state = self.state();
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
        let mut state = self.state();
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
        let mut state = self.state();
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
        self.state().waiting.entry(key).or_insert((order, *at));
        true
    }

    /// `true` if the reply to a message in a room is not sent, and is not within a moment.
    async fn is_queued(&self, room: &Place, under: &MessageId) -> bool {
        for _ in 0..NOTED_WITHIN {
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
            let text = match edits.is_on_its_way(&order).await {
                true => NOT_SHOWN.to_owned(),
                false => match edits.carry_out(&order).await {
                    Ok(text) => text,
                    Err(why) => not_written(&why),
                },
            };
            let turn = Effects::said_to_staff(&order.room, &order.message, text);
            // Without an inbox the program ends.
            let _ = edits.parts.tell.send(turn.outgoing).await;
        });
    }

    /// Carries out an order, and returns its answer.
    async fn carry_out(&self, order: &EditOrder) -> Result<String, String> {
        let Some(file) = self.file.clone() else {
            return Err(
                "用的是程序自带的 FAQ，请在 groupdesk.yaml 里用 `faq:` 指定文件 / the FAQ is the one built into the program; name a file with `faq:` in \
                 groupdesk.yaml"
                    .to_owned(),
            );
        };
        let base = match order.seen.clone().or_else(|| self.shown_over(order)) {
            Some(base) => base,
            // As it is now, before another edit has its turn.
            None => self.read(&file).await?,
        };
        let _turn = self.turn.lock().await;
        let current = self.read(&file).await?;
        let is_same = current == base;
        let without = self.without_taken_back(order).await?;
        let order = without.as_ref().unwrap_or(order);
        let tried = self.try_on(&file, order, &current).await?;
        let (after, preview) = (tried.after, tried.preview);
        let order = &EditOrder {
            edit: tried.edit,
            ..order.clone()
        };
        let shown = order.in_full(tried.answered);
        let confirmed = order.seen.is_some();
        if confirmed {
            self.still_kept(order).await?;
        }
        if is_same && (confirmed || (!order.is_shown_first() && !order.edit.asks(&preview))) {
            return match self.make_live(&file, order, &current, &after).await? {
                Ok(written) if confirmed => Ok(written),
                Ok(written) => {
                    let shows = |change: &Change| self.shows(&order.room, change);
                    Ok(with_preview(&written, &preview, shows))
                }
                // Between the look and the move somebody saved the file.
                Err(saved) => Ok(self.shown_first(&file, order, (&current, saved.into()), (&shown, None))),
            };
        }
        Ok(self.shown_first(&file, order, (&base, current), (&shown, Some(&preview))))
    }

    /// `true` if a room may see the words of a change: those of the file, and of members in channels that it is told of.
    fn shows(&self, room: &Place, change: &Change) -> bool {
        change.origin == Origin::File || self.parts.routing.channel(&change.place).tell.contains(room)
    }

    /// Returns an order that was shown with what its ticket's draft says by now, to be shown anew, where staff took back some of its
    /// answer meanwhile; `None` where they did not.
    async fn without_taken_back(&self, order: &EditOrder) -> Result<Option<EditOrder>, String> {
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
        match refused(number, &now) {
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
    async fn still_kept(&self, order: &EditOrder) -> Result<(), String> {
        let failed = |error: StoreError| error.to_string();
        let store = &*self.parts.store;
        let kept: Vec<String> = match (&order.group, order.ticket) {
            (Some(of_group), _) => {
                let group = store.miss_group(of_group.id).await.map_err(failed)?;
                let Some(group) = group else {
                    return Err(NOT_KEPT.to_owned());
                };
                if (group.id, group.state) != (of_group.id, of_group.state) {
                    return Err(of_group.settled_meanwhile(&group));
                }
                Missed::read(store, group, |_| true, |_| true)
                    .await
                    .map_err(failed)?
                    .questions()
            }
            // What an admin wrote with the order is theirs.
            (None, Some(number)) if !order.words.contains('\n') => {
                match store.ticket(number).await.map_err(failed)? {
                    Some(ticket) => drafted(store, &ticket).await.map_err(failed)?.questions,
                    None => return Err(NOT_KEPT.to_owned()),
                }
            }
            _ => return Ok(()),
        };
        let mut questions = order.edit.questions().iter();
        match questions.all(|question| kept.contains(question)) {
            true => Ok(()),
            false => Err(NOT_KEPT.to_owned()),
        }
    }

    /// Lets an order wait, and returns the text that shows what it does, and what others did meanwhile.
    fn shown_first(
        &self,
        file: &Path,
        order: &EditOrder,
        (base, current): (&[u8], Arc<[u8]>),
        (shown, preview): (&str, Option<&Preview>),
    ) -> String {
        let mut text = String::new();
        if *base != *current {
            let text_of = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            text.push_str(&format!(
                "还没有写入：{name} 在此期间改过，改动如下 / not live yet: {name} was changed meanwhile\n{}\n",
                difference(&text_of(base), &text_of(&current), DIFFERENCE),
                name = file.display()
            ));
        } else if order.is_shown_first() {
            text.push_str("还没有写入，请先看 / not live yet, look first\n");
        } else {
            text.push_str("还没有写入：原来的回答会有变化 / not live yet: what was answered changes\n");
        }
        text.push_str(shown);
        text.push('\n');
        if let Some(preview) = preview {
            text.push_str(&lost(preview));
            let most = if order.group.is_some() { ALL } else { BRIEFLY };
            text.push_str(&with_examples(preview, most, |change| {
                self.shows(&order.room, change)
            }));
            text.push('\n');
        }
        let again = order.again();
        text.push_str(&format!(
            "10 分钟内再发一次 {again}（或回复 1）就写入 / say {again} again (or 1) within 10 minutes to make it live"
        ));
        let mut order = order.clone();
        let mut state = self.state();
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
        file: &Path,
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
        let mut written = format!(
            "已写入 {name}（{group}{note}，版本 {version}），马上生效 / written as version {version}, live at once",
            name = file.display(),
            group = order
                .group
                .as_ref()
                .map_or(String::new(), |group| format!("m{} → ", group.id)),
            note = order.edit.note(),
            version = version_of(after)
        );
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

    /// Returns the time.
    pub(super) fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// Takes what a room has written for known there: its other drafts are made from it now.
    fn rebase(&self, room: &Place, base: &Arc<[u8]>, after: &[u8]) {
        let after: Arc<[u8]> = after.into();
        for ((of, _), shown) in &mut self.state().drafted {
            if of == room && shown.file.as_ref() == Some(base) {
                shown.file = Some(Arc::clone(&after));
            }
        }
    }

    /// Returns the file over which the room was shown the draft of the order's ticket.
    fn shown_over(&self, order: &EditOrder) -> Option<Arc<[u8]>> {
        let key = (order.room.clone(), order.ticket?);
        self.state().drafted.get(&key)?.file.clone()
    }

    async fn read(&self, file: &Path) -> Result<Arc<[u8]>, String> {
        let file = file.to_owned();
        let read = tokio::task::spawn_blocking(move || faq_file::read(&file)).await;
        Ok(read.map_err(|error| error.to_string())??.into())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds what an edit does to the word that it was written.
fn with_preview(written: &str, preview: &Preview, shows: impl Fn(&Change) -> bool) -> String {
    match preview.changes.is_empty() {
        true => written.to_owned(),
        false => format!("{written}\n{}", with_examples(preview, BRIEFLY, shows)),
    }
}

/// Warns of answers that an edit takes from somebody; empty where it takes none.
fn lost(preview: &Preview) -> String {
    let kinds = [Kind::NoLongerAnswered, Kind::AnsweredOtherwise];
    match kinds.map(|kind| preview.count(kind)) {
        [0, 0] => String::new(),
        [lost, others] => format!(
            "注意：写入后有 {lost} 条不再有回答，{others} 条得到别的回答 / careful: {lost} lose their answer by it, {others} get another one\n"
        ),
    }
}
