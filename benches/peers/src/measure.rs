//! Times with their percentiles, and memory.

use std::fmt;
use std::time::{Duration, Instant};

/// Times of the same work on many inputs, ascending. Each input counts once, by the median of its rounds, because the noise of a
/// shared machine in a single round says nothing of the work. All rounds are in `all`.
#[derive(Debug, Clone)]
pub struct Times {
    inputs: Vec<Duration>,
    all: Vec<Duration>,
}

impl Times {
    /// Does the work for each of `inputs`, `rounds` times after one round that doesn't count.
    pub fn of<T>(inputs: &[T], rounds: usize, mut work: impl FnMut(&T)) -> Self {
        inputs.iter().for_each(&mut work);
        let mut times = vec![Vec::with_capacity(rounds); inputs.len()];
        for _ in 0..rounds {
            for (input, times) in inputs.iter().zip(&mut times) {
                let started = Instant::now();
                work(input);
                times.push(started.elapsed());
            }
        }
        let all = sorted(times.iter().flatten().copied().collect());
        let medians = times.into_iter().map(|times| at(&sorted(times), 0.5)).collect();
        Self {
            inputs: sorted(medians),
            all,
        }
    }

    /// The time that `share` (0 to 1) of the inputs don't exceed.
    pub fn at(&self, share: f64) -> Duration {
        at(&self.inputs, share)
    }

    /// The median.
    pub fn median(&self) -> Duration {
        self.at(0.5)
    }
}

fn sorted(mut times: Vec<Duration>) -> Vec<Duration> {
    times.sort_unstable();
    times
}

fn at(sorted: &[Duration], share: f64) -> Duration {
    let at = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

impl From<Vec<Duration>> for Times {
    /// Takes times that were measured once each.
    fn from(times: Vec<Duration>) -> Self {
        let all = sorted(times);
        Self {
            inputs: all.clone(),
            all,
        }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p90, p99] = [0.5, 0.9, 0.99].map(|share| micros(self.at(share)));
        let (raw, most) = (micros(at(&self.all, 0.99)), micros(at(&self.all, 1.0)));
        write!(
            f,
            "p50 {p50:>9}  p90 {p90:>9}  p99 {p99:>9}  (of single rounds: p99 {raw:>9}  max {most:>9}; {} inputs, {} rounds)",
            self.inputs.len(),
            self.all.len() / self.inputs.len().max(1)
        )
    }
}

/// A duration in microseconds, or milliseconds where it is long.
pub fn micros(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 10_000.0 {
        format!("{micros:.1} µs")
    } else {
        format!("{:.1} ms", micros / 1e3)
    }
}

/// The factor between `slow` and `fast`.
pub fn ratio(slow: Duration, fast: Duration) -> f64 {
    slow.as_secs_f64() / fast.as_secs_f64().max(1e-9)
}

/// A line of /proc/self/status in bytes; 0 where there is none.
fn status(key: &str) -> usize {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix(key)?.trim().strip_suffix(" kB"))
        .and_then(|kilobytes| kilobytes.trim().parse::<usize>().ok())
        .unwrap_or_default()
        * 1024
}

/// Returns the resident memory of this process, in bytes.
pub fn resident() -> usize {
    status("VmRSS:")
}

/// The most that it ever was.
pub fn peak() -> usize {
    status("VmHWM:")
}
