//! A platform as the program knows it before an account of it is made: its name, its addresses, its settings, and how
//! `groupdesk init` sets it up. Every adapter has one in its `platform.rs`.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, json_schema};

/// A text in Chinese and in English.
pub type Both = (&'static str, &'static str);

/// A platform.
#[derive(Debug, Clone, Copy)]
pub struct Platform {
    /// Value of `platform` in an account.
    pub name: &'static str,
    /// `true` if members can be on it, whose hand-overs somebody must be told of; `false` if it only takes messages for staff.
    pub has_members: bool,
    /// Prefix of a group's id in its addresses.
    pub group_kind: &'static str,
    /// Sample address of a staff room, without the account. `None` where none can be on it: a member's own chat is none, and neither
    /// is a group to which the bot can't speak of its own accord.
    pub staff_channel: Option<&'static str>,
    /// Path below which its accounts have their routes, where the operator does not choose it.
    pub path: Option<&'static str>,
    /// JSON Schema of `connection` on this platform.
    pub connection: fn() -> Schema,
    /// Questions and texts of `groupdesk init`; `None` where it does not offer the platform.
    pub setup: Option<&'static Setup>,
}

impl Platform {
    /// Makes a platform on which members are, in groups whose ids have the usual prefix.
    pub const fn of_members(name: &'static str, connection: fn() -> Schema) -> Self {
        Self {
            name,
            has_members: true,
            group_kind: "group:",
            staff_channel: Some("group:123456"),
            path: None,
            connection,
            setup: None,
        }
    }

    /// Makes a platform that only takes messages for staff, whose addresses have no prefix.
    pub const fn of_staff(name: &'static str, connection: fn() -> Schema) -> Self {
        Self {
            has_members: false,
            group_kind: "",
            staff_channel: Some("123456"),
            ..Self::of_members(name, connection)
        }
    }
}

/// Questions and texts by which `groupdesk init` sets up an account of a platform.
#[derive(Debug)]
pub struct Setup {
    /// Place in the list that is offered, from 1.
    pub place: u8,
    /// The name that the account gets.
    pub account: &'static str,
    /// The name that people use.
    pub label: Both,
    /// Explains the platform's name in the help of the command line; empty where the name says enough.
    pub hint: Both,
    /// The secret under `connection`.
    pub token: Option<SetupToken>,
    /// The further key under `connection`.
    pub id: Option<SetupId>,
    /// Further lines below the account in groupdesk.yaml.
    pub lines: &'static str,
    /// Staff can be told there.
    pub takes_staff: bool,
    /// The id of a group and that of a person, as they are typed.
    pub ids: Both,
    /// Tells how its client connects to us, where it does.
    pub endpoint: Option<SetupEndpoint>,
    /// The steps on the platform once the program runs.
    pub then: Both,
}

impl Setup {
    /// Makes the set-up of a platform that needs nothing.
    pub const fn new(place: u8, account: &'static str, label: Both, then: Both) -> Self {
        Self {
            place,
            account,
            label,
            hint: ("", ""),
            token: None,
            id: None,
            lines: "",
            takes_staff: false,
            ids: ("", ""),
            endpoint: None,
            then,
        }
    }
}

/// A secret under `connection`.
#[derive(Debug)]
pub struct SetupToken {
    /// Its key.
    pub key: &'static str,
    /// The usual variable for it.
    pub variable: &'static str,
    /// The file that it is written to when it is typed.
    pub file: &'static str,
    /// Nothing works without it.
    pub is_needed: bool,
    /// A secret of its form, to check the rest where the secret itself is not known.
    pub sample: &'static str,
    /// The question for it.
    pub question: Both,
}

/// A further key under `connection`.
#[derive(Debug)]
pub struct SetupId {
    /// Its key.
    pub key: &'static str,
    /// Its name in the help of the command line.
    pub name: Both,
    /// `true` if it takes a list.
    pub is_list: bool,
    /// The question for its value.
    pub question: Both,
}

/// The way in which a platform's client connects to us. In the texts stand `{host}` for the listener's address and `{token}` for a word
/// about the token.
#[derive(Debug)]
pub struct SetupEndpoint {
    /// Lines that tell the operator what to enter there.
    pub shown: &'static str,
}

/// Returns the schema of the settings `T` without definitions beside it, to be put inside another.
pub fn settings_schema<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12();
    let settings =
        settings.with(|settings| (settings.inline_subschemas, settings.meta_schema) = (true, None));
    settings.into_generator().into_root_schema_for::<T>()
}

/// Returns the schema of a `connection` in which nothing may stand.
pub fn no_settings() -> Schema {
    json_schema!({ "type": "object", "additionalProperties": false })
}
