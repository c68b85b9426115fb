//! `groupdesk model`: lists the models to choose from, fetches one, and checks one.

mod check;
mod get;

use super::language::{label, said, said_in_lines};
use super::{Failure, output};
use crate::config::MODELS;
use groupdesk_model::catalog::{self, Measured, RECOMMENDED, Recommended};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The arguments of `model`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The configuration, beside which the folder `models` lies [default: groupdesk.yaml here]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// The folder of models, instead of `models` beside the configuration
    #[arg(long, value_name = "DIR", global = true)]
    folder: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the recommended models, and those that are here
    List {
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Bring a model here; what breaks off is gone on with by the same command
    Get(get::Options),
    /// Open a model, and say what it is, what it takes and which languages it is of use for
    Check {
        /// Its folder, or its name in the folder of models
        model: PathBuf,
    },
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let models = match (&options.folder, &options.config) {
        (Some(folder), _) => folder.clone(),
        (None, Some(config)) => config.with_file_name(MODELS),
        (None, None) => PathBuf::from(MODELS),
    };
    match &options.command {
        Command::List { json: false } => output::text(table(&models)),
        Command::List { json: true } => {
            let list = serde_json::to_string_pretty(&list(&models))
                .map_err(|error| Failure::Broken(error.to_string()))?;
            output::line(format_args!("{list}"))?;
            Ok(())
        }
        Command::Get(get) => get::run(get, &models, options.folder.is_some()),
        Command::Check { model } => {
            let named = models.join(model);
            check::run(if model.exists() { model } else { &named })
        }
    }
}

/// Formats the measurements of a model.
fn measured(measured: Option<&[Measured]>) -> String {
    let Some(all) = measured else {
        return said!("这里没有测过", "not measured here");
    };
    let line = |on: &Measured| {
        format!(
            "{} acc@1 {:.3}, auroc {:.3}, cov@0.95 {:.2}",
            on.set, on.accuracy, on.auroc, on.coverage
        )
    };
    all.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// Formats the memory that a model takes.
fn memory(model: &Recommended) -> String {
    model
        .memory_mb
        .map_or(said!("没有测过", "not measured"), |mb| format!("{mb} MB"))
}

fn table(models: &Path) -> String {
    let here = catalog::models_in(models);
    let place = models.display();
    let mut text = String::new();
    for model in RECOMMENDED {
        let mark = if is_here(&here, model.name) {
            format!("  ✓ {}", said!("已在 {place}", "is in {place}"))
        } else {
            String::new()
        };
        // Writing to a string can't fail, here and below.
        let _ = writeln!(
            text,
            "{}{mark}\n  {}{}  {}{}  {}{}\n  {}{} MB  {}{}\n  {}{}",
            model.name,
            label("来源", "from"),
            model.repository,
            label("许可证", "licence"),
            model.licence,
            label("语言", "languages"),
            model.languages,
            label("下载", "to fetch"),
            model.fetch_mb,
            label("内存", "memory"),
            memory(model),
            label("实测", "measured"),
            measured(model.measured),
        );
    }
    for other in here.iter().filter(|folder| known(folder).is_none()) {
        let _ = writeln!(text, "{}", other.display());
    }
    let next = said_in_lines!(
        "下载：groupdesk model get 名字（国内可加 --from hf-mirror 或 --from modelscope）；然后在 groupdesk.yaml 里写 semantic: auto",
        "To bring one: groupdesk model get NAME; then write `semantic: auto` into groupdesk.yaml"
    );
    let _ = writeln!(text, "\n{next}");
    text
}

fn list(models: &Path) -> Value {
    let here = catalog::models_in(models);
    let recommended = RECOMMENDED.iter().map(|model| {
        let measured = model.measured.unwrap_or_default().iter().map(|on| {
            json!({ "set": on.set, "acc@1": on.accuracy, "auroc": on.auroc, "cov@0.95": on.coverage })
        });
        json!({
            "name": model.name, "repository": model.repository, "licence": model.licence, "languages": model.languages,
            "fetch_mb": model.fetch_mb, "memory_mb": model.memory_mb, "measured": measured.collect::<Vec<_>>(),
            "recommended": true, "here": is_here(&here, model.name),
        })
    });
    let others = here.iter().filter(|folder| known(folder).is_none());
    let others = others.map(|folder| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        json!({ "name": name, "recommended": false, "here": true })
    });
    recommended.chain(others).collect()
}

/// The recommended model that a folder is named for.
fn known(folder: &Path) -> Option<&'static Recommended> {
    let name = folder.file_name()?.to_str()?;
    RECOMMENDED
        .iter()
        .find(|model| model.name.eq_ignore_ascii_case(name))
}

fn is_here(here: &[PathBuf], name: &str) -> bool {
    here.iter()
        .any(|folder| known(folder).is_some_and(|model| model.name == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recommended_model_is_listed_with_its_licence_and_what_is_here_is_marked() {
        let models = tempfile::tempdir().unwrap();
        for name in ["all-MiniLM-L6-v2", "mine"] {
            std::fs::create_dir(models.path().join(name)).unwrap();
            for file in ["tokenizer.json", "model.safetensors"] {
                std::fs::write(models.path().join(name).join(file), "").unwrap();
            }
        }
        let text = table(models.path());
        assert_eq!(text.matches('✓').count(), 1, "{text}");
        assert!(text.contains("all-MiniLM-L6-v2  ✓"), "{text}");
        for part in [
            "MIT",
            "Apache-2.0",
            "not measured here",
            "auroc 0.936",
            "mine\n",
            "488 MB",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let list = list(models.path());
        let here: Vec<&str> = list
            .as_array()
            .unwrap()
            .iter()
            .filter(|model| model["here"] == true)
            .filter_map(|model| model["name"].as_str())
            .collect();
        assert_eq!(here, ["all-MiniLM-L6-v2", "mine"]);
    }
}
