//! A Chromium without a window, driven by WebDriver.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{
    Client, ClientBuilder,
    actions::{InputSource as _, KeyAction, KeyActions},
    key::Key,
    wd::WebDriverCompatibleCommand,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// How long a page may take to become as expected. It only bounds a test that hangs.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Browser {
    driver: Child,
    client: Client,
    profile: PathBuf,
}

impl Browser {
    /// One of its own; `None` where Chromium or chromedriver is missing.
    pub(crate) async fn start() -> Option<Self> {
        let binary = in_path(&["chromium", "chromium-browser", "google-chrome"])?;
        let mut driver = Command::new(in_path(&["chromedriver"])?)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let port = BufReader::new(driver.stdout.take().expect("its stdout"))
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split_once("successfully on port ")?
                    .1
                    .trim_end_matches('.')
                    .parse::<u16>()
                    .ok()
            })
            .expect("chromedriver tells its port");
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("chromium-{port}"));
        let profile_argument = format!("--user-data-dir={}", profile.display());
        let capabilities = json!({
            "goog:chromeOptions": {
                "binary": binary,
                "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage", "--window-size=1280,800", profile_argument,
                ],
            },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else {
            unreachable!("an object")
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a session");
        Some(Self {
            driver,
            client,
            profile,
        })
    }

    pub(crate) async fn quit(mut self) {
        let _ = self.client.close().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }

    /// As it was at the start: an empty page, light, English, wide, nothing logged.
    pub(crate) async fn reset(&self) {
        self.goto("about:blank").await;
        self.look("light", "en-US", 1280, 800).await;
        self.console().await;
    }

    /// Sets what the page sees of its user.
    pub(crate) async fn look(&self, scheme: &str, language: &str, width: u32, height: u32) {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.cdp("Emulation.setEmulatedMedia", media).await;
        let agent = self.js("return navigator.userAgent").await;
        let agent = json!({ "userAgent": agent, "acceptLanguage": language });
        self.cdp("Emulation.setUserAgentOverride", agent).await;
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
    }

    pub(crate) async fn goto(&self, address: &str) {
        self.client.goto(address).await.expect("the address opens");
    }

    /// Runs a function body in the page and gives what it returns.
    pub(crate) async fn js(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect(script)
    }

    /// The text of the first element that fits `selector`, or `""`.
    pub(crate) async fn text(&self, selector: &str) -> String {
        let script = format!("return document.querySelector({selector:?})?.textContent ?? ''");
        self.js(&script)
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until an expression is true in the page.
    #[track_caller]
    pub(crate) fn until<'a>(&'a self, expression: &str) -> impl Future<Output = ()> + use<'a> {
        let caller = std::panic::Location::caller();
        let script = format!("return Boolean({expression})");
        async move {
            let became = async {
                while self.js(&script).await != Value::Bool(true) {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            let became = tokio::time::timeout(PATIENCE, became).await;
            assert!(became.is_ok(), "{caller}: the page never had {script}");
        }
    }

    /// Waits until an element that fits `selector` has `text` in it.
    #[track_caller]
    pub(crate) fn until_text<'a>(
        &'a self,
        selector: &str,
        text: &str,
    ) -> impl Future<Output = ()> + use<'a> {
        self.until(&format!(
            "[...document.querySelectorAll({})].some((element) => element.textContent.includes({}))",
            json!(selector),
            json!(text),
        ))
    }

    /// Clicks the first element that fits `selector`.
    pub(crate) async fn click(&self, selector: &str) {
        let element = self
            .client
            .find(fantoccini::Locator::Css(selector))
            .await
            .expect(selector);
        element.click().await.expect(selector);
    }

    /// Clicks the button whose text begins with `label`, in the first element that fits `within`.
    pub(crate) async fn press_button(&self, within: &str, label: &str) {
        let script = format!(
            "const found = [...document.querySelector({within:?}).querySelectorAll('button')]
                 .find((button) => button.textContent.startsWith({label:?}));
             found.click(); return true"
        );
        self.js(&script).await;
    }

    /// Types keys, one after the other.
    pub(crate) async fn keys(&self, keys: &str) {
        let actions =
            keys.chars()
                .fold(KeyActions::new("keyboard".to_owned()), |actions, value| {
                    actions
                        .then(KeyAction::Down { value })
                        .then(KeyAction::Up { value })
                });
        self.client.perform_actions(actions).await.expect("keys");
    }

    /// Types a key that has no character.
    pub(crate) async fn key(&self, key: Key) {
        self.keys(&char::from(key).to_string()).await;
    }

    /// Types a key while another is held.
    pub(crate) async fn chord(&self, held: char, value: char) {
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held });
        self.client.perform_actions(actions).await.expect("keys");
    }

    /// What the console said since it was last asked: errors, and what the policy blocked.
    pub(crate) async fn console(&self) -> Vec<String> {
        let command = Extension {
            path: "se/log",
            body: json!({ "type": "browser" }),
        };
        let log = self.client.issue_cmd(command).await.expect("the log");
        let entries = log.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| format!("{} {}", entry["level"], entry["message"]))
            .collect()
    }

    /// A command of the DevTools protocol.
    pub(crate) async fn cdp(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        let command = Extension {
            path: "goog/cdp/execute",
            body,
        };
        self.client
            .issue_cmd(command)
            .await
            .expect("a command of DevTools")
    }

    /// The page as PNG.
    pub(crate) async fn screenshot(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("a picture")
    }

    /// Saves a picture of the page for whoever looks at a failure.
    pub(crate) async fn picture(&self, name: &str) -> PathBuf {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        if let Ok(picture) = self.client.screenshot().await {
            let _ = fs::write(&path, picture);
        }
        path
    }
}

/// The first of these programs that is in the path.
fn in_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<_> = env::split_paths(&path).collect();
    let places = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.into_iter().find(|place| place.is_file())
}

/// A command that Chromium adds to WebDriver.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &Url) -> (::http::Method, Option<String>) {
        (::http::Method::POST, Some(self.body.to_string()))
    }
}
