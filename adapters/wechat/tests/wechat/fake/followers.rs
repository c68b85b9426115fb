//! What followers of an Official Account do, as WeChat posts it in plain mode: held for five seconds, three times in all, and
//! what is answered in the request is something the bot said.

use super::{AES, APP, Fake, SECRET, Said, TOKEN};
use groupdesk_contract::Secret;
use groupdesk_wechat_callback::{Crypt, xml};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

/// How long WeChat waits, and how often.
const PATIENCE: Duration = Duration::from_secs(5);
const ATTEMPTS: u32 = 3;

impl Fake {
    /// The `connection` of an Official Account in groupdesk.yaml, in plain mode.
    pub fn official_connection(&self) -> Value {
        json!({"app_id": APP, "secret": SECRET, "token": TOKEN, "api_url": format!("http://{}", self.address)})
    }

    /// A follower says something to the account `account` of the program that listens at `to`; the message's id.
    pub fn follower_says(&self, to: SocketAddr, account: &str, user: &str, text: &str) -> String {
        let id = {
            let mut inner = self.inner();
            inner.next += 1;
            inner.since.insert(user.to_owned(), 5);
            (23_000_000_000 + inner.next).to_string()
        };
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let mut post = xml::Writer::new();
        post.text("ToUserName", "gh_1").text("FromUserName", user);
        post.number("CreateTime", i64::try_from(now).unwrap());
        post.text("MsgType", "text")
            .text("Content", text)
            .text("MsgId", &id);
        let (body, path, nonce) = (post.finish(), format!("/wechat_official/{account}"), id.clone());
        let (fake, user) = (self.clone(), user.to_owned());
        tokio::spawn(async move {
            let crypt = Crypt::new(&Secret::new(TOKEN), &Secret::new(AES), APP).unwrap();
            for _ in 0..ATTEMPTS {
                let time = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs().to_string();
                let signature = crypt.sign(&[&time, &nonce]);
                let path = format!("{path}?signature={signature}&timestamp={time}&nonce={nonce}");
                let answer = tokio::time::timeout(PATIENCE, fake.post(to, &path, &body)).await;
                if let Ok((200, answer)) = answer {
                    fake.answered(&user, &answer);
                    return;
                }
            }
        });
        id
    }

    fn answered(&self, user: &str, answer: &str) {
        if answer == "success" || answer.is_empty() {
            return;
        }
        let answer = xml::read(answer).expect("WeChat would say that the account is out of order");
        assert_eq!(answer.text("ToUserName"), Some(user));
        self.inner().said.push(Said {
            user: user.to_owned(),
            id: String::new(),
            text: answer.text("Content").unwrap_or_default().to_owned(),
            buttons: Vec::new(),
            code: None,
            request: json!({"passive": answer.text("MsgType")}),
        });
    }
}
