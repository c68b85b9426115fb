//! The last steps of bringing a model: its prefixes are written, it is opened, and it gets its name.

use super::{FILES, FetchError, PROMPTS, part_of};
use crate::Source;
use crate::catalog::{Recommended, UNFINISHED};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder in which `folder` is put together; what an earlier call brought into it has the names of parts again.
pub(super) fn staging(folder: &Path) -> Result<PathBuf, FetchError> {
    let empty = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if folder.exists() && !empty {
        return Err(FetchError::Exists(folder.to_owned()));
    }
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(UNFINISHED);
    let staging = folder.with_file_name(name);
    fs::create_dir_all(&staging).map_err(|why| FetchError::disk(&staging, why))?;
    for file in FILES {
        let whole = staging.join(file.name);
        if whole.is_file() {
            rename(&whole, &part_of(&staging, file.name))?;
        }
    }
    Ok(staging)
}

/// The path of the note beside a part, which names the version of the file.
pub(super) fn note_of(staging: &Path, file: &str) -> PathBuf {
    staging.join(format!("{file}.version"))
}

/// Gives the model its name, if it can be used; removes it otherwise.
pub(super) fn finish(staging: &Path, folder: &Path, known: Option<&Recommended>) -> Result<(), FetchError> {
    for file in FILES {
        let part = part_of(staging, file.name);
        if part.is_file() {
            rename(&part, &staging.join(file.name))?;
        }
        // There is none of files that were copied.
        let _ = fs::remove_file(note_of(staging, file.name));
    }
    if let Some(known) = known {
        write_prefixes(&staging.join(PROMPTS), known)?;
    }
    if let Err(why) = Source::Folder(staging.to_owned()).open() {
        fs::remove_dir_all(staging).map_err(|why| FetchError::disk(staging, why))?;
        return Err(FetchError::Unusable(why));
    }
    rename(staging, folder)
}

fn rename(from: &Path, to: &Path) -> Result<(), FetchError> {
    fs::rename(from, to).map_err(|why| FetchError::disk(to, why))
}

/// Writes the catalogue's prefixes, if the model's own file has none.
fn write_prefixes(path: &Path, known: &Recommended) -> Result<(), FetchError> {
    let mut json: Map<String, Value> = match fs::read(path) {
        // One that can't be read is said when the model is opened.
        Ok(bytes) => match serde_json::from_slice(&bytes) {
            Ok(json) => json,
            Err(_) => return Ok(()),
        },
        Err(_) => Map::new(),
    };
    let prompts = json.entry("prompts").or_insert_with(|| json!({}));
    let Some(prompts) = prompts.as_object_mut() else {
        return Ok(());
    };
    let mut changed = false;
    for (names, prefix) in [
        (&["query", "retrieval.query"][..], known.query_prefix),
        (
            &["passage", "document", "retrieval.passage"][..],
            known.passage_prefix,
        ),
    ] {
        let has = |name: &&str| matches!(prompts.get(*name), Some(Value::String(text)) if !text.is_empty());
        if let (false, false, [name, ..]) = (prefix.is_empty(), names.iter().any(has), names) {
            prompts.insert((*name).to_owned(), prefix.into());
            changed = true;
        }
    }
    if !changed {
        return Ok(());
    }
    let text = format!("{:#}\n", Value::Object(json));
    fs::write(path, text).map_err(|why| FetchError::disk(path, why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::recommended;

    #[test]
    fn prefixes_are_written_where_the_model_says_none_and_its_other_keys_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(PROMPTS);
        let read = || serde_json::from_slice::<Value>(&fs::read(&path).unwrap()).unwrap();
        let e5 = recommended("multilingual-e5-small").unwrap();
        write_prefixes(&path, e5).unwrap();
        let ours = json!({ "query": "query: ", "passage": "passage: " });
        assert_eq!(read()["prompts"], ours);

        let own =
            json!({ "__version__": { "pytorch": "2" }, "prompts": { "query": "", "document": "doc: " } });
        fs::write(&path, own.to_string()).unwrap();
        write_prefixes(&path, e5).unwrap();
        assert_eq!(
            read()["prompts"],
            json!({ "query": "query: ", "document": "doc: " })
        );
        assert_eq!(read()["__version__"]["pytorch"], "2");

        fs::remove_file(&path).unwrap();
        write_prefixes(&path, recommended("all-MiniLM-L6-v2").unwrap()).unwrap();
        assert!(!path.exists());
    }
}
