//! docs/faq.md and docs/zh/faq.md name every key of faq.yaml, and their examples can be used as they stand.

use super::load;
use crate::faq::json_schema;
use serde_yaml::{Mapping, Value};
use std::collections::BTreeSet;

const DOCUMENTS: [(&str, &str); 2] = [
    ("docs/faq.md", include_str!("../../../docs/faq.md")),
    ("docs/zh/faq.md", include_str!("../../../docs/zh/faq.md")),
];

/// The parts of a file that the examples leave out.
const REST: &str = "\
hours:
  office: { notation: 5x8, weekly: { mon-fri: \"08:00-17:30\" } }
contact_points:
  phone: { name: phone, value: \"0731\", purpose: sales }
entries:
  - { id: more, questions: [还有什么], answer: 没有了 }
";

fn mapping(text: &str) -> Mapping {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn every_example_is_a_good_file_with_what_it_leaves_out() {
    for (name, text) in DOCUMENTS {
        let examples: Vec<&str> = text
            .split("```yaml\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        assert!(examples.len() >= 7, "{name}");
        for example in examples {
            let mut file = mapping(REST);
            file.extend(mapping(example));
            let text = serde_yaml::to_string(&Value::Mapping(file)).unwrap();
            match load("faq.yaml", &text) {
                Ok(loaded) => assert_eq!(loaded.warnings, [], "{name}\n{example}"),
                Err(problems) => panic!("{name}\n{example}\n{problems:?}"),
            }
            // The example is tried as it is written, too: the effect of its quotes is the point of some.
            if example.contains("entries:") {
                let rest: String = REST.split("entries:").next().map(str::to_owned).unwrap();
                assert!(
                    load("faq.yaml", &format!("{rest}{example}")).is_ok(),
                    "{name}\n{example}"
                );
            }
        }
    }
}

#[test]
fn every_key_and_every_name_of_templates_is_in_both() {
    fn keys(schema: &serde_json::Value, found: &mut BTreeSet<String>) {
        match schema {
            serde_json::Value::Object(object) => {
                if let Some(properties) = object.get("properties").and_then(|value| value.as_object()) {
                    found.extend(properties.keys().cloned());
                }
                object.values().for_each(|value| keys(value, found));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|value| keys(value, found)),
            _ => {}
        }
    }
    let mut wanted = BTreeSet::new();
    keys(&json_schema(), &mut wanted);
    assert!(
        wanted.contains("unasked") && wanted.contains("makeup"),
        "{wanted:?}"
    );
    wanted.extend(["never", "offer", "always", "certain"].map(str::to_owned));
    for (name, text) in DOCUMENTS {
        for key in &wanted {
            assert!(
                text.contains(&format!("`{key}`")),
                "{name} does not explain `{key}`"
            );
        }
        for used in [
            "hours.office",
            "hours.office.notation",
            "hours.office.open",
            "contact.phone.value",
            "contact.phone.link",
            "contact.phone.name",
            "contact.phone.hours",
            "contact.phone.notation",
            "contact.phone.purpose",
            "contact.phone.open",
            "contact_list",
            "open_now",
            "next_opening",
            "service_open",
        ] {
            assert!(text.contains(used), "{name} does not name {used}");
        }
    }
}
