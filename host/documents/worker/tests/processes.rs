//! The worker as a process: what it was given, what it gave up, and that the pool gets over its death. One test, since it looks at and
//! ends all the workers of its own process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::{NAME, certificate, job, settings};
use rustix::process::{Pid, Signal, kill_process};
use vatra_core::ids::TenantId;
use vatra_documents::job::{Limits, Refused};
use vatra_documents::{Renderer, Settings};

/// The processes whose parent is this one.
fn workers() -> Vec<i32> {
    let all = std::fs::read_dir("/proc").unwrap().filter_map(|item| item.unwrap().file_name().to_str()?.parse().ok());
    all.filter(|id| field(*id, "PPid:") == std::process::id().to_string()).collect()
}

fn read(id: i32, name: &str) -> String {
    std::fs::read_to_string(format!("/proc/{id}/{name}")).unwrap_or_default()
}

fn field(id: i32, name: &str) -> String {
    let status = read(id, "status");
    status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
}

#[tokio::test]
async fn workers_are_confined_and_replaced() {
    let renderer = Renderer::new(Settings { workers: 2, documents_each: 2, ..settings() });
    renderer.warm().await.unwrap();
    let before = workers();
    assert_eq!(before.len(), 2);
    for id in &before {
        assert_eq!(["Seccomp:", "NoNewPrivs:", "Threads:"].map(|name| field(*id, name)), ["2", "1", "1"]);
        assert_eq!(read(*id, "environ"), "");
        let limits = read(*id, "limits");
        let limit = |name: &str| {
            let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.split_whitespace().take(2).map(str::to_owned).collect::<Vec<_>>()
        };
        let memory = Limits::default().memory.to_string();
        assert_eq!(limit("Max address space"), [memory.clone(), memory]);
        for nothing in ["Max file size", "Max processes", "Max core file size"] {
            assert_eq!(limit(nothing), ["0", "0"], "{nothing}");
        }
    }
    for id in &before {
        kill_process(Pid::from_raw(*id).unwrap(), Signal::KILL).unwrap();
        while !field(*id, "State:").starts_with('Z') {
            tokio::task::yield_now().await;
        }
    }
    for _ in 0..5 {
        assert!(renderer.render(TenantId::fresh(), &job(certificate(), NAME)).await.is_ok(), "by others, each for two documents");
    }
    assert!(workers().iter().all(|id| !before.contains(id) || field(*id, "State:").starts_with('Z')));

    let nowhere = Renderer::new(Settings { program: "/nowhere/worker".into(), ..settings() });
    assert!(matches!(nowhere.warm().await, Err(Refused::Unavailable(_))));
    let another = Renderer::new(Settings { program: "/bin/true".into(), ..settings() });
    assert!(matches!(another.render(TenantId::fresh(), &job(certificate(), NAME)).await, Err(Refused::Unavailable(_))));
}
