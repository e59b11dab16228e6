//! What keeps a worker in: limits of the kernel for memory, processor time, files and processes, and a list of the system calls that
//! making a PDF needs. Opening a file, a socket or a program is not among them, whatever a template finds to exploit.

use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Width, SeccompCmpOp as Op, SeccompCondition as Condition, SeccompFilter,
    SeccompRule as Rule,
};
use std::collections::BTreeMap;
use std::io::Error;
use vatra_documents::job::Limits;

/// Memory, no files written, no further processes, no picture of the memory left behind. Processor time comes with each document.
pub(crate) fn limit(limits: &Limits) -> std::io::Result<()> {
    let fixed = |limit: u64| Rlimit { current: Some(limit), maximum: Some(limit) };
    setrlimit(Resource::As, fixed(limits.memory))?;
    for resource in [Resource::Fsize, Resource::Nproc, Resource::Core, Resource::Memlock, Resource::Msgqueue] {
        setrlimit(resource, fixed(0))?;
    }
    setrlimit(Resource::Nofile, fixed(3))?;
    Ok(())
}

/// So many seconds more of processor time from now; then the kernel ends the process.
pub(crate) fn allow_time(seconds: u64) -> std::io::Result<()> {
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(u64::MAX);
    let until = Rlimit { current: Some(used.saturating_add(seconds).saturating_add(1)), maximum: None };
    Ok(setrlimit(Resource::Cpu, until)?)
}

/// From here on only [`CALLS`]; others fail as not permitted.
pub(crate) fn lock_in() -> std::io::Result<()> {
    let program: BpfProgram = filter().map_err(Error::other)?;
    // Sets `no_new_privs` too.
    seccompiler::apply_filter(&program).map_err(Error::other)
}

/// Memory, time, randomness, waiting, ending.
const CALLS: &[i64] = &[
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_yield,
    libc::SYS_sigaltstack,
    libc::SYS_tgkill,
];

fn filter() -> Result<BpfProgram, seccompiler::BackendError> {
    let rule = |conditions| Rule::new(conditions).map(|rule| vec![rule]);
    let is = |argument, value| Condition::new(argument, Width::Dword, Op::Eq, value);
    let not_executable = || Condition::new(2, Width::Dword, Op::MaskedEq(libc::PROT_EXEC as u64), 0);
    let mut rules: BTreeMap<i64, Vec<Rule>> = CALLS.iter().map(|call| (*call, Vec::new())).collect();
    rules.extend([
        (libc::SYS_read, rule(vec![is(0, 0)?])?),
        (libc::SYS_write, rule(vec![is(0, 1)?])?),
        (libc::SYS_writev, rule(vec![is(0, 1)?])?),
        (libc::SYS_mmap, rule(vec![not_executable()?])?),
        (libc::SYS_mprotect, rule(vec![not_executable()?])?),
        // One's own limits: processor time is given document by document.
        (libc::SYS_prlimit64, rule(vec![is(0, 0)?])?),
    ]);
    let arch = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules, SeccompAction::Errno(libc::EPERM as u32), SeccompAction::Allow, arch)?.try_into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::ErrorKind::PermissionDenied;

    /// The filter holds for the thread that asks for it, so that a thread can try it.
    #[test]
    fn who_is_locked_in_opens_nothing() {
        std::thread::spawn(|| {
            let here = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let address = here.local_addr().unwrap();
            lock_in().unwrap();
            let refused = |outcome: std::io::Result<()>, what: &str| {
                assert_eq!(outcome.expect_err(what).kind(), PermissionDenied, "{what}");
            };
            refused(std::fs::read("/etc/hostname").map(drop), "reading a file");
            refused(std::fs::write("/tmp/vatra-locked-in", "x"), "writing one");
            refused(std::fs::read_dir("/").map(drop), "looking into a folder");
            refused(std::net::TcpStream::connect(address).map(drop), "a connection");
            refused(std::net::UdpSocket::bind("127.0.0.1:0").map(drop), "a socket");
            refused(std::process::Command::new("/bin/true").status().map(drop), "a program");
            refused(std::thread::Builder::new().spawn(|| ()).map(drop), "a thread");
            assert_eq!(vec![1u8; 1 << 20].iter().map(|byte| usize::from(*byte)).sum::<usize>(), 1 << 20, "memory is still to be had");
        })
        .join()
        .unwrap();
    }
}
