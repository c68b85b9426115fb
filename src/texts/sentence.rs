//! Declares sentences: their names, their placeholders, and a function for each.

/// A sentence that the program says.
#[derive(Debug, Clone, Copy)]
pub struct Sentence {
    /// Its name in the files of languages and under `texts` in `faq.yaml`.
    pub name: &'static str,
    /// Placeholders that its wording names in every language.
    pub needed: &'static [&'static str],
    /// Placeholders that only some languages have a use for.
    pub optional: &'static [&'static str],
}

impl Sentence {
    /// `true` if it has this placeholder.
    pub fn has(&self, placeholder: &str) -> bool {
        self.needed.contains(&placeholder) || self.optional.contains(&placeholder)
    }
}

/// Declares sentences. The placeholders after a semicolon are those that only some languages have a use for.
macro_rules! sentences {
    (
        $table:ident;
        $($(#[$doc:meta])* $name:ident($($needed:ident: $of:ty),* $(; $($optional:ident: $as:ty),*)?);)*
    ) => {
        pub(super) const $table: &[$crate::texts::Sentence] = &[$($crate::texts::Sentence {
            name: stringify!($name),
            needed: &[$(stringify!($needed)),*],
            optional: &[$($(stringify!($optional)),*)?],
        }),*];

        impl $crate::texts::Texts<'_> {
            $($(#[$doc])*
            pub fn $name(self $(, $needed: $of)* $($(, $optional: $as)*)?) -> String {
                self.say(
                    stringify!($name),
                    &[
                        $((stringify!($needed), $crate::texts::fill::Fill::fill($needed)),)*
                        $($((stringify!($optional), $crate::texts::fill::Fill::fill($optional)),)*)?
                    ],
                )
            })*
        }
    };
}

pub(super) use sentences;
