//! Where keys come from, against an issuer on a local port with a certificate of its own.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod fake_issuer;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use daypass_server::issuers::{
    DISCOVERY_BYTES_MAX, FAILURE_KEPT, FRESH, IssuerConfig, IssuerError, Issuers, REFETCH_FLOOR, Source,
    UNLISTED_ISSUERS_MAX,
};
use daypass_token::{Algorithm, KEY_SET_BYTES_MAX, KeySet, KeySetError, SigningKey, key_set_document};
use fake_issuer::{Answer, FakeIssuer};
use serde_json::json;

/// A clock that stands still unless it is moved.
#[derive(Clone, Default)]
struct Stopped(Arc<AtomicU64>);

impl Stopped {
    fn advance(&self, by: Duration) {
        self.0.fetch_add(u64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    fn issuers(&self, configured: Vec<IssuerConfig>) -> Issuers {
        let clock = self.clone();
        let now = move || Duration::from_millis(clock.0.load(Ordering::SeqCst));
        Issuers::with_clock(configured, Arc::new(now)).unwrap()
    }
}

fn key() -> SigningKey {
    SigningKey::generate_ec(Algorithm::Es256).unwrap()
}

/// The issuer as an operator would list it.
fn listed(issuer: &FakeIssuer) -> IssuerConfig {
    let source = Source::Discovery { ca_file: Some(issuer.ca_file()) };
    IssuerConfig { url: issuer.url(), source, listed: true }
}

fn issuers(issuer: &FakeIssuer) -> Issuers {
    Issuers::new(vec![listed(issuer)]).unwrap()
}

#[tokio::test]
async fn keys_are_found_by_discovery() {
    let key = key();
    let issuer = FakeIssuer::start(&[&key]).await;
    let issuers = issuers(&issuer);
    let keys = issuers.keys(&issuer.url(), Some(key.key_id())).await.unwrap();
    assert_eq!(keys.usable_key_ids().collect::<Vec<_>>(), [key.key_id()]);
    assert_eq!(issuer.asked(), ["/.well-known/openid-configuration", "/keys"]);
    issuers.keys(&issuer.url(), Some(key.key_id())).await.unwrap();
    issuers.keys(&issuer.url(), None).await.unwrap();
    assert_eq!(issuer.asked().len(), 2, "the keys are kept");
    assert_eq!(issuers.unlisted_count(), 0);
}

#[tokio::test]
async fn an_issuer_with_a_path_is_found_below_it() {
    let key = key();
    let issuer = FakeIssuer::start(&[&key]).await;
    for path in ["/enterprise", "/tenant/"] {
        let url = format!("{}{path}", issuer.url());
        let document = json!({"issuer": url, "jwks_uri": format!("{}/keys", issuer.url())});
        let at = format!("{}/.well-known/openid-configuration", path.trim_end_matches('/'));
        issuer.answer(&at, Answer::json(&document));
        let config = IssuerConfig { url: url.clone(), ..listed(&issuer) };
        assert!(Issuers::new(vec![config]).unwrap().keys(&url, None).await.is_ok(), "{path}");
        assert!(issuer.asked().contains(&at), "{:?}", issuer.asked());
    }
}

#[tokio::test]
async fn a_certificate_of_its_own_counts_for_that_issuer_alone() {
    let key = key();
    let (one, other) = (FakeIssuer::start(&[&key]).await, FakeIssuer::start(&[&key]).await);
    let without = IssuerConfig { source: Source::Discovery { ca_file: None }, ..listed(&other) };
    let crossed =
        IssuerConfig { source: Source::Discovery { ca_file: Some(one.ca_file()) }, ..listed(&other) };
    for config in [without, crossed] {
        let issuers = Issuers::new(vec![listed(&one), config]).unwrap();
        assert!(issuers.keys(&one.url(), None).await.is_ok());
        let error = issuers.keys(&other.url(), None).await.unwrap_err();
        let expected = format!(
            "`{}/.well-known/openid-configuration` cannot be reached: invalid peer certificate: UnknownIssuer",
            other.url()
        );
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn the_document_must_be_of_the_issuer_that_was_asked() {
    let issuer = FakeIssuer::start(&[&key()]).await;
    let keys = format!("{}/keys", issuer.url());
    for found in
        [format!("{}/", issuer.url()), issuer.url().to_uppercase(), "https://other.example".to_owned()]
    {
        issuer.answer_discovery(Answer::json(&json!({"issuer": found, "jwks_uri": keys})));
        let error = issuers(&issuer).keys(&issuer.url(), None).await.unwrap_err();
        assert_eq!(error, IssuerError::OtherIssuer { asked: issuer.url(), found });
    }
    assert!(!issuer.asked().contains(&"/keys".to_owned()));
}

#[tokio::test]
async fn answers_that_are_no_document_are_refused() {
    let issuer = FakeIssuer::start(&[&key()]).await;
    let url = format!("{}/.well-known/openid-configuration", issuer.url());
    let fetch = async || issuers(&issuer).keys(&issuer.url(), None).await.unwrap_err();
    for document in ["", "[]", "{}", "<html>", r#"{"issuer":1,"jwks_uri":2}"#, r#"{"issuer":"x"}"#] {
        issuer.answer_discovery(Answer::text(document));
        assert_eq!(fetch().await, IssuerError::NotDiscovery { url: url.clone() }, "{document}");
    }
    for status in [204, 404, 500] {
        issuer.answer_discovery(Answer::status(status));
        assert_eq!(fetch().await, IssuerError::Status { url: url.clone(), status });
    }
    issuer.answer_discovery(issuer.discovery());
    issuer.answer("/keys", Answer::text("{}"));
    assert_eq!(fetch().await, IssuerError::Keys { issuer: issuer.url(), source: KeySetError::NoKeys });
}

#[tokio::test]
async fn the_address_of_the_keys_must_be_https() {
    let issuer = FakeIssuer::start(&[&key()]).await;
    for (keys, problem) in [
        (issuer.url().replace("https", "http"), "it does not begin with https://"),
        ("file:///etc/passwd".to_owned(), "it does not begin with https://"),
        ("/keys".to_owned(), "it is not a URL"),
        ("https://user:secret@localhost/keys".to_owned(), "it names a user"),
    ] {
        issuer.answer_discovery(Answer::json(&json!({"issuer": issuer.url(), "jwks_uri": keys})));
        let error = issuers(&issuer).keys(&issuer.url(), None).await.unwrap_err();
        assert_eq!(error, IssuerError::Url { url: keys, problem });
    }
}

#[tokio::test]
async fn a_redirect_is_followed_on_the_same_host_only() {
    let key = key();
    let issuer = FakeIssuer::start(&[&key]).await;
    issuer.answer_discovery(Answer::redirect(&format!("{}/elsewhere", issuer.url())));
    issuer.answer("/elsewhere", issuer.discovery());
    issuer.answer("/keys", Answer::redirect("/more/keys"));
    issuer.answer("/more/keys", Answer::json(&key_set_document([&key])));
    assert!(issuers(&issuer).keys(&issuer.url(), Some(key.key_id())).await.unwrap().contains(key.key_id()));

    let other = FakeIssuer::start(&[&key]).await;
    let url = format!("{}/.well-known/openid-configuration", issuer.url());
    let by_address = issuer.url().replace("localhost", "127.0.0.1");
    for elsewhere in [other.url(), by_address, issuer.url().replace("https", "http")] {
        issuer.answer_discovery(Answer::redirect(&format!("{elsewhere}/elsewhere")));
        let before = issuer.asked().len();
        let error = issuers(&issuer).keys(&issuer.url(), None).await.unwrap_err();
        assert_eq!(error, IssuerError::Redirected { url: url.clone() }, "{elsewhere}");
        assert_eq!((issuer.asked().len(), other.asked().len()), (before + 1, 0));
    }
    issuer.answer_discovery(Answer::redirect("/.well-known/openid-configuration"));
    let error = issuers(&issuer).keys(&issuer.url(), None).await.unwrap_err();
    assert_eq!(error, IssuerError::Unreachable { url, detail: "it redirects more than 3 times".to_owned() });
}

#[tokio::test]
async fn an_answer_without_end_is_given_up() {
    let issuer = FakeIssuer::start(&[&key()]).await;
    issuer.answer_discovery(Answer::endless());
    let url = format!("{}/.well-known/openid-configuration", issuer.url());
    let error = issuers(&issuer).keys(&issuer.url(), None).await.unwrap_err();
    assert_eq!(error, IssuerError::TooLong { url, max: DISCOVERY_BYTES_MAX });
    issuer.answer_discovery(issuer.discovery());
    issuer.answer("/keys", Answer::endless());
    let error = issuers(&issuer).keys(&issuer.url(), None).await.unwrap_err();
    assert_eq!(error, IssuerError::TooLong { url: format!("{}/keys", issuer.url()), max: KEY_SET_BYTES_MAX });
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_given_up() {
    let issuer = FakeIssuer::start(&[&key()]).await;
    issuer.answer("/keys", Answer::never());
    let started = tokio::time::Instant::now();
    let error = issuers(&issuer).keys(&issuer.url(), None).await.unwrap_err();
    assert_eq!(error.to_string(), format!("`{}` did not answer within 5 seconds", issuer.url()));
    assert!((4..8).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
}

#[tokio::test]
async fn an_issuer_that_is_not_listed_is_sought_at_public_addresses_only() {
    let issuer = FakeIssuer::start(&[&key()]).await;
    let port = issuer.url().rsplit_once(':').unwrap().1.to_owned();
    let unlisted = Issuers::new(vec![]).unwrap();
    for host in
        ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "10.0.0.1", "169.254.169.254"]
    {
        let url = format!("https://{host}:{port}");
        let error = unlisted.keys(&url, None).await.unwrap_err();
        assert!(matches!(error, IssuerError::NotPublic { .. }), "{url}: {error}");
    }
    let config = IssuerConfig { listed: false, ..listed(&issuer) };
    let error = Issuers::new(vec![config]).unwrap().keys(&issuer.url(), None).await.unwrap_err();
    assert!(matches!(&error, IssuerError::NotPublic { host, .. } if host == "localhost"), "{error}");
    assert!(
        error
            .to_string()
            .ends_with("which is not public; list the issuer in the configuration if that is meant")
    );
    assert_eq!(issuer.connections(), 0);
}

#[tokio::test]
async fn urls_that_are_no_issuer_are_refused_and_not_remembered() {
    let unlisted = Issuers::new(vec![]).unwrap();
    for url in [
        "",
        "x",
        "http://issuer.example",
        "https://a@issuer.example",
        "https://issuer.example/?a",
        "https://issuer.example/#a",
    ] {
        let error = unlisted.keys(url, None).await.unwrap_err();
        assert!(matches!(&error, IssuerError::Url { url: named, .. } if named == url), "{error}");
    }
    assert_eq!(unlisted.unlisted_count(), 0);
    let config = IssuerConfig {
        url: "http://issuer.example".to_owned(),
        source: Source::Discovery { ca_file: None },
        listed: true,
    };
    assert!(matches!(Issuers::new(vec![config]), Err(IssuerError::Url { .. })));
}

#[tokio::test]
async fn the_number_of_remembered_issuers_is_bounded() {
    let unlisted = Issuers::new(vec![]).unwrap();
    for number in 0..UNLISTED_ISSUERS_MAX + 20 {
        let url = format!("https://localhost:1/{number}");
        assert!(matches!(unlisted.keys(&url, None).await, Err(IssuerError::NotPublic { .. })));
    }
    assert_eq!(unlisted.unlisted_count(), UNLISTED_ISSUERS_MAX);
}

#[tokio::test]
async fn a_new_key_is_found_at_most_once_a_minute() {
    let (old, new) = (key(), key());
    let issuer = FakeIssuer::start(&[&old]).await;
    let clock = Stopped::default();
    let issuers = clock.issuers(vec![listed(&issuer)]);
    let has_new =
        async || issuers.keys(&issuer.url(), Some(new.key_id())).await.unwrap().contains(new.key_id());
    assert!(!has_new().await);
    assert_eq!(issuer.asked().len(), 2);
    issuer.answer("/keys", Answer::json(&key_set_document([&old, &new])));
    for _ in 0..50 {
        assert!(!has_new().await, "the floor has not passed");
    }
    clock.advance(REFETCH_FLOOR - Duration::from_millis(1));
    assert!(!has_new().await);
    assert_eq!(issuer.asked().len(), 2);
    clock.advance(Duration::from_millis(1));
    assert!(has_new().await);
    assert_eq!(issuer.asked().len(), 4);
    clock.advance(REFETCH_FLOOR);
    assert!(has_new().await);
    issuers.keys(&issuer.url(), None).await.unwrap();
    assert_eq!(issuer.asked().len(), 4, "a known key asks for nothing");
    for _ in 0..50 {
        issuers.keys(&issuer.url(), Some("made-up")).await.unwrap();
    }
    assert_eq!(issuer.asked().len(), 6, "a stranger gets one fetch a minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_at_once_make_one_fetch() {
    let key = key();
    let issuer = FakeIssuer::start(&[&key]).await;
    issuer.answer("/keys", Answer::json(&key_set_document([&key])).after(Duration::from_millis(200)));
    let issuers = Arc::new(issuers(&issuer));
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let (issuers, url) = (Arc::clone(&issuers), issuer.url());
            tokio::spawn(async move { issuers.keys(&url, None).await })
        })
        .collect();
    for caller in callers {
        assert!(caller.await.unwrap().unwrap().contains(key.key_id()));
    }
    assert_eq!(issuer.asked(), ["/.well-known/openid-configuration", "/keys"]);
}

#[tokio::test]
async fn a_fetch_goes_on_when_its_caller_has_gone() {
    let key = key();
    let issuer = FakeIssuer::start(&[&key]).await;
    issuer.answer("/keys", Answer::json(&key_set_document([&key])).after(Duration::from_millis(300)));
    let issuers = issuers(&issuer);
    let url = issuer.url();
    let impatient = tokio::time::timeout(Duration::from_millis(150), issuers.keys(&url, None)).await;
    assert!(impatient.is_err());
    assert!(issuers.keys(&url, None).await.is_ok());
    assert_eq!(issuer.asked().len(), 2);
}

#[tokio::test]
async fn the_last_good_keys_are_served_while_the_issuer_is_down() {
    let key = key();
    let issuer = FakeIssuer::start(&[&key]).await;
    let clock = Stopped::default();
    let issuers = clock.issuers(vec![listed(&issuer)]);
    let has = async |key_id| issuers.keys(&issuer.url(), Some(key_id)).await.unwrap().contains(key.key_id());
    assert!(has(key.key_id()).await);
    issuer.answer_discovery(Answer::status(503));
    for _ in 0..5 {
        clock.advance(FRESH);
        assert!(has(key.key_id()).await && has("made-up").await);
    }
    let asked = issuer.asked().len();
    assert!((5..=12).contains(&asked), "{asked}");
    issuer.answer_discovery(issuer.discovery());
    issuer.answer("/keys", Answer::json(&key_set_document([])));
    clock.advance(REFETCH_FLOOR);
    assert!(!has("made-up").await, "back again, it has withdrawn the key");
}

#[tokio::test]
async fn a_withdrawn_key_is_gone_after_a_quarter_of_an_hour() {
    let (old, new) = (key(), key());
    let issuer = FakeIssuer::start(&[&old]).await;
    let clock = Stopped::default();
    let issuers = clock.issuers(vec![listed(&issuer)]);
    let has_old =
        async || issuers.keys(&issuer.url(), Some(old.key_id())).await.unwrap().contains(old.key_id());
    assert!(has_old().await);
    issuer.answer("/keys", Answer::json(&key_set_document([&new])));
    clock.advance(FRESH - Duration::from_millis(1));
    assert!(has_old().await);
    clock.advance(Duration::from_millis(1));
    assert!(!has_old().await);
}

#[tokio::test]
async fn a_failure_is_remembered_for_a_while() {
    let key = key();
    let issuer = FakeIssuer::start(&[&key]).await;
    issuer.answer_discovery(Answer::status(500));
    let clock = Stopped::default();
    let issuers = clock.issuers(vec![listed(&issuer)]);
    let url = format!("{}/.well-known/openid-configuration", issuer.url());
    for _ in 0..50 {
        let error = issuers.keys(&issuer.url(), Some("any")).await.unwrap_err();
        assert_eq!(error, IssuerError::Status { url: url.clone(), status: 500 });
    }
    assert_eq!(issuer.asked().len(), 1);
    issuer.answer_discovery(issuer.discovery());
    clock.advance(FAILURE_KEPT - Duration::from_millis(1));
    assert!(issuers.keys(&issuer.url(), None).await.is_err());
    clock.advance(Duration::from_millis(1));
    assert!(issuers.keys(&issuer.url(), None).await.is_ok());
}

#[tokio::test]
async fn pinned_keys_are_read_from_their_file() {
    let (old, new) = (key(), key());
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("keys.json");
    let write = |keys: &[&SigningKey]| {
        let document = key_set_document(keys.iter().copied()).to_string();
        std::io::Write::write_all(&mut std::fs::File::create(&file).unwrap(), document.as_bytes()).unwrap();
    };
    write(&[&old]);
    let url = "https://unreachable.example".to_owned();
    let config = || IssuerConfig {
        url: url.clone(),
        source: Source::Pinned { jwks_file: file.clone() },
        listed: true,
    };
    let clock = Stopped::default();
    let issuers = clock.issuers(vec![config()]);
    let has =
        async |key: &SigningKey| issuers.keys(&url, Some(key.key_id())).await.unwrap().contains(key.key_id());
    assert!(has(&old).await);
    write(&[&new]);
    assert!(!has(&new).await);
    clock.advance(REFETCH_FLOOR);
    assert!(has(&new).await && !has(&old).await);
    std::fs::remove_file(&file).unwrap();
    clock.advance(FRESH);
    assert!(has(&new).await, "the last good keys");
    let error = Issuers::new(vec![config()]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("`{}` cannot be read: No such file or directory (os error 2)", file.display())
    );
    std::io::Write::write_all(&mut std::fs::File::create(&file).unwrap(), b"[]").unwrap();
    let expected = IssuerError::Keys { issuer: url.clone(), source: KeySetError::NotAnObject };
    assert_eq!(Issuers::new(vec![config()]).unwrap_err(), expected);
}

#[tokio::test]
async fn a_file_without_certificates_is_refused_at_the_start() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let source = Source::Discovery { ca_file: Some(file.path().to_owned()) };
    let config = IssuerConfig { url: "https://issuer.example".to_owned(), source, listed: true };
    let expected = format!("`{}` cannot be read: it holds no certificate in PEM form", file.path().display());
    assert_eq!(Issuers::new(vec![config]).unwrap_err().to_string(), expected);
}

#[tokio::test]
async fn its_own_keys_are_asked_for_every_time() {
    let (old, new) = (key(), key());
    let present = Arc::new(std::sync::Mutex::new(set(&old)));
    let shown = Arc::clone(&present);
    let source = Source::Own(Arc::new(move || Arc::clone(&shown.lock().unwrap())));
    let url = "https://token.actions.githubusercontent.com";
    let issuers = Issuers::new(vec![IssuerConfig { url: url.to_owned(), source, listed: true }]).unwrap();
    assert!(issuers.keys(url, None).await.unwrap().contains(old.key_id()));
    *present.lock().unwrap() = set(&new);
    assert!(issuers.keys(url, Some("made-up")).await.unwrap().contains(new.key_id()));
}

fn set(key: &SigningKey) -> Arc<KeySet> {
    Arc::new(KeySet::parse(key_set_document([key]).to_string().as_bytes()).expect("a key set"))
}
