//! The citizens' app: its page, what it is installed by, and its service worker. The same for everybody; what is somebody's comes over the API.

use crate::assets::{asset_url, assets};
use crate::messages::say;
use askama::Template;
use serde_json::json;
use vatra_core::manifest::Language;

/// Words of the app itself, by the keys that its script knows. A module's words come with its screens.
const WORDS: [&str; 69] = [
    "evo-about",
    "evo-choose",
    "evo-find",
    "evo-nothing-found",
    "evo-no-places",
    "evo-change-place",
    "evo-modules",
    "evo-no-modules",
    "evo-open",
    "evo-total",
    "evo-permissions",
    "evo-permissions-text",
    "evo-granted",
    "evo-withheld",
    "evo-law",
    "evo-version",
    "evo-publisher",
    "evo-digest",
    "evo-sign-in",
    "evo-sign-in-needed",
    "evo-sign-in-text",
    "evo-sign-out",
    "evo-signed-in",
    "evo-guest",
    "evo-acting",
    "evo-acting-choose",
    "evo-acting-self",
    "evo-acting-none",
    "evo-back",
    "evo-again",
    "evo-loading",
    "evo-offline",
    "evo-offline-text",
    "evo-old-list",
    "evo-old-list-text",
    "evo-forged",
    "evo-forged-text",
    "evo-withdrawn",
    "evo-withdrawn-text",
    "evo-failed",
    "evo-checked",
    "evo-required",
    "evo-optional",
    "evo-errors",
    "evo-error",
    "evo-sure",
    "evo-yes",
    "evo-no",
    "evo-next",
    "evo-previous",
    "evo-check",
    "evo-change",
    "evo-more",
    "evo-less",
    "evo-page-of",
    "evo-search",
    "evo-not-shown",
    "evo-page-before",
    "evo-page-after",
    "evo-empty",
    "evo-save",
    "evo-check-document",
    "evo-step",
    "evo-no-answer",
    "evo-nobody",
    "evo-too-large",
    "evo-sending",
    "evo-kept",
    "evo-forget",
];

#[derive(Template)]
#[template(path = "evo.html")]
struct Shell<'a> {
    language: Language,
    title: String,
    no_scripts: String,
    key_id: &'a str,
    key: &'a str,
    words: String,
    languages: [(&'static str, &'static str); 3],
}

/// The page: `key` in Base64 is what lists are checked by, `key_id` its name.
pub fn shell(language: Language, key_id: &str, key: &str) -> String {
    let words: serde_json::Map<String, serde_json::Value> =
        WORDS.iter().map(|key| ((*key).to_owned(), json!(say(language, key)))).collect();
    let shell = Shell {
        language,
        title: say(language, "evo-title"),
        no_scripts: say(language, "evo-no-scripts"),
        key_id,
        key,
        // Within a script element: nothing may look like its end.
        words: serde_json::Value::Object(words).to_string().replace('<', "\\u003c"),
        languages: [("ro", "Română"), ("ru", "Русский"), ("en", "English")],
    };
    shell.render().unwrap_or_default()
}

/// The web app manifest (<https://www.w3.org/TR/appmanifest/>).
pub fn manifest(language: Language) -> String {
    let icon = |file: &str, size: &str, kind: &str, purpose: &str| json!({ "src": asset_url(file), "sizes": size, "type": kind, "purpose": purpose });
    json!({
        "id": "/evo",
        "name": say(language, "evo-title"),
        "short_name": "Vatra",
        "description": say(language, "evo-about"),
        "lang": language.code(),
        "start_url": "/evo",
        "scope": "/evo",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b4f55",
        "icons": [
            icon("icon-192.png", "192x192", "image/png", "any"),
            icon("icon-512.png", "512x512", "image/png", "any"),
            icon("icon-512.png", "512x512", "image/png", "maskable"),
            icon("mark.svg", "any", "image/svg+xml", "any"),
        ],
    })
    .to_string()
}

/// The service worker with the addresses of what the app is made of: another build has others, so that browsers take it anew.
pub fn worker() -> String {
    let kept: Vec<&str> = assets()
        .filter(|asset| !asset.path.starts_with("licence") && asset.path != "vatra.js")
        .map(|asset| asset_url(asset.path))
        .collect();
    format!("const KEPT = {};\n{}", json!(kept), include_str!("../../assets/evo/worker.js"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_script_is_there_in_every_language() {
        let scripts = [
            include_str!("../../assets/evo/app.mjs"),
            include_str!("../../assets/evo/forms.mjs"),
            include_str!("../../assets/evo/inputs.mjs"),
            include_str!("../../assets/evo/screens.mjs"),
            include_str!("../../assets/evo/trust.mjs"),
        ]
        .concat();
        let mut used: Vec<&str> = scripts.split("say(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        used.sort_unstable();
        used.dedup();
        for key in &used {
            assert!(WORDS.contains(key), "{key}");
        }
        for key in WORDS {
            assert!(used.contains(&key), "{key} is not used");
            for language in [Language::Ro, Language::Ru, Language::En] {
                assert_ne!(say(language, key), key, "{}", language.code());
            }
        }
    }

    #[test]
    fn nothing_in_the_page_ends_its_data_early() {
        let page = shell(Language::Ro, "id", "key");
        assert_eq!(page.matches("<script").count(), page.matches("</script>").count());
    }
}
