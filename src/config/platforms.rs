//! The platforms that groupdesk.yaml may name. The program's own list is made above this module, where the adapters are known.

/// A platform as a configuration has to know it.
#[derive(Debug, Clone, Copy)]
pub struct Platform {
    /// Value of `platform` in an account.
    pub name: &'static str,
    /// `true` if members can be on it, whose hand-overs somebody must be told of; `false` if it only takes messages for staff.
    pub has_members: bool,
    /// Prefix of a group's id in its addresses.
    pub group_kind: &'static str,
    /// JSON Schema of `connection` on this platform.
    pub connection: fn() -> schemars::Schema,
}

/// All platforms that a program was built with.
#[derive(Debug, Clone, Default)]
pub struct Platforms(Vec<Platform>);

impl Platforms {
    /// Returns all, in the order of the program's list.
    pub fn iter(&self) -> impl Iterator<Item = &Platform> {
        self.0.iter()
    }

    /// Returns `true` if members can be on the platform of this name.
    pub fn has_members(&self, name: &str) -> bool {
        self.get(name).is_some_and(|platform| platform.has_members)
    }

    /// Returns the prefix of a group's id in addresses of the platform of this name; that of most, for an unknown one.
    pub fn group_kind(&self, name: &str) -> &'static str {
        self.get(name).map_or("group:", |platform| platform.group_kind)
    }

    fn get(&self, name: &str) -> Option<&Platform> {
        self.0.iter().find(|platform| platform.name == name)
    }
}

impl FromIterator<Platform> for Platforms {
    fn from_iter<I: IntoIterator<Item = Platform>>(platforms: I) -> Self {
        Self(platforms.into_iter().collect())
    }
}
