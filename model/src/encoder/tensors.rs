//! The tensors of `model.safetensors`, read one at a time: the file is larger than what is kept of it.

use super::transformer::Table;
use crate::files;
use crate::half_precision::half;
use safetensors::tensor::{Dtype, Metadata, TensorInfo};
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// More bytes than any header has.
const MAX_HEADER_BYTES: u64 = 100 << 20;

/// The size of the chunks, in bytes, in which a table is read.
const CHUNK_BYTES: usize = 4 << 20;

/// The size of the sample, in bytes, that tells models of the same shape apart.
const SAMPLE_BYTES: u64 = 1 << 20;

/// The largest magnitude of a table's numbers in eight bits.
const TABLE_MAX: f32 = 127.0;

/// An open file of tensors.
pub(super) struct Tensors {
    file: File,
    metadata: Metadata,
    /// The offset of the tensors' bytes in the file.
    start: u64,
    length: u64,
    prefix: &'static str,
}

impl Tensors {
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let bad = |error: std::io::Error| error.to_string();
        let mut file = files::open(path).map_err(bad)?;
        let length = file.metadata().map_err(bad)?.len();
        let mut size = [0u8; 8];
        file.read_exact(&mut size)
            .map_err(|_| "not a safetensors file: it is too short".to_owned())?;
        let size = u64::from_le_bytes(size);
        if size > MAX_HEADER_BYTES || size + 8 > length {
            return Err("not a safetensors file: its header is longer than the file".to_owned());
        }
        let mut header = vec![0u8; size as usize];
        file.read_exact(&mut header).map_err(bad)?;
        let metadata: Metadata = serde_json::from_slice(&header)
            .map_err(|error| format!("not a safetensors file: its header: {error}"))?;
        let prefix = ["", "bert.", "roberta.", "model.", "0.auto_model."]
            .into_iter()
            .find(|prefix| {
                metadata
                    .info(&format!("{prefix}embeddings.word_embeddings.weight"))
                    .is_some()
            })
            .ok_or("there is no tensor `embeddings.word_embeddings.weight`: this is no BERT or XLM-RoBERTa encoder")?;
        Ok(Self {
            file,
            metadata,
            start: size + 8,
            length,
            prefix,
        })
    }

    /// Returns a fingerprint of this file, read in this way: of its header, its length and a part of its numbers.
    ///
    /// # Errors
    /// If it can't be read.
    pub(super) fn fingerprint(&mut self, read: impl Hash) -> Result<u64, String> {
        let mut hasher = DefaultHasher::new();
        let part = (self.length - self.start).min(SAMPLE_BYTES);
        let header = self.bytes(0, self.start as usize)?;
        let middle = self.start + (self.length - self.start - part) / 2;
        let sample = self.bytes(middle, part as usize)?;
        (self.length, header, sample, read).hash(&mut hasher);
        Ok(hasher.finish())
    }

    /// True if there is a tensor of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.metadata.info(&format!("{}{name}", self.prefix)).is_some()
    }

    /// The numbers of a tensor of this shape.
    pub(super) fn numbers(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, String> {
        let (at, info) = self.place(name)?;
        if info.shape != shape {
            return Err(format!(
                "`{name}` has the shape {:?}; config.json makes it {shape:?}",
                info.shape
            ));
        }
        let bytes = self.bytes(at, shape.iter().product::<usize>() * width(info.dtype)?)?;
        Ok(floats(&bytes, info.dtype))
    }

    /// A table of vectors of `columns` numbers, in eight bits, and how many it has.
    pub(super) fn table(&mut self, name: &str, columns: usize) -> Result<Table, String> {
        let (at, info) = self.place(name)?;
        let &[rows, found] = info.shape.as_slice() else {
            return Err(format!(
                "`{name}` has the shape {:?}; expected rows and columns",
                info.shape
            ));
        };
        if found != columns {
            return Err(format!(
                "`{name}` has {found} columns; config.json makes it {columns}"
            ));
        }
        let row_bytes = columns * width(info.dtype)?;
        let mut values = Vec::with_capacity(rows * columns);
        let mut scales = Vec::with_capacity(rows);
        let step = (CHUNK_BYTES / row_bytes).max(1);
        for first in (0..rows).step_by(step) {
            let count = step.min(rows - first);
            let bytes = self.bytes(at + (first * row_bytes) as u64, count * row_bytes)?;
            for row in floats(&bytes, info.dtype).chunks_exact(columns) {
                let largest = row.iter().fold(0.0f32, |most, x| most.max(x.abs()));
                let scale = if largest > 0.0 { largest / TABLE_MAX } else { 1.0 };
                values.extend(row.iter().map(|x| (x / scale).round() as i8));
                scales.push(scale);
            }
        }
        Ok(Table {
            values,
            scales,
            width: columns,
        })
    }

    /// The number of rows of a tensor.
    pub(super) fn rows(&self, name: &str) -> Result<usize, String> {
        let (_, info) = self.place(name)?;
        Ok(info.shape.first().copied().unwrap_or_default())
    }

    fn place(&self, name: &str) -> Result<(u64, TensorInfo), String> {
        let info = self
            .metadata
            .info(&format!("{}{name}", self.prefix))
            .ok_or_else(|| format!("there is no tensor `{name}`"))?;
        let numbers = info
            .shape
            .iter()
            .try_fold(1usize, |product, n| product.checked_mul(*n));
        let bytes = numbers.and_then(|count| count.checked_mul(width(info.dtype).ok()?));
        let (from, to) = info.data_offsets;
        let fits = to.checked_sub(from) == bytes && self.start + to as u64 <= self.length;
        match bytes {
            _ if width(info.dtype).is_err() => Err(format!(
                "`{name}` is of type {:?}; expected F32, F16 or BF16",
                info.dtype
            )),
            Some(_) if fits => Ok((self.start + from as u64, info.clone())),
            _ => Err(format!(
                "`{name}` lies outside of the file: it was not copied whole"
            )),
        }
    }

    fn bytes(&mut self, at: u64, count: usize) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0u8; count];
        self.file
            .seek(SeekFrom::Start(at))
            .and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(|error| error.to_string())?;
        Ok(bytes)
    }
}

/// The size of a number, in bytes.
fn width(dtype: Dtype) -> Result<usize, String> {
    match dtype {
        Dtype::F32 => Ok(4),
        Dtype::F16 | Dtype::BF16 => Ok(2),
        other => Err(format!("numbers of type {other:?}; expected F32, F16 or BF16")),
    }
}

fn floats(bytes: &[u8], dtype: Dtype) -> Vec<f32> {
    let two = |bytes: &[u8]| match bytes {
        &[a, b] => u16::from_le_bytes([a, b]),
        _ => 0,
    };
    match dtype {
        Dtype::F16 => bytes.chunks_exact(2).map(|x| half(two(x))).collect(),
        Dtype::BF16 => bytes
            .chunks_exact(2)
            .map(|x| f32::from_bits(u32::from(two(x)) << 16))
            .collect(),
        _ => bytes
            .chunks_exact(4)
            .map(|x| match x {
                &[a, b, c, d] => f32::from_le_bytes([a, b, c, d]),
                _ => 0.0,
            })
            .collect(),
    }
}
