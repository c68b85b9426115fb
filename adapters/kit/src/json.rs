//! Writes JSON bodies field by field.

use serde_json::{Map, Value};

/// Sets a field of a JSON object; of a value that is none, it makes an object with this field alone.
pub fn set_field(object: &mut Value, name: &str, value: impl Into<Value>) {
    let value = value.into();
    match object {
        Value::Object(fields) => {
            fields.insert(name.to_owned(), value);
        }
        other => *other = Value::Object(Map::from_iter([(name.to_owned(), value)])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_is_set_and_replaced_and_nothing_panics() {
        let mut body = json!({"text": "a"});
        set_field(&mut body, "text", "b");
        set_field(&mut body, "number", 7);
        assert_eq!(body, json!({"text": "b", "number": 7}));
        let mut list = json!([1]);
        set_field(&mut list, "text", "b");
        assert_eq!(list, json!({"text": "b"}));
    }
}
