//! A real browser, headless Chromium, by WebDriver's own protocol.
//!
//! `chromium` and `chromedriver` come from the system: `cargo xtask test --only prerequisites` installs them.
//!
//! Source: W3C, "WebDriver"; the commands below `/goog/cdp` are ChromeDriver's.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long is waited for what a page is to show.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often is looked.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// What a WebDriver calls an element (section "Elements").
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// The key Tab (section "Keyboard actions").
pub const TAB: char = '\u{e004}';
/// The key Enter.
pub const ENTER: char = '\u{e007}';

/// A browser with one window, and a profile of its own; gone when dropped.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    http: reqwest::Client,
    profile: TempDir,
}

/// An element of the page.
#[derive(Debug, Clone)]
pub struct Element(String);

impl Browser {
    /// Starts one, with more flags than those that every test needs.
    ///
    /// # Panics
    /// Where there is no Chromium.
    pub async fn start(flags: &[&str]) -> Self {
        let profile = TempDir::new().expect("a temporary directory");
        let (driver, port) = driver();
        let http = reqwest::Client::new();
        let mut browser = Self { driver, port, session: String::new(), http, profile };
        let data = format!("--user-data-dir={}", browser.profile.path().display());
        let arguments: Vec<&str> =
            FLAGS.iter().copied().chain([data.as_str()]).chain(flags.iter().copied()).collect();
        let options = json!({ "args": arguments });
        let capabilities = json!({ "browserName": "chrome", "goog:chromeOptions": options });
        let asked = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let session = browser.send("POST", "", Some(&asked)).await;
        browser.session = session["sessionId"].as_str().expect("a session").to_owned();
        browser
    }

    /// Goes to an address.
    ///
    /// # Panics
    /// Where the browser does not.
    pub async fn go(&self, url: &str) {
        self.send("POST", "url", Some(&json!({ "url": url }))).await;
    }

    /// The address of the page.
    ///
    /// # Panics
    /// Where the browser does not say.
    pub async fn url(&self) -> String {
        self.send("GET", "url", None).await.as_str().expect("an address").to_owned()
    }

    /// The page's text as it is now, as a file.
    ///
    /// # Panics
    /// Where the browser does not say.
    pub async fn source(&self) -> String {
        self.send("GET", "source", None).await.as_str().expect("a text").to_owned()
    }

