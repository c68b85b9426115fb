//! Forged, truncated, wrongly padded, oversized and repeated callbacks: refused without a panic, and without a word to
//! their senders.

use crate::published::{Example, published};
use axum::response::IntoResponse;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use groupdesk_wechat_callback::{CallbackVerifier, MAX_BODY_BYTES, Query, Refused, Sighting};
use proptest::prelude::*;
use std::sync::LazyLock;

static MESSAGE: LazyLock<Example> = LazyLock::new(|| published().into_iter().nth(1).unwrap());
static ROBOT: LazyLock<Example> = LazyLock::new(|| published().into_iter().nth(8).unwrap());

fn verifier() -> CallbackVerifier {
    MESSAGE.verifier().0
}

/// A callback by one who knows token and key, of any bytes: what the checks behind the signature must stand.
fn sealed(example: &Example, plain: &[u8]) -> (Query, String) {
    let key = format!("{}=", example.aes_key);
    let lenient = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
    );
    let key: [u8; 32] = lenient.decode(key).unwrap().try_into().unwrap();
    let iv: [u8; 16] = key[..16].try_into().unwrap();
    let mut buffer = plain.to_vec();
    cbc::Encryptor::<aes::Aes256>::new(&key.into(), &iv.into())
        .encrypt_padded::<NoPadding>(&mut buffer, plain.len())
        .unwrap();
    let encrypted = BASE64_STANDARD.encode(buffer);
    (signed(example, &encrypted), encrypted)
}

fn signed(example: &Example, encrypted: &str) -> Query {
    let msg_signature = example
        .crypt()
        .sign(&[&example.timestamp, &example.nonce, encrypted]);
    Query {
        msg_signature,
        ..example.query()
    }
}

fn json(encrypted: &str) -> Vec<u8> {
    serde_json::json!({ "encrypt": encrypted })
        .to_string()
        .into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_changed_letter_anywhere_is_refused(at in any::<prop::sample::Index>(), with in "[A-Za-z0-9+/=]", which in 0..4) {
        let change = |text: &str| {
            let mut letters: Vec<char> = text.chars().collect();
            let at = at.index(letters.len());
            letters[at] = with.chars().next().unwrap();
            letters.into_iter().collect::<String>()
        };
        let mut example = MESSAGE.clone();
        let field = match which {
            0 => example.signature.as_mut().unwrap(),
            1 => &mut example.timestamp,
            2 => &mut example.nonce,
            _ => &mut example.encrypted,
        };
        let changed = change(field);
        prop_assume!(changed != *field);
        *field = changed;
        prop_assert!(verifier().open_json(&example.query(), &json(&example.encrypted)).is_err());
    }

    #[test]
    fn anything_cut_short_is_refused(cut in 0_usize..460, xml in any::<bool>()) {
        let example = MESSAGE.clone();
        let body = if xml { format!("<xml><Encrypt>{}</Encrypt></xml>", example.encrypted).into_bytes() } else { json(&example.encrypted) };
        prop_assume!(cut < body.len());
        let open = if xml { CallbackVerifier::open_xml } else { CallbackVerifier::open_json };
        prop_assert!(open(&verifier(), &example.query(), &body).is_ok());
        prop_assert!(open(&verifier(), &example.query(), &body[..cut]).is_err());
        // Cut and signed again.
        let short = &example.encrypted[..cut.min(example.encrypted.len() - 1)];
        prop_assert!(verifier().open_json(&signed(&example, short), &json(short)).is_err());
    }

    #[test]
    fn nonsense_of_whole_blocks_is_refused_or_read_but_never_panics(
        blocks in prop::collection::vec(prop::array::uniform16(any::<u8>()), 1..12), ending in prop::option::of(1_u8..=40),
    ) {
        let mut plain = blocks.concat();
        if let Some(ending) = ending {
            let from = plain.len().saturating_sub(usize::from(ending));
            plain[from..].fill(ending);
        }
        let (query, encrypted) = sealed(&ROBOT, &plain);
        let opened = ROBOT.verifier().0.open_json(&query, &json(&encrypted));
        let pad = usize::from(*plain.last().unwrap());
        let padded = (1..=32).contains(&pad) && pad <= plain.len()
            && plain[plain.len() - pad..].iter().all(|byte| usize::from(*byte) == pad);
        let right = padded && plain.len() - pad >= 20
            && u32::from_be_bytes(plain[16..20].try_into().unwrap()) as usize == plain.len() - pad - 20;
        prop_assert!(right || opened.is_err(), "{:?}", opened);
    }

    #[test]
    fn a_wrong_padding_or_length_is_refused(
        text in "[a-z你]{0,60}", pad in 0_u8..=255, length in prop::num::u32::ANY, fault in 0..3,
    ) {
        let example = &*MESSAGE;
        let mut plain = b"0123456789abcdef".to_vec();
        let honest = u32::try_from(text.len()).unwrap();
        let told = if fault == 1 { length } else { honest };
        prop_assume!(fault != 1 || length != honest);
        plain.extend(told.to_be_bytes());
        plain.extend(text.as_bytes());
        plain.extend(example.receiver.as_bytes());
        let missing = 32 - plain.len() % 32;
        plain.resize(plain.len() + missing, u8::try_from(missing).unwrap());
        match fault {
            0 => {
                // The last byte lies about how many there are, or one of them is another.
                prop_assume!(usize::from(pad) != missing);
                let at = if length % 2 == 0 || missing == 1 { plain.len() - 1 } else { plain.len() - missing };
                // A padding that only got shorter leaves bytes behind the receiver.
                plain[at] = pad;
            }
            2 => {
                // Another receiver of the same length.
                let at = plain.len() - missing - 1;
                plain[at] ^= 1;
            }
            _ => {}
        }
        let (query, encrypted) = sealed(example, &plain);
        prop_assert!(verifier().open_json(&query, &json(&encrypted)).is_err());
    }

    #[test]
    fn any_text_comes_back_out_of_its_envelope(text in any::<String>(), nonce in "[0-9a-zA-Z]{1,20}") {
        for example in [&*MESSAGE, &*ROBOT] {
            let (verifier, _) = example.verifier();
            let asked = Query { nonce: nonce.clone(), ..example.query() };
            let answer: serde_json::Value = serde_json::from_str(&verifier.seal_json(&asked, &text).unwrap()).unwrap();
            let query = Query {
                msg_signature: answer["msgsignature"].as_str().unwrap().to_owned(),
                timestamp: answer["timestamp"].to_string(),
                nonce: answer["nonce"].as_str().unwrap().to_owned(),
                ..Query::default()
            };
            prop_assert_eq!(verifier.open_json(&query, answer.to_string().as_bytes()).unwrap().content, text.clone());
            let answer = verifier.seal_xml(&asked, &text).unwrap();
            let root = groupdesk_wechat_callback::xml::read(&answer).unwrap();
            let query = Query {
                msg_signature: root.text("MsgSignature").unwrap().to_owned(),
                timestamp: root.text("TimeStamp").unwrap().to_owned(),
                nonce: root.text("Nonce").unwrap().to_owned(),
                ..Query::default()
            };
            prop_assert_eq!(verifier.open_xml(&query, answer.as_bytes()).unwrap().content, text.clone());
        }
    }

    #[test]
    fn nothing_that_is_sent_panics(query in ".{0,80}", body in prop::collection::vec(any::<u8>(), 0..200)) {
        let read = Query::read(Some(&query));
        let verifier = verifier();
        prop_assert!(verifier.open_xml(&read, &body).is_err());
        prop_assert!(verifier.open_json(&read, &body).is_err());
        prop_assert!(verifier.open_plain(&read, &body).is_err());
        prop_assert!(verifier.verify_url(&read).is_err());
    }
}

