//! What an application says, against what the service asks.

use crate::manifest::InputSchema;
use crate::register::{ADDRESS_PARTS, FieldType, PERIOD_PARTS};
use crate::value::Value;

/// Names and values, in order; a name comes several times where the service lets it. Periods, addresses and groups have dotted names.
pub type CaseFields = Vec<(String, Value)>;
/// A field and the code of the rule that it breaks.
pub type Wrong = (String, &'static str);

/// What a name stands for.
struct Leaf<'a> {
    kind: &'a FieldType,
    personal: bool,
    many: bool,
}

fn leaf<'a>(schema: &'a [InputSchema], name: &str) -> Option<Leaf<'a>> {
    let (base, rest) = name.split_once('.').map_or((name, None), |(base, rest)| (base, Some(rest)));
    let input = schema.iter().find(|input| input.name == base)?;
    let (personal, many) = (input.is_personal(), input.many);
    match (&input.kind, rest) {
        (FieldType::Period, Some(part)) => PERIOD_PARTS.contains(&part).then_some(Leaf { kind: &FieldType::Date, personal, many }),
        (FieldType::Address, Some(part)) => ADDRESS_PARTS.contains(&part).then_some(Leaf { kind: &FieldType::Text, personal, many }),
        (FieldType::Group, Some(rest)) => {
            let (time, inner) = rest.split_once('.')?;
            let time = time.parse::<usize>().ok().filter(|time| (1..=input.most_times()).contains(time))?;
            // `01` is not another one.
            (rest.starts_with(&format!("{time}."))).then(|| leaf(&input.inputs, inner)).flatten()
        }
        (FieldType::Period | FieldType::Address | FieldType::Group, None) | (_, Some(_)) => None,
        (kind, None) => Some(Leaf { kind, personal, many }),
    }
}

/// Whether what stands under this name is personal; what the service does not know (any longer) is taken for it.
pub fn is_personal(schema: &[InputSchema], name: &str) -> bool {
    leaf(schema, name).is_none_or(|leaf| leaf.personal)
}

/// Whether the answers let this be asked.
fn is_asked(input: &InputSchema, given: &[(String, Value)]) -> bool {
    let Some(when) = &input.when else { return true };
    match given.iter().find(|(name, _)| *name == when.input).map(|(_, value)| value) {
        Some(Value::Choice(code)) => *code == when.is,
        Some(Value::Flag(flag)) => *flag == (when.is == "yes"),
        _ => false,
    }
}

fn missing(input: &InputSchema, prefix: &str, given: &[(String, Value)]) -> Result<(), Wrong> {
    let name = format!("{prefix}{}", input.name);
    let dotted = format!("{name}.");
    let has = |wanted: &str| given.iter().any(|(name, _)| name == wanted);
    let any = given.iter().any(|(given, _)| *given == name || given.starts_with(&dotted));
    let parts: &[&str] = match input.kind {
        FieldType::Period => &PERIOD_PARTS,
        // Villages have houses without a street.
        FieldType::Address => &["locality", "house"],
        _ => &[],
    };
    if input.required && !any {
        return Err((name, "required"));
    }
    if input.required && given.iter().any(|(given, value)| *given == name && input.kind == FieldType::Flag && *value == Value::Flag(false))
    {
        return Err((name, "tick"));
    }
    match parts.iter().find(|part| any && !has(&format!("{dotted}{part}"))) {
        Some(part) => Err((format!("{dotted}{part}"), "required")),
        None => Ok(()),
    }
}

/// Checks an application field by field. Texts of personal fields come out as [`Value::Personal`]; empty ones are left out.
///
/// # Errors
/// The first field that breaks a rule: `unknown-field`, `not-asked`, `type`, `single`, `required`, `tick`, `sealed`, `file-not-kept`.
pub fn read(schema: &[InputSchema], given: CaseFields) -> Result<CaseFields, Wrong> {
    let mut out = CaseFields::with_capacity(given.len());
    for (name, value) in given.into_iter().filter(|(_, value)| !value.is_none()) {
        let base = name.split('.').next().unwrap_or_default();
        if schema.iter().any(|input| input.name == base && input.kind.is_file()) {
            return Err((name, "file-not-kept"));
        }
        let Some(leaf) = leaf(schema, &name) else { return Err((name, "unknown-field")) };
        let value = match value {
            Value::Text(text) if leaf.personal => Value::Personal(text),
            // It would be read back in the open.
            Value::Personal(_) if !leaf.personal => return Err((name, "sealed")),
            value => value,
        };
        if !leaf.kind.admits(&value) {
            return Err((name, "type"));
        }
        if !leaf.many && out.iter().any(|(earlier, _)| *earlier == name) {
            return Err((name, "single"));
        }
        out.push((name, value));
    }
    for input in schema {
        if is_asked(input, &out) {
            missing(input, "", &out)?;
        } else if let Some((name, _)) = out.iter().find(|(name, _)| name.split('.').next() == Some(input.name.as_str())) {
            return Err((name.clone(), "not-asked"));
        }
        for time in 1..=input.most_times() {
            let begin = format!("{}.{time}.", input.name);
            if input.kind == FieldType::Group && out.iter().any(|(name, _)| name.starts_with(&begin)) {
                input.inputs.iter().try_for_each(|inner| missing(inner, &begin, &out))?;
            }
        }
    }
    Ok(out)
}

