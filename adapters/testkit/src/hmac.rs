//! HMAC by the words of RFC 2104 over the bare digests: it shares no code with the crates that sign in the program.

use sha1::Sha1;
use sha2::Sha256;
use sha2::digest::Digest;

/// Block size of SHA-1 and SHA-256, in bytes.
const BLOCK_BYTES: usize = 64;

/// Returns the HMAC-SHA-1 of `body`.
pub fn hmac_sha1(key: &[u8], body: &[u8]) -> Vec<u8> {
    hmac::<Sha1>(key, body)
}

/// Returns the HMAC-SHA-256 of `body`.
pub fn hmac_sha256(key: &[u8], body: &[u8]) -> Vec<u8> {
    hmac::<Sha256>(key, body)
}

fn hmac<D: Digest>(key: &[u8], body: &[u8]) -> Vec<u8> {
    let mut block = if key.len() > BLOCK_BYTES {
        D::digest(key).to_vec()
    } else {
        key.to_vec()
    };
    block.resize(BLOCK_BYTES, 0);
    let padded = |pad: u8| -> Vec<u8> { block.iter().map(|byte| byte ^ pad).collect() };
    let inner = D::new().chain_update(padded(0x36)).chain_update(body).finalize();
    D::new()
        .chain_update(padded(0x5c))
        .chain_update(inner)
        .finalize()
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// RFC 2202, case 2, and RFC 4231, cases 2 and 6.
    #[test]
    fn the_examples_of_the_rfcs_come_out() {
        let question = b"what do ya want for nothing?";
        assert_eq!(
            hex(&hmac_sha1(b"Jefe", question)),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        );
        assert_eq!(
            hex(&hmac_sha256(b"Jefe", question)),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let long = b"Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(
            hex(&hmac_sha256(&[0xaa; 131], long)),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }
}
