//! `groupdesk schema`: JSON Schemas for editors, with their descriptions in the terminal's language.

mod descriptions;

use super::language::{TerminalLanguage, said, spoken};
use super::{Failure, output};
use crate::service::accounts;
use crate::{config, faq};
use std::path::{Path, PathBuf};

/// Folder beside the files in which their first lines look for the schemas.
const FOLDER: &str = "schema";

/// The arguments of `schema`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The file whose schema is printed
    #[arg(value_enum, required_unless_present = "install", conflicts_with = "install")]
    of: Option<Which>,
    /// Write the schemas of faq.yaml and groupdesk.yaml into `schema` in this folder, where the first lines of the files look
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, default_missing_value = ".")]
    install: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Which {
    /// faq.yaml
    Faq,
    /// groupdesk.yaml
    Config,
    /// The messages that a webhook account sends and receives
    Webhook,
    /// The HTTP API of websites, as OpenAPI
    Api,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    match (&options.install, options.of) {
        (Some(folder), _) => install(&folder.join(FOLDER)),
        (None, Some(which)) => output::line(text_of(which)?),
        (None, None) => Ok(()),
    }
}

/// Writes the schemas that editors look for.
fn install(folder: &Path) -> Result<(), Failure> {
    let failed = |path: &Path, error: std::io::Error| {
        let path = path.display();
        Failure::Broken(said!(
            "写不了 {path}：{error}",
            "{path} can't be written: {error}"
        ))
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    for (which, name) in [(Which::Faq, "faq"), (Which::Config, "config")] {
        let path = folder.join(format!("{name}.schema.json"));
        std::fs::write(&path, text_of(which)? + "\n").map_err(|error| failed(&path, error))?;
        output::line(path.display())?;
    }
    Ok(())
}

/// Renders a schema.
fn text_of(which: Which) -> Result<String, Failure> {
    let mut schema = match which {
        Which::Api => return Ok(accounts::api_document().trim_end().to_owned()),
        Which::Faq => faq::json_schema(),
        Which::Config => config::json_schema(&accounts::platforms()),
        Which::Webhook => match accounts::message_schemas()
            .into_iter()
            .find(|(name, _)| *name == "webhook")
        {
            Some((_, schema)) => schema.into(),
            None => {
                return Err(Failure::Broken(said!(
                    "这个程序编译时没有 webhook",
                    "this program was built without webhooks"
                )));
            }
        },
    };
    if spoken() == Some(TerminalLanguage::Zh) {
        descriptions::in_chinese(&mut schema);
    }
    serde_json::to_string_pretty(&schema).map_err(|error| Failure::Broken(error.to_string()))
}
