use daypass_store::sqlite::Database;
use daypass_targets::authority::*;
use daypass_targets::body::arriving;
use daypass_targets::s3::*;
use daypass_wire::{
    refusal::{Family, Refusal, s3_error},
    sigv4::{parse, verify},
};
use http_body_util::BodyExt as _;
use hyper::{server::conn::http1, service::service_fn};
use std::sync::Arc;
struct All;
impl Authority for All {
    fn authorize(&self, _: &TargetCall) -> Result<(), Denial> {
        Ok(())
    }
}
#[tokio::main]
async fn main() {
    let dir = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let db = Arc::new(Database::open(&dir, None).unwrap());
    let s3 = S3::open(
        Settings {
            directory: dir.join("objects"),
            account: "123456789012".into(),
            region: "us-east-1".into(),
        },
        Storage { journal: db.clone(), documents: db.clone(), index: db },
    )
    .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:4599").await.unwrap();
    loop {
        let (io, _) = listener.accept().await.unwrap();
        let s3 = s3.clone();
        tokio::spawn(async move {
            let r = http1::Builder::new()
                .serve_connection(
                    hyper_util::rt::TokioIo::new(io),
                    service_fn(move |request: http::Request<hyper::body::Incoming>| {
                        let s3 = s3.clone();
                        async move {
                            let (parts, body) = request.into_parts();
                            let line = format!("{} {}", parts.method, parts.uri);
                            let refuse = |r: Refusal| {
                                s3_error(&r, None, "R", "H").map(|b| daypass_targets::body::full(b))
                            };
                            let presented = match parse(&parts) {
                                Ok(Some(p)) => p,
                                Ok(None) => return Ok(refuse(Refusal::new(403, "AccessDenied", "anon"))),
                                Err(e) => {
                                    eprintln!("{line}: {e}");
                                    return Ok(refuse(Refusal::of(&e, Family::S3)));
                                }
                            };
                            let verified = match verify(
                                &presented,
                                &parts,
                                "secretsecretsecret",
                                None,
                                jiff::Timestamp::now(),
                                jiff::SignedDuration::from_mins(15),
                            ) {
                                Ok(v) => v,
                                Err(e) => {
                                    eprintln!("{line}: {e}");
                                    return Ok(refuse(Refusal::of(&e, Family::S3)));
                                }
                            };
                            let word = format!("{:?}", verified.payload());
                            let body = match arriving(body, &verified, &parts.headers) {
                                Ok(b) => b,
                                Err(r) => return Ok(refuse(r)),
                            };
                            let t0 = std::time::Instant::now();
                            eprintln!(
                                "{:?} begin {line}",
                                std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap()
                            );
                            let a = s3
                                .call(
                                    http::Request::from_parts(parts, body),
                                    Invocation {
                                        authority: Arc::new(All),
                                        now: jiff::Timestamp::now(),
                                        request_id: "RID".into(),
                                    },
                                )
                                .await;
                            eprintln!(
                                "took {:?} {line} {:?} {} {:?} {:?} in {} out {} {word:.30}",
                                t0.elapsed(),
                                a.operation,
                                a.response.status(),
                                a.error_code,
                                a.error_message,
                                a.bytes_in,
                                a.bytes_out
                            );
                            Ok::<_, std::convert::Infallible>(a.response)
                        }
                    }),
                )
                .await;
            if let Err(e) = r {
                eprintln!("conn: {e}");
            }
        });
    }
}
