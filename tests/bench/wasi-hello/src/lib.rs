//! What `wasmtime serve` is measured with: `GET /4321` answers with a page of 4,321 bytes. The allocator is the modules' own, so that guests are
//! compared on equal terms.

use vatra_sdk as _;
use wasip2::http::types::{Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};

struct Hello;

impl wasip2::exports::http::incoming_handler::Guest for Hello {
    fn handle(request: IncomingRequest, answer: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        let bytes: usize = path.trim_start_matches('/').parse().unwrap_or(1_000);
        let headers = Fields::new();
        let _ = headers.set("content-type", &[b"text/html; charset=utf-8".to_vec()]);
        let _ = headers.set("content-length", &[bytes.to_string().into_bytes()]);
        let response = OutgoingResponse::new(headers);
        let Ok(body) = response.body() else { return };
        ResponseOutparam::set(answer, Ok(response));
        if let Ok(out) = body.write() {
            let page = vec![b'a'; bytes];
            let mut rest = page.as_slice();
            while !rest.is_empty() {
                let most = match out.check_write() {
                    Ok(0) => {
                        out.subscribe().block();
                        continue;
                    }
                    Ok(most) => usize::try_from(most).unwrap_or(usize::MAX).min(rest.len()),
                    Err(_) => return,
                };
                let (now, later) = rest.split_at(most);
                if out.write(now).is_err() {
                    return;
                }
                rest = later;
            }
        }
        let _ = OutgoingBody::finish(body, None);
    }
}

wasip2::http::proxy::export!(Hello);
