//! A faq.yaml, as an editor or a slip of the hand left it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let lines: Vec<&str> = text.lines().collect();
    let problems = match groupdesk::faq::load("faq.yaml", text) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => {
            assert!(!problems.is_empty());
            problems
        }
    };
    for problem in problems {
        problem.with_source(&lines);
    }
});
