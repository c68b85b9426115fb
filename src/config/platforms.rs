//! The platforms that groupdesk.yaml may name. The program's own list is made above this module, where the adapters are known.

use groupdesk_contract::Platform;

/// All platforms that a program was built with.
#[derive(Debug, Clone, Default)]
pub struct Platforms(Vec<&'static Platform>);

impl Platforms {
    /// Returns all, in the order of the program's list.
    pub fn iter(&self) -> impl Iterator<Item = &'static Platform> {
        self.0.iter().copied()
    }

    /// Returns `true` if members can be on the platform of this name.
    pub fn has_members(&self, name: &str) -> bool {
        self.get(name).is_some_and(|platform| platform.has_members)
    }

    /// Returns the prefix of a group's id in addresses of the platform of this name; that of most, for an unknown one.
    pub fn group_kind(&self, name: &str) -> &'static str {
        self.get(name).map_or("group:", |platform| platform.group_kind)
    }

    /// Returns the address of a room for the staff of `account`, as those of its platform look; `None` where none can be on it: a
    /// member's own chat is none, and neither is a group to which the bot can't speak of its own accord.
    pub fn staff_room(&self, name: &str, account: &str) -> Option<String> {
        let channel = self
            .get(name)
            .map_or(Some("group:123456"), |platform| platform.staff_channel)?;
        Some(format!("{account}/{channel}"))
    }

    fn get(&self, name: &str) -> Option<&'static Platform> {
        self.iter().find(|platform| platform.name == name)
    }
}

impl FromIterator<&'static Platform> for Platforms {
    fn from_iter<I: IntoIterator<Item = &'static Platform>>(platforms: I) -> Self {
        Self(platforms.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::service::accounts;

    #[test]
    fn the_room_that_is_proposed_has_the_form_of_its_platform() {
        let platforms = accounts::platforms();
        for (platform, room) in [
            ("onebot", Some("a/group:123456")),
            ("telegram", Some("a/group:-1001234567890")),
            ("wechat_kf", Some("a/servicers")),
            ("console", Some("a/group:staff")),
            ("qq", None),
            ("wechat_official", None),
            ("web", None),
        ] {
            if platforms.iter().any(|known| known.name == platform) {
                assert_eq!(platforms.staff_room(platform, "a").as_deref(), room, "{platform}");
            }
        }
    }
}
