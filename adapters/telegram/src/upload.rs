//! The form in which a call brings a file. Source: <https://core.telegram.org/bots/api#sending-files>.

use groupdesk_contract::FileBytes;
use serde_json::Value;

/// What a field holds whose file comes with the call.
pub(crate) const HERE: &str = "attach://file";

/// Makes the form of a call's `fields` with `file`: its content type and its bytes (RFC 7578).
pub(crate) fn form(fields: &Value, name: &str, file: &FileBytes) -> (String, Vec<u8>) {
    let boundary = format!("groupdesk-{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
    let mut bytes = Vec::new();
    for (field, value) in fields.as_object().into_iter().flatten() {
        let value = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        let part =
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        bytes.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n",
        shown(name)
    );
    bytes.extend_from_slice(head.as_bytes());
    bytes.extend_from_slice(&file.bytes);
    bytes.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), bytes)
}

/// A name that breaks no form.
fn shown(name: &str) -> String {
    let safe = |c: char| {
        if c.is_control() || "\"\\/".contains(c) {
            '_'
        } else {
            c
        }
    };
    name.chars().map(safe).take(100).collect()
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
