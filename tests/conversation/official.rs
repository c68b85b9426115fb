//! An Official Account: what is answered in time is the answer of WeChat's own request, the rest goes by the customer message
//! API.

use crate::alone::{Chats, Told};
use crate::stage::{Has, Who};
use crate::support::program::Program;
use groupdesk_wechat_fake::Fake;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

pub(crate) struct Official {
    fake: Fake,
    /// The address at which the program listens.
    to: Option<SocketAddr>,
}

/// The number of times that the program logged that the account runs.
fn connections(program: &Program) -> usize {
    let log = program.log();
    let is = |line: &&str| line.contains(" connected ") && line.contains("account=it");
    log.lines().filter(is).count()
}

impl Official {
    fn to(&self) -> SocketAddr {
        self.to.expect("the program was started")
    }
}

impl Chats for Official {
    const HAS: Has = Has {
        groups: false,
        everything: false,
        // WeChat posts a message three times within seconds, and then no more.
        past: false,
        // An answer in the request is taken with the request.
        deafness: false,
        token: true,
        replies: Some(5),
        ..Has::ALL
    };

    async fn new() -> Self {
        crate::support::moment::move_fakes();
        Self {
            fake: Fake::start().await,
            to: None,
        }
    }

    fn account(&self) -> String {
        format!(
            "    platform: wechat_official\n    connection: {}",
            self.fake.official_connection()
        )
    }

    fn user(who: Who) -> &'static str {
        match who {
            Who::Asker => "openid-asker",
            Who::Neighbour => "openid-neighbour",
            Who::Agent | Who::Colleague => "openid-staff",
        }
    }

    fn channel(user: &str) -> String {
        format!("private:{user}")
    }

    fn name(_: &str) -> String {
        "微信用户".to_owned()
    }

    async fn start(&mut self, program: &mut Program, binary: &Path) {
        let before = connections(program);
        program.start(binary);
        self.to = Some(SocketAddr::from(([127, 0, 0, 1], program.port)));
        let end = Instant::now() + Duration::from_secs(90);
        while connections(program) == before {
            assert!(
                Instant::now() < end,
                "the account does not run: {}",
                program.log()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn say(&mut self, user: &str, text: &str) -> String {
        self.fake.follower_says(self.to(), "it", user, text)
    }

    async fn press(&mut self, user: &str, label: &str) {
        self.fake.follower_chooses(self.to(), "it", user, label);
    }

    fn told(&self) -> Vec<Told> {
        let said = self.fake.said().into_iter().filter(|said| !said.is_picture());
        let told = said.map(|said| Told {
            user: said.user,
            text: said.text,
            buttons: said.buttons.into_iter().map(|(label, _)| label).collect(),
        });
        told.collect()
    }

    async fn repeat(&mut self) {
        self.fake.repeat_post();
    }

    /// Does nothing, because no connection stands: each side calls the other.
    async fn break_connection(&mut self, _: &Program) {
        self.fake.tokens_end();
    }

    fn deaf(&mut self, _: bool) {}

    fn tokens_end(&mut self) {
        self.fake.tokens_end();
    }
}
