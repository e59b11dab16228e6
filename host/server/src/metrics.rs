//! Metrics for Prometheus, on an address of their own: they are for the operator's network, not for the portal's visitors.

use crate::app::App;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics::gauge;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use vatra_providers::transport::Standing;

/// Seconds: from a fresh instance's trivial call to the longest that a budget allows.
const BUCKETS: [f64; 12] = [0.000_05, 0.000_1, 0.000_25, 0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 1.0, 5.0, 60.0];
/// How often samples are folded into their buckets, whether anyone reads them or not.
const UPKEEP: Duration = Duration::from_secs(5);

/// Collects metrics from now on. Once in a process.
///
/// # Errors
/// In words for the operator, when something collects them already.
pub fn collect() -> Result<PrometheusHandle, String> {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full("vatra_call_seconds".into()), &BUCKETS);
    let handle = builder.and_then(PrometheusBuilder::install_recorder).map_err(|error| error.to_string())?;
    vatra_runtime::describe_metrics();
    metrics::describe_counter!("vatra_requests_total", metrics::Unit::Count, "Answers of the portal, by their status");
    Ok(handle)
}

/// Serves them at `/metrics` until the task is aborted; tells where.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(
    app: Arc<App>,
    handle: PrometheusHandle,
    listen: SocketAddr,
) -> std::io::Result<(SocketAddr, tokio::task::JoinHandle<()>)> {
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    tracing::info!("metrics: http://{address}/metrics");
    let upkeep = handle.clone();
    let router = Router::new().route("/metrics", get(text)).with_state((app, handle));
    let task = tokio::spawn(async move {
        let fold = async {
            loop {
                tokio::time::sleep(UPKEEP).await;
                upkeep.run_upkeep();
            }
        };
        tokio::select! {
            served = axum::serve(listener, router) => {
                if let Err(error) = served {
                    tracing::error!("metrics are no longer served: {error}");
                }
            }
            () = fold => {}
        }
    });
    Ok((address, task))
}

async fn text(State((app, handle)): State<(Arc<App>, PrometheusHandle)>) -> impl IntoResponse {
    let (running, waiting) = app.runtime.load();
    gauge!("vatra_calls_running").set(running as f64);
    gauge!("vatra_calls_waiting").set(waiting as f64);
    if let Some(fares) = app.fares() {
        for health in fares.health() {
            let up = if health.standing == Standing::Closed { 1.0 } else { 0.0 };
            gauge!("vatra_service_up", "service" => health.service).set(up);
            gauge!("vatra_service_requests_under_way", "service" => health.service).set(health.under_way as f64);
        }
        gauge!("vatra_certificate_days_left").set(fares.days_left(app.clock.now()) as f64);
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render())
}
