//! Words of a screen: keys of the module's translations, with typed arguments.

use crate::contract::vatra::view::view::{Message, Words};
use alloc::string::String;
use alloc::vec::Vec;

/// A key of the module's translations.
impl From<&str> for Words {
    fn from(key: &str) -> Self {
        Self::Key(Message { key: key.into(), arguments: Vec::new() })
    }
}
/// A key of the module's translations.
impl From<String> for Words {
    fn from(key: String) -> Self {
        Self::Key(Message { key, arguments: Vec::new() })
    }
}

/// Words already in the caller's language.
pub fn plain(text: impl Into<String>) -> Words {
    Words::Plain(text.into())
}

/// A key with arguments: `words!("due-by", amount = Bani(500), day = date)`.
#[macro_export]
macro_rules! words {
    ($key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::contract::vatra::view::view::Words::Key($crate::contract::vatra::view::view::Message {
            key: $key.into(),
            arguments: $crate::prelude::vec![$($crate::field(stringify!($name), $value)),*],
        })
    };
}

#[cfg(test)]
mod tests {
    use super::Words;
    use crate::{Bani, fields};

    #[test]
    fn arguments_keep_their_types() {
        let Words::Key(message) = words!("due-by", amount = Bani(500), count = 2_i64) else { return assert_eq!("plain", "key") };
        assert_eq!(message.key, "due-by");
        assert_eq!(message.arguments, fields!["amount" => Bani(500), "count" => 2_i64]);
    }
}
