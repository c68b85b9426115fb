//! Property tests: no post panics the reader, and only posts with author and time are read.

use super::*;
use groupdesk_wechat_callback::xml::{self, Writer};
use proptest::prelude::*;

const NAMES: [&str; 9] = [
    "FromUserName",
    "ToUserName",
    "CreateTime",
    "MsgType",
    "Event",
    "EventKey",
    "Content",
    "MsgId",
    "Recognition",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn nothing_panics_the_reader(
        fields in proptest::collection::vec((0..NAMES.len(), "(event|text|voice|CLICK|1700000000|-9|99999999999999999999|你| ){0,2}"), 0..12),
    ) {
        let mut out = Writer::new();
        for (name, value) in &fields {
            out.text(NAMES[*name], value);
        }
        let root = xml::read(&out.finish()).unwrap();
        if let Some(post) = post(&root) {
            prop_assert!(!post.user.is_empty() && !post.account.is_empty());
        }
    }
}
