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

#[tokio::test]
async fn versions_come_back_after_a_reopening_each_content_once_and_only_the_newest_stay() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let (first, second) = (&b"\xef\xbb\xbfentries:\r\n"[..], &b"entries: []\n"[..]);
    assert!(store.keep_faq(first, &change(1)).await.unwrap());
    // As after a restart with the same file.
    assert!(!store.keep_faq(first, &change(2)).await.unwrap());
    assert!(store.keep_faq(second, &change(3)).await.unwrap());
    assert!(store.keep_faq(first, &change(4)).await.unwrap());
    store.close().await;

    let store = open(folder.path()).await;
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
        assert!(store.keep_faq(text.as_bytes(), &change(content)).await.unwrap());
    }
    let versions = store.faq_versions(u32::MAX).await.unwrap();
    assert_eq!(
        (versions.len(), versions[499].version.as_str()),
        (500, two.as_str())
    );
    assert!(store.faq_content(&one).await.unwrap().is_some());
    for content in 498..500_i64 {
        store
            .keep_faq(content.to_string().as_bytes(), &change(content))
            .await
            .unwrap();
    }
    assert_eq!(store.faq_versions(u32::MAX).await.unwrap().len(), 500);
    for gone in [&one, &two] {
        assert_eq!(store.faq_content(gone).await.unwrap(), None);
    }
}
