//! Tables that `build.rs` packed, and how they are unpacked.

use flate2::read::DeflateDecoder;
use std::io::Read as _;

/// Names a packed table by its file.
macro_rules! packed {
    ($file:literal) => {
        $crate::packed_tables::Packed(include_bytes!(concat!(env!("OUT_DIR"), "/", $file)))
    };
}

pub(crate) use packed;

/// A table as the program carries it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packed(pub(crate) &'static [u8]);

impl Packed {
    /// Unpacks bytes. They are the program's own: the test below holds that they can be read.
    pub(crate) fn bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(2 * self.0.len());
        let _ = DeflateDecoder::new(self.0).read_to_end(&mut bytes);
        bytes
    }

    /// Unpacks a text.
    pub(crate) fn text(self) -> String {
        String::from_utf8(self.bytes()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_table_is_unpacked_as_it_was() {
        let bytes: &[u8] = include_bytes!("data/senses.bin");
        assert!(packed!("senses.bin").bytes() == bytes);
        assert!(packed!("words-zh.txt").text() == include_str!("data/words-zh.txt"));
    }
}
