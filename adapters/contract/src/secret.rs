//! A text from the configuration that is never shown.

use crate::in_both;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};
use std::fmt;
use subtle::ConstantTimeEq;

/// A token, a password, an address that holds a key.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Secret(String);

impl TryFrom<String> for Secret {
    type Error = String;

    /// Takes a secret of the configuration. One with nothing in it would open what it is to close.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.trim().is_empty() {
            true => Err(in_both(
                "the secret is empty: is the variable set to something? Leave the key out where no secret is wanted",
                "密钥是空的（变量有没有设置？）；请填上它的值，不需要密钥就删掉这个键",
            )),
            false => Ok(Self(text)),
        }
    }
}

impl Secret {
    /// A secret of this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, to be handed to the other side and nobody else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// True if `other` is the same text. The comparison takes constant time, so that its duration doesn't tell how much of
    /// `other` is right.
    pub fn matches(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }

    /// True if the text is empty: a variable of the environment that is set to nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks that a header carries the text: ASCII without spaces and control characters.
    ///
    /// # Errors
    /// Fails with a sentence for an admin, in both languages, that doesn't hold the text.
    pub fn check_header(&self) -> Result<(), String> {
        match self.0.chars().all(|c| c.is_ascii_graphic()) {
            true => Ok(()),
            false => Err(in_both(
                "no header carries this token: only ASCII letters, digits and signs, no spaces; choose another",
                "令牌里有空格、全角符号或汉字，平台收不到这样的令牌；只能用英文字母、数字和半角符号，请换一个",
            )),
        }
    }
}

/// Reads a token, if there is one, that a header can carry.
///
/// # Errors
/// Fails for what is no [`Secret`], and as [`Secret::check_header`] does.
pub fn header_token<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    let token = Option::<Secret>::deserialize(deserializer)?;
    token
        .as_ref()
        .map_or(Ok(()), Secret::check_header)
        .map_err(de::Error::custom)?;
    Ok(token)
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
