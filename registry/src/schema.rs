//! The JSON Schema of `vatra.toml`, made of the types that read it. Editors complete and check manifests by it; what one key means for another
//! is said by [`crate::source`] alone.

use schemars::generate::SchemaSettings;
use serde_json::Value;
use vatra_core::budgets::Budget;
use vatra_core::manifest::Manifest;

/// The published file, `registry/vatra.schema.json`: [`generate`] as it was when this host was built.
pub const PUBLISHED: &str = include_str!("../vatra.schema.json");

/// Writes the schema anew (draft 2020-12).
pub fn generate() -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Manifest>().to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("$id".to_owned(), "urn:vatra:manifest:0.1".into());
        root.insert("title".to_owned(), "vatra.toml".into());
        root.insert("description".to_owned(), "The manifest of a Vatra module: what it shows, does, keeps and asks for.".into());
    }
    // Budgets are keys, which have no type of their own in a schema.
    if let Some(Value::Object(budgets)) = schema.pointer_mut("/properties/budgets") {
        budgets.insert("propertyNames".to_owned(), serde_json::json!({ "enum": Budget::ALL.map(Budget::code) }));
    }
    plain(&mut schema);
    schema
}

/// As it is published: indented, with a last newline.
pub fn text() -> String {
    serde_json::to_string_pretty(&generate()).unwrap_or_default() + "\n"
}

/// Descriptions without the links that only `rustdoc` follows, and nothing of `null`, which TOML has not.
fn plain(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, value| key != "default" || !value.is_null());
            if let Some(Value::Array(types)) = map.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    map.insert("type".to_owned(), only);
                }
            }
            let null = serde_json::json!({ "type": "null" });
            if let Some(Value::Array(any)) = map.get_mut("anyOf")
                && any.contains(&null)
            {
                any.retain(|one| *one != null);
                if let [Value::Object(only)] = any.as_slice() {
                    let only = only.clone();
                    map.remove("anyOf");
                    map.extend(only);
                }
            }
            for (key, value) in map {
                match value {
                    Value::String(text) if key == "description" => *text = without_links(text),
                    other => plain(other),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(plain),
        _ => {}
    }
}

/// `[`X`](y)` and `[`X`]` become `` `X` ``.
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[`") {
        out.push_str(before);
        let Some((name, after)) = after.split_once("`]") else {
            out.push_str("[`");
            rest = after;
            continue;
        };
        out.push_str(&format!("`{name}`"));
        rest = after.strip_prefix('(').and_then(|link| link.split_once(')')).map_or(after, |(_, after)| after);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_words() {
        assert_eq!(without_links("for [`A`](crate::A) or [`B`], not [this]"), "for `A` or `B`, not [this]");
        assert_eq!(without_links("an open [`A"), "an open [`A");
    }
}
