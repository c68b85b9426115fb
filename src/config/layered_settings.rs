//! Settings that are laid over others: each key is written once, with its description, and its default in the schema is that of the
//! type that is used.

use super::duration::Span;
use super::ids::Id;
use crate::desk::{Commands, HandoffTo, Listen, UnderNotice};
use jiff::SignedDuration;
use schemars::Schema;
use serde::Serialize;
use serde_json::Value;

/// Value as it is written, with the setting that it makes.
pub(super) trait WrittenSettings {
    type Setting;
    fn setting(&self) -> Self::Setting;
}

macro_rules! written_as_they_are {
    ($($kind:ty),*) => {
        $(impl WrittenSettings for $kind {
            type Setting = Self;
            fn setting(&self) -> Self {
                self.clone()
            }
        })*
    };
}

written_as_they_are!(Listen, HandoffTo, Commands, UnderNotice, bool, u32, Vec<String>);

impl WrittenSettings for Span {
    type Setting = SignedDuration;
    fn setting(&self) -> SignedDuration {
        self.0
    }
}

impl WrittenSettings for Vec<Id> {
    type Setting = Vec<String>;
    fn setting(&self) -> Vec<String> {
        self.iter().map(|id| id.0.clone()).collect()
    }
}

/// Declares settings that are laid over others of the same kind: keys named as the fields of the type that is used, and others.
macro_rules! layered {
    (
        $(#[$about:meta])*
        $name:ident over $used:ident {
            $($(#[$doc:meta])* $key:ident: $written:ty,)*
        }
        $(besides {
            $($(#[$other_doc:meta])* $other:ident: $other_written:ty,)*
        })?
    ) => {
        $(#[$about])*
        #[derive(Debug, Default, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        #[schemars(transform = $crate::config::layered_settings::with_defaults_of::<$used>)]
        pub(in crate::config) struct $name {
            $($(#[$doc])* pub(in crate::config) $key: Option<$written>,)*
            $($($(#[$other_doc])* pub(in crate::config) $other: $other_written,)*)?
        }

        impl $name {
            /// Returns the settings below with those that are written here.
            pub(in crate::config) fn keys_over(&self, below: $used) -> $used {
                let mut settings = below;
                $(if let Some(written) = &self.$key {
                    settings.$key = $crate::config::layered_settings::WrittenSettings::setting(written);
                })*
                settings
            }
        }
    };
}

pub(super) use layered;

/// Writes the default of each key of a type into its schema.
pub(super) fn with_defaults_of<T: Default + Serialize>(schema: &mut Schema) {
    let Ok(Value::Object(defaults)) = serde_json::to_value(T::default()) else {
        return;
    };
    for (key, value) in defaults {
        let keys = schema.get_mut("properties");
        let Some(Value::Object(key)) = keys.and_then(|keys| keys.get_mut(key)) else {
            continue;
        };
        let Some(default) = as_written(&value) else {
            continue;
        };
        let about = key.get("description").and_then(Value::as_str).unwrap_or_default();
        // What is written beside the row says it in words.
        if about.contains("Default:") {
            continue;
        }
        let about = format!("{about} Default: {default}.");
        key.insert("description".to_owned(), about.into());
    }
}

/// Renders a default as it would be written; `None` for settings below a key, and for none.
fn as_written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(match text.parse::<SignedDuration>() {
            Ok(span)
                if span.as_hours() >= 48 && span == SignedDuration::from_hours(span.as_hours() / 24 * 24) =>
            {
                format!("{}d", span.as_hours() / 24)
            }
            Ok(span) => format!("{span:#}"),
            Err(_) => text.clone(),
        }),
        Value::Array(values) if values.is_empty() => Some("none".to_owned()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
