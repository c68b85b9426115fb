//! The terminal: line editing for a person, plain lines for a pipe.

use crate::read::{self, Line, Speaker};
use crate::terminal_texts::Words;
use crate::write::Asked;
use groupdesk_contract::{AccountState, AdapterError, ChannelKind, Clock, Event, Link, clean_name};
use parking_lot::Mutex;
use rustyline::ExternalPrinter;
use std::fmt;
use std::io::{BufRead, IsTerminal, Write};
use std::time::Duration;
use tokio::sync::mpsc;

/// The longest wait, after the end of a piped input, for replies to messages that called the bot.
const LAST_WORDS: Duration = Duration::from_secs(6);

/// The further wait after these replies, for messages that nobody asked for.
const LATE_MESSAGES_WAIT: Duration = Duration::from_millis(400);

/// A line that is no UTF-8.
struct NotText;

/// The terminal: reads typed lines and prints replies.
pub(crate) struct Screen {
    words: Words,
    /// Prints without disturbing the line that is being typed; there while somebody sits at the terminal.
    printer: Mutex<Option<Box<dyn ExternalPrinter + Send>>>,
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen").finish_non_exhaustive()
    }
}

impl Screen {
    pub(crate) fn new(words: Words) -> Self {
        Self {
            words,
            printer: Mutex::new(None),
        }
    }

    /// Prints whole lines.
    pub(crate) fn print(&self, lines: &str) {
        let mut printer = self.printer.lock();
        let printed = printer
            .as_mut()
            .is_some_and(|printer| printer.print(lines.to_owned()).is_ok());
        if !printed {
            let mut out = std::io::stdout().lock();
            // A reader that went away is no reason to fail: the reply is said, nobody listens.
            let _ = out.write_all(lines.as_bytes()).and_then(|()| out.flush());
        }
    }

    /// Takes lines until the end of input, `/quit`, or the program's end.
    pub(crate) async fn run(
        &self,
        link: &Link,
        clock: &dyn Clock,
        asked: &Mutex<Asked>,
    ) -> Result<(), AdapterError> {
        self.print(&format!("{}\n", self.words.greeting));
        link.post(Event::State(AccountState::Connected)).await?;
        let session = clock.now().as_millisecond().to_string();
        let interactive = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let (typed, mut lines) = mpsc::channel::<Result<String, NotText>>(64);
        if interactive {
            self.edit_lines(typed)?;
        } else {
            // A blocking thread of its own: at the program's end nobody waits for it.
            std::thread::spawn(move || {
                for line in std::io::stdin().lock().split(b'\n').map_while(Result::ok) {
                    let line = String::from_utf8(line).map_err(|_| NotText);
                    if typed.blocking_send(line).is_err() {
                        break;
                    }
                }
            });
        }
        let mut speaker = Speaker::default();
        let mut number = 0u64;
        loop {
            let line = tokio::select! {
                () = link.shutdown.cancelled() => break,
                line = lines.recv() => line,
            };
            let Some(line) = line else {
                if !interactive {
                    last_words(asked).await;
                }
                break;
            };
            let Ok(line) = line else {
                self.print(self.words.not_text);
                continue;
            };
            match read::line(&line) {
                Line::Empty => {}
                Line::Said(said) => {
                    number += 1;
                    let message = read::message(&speaker, &said, number, &session, clock.now());
                    let calls = message.mentions_bot || message.channel.kind == ChannelKind::Direct;
                    asked.lock().said(&message, calls);
                    link.deliver(Event::Message(message)).await?;
                }
                Line::As(name) => {
                    let name = clean_name(&name);
                    self.print(&format!("{} {name}\n", self.words.speaking_as));
                    speaker.name = name;
                }
                Line::Direct => {
                    speaker.staff_room = false;
                    speaker.kind = ChannelKind::Direct;
                    self.print(self.words.direct);
                }
                Line::StaffRoom => {
                    speaker.kind = ChannelKind::Group;
                    speaker.staff_room = true;
                    self.print(self.words.staff_room);
                }
                Line::Group => {
                    speaker.staff_room = false;
                    speaker.kind = ChannelKind::Group;
                    self.print(self.words.group);
                }
                Line::Help => self.print(self.words.help),
                Line::Quit => break,
            }
        }
        *self.printer.lock() = None;
        Ok(())
    }

    /// Reads lines with editing and history in a thread of its own, since a terminal read can't be cancelled.
    fn edit_lines(&self, typed: mpsc::Sender<Result<String, NotText>>) -> Result<(), AdapterError> {
        let broken =
            |error: rustyline::error::ReadlineError| AdapterError::Broken(format!("the terminal: {error}"));
        let mut editor = rustyline::DefaultEditor::new().map_err(broken)?;
        let printer = editor.create_external_printer().map_err(broken)?;
        *self.printer.lock() = Some(Box::new(printer));
        std::thread::spawn(move || {
            while let Ok(line) = editor.readline("> ") {
                // History is a convenience; a full or failing one changes nothing.
                let _ = editor.add_history_entry(&line);
                if typed.blocking_send(Ok(line)).is_err() {
                    break;
                }
            }
        });
        Ok(())
    }
}

/// Waits until every message that called the bot has its reply, within reason.
async fn last_words(asked: &Mutex<Asked>) {
    let answered = async {
        while asked.lock().waiting() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    // What is not answered by then is kept in the store, and said at the next start.
    let _ = tokio::time::timeout(LAST_WORDS, answered).await;
    tokio::time::sleep(LATE_MESSAGES_WAIT).await;
}
