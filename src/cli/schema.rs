//! `groupdesk schema`: JSON Schemas for editors.

use super::{Failure, out};
use crate::service::accounts;
use crate::{config, faq};

/// The arguments of `schema`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The file whose schema is printed
    #[arg(value_enum)]
    of: Which,
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
    let schema = match options.of {
        Which::Api => return out::text(accounts::api_document().to_owned()),
        Which::Faq => faq::json_schema(),
        Which::Config => config::json_schema(&accounts::platforms()),
        Which::Webhook => match accounts::message_schemas()
            .into_iter()
            .find(|(name, _)| *name == "webhook")
        {
            Some((_, schema)) => schema.into(),
            None => {
                return Err(Failure::Broken(
                    "this program was built without webhooks".to_owned(),
                ));
            }
        },
    };
    let text = serde_json::to_string_pretty(&schema).map_err(|error| Failure::Broken(error.to_string()))?;
    out::line(text)
}
