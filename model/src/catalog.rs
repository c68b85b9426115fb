//! The recommended models, and the models in a folder of models.

use std::path::{Path, PathBuf};

/// A sentence encoder that was tried, or whose makers measured it.
#[derive(Debug, PartialEq)]
pub struct Recommended {
    /// Name here, and that of its folder.
    pub name: &'static str,
    /// Repository at Hugging Face and ModelScope.
    pub repository: &'static str,
    /// The licence of its numbers.
    pub licence: &'static str,
    /// The languages that it knows, as codes.
    pub languages: &'static str,
    /// The megabytes that are fetched.
    pub fetch_mb: u32,
    /// The megabytes of memory that it takes while the desk serves; `None` if nobody measured.
    pub memory_mb: Option<u32>,
    /// The prefix of questions; empty for none.
    pub query_prefix: &'static str,
    /// The prefix of passages; empty for none.
    pub passage_prefix: &'static str,
    /// The figures on the matcher's own sets, in eight bits; `None` where nobody measured.
    pub measured: Option<&'static [Measured]>,
}

/// Figures on one labelled set.
#[derive(Debug, PartialEq)]
pub struct Measured {
    /// The set.
    pub set: &'static str,
    /// The share of questions whose right entry is first.
    pub accuracy: f32,
    /// The area under the ROC curve of the confidence, which tells right from wrong.
    pub auroc: f32,
    /// The share that is answered where 95 of 100 answers must be right.
    pub coverage: f32,
}

/// The recommended models: what knows most languages first.
pub const RECOMMENDED: &[Recommended] = &[
    Recommended {
        name: "multilingual-e5-small",
        repository: "intfloat/multilingual-e5-small",
        licence: "MIT",
        languages: "zh, en, +90",
        fetch_mb: 488,
        memory_mb: Some(150),
        query_prefix: "query: ",
        passage_prefix: "passage: ",
        measured: Some(&[Measured {
            set: "clinc-10",
            accuracy: 0.896,
            auroc: 0.93,
            coverage: 0.68,
        }]),
    },
    Recommended {
        name: "bge-small-zh-v1.5",
        repository: "BAAI/bge-small-zh-v1.5",
        licence: "MIT",
        languages: "zh",
        fetch_mb: 96,
        memory_mb: None,
        query_prefix: "",
        passage_prefix: "",
        measured: None,
    },
    Recommended {
        name: "all-MiniLM-L6-v2",
        repository: "sentence-transformers/all-MiniLM-L6-v2",
        licence: "Apache-2.0",
        languages: "en",
        fetch_mb: 91,
        memory_mb: Some(45),
        query_prefix: "",
        passage_prefix: "",
        measured: Some(&[Measured {
            set: "clinc-10",
            accuracy: 0.897,
            auroc: 0.936,
            coverage: 0.70,
        }]),
    },
];

/// The ending of a folder in which a model is being put together.
pub const UNFINISHED: &str = ".part";

/// A recommended model by its name or its repository, in capitals or not.
pub fn recommended(name: &str) -> Option<&'static Recommended> {
    RECOMMENDED
        .iter()
        .find(|model| model.name.eq_ignore_ascii_case(name) || model.repository.eq_ignore_ascii_case(name))
}

/// True if a folder holds the files of a model: a sentence encoder, or a static table.
pub fn is_model(folder: &Path) -> bool {
    ["tokenizer.json", "model.safetensors"]
        .iter()
        .all(|name| folder.join(name).is_file())
}

/// Lists the models in a folder of models, the best first: the recommended ones in their order, then the others by name. Empty if
/// there is no such folder.
pub fn models_in(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<(usize, String)> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.') && !name.ends_with(UNFINISHED))
        .filter(|name| is_model(&folder.join(name)))
        .map(|name| {
            let place = RECOMMENDED
                .iter()
                .position(|model| model.name.eq_ignore_ascii_case(&name));
            (place.unwrap_or(RECOMMENDED.len()), name)
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, name)| folder.join(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn models_are_found_the_recommended_first_and_nothing_half_brought() {
        let models = tempfile::tempdir().unwrap();
        let put = |name: &str, files: &[&str]| {
            let folder = models.path().join(name);
            fs::create_dir_all(&folder).unwrap();
            for file in files {
                fs::write(folder.join(file), "{}").unwrap();
            }
        };
        let whole = ["tokenizer.json", "model.safetensors"];
        for name in [
            "zebra",
            "a-table",
            "all-MiniLM-L6-v2",
            "multilingual-e5-small",
            "half.part",
        ] {
            put(name, &whole);
        }
        put("no-numbers", &["tokenizer.json", "model.safetensors.part"]);
        fs::write(models.path().join("readme.txt"), "").unwrap();
        let names: Vec<String> = models_in(models.path())
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            names,
            ["multilingual-e5-small", "all-MiniLM-L6-v2", "a-table", "zebra"]
        );
        assert!(models_in(&models.path().join("nowhere")).is_empty());
    }

    #[test]
    fn a_model_is_known_by_its_name_and_by_its_repository() {
        for name in [
            "bge-small-zh-v1.5",
            "BAAI/bge-small-zh-v1.5",
            "baai/BGE-small-zh-v1.5",
        ] {
            assert_eq!(recommended(name).unwrap().licence, "MIT");
        }
        assert_eq!(recommended("e5"), None);
    }
}
