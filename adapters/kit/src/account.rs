//! The public type of an adapter: an account around the state that its parts share.

/// Declares the type of an adapter, with its constructor and its `Debug`. The type holds the adapter's shared state `$core`, which
/// has the fields `account` and `settings` and `fn new(account, settings, clock, memory) -> Result<Self, String>`.
///
/// ```ignore
/// groupdesk_kit::account! {
///     /// A bot of the platform.
///     pub struct Bot(Core, Settings);
/// }
/// ```
#[macro_export]
macro_rules! account {
    ($(#[$doc:meta])* pub struct $name:ident($core:ty, $settings:ty);) => {
        $(#[$doc])*
        pub struct $name {
            core: ::std::sync::Arc<$core>,
        }

        impl $name {
            /// Makes the account `account`, connected as `settings` describe. Nothing is connected before
            /// [`Adapter::run`](groupdesk_contract::Adapter::run).
            ///
            /// # Errors
            /// The reason, in a sentence for the operator: settings that don't go together, a secret that can't be one, or no HTTP
            /// client.
            pub fn new(
                account: ::groupdesk_contract::AccountId,
                settings: $settings,
                clock: ::std::sync::Arc<dyn ::groupdesk_contract::Clock>,
                storage: ::std::sync::Arc<dyn ::groupdesk_contract::Storage>,
            ) -> Result<::std::sync::Arc<Self>, String> {
                let core = <$core>::new(account, settings, clock, storage)?;
                Ok(::std::sync::Arc::new(Self {
                    core: ::std::sync::Arc::new(core),
                }))
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("account", &self.core.account)
                    .field("settings", &self.core.settings)
                    .finish_non_exhaustive()
            }
        }
    };
}
