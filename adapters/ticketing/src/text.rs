//! The text of the HTML in which Zammad and HubSpot keep what people write.

/// The text: paragraphs and breaks are lines, addresses of pictures are kept, everything else of the markup is gone.
pub(crate) fn of_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, inside)) = rest.split_once('<') {
        text.push_str(&characters(before));
        let Some((tag, after)) = inside.split_once('>') else {
            text.push('<');
            rest = inside;
            break;
        };
        let tag = tag.trim();
        rest = after;
        match name(tag).as_str() {
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
                let end = format!("</{}", name(tag));
                let at = rest.to_ascii_lowercase().find(&end).unwrap_or(rest.len());
                rest = rest.get(at..).unwrap_or_default();
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

/// Cuts a text to at most `most` characters.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most.saturating_sub(1)) {
        Some((at, last)) if at + last.len_utf8() < text.len() => {
            format!("{}…", text.get(..at).unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}

/// Returns the sources of the pictures in a text, in order; inline ones (`data:`) too.
pub(crate) fn pictures(html: &str) -> Vec<String> {
    let tags = html.split('<').skip(1);
    let pictures = tags.filter_map(|tag| {
        let tag = tag.split_once('>').map_or(tag, |(tag, _)| tag).trim();
        source(tag).filter(|_| name(tag) == "img")
    });
    pictures.map(characters).collect()
}

/// The name of a tag, which may be its end.
fn name(tag: &str) -> String {
    let letters = tag.trim_start_matches('/').chars();
    let name: String = letters.take_while(char::is_ascii_alphanumeric).collect();
    name.to_ascii_lowercase()
}

fn source(tag: &str) -> Option<&str> {
    let after = tag.split_once("src=")?.1;
    ['"', '\'']
        .into_iter()
        .find_map(|quote| after.strip_prefix(quote)?.split(quote).next())
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

    #[test]
    fn pictures_are_found_by_their_sources() {
        let html = "<p>see <img src=\"/api/v1/ticket_attachment/5/37/19?view=inline&amp;x\" style=\"\"></p>\
                    <IMG src='cid:a'><b src=\"x\"><img>";
        assert_eq!(
            pictures(html),
            ["/api/v1/ticket_attachment/5/37/19?view=inline&x", "cid:a"]
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back_as_it_went(text in "[ -~中文]{0,60}") {
            prop_assert_eq!(of_html(&to_html(&text)), text.trim());
        }

        #[test]
        fn any_html_is_read(html in "\\PC*|[<>/a-z=\"'&; ]*") {
            of_html(&html);
            pictures(&html);
        }
    }
}
