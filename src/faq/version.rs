//! Names of the contents of faq.yaml.

use sha2::{Digest, Sha256};

/// Bytes of the digest that a name has.
const BYTES: usize = 6;

/// Returns the version that a content is: the first twelve hexadecimal digits of the SHA-256 of its bytes, without a byte order mark,
/// which the desk never sees.
pub fn version_of(content: &[u8]) -> String {
    let digest = Sha256::digest(content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content));
    digest
        .iter()
        .take(BYTES)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
