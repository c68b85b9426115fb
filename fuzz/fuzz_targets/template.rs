//! An answer with a template in it: compiled, tried, and said to both languages.
#![no_main]

use groupdesk::faq::{RenderContext, load};
use groupdesk::language::Language;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

const HEAD: &str = "hours: { office: 7x24 }
service: office
contact_points: { phone: { name: 电话, value: '1', hours: office } }
entries:
- id: a
  questions: [x]
  answer: |
";

fuzz_target!(|template: &str| {
    let mut text = HEAD.to_owned();
    for line in template.lines() {
        text.push_str("    ");
        text.push_str(line);
        text.push('\n');
    }
    let Ok(loaded) = load("faq.yaml", &text) else {
        return;
    };
    for language in [Language::CHINESE, Language::ENGLISH] {
        let context = RenderContext {
            now: Timestamp::UNIX_EPOCH,
            language,
        };
        loaded.faq.render(0, &context);
    }
});