#[test]
fn what_is_too_long_is_refused_and_what_was_answered_is_known_again_and_then_a_replay() {
    let example = &*MESSAGE;
    let (verifier, clock) = example.verifier();
    let long = json(&"A".repeat(MAX_BODY_BYTES));
    assert!(verifier.open_json(&example.query(), &long).is_err());
    assert!(verifier.open_xml(&example.query(), &long).is_err());
    let try_again = |query: &Query| verifier.open_json(query, &json(&example.encrypted));
    let open = || try_again(&example.query()).unwrap();
    assert_eq!((open().sighting, open().sighting), (Sighting::New, Sighting::New));
    verifier.answered(&open());
    assert_eq!(open().sighting, Sighting::Again);
    clock.advance(jiff::SignedDuration::from_mins(1));
    assert!(try_again(&example.query()).is_err());
}

#[test]
fn what_is_not_signed_in_an_address_makes_no_other_callback_of_it() {
    let example = &*MESSAGE;
    let (verifier, clock) = example.verifier();
    let plain = Query {
        signature: example.crypt().sign(&[&example.timestamp, &example.nonce]),
        ..example.query()
    };
    verifier.answered(&verifier.open_json(&plain, &json(&example.encrypted)).unwrap());
    verifier.answered(&verifier.open_plain(&plain, b"<xml/>").unwrap());
    clock.advance(jiff::SignedDuration::from_mins(1));
    let sealed = Query {
        signature: "x".to_owned(),
        encrypt_type: "x".to_owned(),
        echostr: "x".to_owned(),
        ..plain.clone()
    };
    assert!(verifier.open_json(&sealed, &json(&example.encrypted)).is_err());
    let plain = Query {
        msg_signature: "x".to_owned(),
        ..plain
    };
    assert!(verifier.open_plain(&plain, b"<xml/>").is_err());
}

#[test]
fn every_refusal_looks_the_same_from_outside_and_says_why_in_the_log() {
    let example = &*MESSAGE;
    let stranger = Example {
        token: "other".to_owned(),
        ..example.clone()
    };
    let other_key = Example {
        aes_key: "a".repeat(43),
        ..example.clone()
    };
    let other_corp = Example {
        receiver: "wx0000000000000000".to_owned(),
        ..example.clone()
    };
    let mut seen: Vec<(String, String)> = Vec::new();
    for (reader, hint) in [
        (&stranger, "token"),
        (&other_key, "EncodingAESKey"),
        (&other_corp, "corpid"),
    ] {
        let refused: Refused = reader
            .verifier()
            .0
            .open_json(&example.query(), &json(&example.encrypted))
            .unwrap_err();
        assert!(refused.to_string().contains(hint), "{refused}");
        let response = refused.into_response();
        assert_eq!(axum::body::HttpBody::size_hint(response.body()).exact(), Some(0));
        seen.push((response.status().to_string(), format!("{:?}", response.headers())));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
}
