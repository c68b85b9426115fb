//! Messages of websites are kept once, in order and apart; keys are known by their hash until they are ended.

use super::*;
use groupdesk_contract::{AccountId, MemberId};

fn key(name: &str) -> ApiKey {
    ApiKey {
        account: AccountId::new("site"),
        name: name.to_owned(),
        creator: "alice".to_owned(),
        created: at(1),
        used: None,
        ended: None,
    }
}

/// Calls everything that the store can do for websites.
pub(super) async fn everything(store: &dyn Store) {
    let (site, visitor) = (AccountId::new("site"), MemberId::new("user:1"));
    store
        .append_web_message(&site, &visitor, ("c-1", "x"), at(1))
        .await
        .unwrap();
    store
        .replace_web_message(&site, &visitor, ("c-1", "y"))
        .await
        .unwrap();
    store.web_message(&site, &visitor, "c-1").await.unwrap();
    for of in [None, Some(&visitor)] {
        store.web_messages_after(&site, of, 0, 10).await.unwrap();
    }
    store
        .web_messages_before(&site, &visitor, i64::MAX, 10)
        .await
        .unwrap();
    store.forget_web_messages(&site, at(9)).await.unwrap();
    store.add_api_key(&[1; 32], &key("app")).await.unwrap();
    store.use_api_key(&site, &[1; 32], at(2)).await.unwrap();
    store.end_api_key(&site, "app", at(3)).await.unwrap();
    store.api_keys().await.unwrap();
}

async fn a_conversation_is_kept_once_in_order_and_forgotten_by_age_and_by_member(home: &Home) {
    let store = home.open().await;
    let (site, other) = (AccountId::new("site"), AccountId::new("other"));
    let (one, two) = (MemberId::new("user:1"), MemberId::new("user:12"));
    for (account, visitor, id, second) in [
        (&site, &one, "c-1", 1),
        (&site, &two, "c-1", 2),
        (&other, &one, "c-1", 3),
        (&site, &one, "r-1", 4),
        (&site, &one, "c-2", 5),
    ] {
        let kept = store
            .append_web_message(account, visitor, (id, id), at(second))
            .await;
        assert!(kept.unwrap().1);
    }
    let again = store
        .append_web_message(&site, &one, ("c-1", "other words"), at(6))
        .await;
    let (first, is_new) = again.unwrap();
    assert_eq!((first.content.as_str(), is_new), ("c-1", false));
    let ids = |found: Vec<WebMessage>| found.into_iter().map(|message| message.id).collect::<Vec<_>>();
    let after = store
        .web_messages_after(&site, Some(&one), first.position, 10)
        .await;
    assert_eq!(ids(after.unwrap()), ["r-1", "c-2"]);
    let all = store.web_messages_after(&site, None, 0, 3).await;
    assert_eq!(ids(all.unwrap()), ["c-1", "c-1", "r-1"]);
    let last = store.web_messages_before(&site, &one, i64::MAX, 2).await;
    assert_eq!(ids(last.unwrap()), ["r-1", "c-2"]);
    store
        .replace_web_message(&site, &one, ("r-1", "new"))
        .await
        .unwrap();
    let replaced = store.web_message(&site, &one, "r-1").await.unwrap().unwrap();
    assert_eq!(replaced.content, "new");
    assert_eq!(store.web_message(&other, &one, "r-1").await.unwrap(), None);
    assert_eq!(store.forget_web_messages(&site, at(4)).await.unwrap(), 2);
    let forgotten = store
        .forget(&Forget::Member("site".into(), "user:1".into()))
        .await;
    assert_eq!(forgotten.unwrap().web_messages, 2);
    assert_eq!(store.web_messages_after(&site, None, 0, 9).await.unwrap(), []);
    assert_eq!(
        store.web_messages_after(&other, None, 0, 9).await.unwrap().len(),
        1
    );
}

async fn a_key_is_good_for_its_account_until_it_is_ended_and_its_name_is_free_then(home: &Home) {
    let store = home.open().await;
    let (site, other) = (AccountId::new("site"), AccountId::new("other"));
    assert!(store.add_api_key(&[1; 32], &key("app")).await.unwrap());
    assert!(!store.add_api_key(&[2; 32], &key("app")).await.unwrap());
    let name = store.use_api_key(&site, &[1; 32], at(7)).await.unwrap();
    assert_eq!(name.as_deref(), Some("app"));
    assert_eq!(store.use_api_key(&other, &[1; 32], at(7)).await.unwrap(), None);
    assert_eq!(store.use_api_key(&site, &[2; 32], at(7)).await.unwrap(), None);
    assert!(!store.end_api_key(&other, "app", at(8)).await.unwrap());
    assert!(store.end_api_key(&site, "app", at(8)).await.unwrap());
    assert!(!store.end_api_key(&site, "app", at(9)).await.unwrap());
    assert_eq!(store.use_api_key(&site, &[1; 32], at(9)).await.unwrap(), None);
    assert!(store.add_api_key(&[3; 32], &key("app")).await.unwrap());
    let keys = store.api_keys().await.unwrap();
    let ended: Vec<bool> = keys.iter().map(|key| key.ended.is_some()).collect();
    assert_eq!(ended, [false, true]);
    assert_eq!(keys[1].used, Some(at(7)));
}

over_every_store![
    a_conversation_is_kept_once_in_order_and_forgotten_by_age_and_by_member,
    a_key_is_good_for_its_account_until_it_is_ended_and_its_name_is_free_then,
];
