//! Tries an edit of faq.yaml in memory: the file that it makes, and what that changes of what members asked.

use super::super::edit::Edit;
use super::super::edit_order::EditOrder;
use super::super::group_edit::{Grown, grown};
use super::Edits;
use crate::desk::{BuiltIn, Knowledge};
use crate::preview::{Preview, Version, preview};
use crate::service::{faq_file, learnt, preview_messages, to_learn};
use std::path::Path;
use std::sync::Arc;

/// Outcome of trying an edit on the file.
pub(super) struct Tried {
    /// The edit, with further questions of its group.
    pub(super) edit: Edit,
    pub(super) after: Vec<u8>,
    pub(super) preview: Preview,
    /// Messages of the group that are answered then.
    pub(super) answered: usize,
}

impl Edits {
    /// Makes the edit in memory, and compares both versions over what was asked, on a thread of its own.
    pub(super) async fn try_on(
        &self,
        file: &Path,
        order: &EditOrder,
        current: &Arc<[u8]>,
    ) -> Result<Tried, String> {
        let (store, routing) = (&*self.parts.store, &self.parts.routing);
        let mut messages = match preview_messages::of_members(store, routing, preview_messages::LOGGED).await
        {
            Ok(messages) => messages,
            Err(error) => {
                tracing::warn!(%error, "the preview of an edit goes without what members asked");
                Vec::new()
            }
        };
        // Its topics change with every entry, and that takes nothing from anybody.
        messages.retain(|message| BuiltIn::of(&message.text) != Some(BuiltIn::Command));
        let training = to_learn(store).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the preview of an edit goes without the labels");
            Vec::new()
        });
        let (file, edit, current) = (file.to_owned(), order.edit.clone(), Arc::clone(current));
        // What was shown is what is written.
        let group = order.group.clone();
        let may_grow = order.seen.is_none();
        let now = self.parts.clock.now();
        let in_service = self.knowledge();
        let work = move || {
            let name = file.display().to_string();
            let known = |text: &str| {
                Knowledge::load(&name, text, None)
                    .map(|(known, _)| known)
                    .map_err(|problems| {
                        in_service
                            .faq
                            .own_texts()
                            .faq_file_has_errors(&name, problems.len())
                    })
            };
            let old = known(&faq_file::text_of(&file, &current)?)?;
            let try_edit = |edit: &Edit| {
                let after = faq_file::changed(&file, &current, |name, text| edit.apply(name, text, &old))?;
                let new = known(&faq_file::text_of(&file, &after)?)?;
                let tuning = learnt(&new, &training);
                Ok((after, new, tuning))
            };
            let grown = match &group {
                Some(group) => grown(edit, group, (&old, may_grow, now), try_edit)?,
                None => {
                    let (after, new, tuning) = try_edit(&edit)?;
                    Grown {
                        edit,
                        after,
                        new,
                        tuning,
                        answered: 0,
                    }
                }
            };
            let Grown {
                edit,
                after,
                new,
                tuning,
                answered,
            } = grown;
            messages.extend(preview_messages::of_files(&old.faq, &new.faq, now));
            let before = learnt(&old, &training);
            let old = Version {
                knowledge: &old,
                tuning: before.as_ref(),
            };
            let new = Version {
                knowledge: &new,
                tuning: tuning.as_ref(),
            };
            let preview = preview(old, new, &messages, now);
            Ok(Tried {
                edit,
                after,
                preview,
                answered,
            })
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| error.to_string())?
    }
}
