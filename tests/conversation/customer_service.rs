//! WeChat Customer Service: everything is pulled, every answer is one of the five that a message allows.

use crate::alone::{Chats, Told};
use crate::stage::{Has, Who};
use crate::support::program::Program;
use groupdesk_wechat_fake::{Fake, KF, Trouble};
use std::path::Path;
use std::time::{Duration, Instant};

pub(crate) struct CustomerService {
    fake: Fake,
}

impl CustomerService {
    async fn until_pulled(&self, more: usize) {
        let wanted = self.fake.calls("kf/sync_msg") + more;
        let end = Instant::now() + Duration::from_secs(90);
        while self.fake.calls("kf/sync_msg") < wanted {
            assert!(Instant::now() < end, "nothing is pulled");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Chats for CustomerService {
    const HAS: Has = Has {
        groups: false,
        everything: false,
        token: true,
        replies: Some(5),
        ..Has::ALL
    };

    async fn new() -> Self {
        crate::support::moment::move_fakes();
        Self {
            fake: Fake::start().await,
        }
    }

    fn account(&self) -> String {
        format!(
            "    platform: wechat_kf\n    connection: {}",
            self.fake.connection()
        )
    }

    fn user(who: Who) -> &'static str {
        match who {
            Who::Asker => "wmASKER",
            Who::Neighbour => "wmNEIGHBOUR",
            Who::Agent | Who::Colleague => "wmSTAFF",
        }
    }

    fn channel(user: &str) -> String {
        format!("private:{KF}/{user}")
    }

    fn name(user: &str) -> String {
        format!("客户 {user}")
    }

    async fn start(&mut self, program: &mut Program, binary: &Path) {
        program.start(binary);
        self.until_pulled(1).await;
    }

    async fn say(&mut self, user: &str, text: &str) -> String {
        self.fake.says(user, text)
    }

    async fn press(&mut self, user: &str, label: &str) {
        self.fake.presses(user, label);
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
        self.fake.repeat_item();
    }

    async fn break_connection(&mut self, _: &Program) {
        self.fake.trouble("kf/sync_msg", Trouble::Page(502));
        self.fake.trouble("kf/sync_msg", Trouble::Mute);
        self.until_pulled(3).await;
    }

    fn deaf(&mut self, deaf: bool) {
        self.fake.calm();
        for _ in 0..if deaf { 40 } else { 0 } {
            self.fake.trouble("kf/send_msg", Trouble::Refuse(-1));
        }
    }

    fn tokens_end(&mut self) {
        self.fake.tokens_end();
    }
}
