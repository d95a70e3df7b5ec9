//! A plain HTTP server, in a process of its own: it gives files of a folder, and to every HEAD and POST the same short answer. What
//! it takes is what HTTP costs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::failure::Outcome;

/// What is read of a file at once.
const BLOCK_BYTES: usize = 256 * 1024;
/// An answer of DynamoDB's GetItem.
const ITEM: &[u8] =
    br#"{"Item":{"id":{"S":"0123456789"},"text":{"S":"the quick brown fox jumps over the lazy dog"}}}"#;

/// Serves a folder until it is killed; prints the address first.
pub(crate) fn serve(folder: &Path) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("{}", listener.local_addr()?);
        let folder = Arc::new(folder.to_path_buf());
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let folder = Arc::clone(&folder);
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(Arc::clone(&folder), request));
                // A client that goes away ends its connection, and nothing else.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    })
}

type Body = BoxBody<Bytes, std::io::Error>;

async fn answer(folder: Arc<PathBuf>, request: Request<Incoming>) -> Result<Response<Body>, hyper::Error> {
    if request.method() == Method::POST {
        request.into_body().collect().await?;
        let mut response = Response::new(whole(Bytes::from_static(ITEM)));
        response
            .headers_mut()
            .insert("content-type", http::HeaderValue::from_static("application/x-amz-json-1.0"));
        return Ok(response);
    }
    if request.method() == Method::HEAD {
        let mut response = Response::new(whole(Bytes::new()));
        response.headers_mut().insert("content-length", http::HeaderValue::from_static("1"));
        return Ok(response);
    }
    let name = request.uri().path().rsplit('/').next().unwrap_or_default();
    let Ok(file) = tokio::fs::File::open(folder.join(name)).await else {
        let mut response = Response::new(whole(Bytes::new()));
        *response.status_mut() = StatusCode::NOT_FOUND;
        return Ok(response);
    };
    let length = file.metadata().await.map(|metadata| metadata.len()).unwrap_or_default();
    let blocks = futures_of(file);
    let mut response = Response::new(BodyExt::boxed(StreamBody::new(blocks)));
    response.headers_mut().insert("content-length", http::HeaderValue::from(length));
    Ok(response)
}

fn whole(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never| match never {}).boxed()
}

fn futures_of(file: tokio::fs::File) -> impl futures::Stream<Item = std::io::Result<Frame<Bytes>>> {
    futures::stream::try_unfold(file, |mut file| async move {
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        file.read_buf(&mut block).await?;
        Ok((!block.is_empty()).then(|| (Frame::data(Bytes::from(block)), file)))
    })
}
