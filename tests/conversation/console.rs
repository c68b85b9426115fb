//! The console: what is typed into the program and read from it.

use crate::stage::{Has, Place, Said, Stage, To, Who};
use crate::support::program::Program;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout};
use std::sync::{Arc, Mutex};

/// A typed line: place, text, and the id that the stage gave it.
type Typed = (Place, String, String);

#[derive(Default)]
pub(crate) struct Console {
    stdin: Option<ChildStdin>,
    screen: Arc<Mutex<Vec<String>>>,
    typed: Arc<Mutex<Vec<Typed>>>,
}

impl Console {
    fn type_in(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
        stdin.flush().unwrap();
    }

    /// Parses the screen into the bot's messages: a head, then lines two columns in.
    fn read(&self) -> Vec<Said> {
        let screen = self.screen.lock().unwrap();
        let typed = self.typed.lock().unwrap();
        let mut said: Vec<Said> = Vec::new();
        for line in screen.iter() {
            if let Some(text) = line.strip_prefix("  ") {
                if let Some(said) = said.last_mut() {
                    if !said.text.is_empty() {
                        said.text.push('\n');
                    }
                    said.text.push_str(text);
                }
            } else if let Some(head) = line.strip_prefix("bot -> ") {
                let (place, quote) = match head.split_once(" 「") {
                    Some((_, words)) => {
                        let words = words.trim_end_matches('」');
                        let shown = |text: &str| text.chars().take(40).collect::<String>();
                        let (place, _, id) = typed
                            .iter()
                            .rev()
                            .find(|(_, text, _)| shown(text) == words)
                            .unwrap_or_else(|| panic!("nobody said that: {line}"));
                        (*place, Some(id.clone()))
                    }
                    None if head == "group:staff" => (Place::Room, None),
                    None if head == "direct:小明" => (Place::Private(Who::Asker), None),
                    None => (Place::Group, None),
                };
                said.push(Said {
                    place,
                    id: said.len().to_string(),
                    text: String::new(),
                    quote,
                    buttons: Vec::new(),
                });
            }
        }
        // Its head alone stands there yet.
        said.pop_if(|said| said.text.is_empty());
        said
    }
}

fn show(out: ChildStdout, screen: Arc<Mutex<Vec<String>>>) {
    std::thread::spawn(move || {
        let lines = BufReader::new(out).lines().map_while(Result::ok);
        // The greeting is indented like something said.
        for line in lines.skip_while(|line| !line.starts_with("/console")).skip(1) {
            screen.lock().unwrap().push(line);
        }
    });
}

impl Stage for Console {
    const HAS: Has = Has {
        quotes: false,
        buttons: false,
        past: false,
        connection: false,
        deafness: false,
        ..Has::ALL
    };

    async fn new() -> Self {
        Self::default()
    }

    fn account(&self) -> String {
        "    platform: console".to_owned()
    }

    fn id(who: Who) -> String {
        Self::name(who)
    }

    fn channel(place: Place) -> String {
        match place {
            Place::Group => "group:now".to_owned(),
            Place::Room => "group:staff".to_owned(),
            Place::Private(who) => format!("direct:{}", Self::name(who)),
        }
    }

    fn name(who: Who) -> String {
        let name = match who {
            Who::Asker => "小明",
            Who::Neighbour => "<b>*x*",
            Who::Agent => "王工",
            Who::Colleague => "李工",
        };
        name.to_owned()
    }

    async fn start(&mut self, program: &mut Program, binary: &Path) {
        let (stdin, stdout) = program.start_typing(binary);
        self.stdin = Some(stdin);
        show(stdout, Arc::clone(&self.screen));
    }

    async fn say(&mut self, who: Who, place: Place, to: To<'_>, text: &str) -> String {
        let command = match place {
            Place::Group => "/group",
            Place::Room => "/staff",
            Place::Private(_) => "/dm",
        };
        self.type_in(&format!("/as {}", Self::name(who)));
        self.type_in(command);
        let id = {
            let mut typed = self.typed.lock().unwrap();
            let id = format!("typed {}", typed.len());
            typed.push((place, text.to_owned(), id.clone()));
            id
        };
        let call = if to == To::Bot { "@bot " } else { "" };
        self.type_in(&format!("{call}{text}"));
        id
    }

    async fn press(&mut self, _: Who, _: &Said, _: &str) {
        unreachable!("a terminal has no buttons");
    }

    fn said(&self) -> Vec<Said> {
        self.read()
    }

    async fn repeat(&mut self) {}

    async fn break_connection(&mut self, _: &Program) {}

    fn deaf(&mut self, _: bool) {}
}
