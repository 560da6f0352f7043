//! One element of a message, looked at the quick ways and decoded as a whole.

use tower_tencent_webhook::message::{Content, Element, Relay};

/// Whatever is asked of an element first, the answers are those of the decoder.
pub fn check(data: &[u8]) {
    let Ok(json) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(element) = Element::from_json(json) else {
        return;
    };
    let json = json.trim_matches([' ', '\t', '\n', '\r']);
    assert_eq!(element.as_json(), json);
    let Some(unusual) = unusual(json) else {
        assert_eq!(element.as_text(), None);
        assert_eq!(element.content(), &Content::Other);
        return;
    };
    let decoded = Element::from_json(&unusual).expect("still JSON");
    let text = match decoded.content() {
        Content::Text(text) => Some(text.text.as_str()),
        _ => None,
    };
    assert!(element.as_text() == text, "before the content");
    assert!(element.content() == decoded.content());
    assert!(element.as_text() == text, "after the content");
    if let Content::Relay(relay) = element.content() {
        let _ = Relay::messages(relay);
    }
}

/// The same object in a form that only the decoder reads: with another member in front.
fn unusual(json: &str) -> Option<String> {
    let members = json.strip_prefix('{')?;
    let comma = if members.trim_start() == "}" { "" } else { "," };
    Some(format!("{{\"\":0{comma}{members}"))
}
