//! Values of placeholders.

use groupdesk_contract::{MemberId, Place};
use minijinja::Value;

/// A list that is shown with a number before each line, from 1.
#[derive(Debug, Clone, Copy)]
pub struct Numbered<'a>(pub &'a [String]);

/// A value of a placeholder.
pub(super) trait Fill {
    fn fill(self) -> Value;
}

macro_rules! filled_as_it_is {
    ($($of:ty),*) => {
        $(impl Fill for $of {
            fn fill(self) -> Value {
                Value::from(self)
            }
        })*
    };
}

filled_as_it_is!(&str, bool, u32, u64, usize, i64, f64);

impl<F: Fill> Fill for Option<F> {
    fn fill(self) -> Value {
        self.map_or(Value::from(()), Fill::fill)
    }
}

impl Fill for &[String] {
    fn fill(self) -> Value {
        self.iter().map(String::as_str).collect()
    }
}

impl Fill for &[&str] {
    fn fill(self) -> Value {
        self.iter().copied().collect()
    }
}

impl Fill for Numbered<'_> {
    fn fill(self) -> Value {
        let lines = self.0.iter().enumerate();
        let lines: Vec<String> = lines.map(|(at, line)| format!("{}. {line}", at + 1)).collect();
        Value::from(lines.join("\n"))
    }
}

impl Fill for &Place {
    fn fill(self) -> Value {
        Value::from(self.to_string())
    }
}

impl Fill for &MemberId {
    fn fill(self) -> Value {
        Value::from(self.to_string())
    }
}