/// The fields that are asked for once more, each of which has to be there.
pub fn to_supply(schema: &[InputSchema], asked: &[String]) -> Vec<InputSchema> {
    let named = schema.iter().filter(|input| asked.contains(&input.name)).cloned();
    named.map(|input| InputSchema { required: input.required || input.kind != FieldType::Flag, when: None, ..input }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Vec<InputSchema> {
        serde_json::from_str(
            r#"[{"name": "purpose", "type": "choice:bank|school", "required": true},
                {"name": "school", "type": "text", "required": true, "when": {"input": "purpose", "is": "school"}},
                {"name": "phone", "type": "phone"}, {"name": "copies", "type": "integer", "many": true},
                {"name": "home", "type": "address", "personal": true}, {"name": "stay", "type": "period"},
                {"name": "children", "type": "group", "most": 3, "inputs": [{"name": "name", "type": "text", "required": true, "personal": true},
                  {"name": "born", "type": "date"}]},
                {"name": "scan", "type": "file:pdf"}, {"name": "agree", "type": "flag", "required": true}]"#,
        )
        .unwrap()
    }

    fn with(more: &[(&str, Value)]) -> Result<CaseFields, (String, &'static str)> {
        let base = [("purpose", Value::Choice("bank".into())), ("agree", Value::Flag(true))];
        let named = base.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name)).chain(more);
        read(&schema(), named.map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn every_field_is_held_to_its_declaration() {
        let date = Value::Date("2020-01-02".parse().unwrap());
        let whole = with(&[
            ("phone", text("022 123456")),
            ("copies", Value::Integer(1)),
            ("copies", Value::Integer(2)),
            ("home.locality", text("Sculeni")),
            ("home.house", text("4")),
            ("stay.from", date.clone()),
            ("stay.to", date.clone()),
            ("children.1.name", text("Ana")),
            ("children.3.name", text("Ion")),
            ("school", Value::None),
        ]);
        let whole = whole.unwrap();
        assert_eq!(whole.len(), 11);
        let personal = whole.iter().filter(|(_, value)| matches!(value, Value::Personal(_))).map(|(name, _)| name.as_str());
        assert_eq!(personal.collect::<Vec<_>>(), ["phone", "home.locality", "home.house", "children.1.name", "children.3.name"]);
        type Answers<'a> = &'a [(&'a str, Value)];
        let wrong: &[(Answers<'_>, (&str, &str))] = &[
            (&[("nothing", text("x"))], ("nothing", "unknown-field")),
            (&[("phone", Value::Integer(1))], ("phone", "type")),
            (&[("purpose", Value::Choice("other".into()))], ("purpose", "type")),
            (&[("purpose", Value::None)], ("purpose", "required")),
            (&[("purpose", Value::Choice("school".into()))], ("school", "required")),
            (&[("school", text("Liceul"))], ("school", "not-asked")),
            (&[("school", Value::Personal("x".into()))], ("school", "sealed")),
            (&[("agree", Value::Flag(false))], ("agree", "tick")),
            (&[("phone", text("1")), ("phone", text("2"))], ("phone", "single")),
            (&[("home.house", text("4"))], ("home.locality", "required")),
            (&[("stay.from", date.clone())], ("stay.to", "required")),
            (&[("children.1.born", date)], ("children.1.name", "required")),
            (&[("children.4.name", text("Ana"))], ("children.4.name", "unknown-field")),
            (&[("children.01.name", text("Ana"))], ("children.01.name", "unknown-field")),
            (&[("scan", text("handle"))], ("scan", "file-not-kept")),
        ];
        for (more, (field, rule)) in wrong {
            assert_eq!(with(more), Err(((*field).to_owned(), *rule)), "{more:?}");
        }
    }

    #[test]
    fn what_is_asked_for_has_to_be_there() {
        let asked = to_supply(&schema(), &["school".into(), "phone".into()]);
        assert_eq!(read(&asked, vec![("school".into(), text("Liceul"))]), Err(("phone".into(), "required")));
        assert!(read(&asked, vec![("school".into(), text("Liceul")), ("phone".into(), text("022 123456"))]).is_ok());
        assert_eq!(read(&asked, vec![("purpose".into(), text("bank"))]), Err(("purpose".into(), "unknown-field")));
        assert!(is_personal(&schema(), "children.2.name") && is_personal(&schema(), "gone") && !is_personal(&schema(), "school"));
    }
}
