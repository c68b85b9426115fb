//! The form in which a call brings a file. Source: <https://core.telegram.org/bots/api#sending-files>.

use groupdesk_contract::FileBytes;
use serde_json::Value;

/// The value of a field whose file comes with the call.
pub(crate) const HERE: &str = "attach://file";

/// Makes the form of a call's `fields` with `file`: its content type and its bytes (RFC 7578).
pub(crate) fn form(fields: &Value, name: &str, file: &FileBytes) -> (String, Vec<u8>) {
    let mut form = groupdesk_kit::Form::new();
    for (field, value) in fields.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            Value::String(text) => form.field(field, text),
            value => form.field(field, &value.to_string()),
        }
    }
    form.file("file", name, "application/octet-stream", &file.bytes);
    form.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_form_holds_every_field_as_text_and_no_name_breaks_it() {
        let file = FileBytes {
            kind: "text/plain".to_owned(),
            bytes: b"abc".to_vec(),
        };
        let fields =
            json!({"chat_id": -5, "caption": "a\"b", "reply_parameters": {"message_id": 1}, "none": null});
        let (kind, bytes) = form(&fields, "a\"\r\n日志.txt", &file);
        let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.matches(boundary).count(), 5, "{text}");
        for part in [
            "name=\"chat_id\"\r\n\r\n-5\r\n",
            "\r\n\r\na\"b\r\n",
            "{\"message_id\":1}",
            "a___日志.txt",
            "\r\n\r\nabc\r\n",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
