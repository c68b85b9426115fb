//! Checks a model's answer: it is the id of one of the choices that were offered, or of none, and nothing beside it.

use super::Choice;
use super::wire::{Form, NONE};
use serde::Deserialize;

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