    /// The first element that a CSS selector means, as soon as there is one.
    ///
    /// # Panics
    /// Where there is none within some seconds.
    pub async fn find(&self, selector: &str) -> Element {
        let begun = Instant::now();
        loop {
            let asked = json!({ "using": "css selector", "value": selector });
            let found = self.send("POST", "elements", Some(&asked)).await;
            if let Some(id) = found[0][ELEMENT].as_str() {
                return Element(id.to_owned());
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "no `{selector}` at {}: {}",
                self.url().await,
                self.source().await
            );
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Waits until the page's text has this.
    ///
    /// # Panics
    /// Where it has not within some seconds.
    pub async fn wait_for(&self, text: &str) {
        let begun = Instant::now();
        loop {
            let body = self.find("body").await;
            if self.text(&body).await.contains(text) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "no `{text}`: {}", self.source().await);
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// What an element shows. Nothing where it has gone since.
    ///
    /// # Panics
    /// Where the browser does not answer.
    pub async fn text(&self, element: &Element) -> String {
        let (_, value) = self.ask("GET", &format!("element/{}/text", element.0), None).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks an element.
    ///
    /// # Panics
    /// Where it cannot be clicked.
    pub async fn click(&self, element: &Element) {
        self.send("POST", &format!("element/{}/click", element.0), Some(&json!({}))).await;
    }

    /// Writes into an element.
    ///
    /// # Panics
    /// Where nothing can be written there.
    pub async fn write(&self, element: &Element, text: &str) {
        self.send("POST", &format!("element/{}/value", element.0), Some(&json!({ "text": text }))).await;
    }

    /// Presses keys, whatever has the focus.
    ///
    /// # Panics
    /// Where the browser does not answer.
    pub async fn press(&self, keys: &str) {
        let key = |key: char| {
            [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
        };
        let actions: Vec<Value> = keys.chars().flat_map(key).collect();
        let asked = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.send("POST", "actions", Some(&asked)).await;
    }

    /// What has the focus, by name, value and text.
    ///
    /// # Panics
    /// Where the browser does not answer.
    pub async fn focus(&self) -> String {
        let element = self.send("GET", "element/active", None).await;
        let id = element[ELEMENT].as_str().expect("an element").to_owned();
        let name = self.attribute(&id, "name").await;
        let value = self.attribute(&id, "value").await;
        format!("{name}={value} {}", self.text(&Element(id)).await)
    }

    async fn attribute(&self, id: &str, name: &str) -> String {
        let value = self.send("GET", &format!("element/{id}/attribute/{name}"), None).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// What a script gives.
    ///
    /// # Panics
    /// Where it does not run.
    pub async fn script(&self, text: &str) -> Value {
        self.send("POST", "execute/sync", Some(&json!({ "script": text, "args": [] }))).await
    }

    /// A command of Chromium's own protocol.
    ///
    /// # Panics
    /// Where Chromium refuses it.
    pub async fn chromium(&self, command: &str, parameters: Value) {
        self.send("POST", "goog/cdp/execute", Some(&json!({ "cmd": command, "params": parameters }))).await;
    }

    /// Shows pages as one who likes it dark sees them, or light.
    ///
    /// # Panics
    /// Where Chromium refuses it.
    pub async fn prefer(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.chromium("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Shows pages in a window of this size.
    ///
    /// # Panics
    /// Where Chromium refuses it.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.chromium("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Keeps a picture of the whole page.
    ///
    /// # Panics
    /// Where it cannot be kept.
    pub async fn picture(&self, file: &Path) {
        let asked = json!({ "cmd": "Page.captureScreenshot", "params": { "captureBeyondViewport": true } });
        let picture = self.send("POST", "goog/cdp/execute", Some(&asked)).await;
        let picture = STANDARD.decode(picture["data"].as_str().expect("a picture")).expect("base 64");
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(file, picture).expect("the picture can be kept");
    }

    async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let (is_good, value) = self.ask(method, path, body).await;
        assert!(is_good, "{method} {path}: {value}");
        value
    }

    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> (bool, Value) {
        let session =
            if self.session.is_empty() { String::new() } else { format!("/{}/{path}", self.session) };
        let url = format!("http://127.0.0.1:{}/session{session}", self.port);
        let mut request = self.http.request(method.parse().expect("a method"), url);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.expect("chromedriver answers");
        let is_good = response.status().is_success();
        let answer: Value = serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON");
        (is_good, answer["value"].clone())
    }
}

/// What every test starts Chromium with: no window, no profile of anybody's, nothing fetched from anywhere.
const FLAGS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1280,900",
];

/// A driver that listens, and its port. It draws a port for one of the machine's two loopback addresses and then wants the
/// same for the other: where somebody else has that one, it ends, and another try draws another port.
fn driver() -> (Child, u16) {
    const TRIES: usize = 10;
    let mut said = Vec::new();
    for _ in 0..TRIES {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed: `cargo xtask test --only prerequisites` does that");
        match port(&mut driver, &mut said) {
            Some(port) => return (driver, port),
            None => drop((driver.kill(), driver.wait())),
        }
    }
    panic!("chromedriver does not start: {}", said.join("\n"));
}

/// The port that a driver says it listens on; `None` where it ended without. What it says is kept in `said`.
fn port(driver: &mut Child, said: &mut Vec<String>) -> Option<u16> {
    for line in BufReader::new(driver.stdout.take()?).lines().map_while(Result::ok) {
        if line.contains("successfully on port") {
            return line.trim_end_matches('.').rsplit(' ').next()?.parse().ok();
        }
        said.push(line);
    }
    None
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A driver that is killed leaves its browser behind, so it is asked to end that first. What fails here has ended.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let request = format!(
                "DELETE /session/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
                self.session, self.port
            );
            let _ = stream.write_all(request.as_bytes());
            let _ = stream.read(&mut [0; 512]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
