//! Actions of an Official Account's followers, as WeChat posts them in plain mode: held for five seconds, three times in all. A
//! response to the request counts as a message of the bot, once for each message.

use super::{AES, APP, Fake, SECRET, Said, TOKEN};
use groupdesk_contract::Secret;
use groupdesk_wechat_callback::{Crypt, xml};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

/// WeChat's timeout, and the number of its attempts.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
const ATTEMPTS: u32 = 3;

/// A message on its way to the program.
#[derive(Debug, Clone)]
pub struct Post {
    to: SocketAddr,
    account: String,
    user: String,
    id: String,
    body: String,
}

impl Fake {
    /// The `connection` of an Official Account in groupdesk.yaml, in plain mode.
    pub fn official_connection(&self) -> Value {
        json!({"app_id": APP, "secret": SECRET, "token": TOKEN, "api_url": format!("http://{}", self.address)})
    }

    /// A follower says something to the account `account` of the program that listens at `to`; the message's id.
    pub fn follower_says(&self, to: SocketAddr, account: &str, user: &str, text: &str) -> String {
        self.follower_sends(to, account, user, text, None)
    }

    /// A follower chooses what is labelled `label` in the last menu that has it; the message's id.
    pub fn follower_chooses(&self, to: SocketAddr, account: &str, user: &str, label: &str) -> String {
        let menu = self
            .said()
            .into_iter()
            .rev()
            .find(|said| said.user == user && said.buttons.iter().any(|(of, _)| of == label))
            .unwrap();
        let (label, id) = menu.buttons.into_iter().find(|(of, _)| of == label).unwrap();
        self.follower_sends(to, account, user, &label, Some(&id))
    }

    /// Posts the last message again, as WeChat does if it did not get the answer.
    pub fn repeat_post(&self) {
        let last = self.inner().last_post.clone();
        if let Some(post) = last {
            self.deliver(post);
        }
    }

    fn follower_sends(
        &self,
        to: SocketAddr,
        account: &str,
        user: &str,
        text: &str,
        menu: Option<&str>,
    ) -> String {
        let id = {
            let mut inner = self.inner();
            inner.next += 1;
            inner.since.insert(user.to_owned(), 5);
            (23_000_000_000 + inner.next).to_string()
        };
        let now = groupdesk_testkit::since_1970().as_secs();
        let mut body = xml::Writer::new();
        body.text("ToUserName", "gh_1").text("FromUserName", user);
        body.number("CreateTime", i64::try_from(now).unwrap());
        body.text("MsgType", "text")
            .text("Content", text)
            .text("MsgId", &id);
        if let Some(menu) = menu {
            body.text("bizmsgmenuid", menu);
        }
        let post = Post {
            to,
            account: account.to_owned(),
            user: user.to_owned(),
            id: id.clone(),
            body: body.finish(),
        };
        self.inner().last_post = Some(post.clone());
        self.deliver(post);
        id
    }

    /// Posts until there is an answer, each time with a signature of its own.
    fn deliver(&self, post: Post) {
        let fake = self.clone();
        tokio::spawn(async move {
            let crypt = Crypt::new(&Secret::new(TOKEN), &Secret::new(AES), APP).unwrap();
            for _ in 0..ATTEMPTS {
                let nonce = {
                    let mut inner = fake.inner();
                    inner.next += 1;
                    inner.next.to_string()
                };
                let time = groupdesk_testkit::since_1970().as_secs().to_string();
                let signature = crypt.sign(&[&time, &nonce]);
                let path = format!(
                    "/wechat_official/{}?signature={signature}&timestamp={time}&nonce={nonce}",
                    post.account
                );
                let answer =
                    tokio::time::timeout(REQUEST_TIMEOUT, fake.post(post.to, &path, &post.body)).await;
                if let Ok((200, answer)) = answer {
                    fake.answered(&post, &answer);
                    return;
                }
            }
        });
    }

    fn answered(&self, post: &Post, answer: &str) {
        if answer == "success" || answer.is_empty() {
            return;
        }
        let answer = xml::read(answer).expect("WeChat would say that the account is out of order");
        assert_eq!(answer.text("ToUserName"), Some(&*post.user));
        let mut inner = self.inner();
        // WeChat shows one answer to a message.
        if !inner.answered.insert(post.id.clone()) {
            return;
        }
        inner.said.push(Said {
            user: post.user.clone(),
            id: String::new(),
            text: answer.text("Content").unwrap_or_default().to_owned(),
            buttons: Vec::new(),
            code: None,
            request: json!({"passive": answer.text("MsgType")}),
        });
    }
}
