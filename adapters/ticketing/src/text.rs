//! The text of the HTML in which Zammad and HubSpot keep what people write.

/// The text: paragraphs and breaks are lines, addresses of pictures are kept, everything else of the markup is gone.
pub(crate) fn of_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.push_str(&characters(&rest[..open]));
        rest = &rest[open..];
        let Some(close) = rest.find('>') else {
            text.push_str(&characters(rest));
            rest = "";
            break;
        };
        let tag = rest[1..close].trim();
        rest = &rest[close + 1..];
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        match name.as_str() {
            "br" => text.push('\n'),
            "p" | "div" | "li" | "ul" | "ol" | "tr" | "blockquote" | "pre" | "h1" | "h2" | "h3"
                if !text.ends_with('\n') =>
            {
                text.push('\n');
            }
            "img" => {
                if let Some(source) = source(tag).filter(|source| source.starts_with("http")) {
                    text.push_str(&characters(source));
                }
            }
            "style" | "script" if !tag.starts_with('/') => {
                let end = format!("</{name}");
                let at = rest.to_ascii_lowercase().find(&end).unwrap_or(rest.len());
                rest = &rest[at..];
            }
            _ => {}
        }
    }
    text.push_str(&characters(rest));
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join("\n").trim().to_owned()
}

/// A text as HTML.
pub(crate) fn to_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\n', "<br>")
}

/// At most `most` characters of a text.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most.saturating_sub(1)) {
        Some((at, last)) if at + last.len_utf8() < text.len() => format!("{}…", &text[..at]),
        _ => text.to_owned(),
    }
}

fn source(tag: &str) -> Option<&str> {
    let after = tag.split_once("src=")?.1;
    let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    after[1..].split(quote).next()
}

fn characters(text: &str) -> String {
    text.replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markup_goes_and_words_stay() {
        let html = "<div>重启一下 &amp; 试试</div><div><br></div><p>a &lt; b</p><style>p {}</style>\
                    <img style=\"x\" src=\"https://x.example/a.png?b&amp;c\"> <b>好</b>";
        assert_eq!(
            of_html(html),
            "重启一下 & 试试\n\na < b\nhttps://x.example/a.png?b&c 好"
        );
        assert_eq!(of_html("1 < 2"), "1 < 2");
    }

    proptest! {
        #[test]
        fn any_text_comes_back_as_it_went(text in "[ -~中文]{0,60}") {
            prop_assert_eq!(of_html(&to_html(&text)), text.trim());
        }

        #[test]
        fn any_html_is_read(html in "\\PC*|[<>/a-z=\"'&; ]*") {
            of_html(&html);
        }
    }
}
