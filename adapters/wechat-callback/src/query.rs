//! The query parameters of a callback's address.

use std::borrow::Cow;

/// The parameters that sign a callback. A missing one is empty, so that it fails like a wrong signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The signature over token, timestamp, nonce and what is encrypted.
    pub msg_signature: String,
    /// The signature over token, timestamp and nonce alone, of Official Accounts.
    pub signature: String,
    /// The time of the callback, in seconds since 1970.
    pub timestamp: String,
    /// A text that is another for every callback.
    pub nonce: String,
    /// The text that the platform wants back when it checks the address: encrypted, except for Official Accounts in plain mode.
    pub echostr: String,
    /// `aes` where an Official Account encrypts.
    pub encrypt_type: String,
}

impl Query {
    /// Reads what stands behind the `?`. A parameter that is there twice counts once, the first time.
    pub fn read(query: Option<&str>) -> Self {
        let mut read = Self::default();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let field = match &*name {
                "msg_signature" => &mut read.msg_signature,
                "signature" => &mut read.signature,
                "timestamp" => &mut read.timestamp,
                "nonce" => &mut read.nonce,
                "echostr" => &mut read.echostr,
                "encrypt_type" => &mut read.encrypt_type,
                _ => continue,
            };
            if field.is_empty() {
                *field = Cow::into_owned(value);
            }
        }
        // Base64 has no blanks; a `+` that was not escaped became one.
        read.echostr = read.echostr.replace(' ', "+");
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_unescaped_and_a_plus_of_base64_survives_both_ways_of_writing_it() {
        for echo in ["a%2Bb%2Fc%3D%3D", "a+b/c=="] {
            let read = Query::read(Some(&format!(
                "msg_signature=s&timestamp=1&nonce=n&nonce=m&echostr={echo}&x"
            )));
            assert_eq!(read.echostr, "a+b/c==");
            assert_eq!(
                (&*read.msg_signature, &*read.timestamp, &*read.nonce),
                ("s", "1", "n")
            );
        }
        assert_eq!(Query::read(None), Query::default());
    }
}
