//! What Linux tells about a process: see proc_pid_stat(5) and proc_pid_status(5).

use std::time::Duration;

use crate::failure::Outcome;

/// Ticks in a second of the times in `/proc/PID/stat`: fixed for programs, whatever the kernel's own rate is.
const TICKS_PER_SECOND: u32 = 100;

/// The processor time that all threads of a process have used, in user and system mode.
pub(crate) fn cpu_time(process: u32) -> Outcome<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    cpu_time_of(&text).ok_or_else(|| "cannot read the process's times".into())
}

fn cpu_time_of(stat: &str) -> Option<Duration> {
    // The name, in parentheses, may hold anything; the fields are counted from behind it.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(Duration::from_secs(1) / TICKS_PER_SECOND * (user + system))
}

/// The memory that a process has in use, in bytes.
pub(crate) fn resident_bytes(process: u32) -> Outcome<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    resident_bytes_of(&text).ok_or_else(|| "cannot read the process's memory".into())
}

/// The most memory that a process ever had in use, in bytes.
pub(crate) fn peak_bytes(process: u32) -> Outcome<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    bytes_of(&text, "VmHWM:").ok_or_else(|| "cannot read the process's memory".into())
}

fn resident_bytes_of(status: &str) -> Option<u64> {
    bytes_of(status, "VmRSS:")
}

fn bytes_of(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
}

/// The processor time that the calling thread has used.
pub(crate) fn thread_cpu_time() -> Outcome<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = text.split_whitespace().next().and_then(|field| field.parse().ok());
    nanoseconds.map(Duration::from_nanos).ok_or_else(|| "cannot read the thread's time".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_memory_are_found_where_the_manual_says() {
        let stat = "42 (a) b) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0";
        assert_eq!(cpu_time_of(stat), Some(Duration::from_secs(3)));
        assert_eq!(resident_bytes_of("Name:\tx\nVmRSS:\t   12 kB\nVmData:\t 3 kB\n"), Some(12_288));
    }
}
