//! Declares sentences: their names, their placeholders, and a function for each.

use minijinja::Value;
use minijinja::value::ValueKind;

/// A sentence that the program says.
#[derive(Debug, Clone, Copy)]
pub struct SentenceDeclaration {
    /// Name in the files of languages and under `texts` in `faq.yaml`.
    pub name: &'static str,
    /// Placeholders that its wording names in every language.
    pub needed: &'static [&'static str],
    /// Placeholders that only some languages have a use for.
    pub optional: &'static [&'static str],
    /// Types of the placeholders, the needed ones first.
    pub(super) types: &'static [&'static str],
}

impl SentenceDeclaration {
    /// Returns made-up values: with all that may be there, or with none of it.
    pub(super) fn made_up(&self, full: bool) -> Vec<(&'static str, Value)> {
        let names = self.needed.iter().chain(self.optional);
        let values = names.zip(self.types);
        values
            .map(|(name, of)| (*name, made_up(name, of, full)))
            .collect()
    }

    /// Returns values by which a wording is tried: all of them there, with each condition met and not.
    pub(super) fn samples(&self) -> [Vec<(&'static str, Value)>; 2] {
        [true, false].map(|met| {
            let names = self.needed.iter().chain(self.optional);
            let samples = names.zip(self.types).enumerate();
            samples
                .map(|(at, (name, of))| (*name, sample(name, of, (at, met))))
                .collect()
        })
    }

    /// Returns values that a sentence may be said with, each with the placeholder in which they differ from the first sample: short and long
    /// texts, none, few and many, met and not.
    pub(super) fn variants(&self) -> Vec<(&'static str, Vec<(&'static str, Value)>)> {
        let [sample, _] = self.samples();
        let names = self.needed.iter().chain(self.optional);
        let mut variants = Vec::new();
        for (name, of) in names.zip(self.types) {
            for value in plausible(name, of) {
                let mut values = sample.clone();
                for (other, filled) in &mut values {
                    if other == name {
                        *filled = value.clone();
                    }
                }
                variants.push((*name, values));
            }
        }
        variants
    }

    /// Finds a needed placeholder whose value stands in none of these texts, which were made with [`SentenceDeclaration::samples`]. Conditions are
    /// not said, and shares are in other figures.
    pub(super) fn unsaid(&self, said: &[String]) -> Option<&'static str> {
        let [sample, _] = self.samples();
        let of_needed = self.needed.iter().zip(self.types).zip(sample);
        let mut unsaid = of_needed.filter(|((_, of), (_, value))| {
            !of.contains("bool") && !of.contains("f64") && !said.iter().any(|text| says(text, value))
        });
        unsaid.next().map(|((name, _), _)| *name)
    }

    /// `true` if it has this placeholder.
    pub fn has(&self, placeholder: &str) -> bool {
        self.needed.contains(&placeholder) || self.optional.contains(&placeholder)
    }
}

fn made_up(name: &str, of: &str, full: bool) -> Value {
    let is_optional = of.starts_with("Option");
    let is = |types: &[&str]| types.iter().any(|one| of.contains(one));
    if is_optional && !full {
        Value::from(())
    } else if is(&["bool"]) {
        Value::from(full)
    } else if is(&["u64", "u32", "usize", "i64", "f64"]) {
        match (name, full) {
            ("number", _) => Value::from(12),
            ("own", _) => Value::from(13),
            ("more" | "others", false) => Value::from(0),
            (_, full) => Value::from(if full { 3 } else { 1 }),
        }
    } else if is(&["["]) {
        Value::from(if full { vec!["A", "B"] } else { Vec::new() })
    } else if is(&["Numbered"]) {
        Value::from("1. A\n2. B")
    } else {
        Value::from(format!("<{name}>"))
    }
}

/// Returns values of a type that a sentence is said with in service.
fn plausible(name: &str, of: &str) -> Vec<Value> {
    let is = |types: &[&str]| types.iter().any(|one| of.contains(one));
    let mut values = if is(&["bool"]) {
        vec![Value::from(true), Value::from(false)]
    } else if is(&["u64", "u32", "usize", "i64"]) {
        // Where none of them are left the sentence may end, and no ticket has the number 0.
        let least = u64::from(!matches!(name, "more" | "others" | "minutes"));
        [least, 1, 2, 9, 40, 1_000].map(Value::from).to_vec()
    } else if is(&["f64"]) {
        [0.0, 0.5, 1.0].map(Value::from).to_vec()
    } else if is(&["["]) {
        [1, 2, 8].map(|count| Value::from(vec!["A"; count])).to_vec()
    } else if is(&["Numbered"]) {
        vec![Value::from("1. A"), Value::from("1. A\n2. B\n3. C")]
    } else {
        let mut texts = ["a", "李", "在吗", "hello"].map(Value::from).to_vec();
        texts.push(Value::from("长".repeat(60)));
        texts
    };
    if of.starts_with("Option") {
        values.push(Value::from(()));
    }
    values
}

/// Returns a value that stands in no text by chance.
fn sample(name: &str, of: &str, (at, met): (usize, bool)) -> Value {
    let is = |types: &[&str]| types.iter().any(|one| of.contains(one));
    if is(&["bool"]) {
        Value::from(met)
    } else if is(&["u64", "u32", "usize", "i64"]) {
        Value::from(7_041 + at)
    } else if is(&["f64"]) {
        Value::from(0.43)
    } else if is(&["["]) {
        Value::from(vec!["<first>", "<second>"])
    } else {
        made_up(name, of, true)
    }
}

/// `true` if a text has a value in it; of a list, every part.
fn says(text: &str, value: &Value) -> bool {
    let text = text.to_lowercase();
    let has = |value: &Value| text.contains(&value.to_string().to_lowercase());
    match value.kind() {
        ValueKind::Seq => value
            .try_iter()
            .is_ok_and(|mut parts| parts.all(|part| has(&part))),
        _ => has(value),
    }
}

/// Declares sentences. The placeholders after a semicolon are those that only some languages have a use for.
macro_rules! sentences {
    (
        $table:ident;
        $($(#[$doc:meta])* $name:ident($($needed:ident: $of:ty),* $(; $($optional:ident: $as:ty),*)?);)*
    ) => {
        pub(super) const $table: &[$crate::SentenceDeclaration] = &[$($crate::SentenceDeclaration {
            name: stringify!($name),
            needed: &[$(stringify!($needed)),*],
            optional: &[$($(stringify!($optional)),*)?],
            types: &[$(stringify!($of),)* $($(stringify!($as)),*)?],
        }),*];

        impl $crate::Texts<'_> {
            $($(#[$doc])*
            pub fn $name(self $(, $needed: $of)* $($(, $optional: $as)*)?) -> String {
                self.say(
                    stringify!($name),
                    &[
                        $((stringify!($needed), $crate::fill::Fill::fill($needed)),)*
                        $($((stringify!($optional), $crate::fill::Fill::fill($optional)),)*)?
                    ],
                )
            })*
        }
    };
}

pub(super) use sentences;
