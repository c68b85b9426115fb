//! The table of `model.safetensors`, kept in the file's form and converted when read: the largest has half a million rows.

use crate::half_precision::half;
use safetensors::tensor::{Dtype, SafeTensors, TensorInfo};
use std::ops::Range;

/// A vector for every token.
pub(super) struct Table {
    bytes: Vec<u8>,
    rows: Range<usize>,
    kind: Kind,
    dimensions: usize,
    /// By token: what its row counts.
    weights: Option<Vec<f32>>,
    /// By token: its row, in a table that tokens share.
    mapping: Option<Vec<usize>>,
}

#[derive(Clone, Copy)]
enum Kind {
    F32,
    F16,
}

impl Kind {
    fn of(dtype: Dtype) -> Option<Self> {
        match dtype {
            Dtype::F32 => Some(Self::F32),
            Dtype::F16 => Some(Self::F16),
            _ => None,
        }
    }

    fn size(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 => 2,
        }
    }

    fn read(self, bytes: &[u8]) -> f32 {
        match (self, bytes) {
            (Self::F32, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]),
            (Self::F16, &[a, b]) => half(u16::from_le_bytes([a, b])),
            // Chunks are of this size.
            _ => 0.0,
        }
    }
}

impl Table {
    /// Takes the bytes of a file whose tokenizer has tokens up to `highest`.
    pub(super) fn read(bytes: Vec<u8>, highest: u32) -> Result<Self, String> {
        // All of the file is checked here: no tensor lies outside of it.
        let tensors =
            SafeTensors::deserialize(&bytes).map_err(|error| format!("not a safetensors file: {error}"))?;
        let (header, metadata) =
            SafeTensors::read_metadata(&bytes).map_err(|error| format!("not a safetensors file: {error}"))?;
        let info = ["embeddings", "embedding.weight", "0"]
            .into_iter()
            .find_map(|name| metadata.info(name))
            .ok_or("there is no tensor `embeddings`")?;
        let kind = Kind::of(info.dtype)
            .ok_or_else(|| format!("`embeddings` is of type {:?}; expected F32 or F16", info.dtype))?;
        let &[count, dimensions] = info.shape.as_slice() else {
            return Err(format!(
                "`embeddings` has the shape {:?}; expected rows and columns",
                info.shape
            ));
        };
        if count == 0 || dimensions == 0 {
            return Err("`embeddings` is empty".to_owned());
        }
        let rows = place(header, info);
        let weights = metadata
            .info("weights")
            .map(|info| {
                numbers(
                    "weights",
                    info,
                    bytes.get(place(header, info)).unwrap_or_default(),
                )
            })
            .transpose()?;
        let mapping = tensors
            .tensor("mapping")
            .ok()
            .map(|tensor| indices(tensor.dtype(), tensor.data(), count))
            .transpose()?;
        let tokens = highest as usize + 1;
        let least = [
            ("embeddings", mapping.as_ref().map_or(Some(count), |_| None)),
            ("weights", weights.as_ref().map(Vec::len)),
            ("mapping", mapping.as_ref().map(Vec::len)),
        ];
        for (name, length) in least {
            if let Some(length) = length.filter(|length| *length < tokens) {
                return Err(format!(
                    "`{name}` has {length} rows, tokenizer.json {tokens} tokens: they are of different models"
                ));
            }
        }
        Ok(Self {
            rows,
            kind,
            dimensions,
            weights,
            mapping,
            bytes,
        })
    }

    pub(super) fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Adds a token's vector, as much as it counts.
    pub(super) fn add(&self, token: u32, sum: &mut [f32]) {
        let token = token as usize;
        let weight = self
            .weights
            .as_ref()
            .map_or(1.0, |weights| weights.get(token).copied().unwrap_or_default());
        let row = self
            .mapping
            .as_ref()
            .map_or(Some(token), |mapping| mapping.get(token).copied());
        let size = self.kind.size();
        let width = self.dimensions * size;
        let bytes = row.and_then(|row| {
            let table = self.bytes.get(self.rows.clone())?;
            table.get(row.checked_mul(width)?..)?.get(..width)
        });
        for (x, bytes) in sum.iter_mut().zip(bytes.unwrap_or_default().chunks_exact(size)) {
            *x += weight * self.kind.read(bytes);
        }
    }
}

/// The range of a tensor's bytes in the file: behind the header's length and the header.
fn place(header: usize, info: &TensorInfo) -> Range<usize> {
    let (from, to) = info.data_offsets;
    8 + header + from..8 + header + to
}

fn numbers(name: &str, info: &TensorInfo, bytes: &[u8]) -> Result<Vec<f32>, String> {
    if info.dtype == Dtype::F64 {
        let double = |bytes: &[u8]| bytes.try_into().map_or(0.0, |b| f64::from_le_bytes(b) as f32);
        return Ok(bytes.chunks_exact(8).map(double).collect());
    }
    let kind = Kind::of(info.dtype)
        .ok_or_else(|| format!("`{name}` is of type {:?}; expected F32, F16 or F64", info.dtype))?;
    Ok(bytes
        .chunks_exact(kind.size())
        .map(|bytes| kind.read(bytes))
        .collect())
}

fn indices(dtype: Dtype, bytes: &[u8], rows: usize) -> Result<Vec<usize>, String> {
    let read = |bytes: &[u8]| match dtype {
        Dtype::I64 => i64::from_le_bytes(bytes.try_into().ok()?).try_into().ok(),
        _ => i32::from_le_bytes(bytes.try_into().ok()?).try_into().ok(),
    };
    let size = match dtype {
        Dtype::I64 => 8,
        Dtype::I32 => 4,
        other => return Err(format!("`mapping` is of type {other:?}; expected I64 or I32")),
    };
    bytes
        .chunks_exact(size)
        .map(|bytes| read(bytes).filter(|row: &usize| *row < rows))
        .collect::<Option<Vec<usize>>>()
        .ok_or_else(|| format!("`mapping` names rows that are not among the {rows} of `embeddings`"))
}
