//! The wire format of a message's content: an array of segments, one segment, or a string with CQ codes.

use super::{Loose, Scalar, read_fields};
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// The most segments that are kept of one message: a member can't send more than a few dozen, and a frame of empty
/// ones would otherwise grow a hundredfold in memory.
pub(crate) const MAX_SEGMENTS: usize = 1_000;

/// The content of a message.
#[derive(Debug, Default)]
pub(crate) enum Content<'a> {
    #[default]
    Absent,
    /// A string, in which CQ codes stand for everything that isn't text.
    Coded(Cow<'a, str>),
    /// Segments, whose texts are taken as they are.
    Segments(Vec<Segment<'a>>),
}

/// A piece of a message.
#[derive(Debug, Default)]
pub(crate) struct Segment<'a> {
    pub(crate) kind: Scalar<'a>,
    pub(crate) data: Loose<SegmentData<'a>>,
}

read_fields!(Segment {
    "type" => kind,
    "data" => data,
});

/// The parameters of a segment that anybody here reads.
#[derive(Debug, Default)]
pub(crate) struct SegmentData<'a> {
    pub(crate) text: Scalar<'a>,
    pub(crate) qq: Scalar<'a>,
    pub(crate) id: Scalar<'a>,
    pub(crate) url: Scalar<'a>,
    pub(crate) file: Scalar<'a>,
    pub(crate) name: Scalar<'a>,
}

read_fields!(SegmentData {
    "text" => text,
    "qq" => qq,
    "id" => id,
    "url" => url,
    "file" => file,
    "name" => name,
});

impl<'a> Segment<'a> {
    pub(crate) fn plain(text: Cow<'a, str>) -> Self {
        let data = SegmentData {
            text: Scalar::Text(text),
            ..SegmentData::default()
        };
        Self {
            kind: Scalar::from("text"),
            data: Loose(data),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Content<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ContentVisitor;

        impl<'de> Visitor<'de> for ContentVisitor {
            type Value = Content<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a message")
            }

            fn visit_borrowed_str<E>(self, coded: &'de str) -> Result<Self::Value, E> {
                Ok(Content::Coded(Cow::Borrowed(coded)))
            }

            fn visit_str<E>(self, coded: &str) -> Result<Self::Value, E> {
                Ok(Content::Coded(Cow::Owned(coded.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut segments = Vec::new();
                while segments.len() < MAX_SEGMENTS {
                    match seq.next_element::<Loose<Segment<'de>>>()? {
                        Some(Loose(segment)) => segments.push(segment),
                        None => return Ok(Content::Segments(segments)),
                    }
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Content::Segments(segments))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let segment = Segment::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Content::Segments(vec![segment]))
            }

            super::loose::absent_scalars!(Content::Absent);
        }

        deserializer.deserialize_any(ContentVisitor)
    }
}
