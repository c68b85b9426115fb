//! Versions of faq.yaml: kept once each, newest first, bounded in number.

use super::*;

pub(super) fn change(second: i64) -> FaqChange {
    FaqChange {
        at: at(second),
        source: FaqSource::Chat,
        author: "老王".to_owned(),
        note: "ticket-12".to_owned(),
    }
}

/// The name that the tests give to a content.
pub(super) fn version_of(content: &[u8]) -> String {
    content.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn keep(store: &dyn Store, content: &[u8], second: i64) -> bool {
    let (version, change) = (version_of(content), change(second));
    store.keep_faq(&version, content, &change).await.unwrap()
}

async fn versions_come_back_after_a_reopening_each_content_once_and_only_the_newest_stay(home: &Home) {
    let store = home.open().await;
    let (first, second) = (&b"\xef\xbb\xbfentries:\r\n"[..], &b"entries: []\n"[..]);
    assert!(keep(&*store, first, 1).await);
    // As after a restart with the same file.
    assert!(!keep(&*store, first, 2).await);
    assert!(keep(&*store, second, 3).await);
    assert!(keep(&*store, first, 4).await);
    store.close().await;

    let store = home.open().await;
    let versions = store.faq_versions(10).await.unwrap();
    let names: Vec<&str> = versions.iter().map(|version| version.version.as_str()).collect();
    let (one, two) = (version_of(first), version_of(second));
    assert_eq!(names, [&one, &two, &one]);
    assert_eq!((versions[1].at, versions[1].author.as_str()), (at(3), "老王"));
    assert_eq!((versions[1].source, versions[1].bytes), (FaqSource::Chat, 12));
    assert_eq!(store.faq_content(&one).await.unwrap().as_deref(), Some(first));
    assert_eq!(store.faq_versions(1).await.unwrap().len(), 1);

    // `first` is there twice, and goes with the second of them.
    for content in 0..498_i64 {
        let text = content.to_string();
        assert!(keep(&*store, text.as_bytes(), content).await);
    }
    let versions = store.faq_versions(u32::MAX).await.unwrap();
    assert_eq!(
        (versions.len(), versions[499].version.as_str()),
        (500, two.as_str())
    );
    assert!(store.faq_content(&one).await.unwrap().is_some());
    for content in 498..500_i64 {
        keep(&*store, content.to_string().as_bytes(), content).await;
    }
    assert_eq!(store.faq_versions(u32::MAX).await.unwrap().len(), 500);
    for gone in [&one, &two] {
        assert_eq!(store.faq_content(gone).await.unwrap(), None);
    }
}

over_every_store![versions_come_back_after_a_reopening_each_content_once_and_only_the_newest_stay,];
