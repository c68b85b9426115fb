//! Checks a model's answer: it is the id of one of the choices that were offered, or of none, and nothing beside it.

use super::Choice;
use crate::request_forms;
use serde::Deserialize;

/// The id of no choice.
pub(super) const NONE: &str = "none";

/// Form in which the server is told to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// JSON by a schema that knows the ids.
    Schema,
    /// Any JSON object.
    Object,
    /// Plain text: the id.
    Plain,
}

impl request_forms::Form for Form {
    const FIRST: Self = Self::Schema;

    fn simpler(self) -> Option<Self> {
        match self {
            Self::Schema => Some(Self::Object),
            Self::Object => Some(Self::Plain),
            Self::Plain => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    id: String,
}

/// Returns the place of the choice that an answer names; `None` if it names none.
///
/// # Errors
/// If it is anything but one of the ids, in the form that was asked for.
pub(super) fn check_choice(
    content: &str,
    choices: &[Choice<'_>],
    form: Form,
) -> Result<Option<usize>, &'static str> {
    let id = match form {
        // serde takes a list for an object, too.
        Form::Schema | Form::Object => {
            let object = Some(content).filter(|content| content.starts_with('{'));
            object
                .and_then(|object| serde_json::from_str::<Chosen>(object).ok())
                .ok_or("not the JSON object that was asked for")?
                .id
        }
        Form::Plain => content.to_owned(),
    };
    match choices.iter().position(|choice| choice.id == id) {
        Some(place) => Ok(Some(place)),
        None if id == NONE => Ok(None),
        None => Err("not one of the ids"),
    }
}
