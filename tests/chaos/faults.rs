//! The faults, and their ends.

use crate::disk::run;
use crate::support::qq::Mood;
use crate::world::World;
use std::process::Command;
use std::time::Duration;

/// A fault that lasts for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// kill -9, and another start.
    Killed,
    /// SIGTERM in the middle of the load, and another start.
    Terminated,
    /// The process gets no processor time.
    Stopped,
    /// No room on the disk.
    DiskFull,
    /// Writes fail.
    WritesFail,
    /// No file descriptor is left, and the platform connects anew.
    NoDescriptors,
    /// The reader of the log is gone.
    LogGone,
    /// The platform takes no action.
    PlatformSilent,
    /// The platform answers late.
    PlatformSlow,
    /// The platform says that its network failed, and it has.
    PlatformFails,
    /// The platform says that its network failed, and the message was sent.
    PlatformLies,
    /// The platform's program restarts: the connection breaks a few times.
    PlatformRestarts,
    /// Many connections that say nothing.
    ConnectionStorm,
    /// Frames that are no events.
    Garbage,
    /// The machine's clock is ahead of the platform's.
    ClockAhead,
    /// The machine's clock is set back.
    ClockBack,
}

impl Fault {
    pub(crate) const ALL: [Self; 16] = [
        Self::Killed,
        Self::Terminated,
        Self::Stopped,
        Self::DiskFull,
        Self::WritesFail,
        Self::NoDescriptors,
        Self::LogGone,
        Self::PlatformSilent,
        Self::PlatformSlow,
        Self::PlatformFails,
        Self::PlatformLies,
        Self::PlatformRestarts,
        Self::ConnectionStorm,
        Self::Garbage,
        Self::ClockAhead,
        Self::ClockBack,
    ];

    pub(crate) fn needs_disk(self) -> bool {
        matches!(self, Self::DiskFull | Self::WritesFail)
    }

    /// True if a program runs during the fault that could report its health. It must then report every outage, whatever outcome
    /// the fault has.
    pub(crate) fn leaves_health(self) -> bool {
        !matches!(self, Self::Killed | Self::Terminated | Self::Stopped)
    }
}

impl World {
    /// Starts a fault, waits while it lasts, and ends it.
    ///
    /// # Errors
    /// The failure that came before the end, in a sentence.
    pub(crate) async fn suffer(&mut self, fault: Fault, lasts: Duration) -> Result<(), String> {
        let pid = self.program.pid().to_string();
        let signal = |name: &str| run(Command::new("kill").args([name, &pid]));
        match fault {
            Fault::Killed => {
                self.program.kill();
                self.lose_connection();
            }
            Fault::Terminated => {
                signal("-TERM");
                self.expect_end().await?;
            }
            Fault::Stopped => {
                signal("-STOP");
                tokio::time::sleep(lasts).await;
                signal("-CONT");
            }
            Fault::DiskFull => {
                self.disk().fill(true);
                tokio::time::sleep(lasts).await;
                self.disk().fill(false);
            }
            Fault::WritesFail => {
                self.disk().read_only(true);
                tokio::time::sleep(lasts).await;
                self.disk().read_only(false);
            }
            Fault::NoDescriptors => {
                let limit = |soft: &str| {
                    let mut command = Command::new("prlimit");
                    run(command.args(["--pid", &pid, &format!("--nofile={soft}:")]));
                };
                limit("8");
                self.lose_connection();
                tokio::time::sleep(lasts).await;
                limit("1024");
            }
            Fault::LogGone => {
                self.lose_log();
                tokio::time::sleep(lasts).await;
            }
            Fault::ClockAhead => {
                self.at_another_time(Duration::from_secs(11 * 60).as_millis(), 1, lasts)
                    .await
            }
            Fault::ClockBack => {
                self.at_another_time(Duration::from_secs(3600).as_millis(), -1, lasts)
                    .await
            }
            Fault::PlatformSilent => self.in_mood(Mood::Deaf, lasts).await,
            Fault::PlatformSlow => self.in_mood(Mood::Slow(lasts / 2), lasts).await,
            Fault::PlatformFails => self.in_mood(Mood::Failing, lasts).await,
            Fault::PlatformLies => self.in_mood(Mood::Lying, lasts).await,
            Fault::PlatformRestarts => {
                for _ in 0..5 {
                    self.lose_connection();
                    tokio::time::sleep(lasts / 10).await;
                    self.connect().await;
                    tokio::time::sleep(lasts / 10).await;
                }
            }
            Fault::ConnectionStorm => {
                let address = ("127.0.0.1", self.program.port);
                let mut open = Vec::new();
                for _ in 0..300 {
                    open.extend(tokio::net::TcpStream::connect(address).await);
                }
                tokio::time::sleep(lasts).await;
            }
            Fault::Garbage => {
                for frame in [
                    "{",
                    "null",
                    "[]",
                    "{\"post_type\":\"message\"}",
                    "{\"post_type\":5}",
                    "{\"post_type\":\"message\",\"message_type\":\"group\",\"group_id\":1e99,\"user_id\":-1,\"time\":9e99,\"message\":[]}",
                ] {
                    self.send_raw(frame);
                }
                tokio::time::sleep(lasts).await;
            }
        }
        Ok(())
    }

    async fn at_another_time(&self, millis: u128, sign: i64, lasts: Duration) {
        self.program.step_clock(sign * i64::try_from(millis).unwrap());
        tokio::time::sleep(lasts).await;
        self.program.step_clock(0);
    }

    async fn in_mood(&self, mood: Mood, lasts: Duration) {
        self.qq.set_mood(mood);
        tokio::time::sleep(lasts).await;
        self.qq.set_mood(Mood::Well);
    }
}
