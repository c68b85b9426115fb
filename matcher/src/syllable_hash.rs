//! The sound of Chinese characters: members pick the wrong one from the input method's list, such as "公单" for "工单" or
//! "注侧" for "注册".

use pinyin::ToPinyin;

use super::hash;

/// Returns the hash of a character's syllable without its tone, and with the pairs that speakers mix up (zh and z, ng and
/// n) made one; `None` for anything but a Chinese character.
pub(crate) fn syllable(c: char) -> Option<u64> {
    let plain = c.to_pinyin()?.plain();
    let (mut buffer, mut length) = ([0_u8; 8], 0);
    let mut last = 0;
    for byte in plain.bytes() {
        let spoken = match (last, byte) {
            (b'z' | b'c' | b's', b'h') | (b'n', b'g') => continue,
            // The letter ü has two bytes; which one it is does not matter.
            _ => byte,
        };
        if let Some(place) = buffer.get_mut(length) {
            *place = spoken;
            length += 1;
        }
        last = byte;
    }
    Some(hash::bytes(SOUND, &buffer[..length]))
}

const SOUND: u64 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_are_typed_alike_sound_alike() {
        assert_eq!(syllable('工'), syllable('公'));
        assert_eq!(syllable('册'), syllable('侧'));
        assert_eq!(syllable('是'), syllable('四'));
        assert_eq!(syllable('名'), syllable('民'));
        assert_ne!(syllable('注'), syllable('册'));
        assert_eq!(syllable('a'), None);
    }
}
