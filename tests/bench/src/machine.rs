//! The machine and the build that the figures are of.

/// In words: cores, memory, kernel, profile.
pub(crate) fn describe() -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let mut out = vec![format!("{cores} cores")];
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let model = read("/proc/cpuinfo")
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map(|rest| rest.trim_matches([' ', '\t', ':']).to_owned());
    out.extend(model);
    let memory =
        read("/proc/meminfo").lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    out.extend(memory.map(|kib| format!("{:.0} GiB", kib as f64 / 1_048_576.0)));
    out.push(format!("Linux {}", read("/proc/sys/kernel/osrelease").trim()));
    out.push(if cfg!(debug_assertions) { "NOT a release build".to_owned() } else { "release build".to_owned() });
    let load = read("/proc/loadavg");
    out.extend(load.split(' ').next().map(|load| format!("load {load} before")));
    out
}

/// Memory of this process by the kernel's own account.
pub(crate) struct Memory {
    /// All pages in memory, shared ones too, in KiB.
    pub(crate) resident: u64,
    /// Shared ones divided among those who share them, in KiB.
    pub(crate) proportional: u64,
    /// Pages that no file stands behind, in KiB.
    pub(crate) anonymous: u64,
}

/// What `/proc/self/smaps_rollup` says.
pub(crate) fn memory() -> std::io::Result<Memory> {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup")?;
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB")?.trim().parse().ok());
        line.unwrap_or_default()
    };
    Ok(Memory { resident: field("Rss:"), proportional: field("Pss:"), anonymous: field("Anonymous:") })
}
