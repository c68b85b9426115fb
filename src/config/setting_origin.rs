//! Settings in force in a channel, and where each comes from.

use super::Config;
use crate::desk::Policy;
use groupdesk_contract::Place;
use jiff::SignedDuration;
use serde_json::Value;

/// A setting in force in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// Key, as it is written.
    pub key: String,
    /// Value, as it could be written.
    pub value: String,
    /// Where it is written: `channels`, `tags.NAME`, `defaults`; `built in` where it is not.
    pub origin: String,
}

impl Config {
    /// Returns the behaviour of the bot in a channel.
    pub fn policy(&self, place: &Place) -> &Policy {
        let own = self.channels.iter().find(|channel| channel.place == *place);
        own.map_or(&self.defaults, |channel| &channel.policy)
    }

    /// Returns the settings in force in a channel, each with where it comes from.
    pub fn in_force(&self, place: &Place) -> Vec<InForce> {
        let policy = self.policy(place);
        let Ok(Value::Object(settings)) = serde_json::to_value(policy) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (key, value) in settings {
            match value {
                // The targets stand beside the other keys, and what is kept of decisions below a key.
                Value::Object(below) => {
                    for (part, value) in below {
                        let path = if key == "targets" {
                            vec![part]
                        } else {
                            vec![key.clone(), part]
                        };
                        found.push(self.setting(place, &policy.tags, path, &value));
                    }
                }
                value => found.push(self.setting(place, &policy.tags, vec![key], &value)),
            }
        }
        found
    }

    fn setting(&self, place: &Place, tags: &[String], path: Vec<String>, value: &Value) -> InForce {
        let is_written = |above: &[&str]| {
            let above = above.iter().map(|key| (*key).to_owned());
            self.document
                .has(&above.chain(path.iter().cloned()).collect::<Vec<_>>())
        };
        let address = place.to_string();
        let origin = if is_written(&["channels", &address]) {
            "channels".to_owned()
        } else if let Some(tag) = tags.iter().rev().find(|tag| is_written(&["tags", tag])) {
            format!("tags.{tag}")
        } else if is_written(&["defaults"]) {
            "defaults".to_owned()
        } else {
            "built in".to_owned()
        };
        InForce {
            key: path.join("."),
            value: shown(value),
            origin,
        }
    }
}

/// Renders a value; durations as they are written.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => match text.parse::<SignedDuration>() {
            Ok(span) => format!("{span:#}"),
            Err(_) => text.clone(),
        },
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Environment;
    use groupdesk_contract::Place;
    use std::path::Path;

    #[test]
    fn a_setting_in_force_tells_where_it_is_written() {
        let text = "accounts:\n  qq: { platform: onebot }\ndefaults: { burst: 4s, decisions: { retention: 30d } }\n\
                    tags:\n  paid: { burst: 5s, first_response: 1h, listen: mentions }\n\
                    channels:\n  qq/group:1: { tags: [paid], listen: all, decisions: { texts: false } }\n";
        let config = crate::config::load(
            Path::new("groupdesk.yaml"),
            text,
            &Environment::lenient(),
            &crate::service::accounts::platforms(),
        )
        .unwrap();
        let settings = config.in_force(&Place::new("qq", "group:1"));
        let of = |key: &str| {
            let found = settings.iter().find(|setting| setting.key == key).unwrap();
            (found.value.as_str(), found.origin.as_str())
        };
        assert_eq!(of("listen"), ("all", "channels"));
        assert_eq!(of("burst"), ("5s", "tags.paid"));
        assert_eq!(of("first_response").1, "tags.paid");
        assert_eq!(of("decisions.texts"), ("false", "channels"));
        assert_eq!(of("decisions.retention").1, "defaults");
        assert_eq!(of("cool_down").1, "built in");
    }
}
