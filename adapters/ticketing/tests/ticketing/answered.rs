//! Answers of the desk to staff, in every system.

use crate::desk::{reply, run};
use crate::suite::{sent, with_a_ticket};
use crate::world::{By, START, System, lock};
use groupdesk_contract::{Adapter, NoteKind, PastReply, ReplyKey};

pub(crate) async fn what_staff_wrote_in_vain_is_answered_where_they_wrote_it(system: impl System) {
    let (served, adapter, _, id) = with_a_ticket(system).await;
    let running = run(&adapter);
    running.until_connected().await;
    running.rounds().await;
    let text = system.public("/t 99 你好");
    lock(&served.world).add(id, By::Agent, false, &text, "").unwrap();
    running.until_said("/t 99 你好").await;
    let mut told = reply(12, NoteKind::Answer, "没有工单 99");
    told.quote = Some(running.messages()[0].id.clone());
    let mut of_no_ticket = told.clone();
    of_no_ticket.note = None;
    let since = START.parse().unwrap();
    for (key, told) in [(6, &told), (7, &of_no_ticket)] {
        let entry = sent(adapter.send(ReplyKey(key), told).await).unwrap();
        assert_eq!(
            adapter.find_sent(ReplyKey(key), told, since).await,
            PastReply::Arrived(entry.as_str().into())
        );
    }
    running.rounds().await;
    assert_eq!(running.messages().len(), 1, "our own words are no answer");
    {
        let model = lock(&served.world);
        assert_eq!((model.tickets.len(), model.tickets[0].entries.len()), (1, 3));
        assert!(model.tickets[0].entries[1].text.contains("没有工单 99"));
    }
    // Nobody is told where there is no such ticket any more.
    of_no_ticket.quote = Some("elsewhere 5".into());
    assert_eq!(sent(adapter.send(ReplyKey(8), &of_no_ticket).await), None);
    running.stop().await;
}
