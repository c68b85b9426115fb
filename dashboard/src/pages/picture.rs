//! Pictures that members sent: fetched by the program, so that a reader's browser asks no other host, and shown only if they are
//! pictures.

use crate::app::App;
use crate::backend::{LineKind, TicketLine};
use crate::page_frame::{self, UserContext};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use std::sync::Arc;

/// Ends of links that are files of another kind.
const OTHER_FILES: [&str; 8] = [".pdf", ".zip", ".doc", ".docx", ".xlsx", ".mp4", ".html", ".txt"];

/// Parts of links by which pictures of platforms are known.
const PICTURES: [&str; 10] = [
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".webp",
    "/image",
    "image",
    "photo",
    "qpic",
    "/download?appid=",
];

/// Time for which a browser keeps a picture for itself.
const KEPT: &str = "private, max-age=3600";

/// Returns the links of a text.
pub(super) fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '<' | '>' | '（' | '）' | '，' | '。' | '[' | ']')
    })
    .filter(|word| word.starts_with("https://") || word.starts_with("http://"))
}

/// Returns the links of a row, and behind them the addresses of its pictures that stand nowhere on the web.
pub(super) fn all(line: &TicketLine) -> impl Iterator<Item = &str> {
    links(&line.text).chain(line.pictures.iter().map(String::as_str))
}

/// `true` if a link may be a picture.
pub(super) fn is_likely(link: &str) -> bool {
    let plain = link.to_ascii_lowercase();
    let path = plain.split(['?', '#']).next().unwrap_or_default();
    !OTHER_FILES.iter().any(|end| path.ends_with(end)) && PICTURES.iter().any(|sign| plain.contains(sign))
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path((number, line, link)): Path<(u64, usize, usize)>,
) -> Response<Body> {
    let w = seat.language.words();
    let missing = |why: &str| page_frame::refusal(&app, seat.language, StatusCode::NOT_FOUND, why);
    // Only what stands in a ticket of theirs is fetched: nobody makes the program ask for an address.
    let ticket = match app.backend.ticket(&seat.user, number).await {
        Ok(Some(ticket)) => ticket,
        Ok(None) => return missing(w.no_ticket),
        Err(error) => return page_frame::broken(&app, seat.language, &error),
    };
    let line = ticket
        .lines
        .get(line)
        .filter(|line| line.kind == LineKind::Member);
    let Some(url) = line.and_then(|line| all(line).nth(link)) else {
        return missing(w.not_found);
    };
    match app.backend.picture(url).await {
        Ok(Ok(picture)) => {
            let mut response = Response::new(Body::from(picture.bytes));
            let head = response.headers_mut();
            head.insert(header::CONTENT_TYPE, HeaderValue::from_static(picture.kind));
            head.insert(
                header::CONTENT_DISPOSITION,
                HeaderValue::from_static("inline; filename=\"picture\""),
            );
            head.insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT));
            response
        }
        Ok(Err(why)) => {
            tracing::debug!(why, "a member's picture is not shown");
            missing(w.no_picture)
        }
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_in_what_members_write() {
        let text =
            "看这个 https://multimedia.nt.qq.com.cn/download?appid=1407&fileid=x（图）和 https://a.b/c.PDF";
        let found: Vec<&str> = links(text).collect();
        assert_eq!(
            found,
            [
                "https://multimedia.nt.qq.com.cn/download?appid=1407&fileid=x",
                "https://a.b/c.PDF"
            ]
        );
        assert!(is_likely(found[0]) && !is_likely(found[1]));
        assert_eq!(links("javascript:alert(1) ftp://x").count(), 0);
    }
}
