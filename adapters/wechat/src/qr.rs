//! Links to a Customer Service account, and codes to scan: for a terminal, a page (SVG) or a picture (PNG).

use crate::CustomerServiceSettings;
use crate::api::{Api, Grant};
use groupdesk_contract::Clock;
use qrcode::render::{svg, unicode};
use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};
use serde_json::{Value, json};
use std::sync::Arc;

/// The quiet zone around a code, in modules.
const QUIET_ZONE_MODULES: usize = 4;

/// A link by which any WeChat user reaches the Customer Service account `open_kfid`. `scene` (at most 32 letters, digits, `_`
/// and `-`) comes back when somebody enters by this link: which group's notice it stands in, for example.
///
/// # Errors
/// The reason, in a sentence for the operator: what the platform refuses, or that it can't be reached.
pub async fn contact_way(
    settings: &CustomerServiceSettings,
    clock: Arc<dyn Clock>,
    open_kfid: &str,
    scene: Option<&str>,
) -> Result<String, String> {
    let is_scene = |scene: &str| {
        !scene.is_empty()
            && scene.len() <= 32
            && scene
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    let mut body = json!({"open_kfid": open_kfid});
    if let (Some(scene), Some(body)) = (scene, body.as_object_mut()) {
        if !is_scene(scene) {
            return Err("a scene has 1 to 32 letters, digits, `_` and `-`".to_owned());
        }
        body.insert("scene".to_owned(), json!(scene));
    }
    let api = company(settings, clock)?;
    let answer = api.post("cgi-bin/kf/add_contact_way", &body).await;
    let answer = answer.map_err(|fault| fault.message())?;
    let url = answer
        .get("url")
        .and_then(Value::as_str)
        .filter(|url| !url.is_empty());
    url.map(str::to_owned)
        .ok_or_else(|| "the platform answered without a link".to_owned())
}

/// The Customer Service accounts that the app may serve: ids and names.
///
/// # Errors
/// As [`contact_way`].
pub async fn accounts(
    settings: &CustomerServiceSettings,
    clock: Arc<dyn Clock>,
) -> Result<Vec<(String, String)>, String> {
    let api = company(settings, clock)?;
    let answer = api
        .post("cgi-bin/kf/account/list", &json!({"offset": 0, "limit": 100}))
        .await;
    let answer = answer.map_err(|fault| fault.message())?;
    let list = answer.get("account_list").and_then(Value::as_array);
    let text = |account: &Value, name: &str| Some(account.get(name)?.as_str()?.to_owned());
    Ok(list
        .into_iter()
        .flatten()
        .filter_map(|account| {
            Some((
                text(account, "open_kfid")?,
                text(account, "name").unwrap_or_default(),
            ))
        })
        .collect())
}

fn company(settings: &CustomerServiceSettings, clock: Arc<dyn Clock>) -> Result<Api, String> {
    let grant = Grant::Company {
        corp_id: settings.corp_id.clone(),
        secret: settings.secret.clone(),
    };
    Api::new(
        settings.api_url.clone(),
        grant,
        settings.private_hosts.clone(),
        clock,
    )
}

/// A code of `text` in characters, two modules a line; for dark terminals and, by its quiet zone, light ones.
///
/// # Errors
/// If the text is too long for a code.
pub fn terminal(text: &str) -> Result<String, String> {
    let code = code(text)?;
    Ok(code
        .render::<unicode::Dense1x2>()
        .dark_color(unicode::Dense1x2::Light)
        .light_color(unicode::Dense1x2::Dark)
        .build())
}

/// A code of `text` as SVG.
///
/// # Errors
/// If the text is too long for a code.
pub fn svg(text: &str) -> Result<String, String> {
    Ok(code(text)?
        .render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .build())
}

/// A code of `text` as PNG, every module `scale` pixels wide (1 to 64).
///
/// # Errors
/// If the text is too long for a code.
pub fn png(text: &str, scale: u32) -> Result<Vec<u8>, String> {
    let code = code(text)?;
    let scale = usize::try_from(scale.clamp(1, 64)).unwrap_or(8);
    let (width, modules) = (code.width(), code.to_colors());
    let side = (width + 2 * QUIET_ZONE_MODULES) * scale;
    let is_dark = |pixel: usize| {
        let at = |n: usize| (n / scale).checked_sub(QUIET_ZONE_MODULES).filter(|n| *n < width);
        let (row, column) = (at(pixel / side)?, at(pixel % side)?);
        Some(modules.get(row * width + column) == Some(&Color::Dark))
    };
    let pixels: Vec<u8> = (0..side * side)
        .map(|pixel| if is_dark(pixel) == Some(true) { 0 } else { 255 })
        .collect();
    let side = u32::try_from(side).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&pixels));
    written.map_err(|error| error.to_string())?;
    Ok(out)
}

fn code(text: &str) -> Result<QrCode, String> {
    QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|error| format!("no code can hold this: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://work.weixin.qq.com/kfid/kfcbf8f8d07ac7215f?enc_scene=ENCGFSDF567DF";

    #[test]
    fn the_same_code_is_drawn_in_characters_in_a_picture_and_on_a_page() {
        let modules = code(LINK).unwrap();
        let picture = png(LINK, 3).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(picture))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        let side = usize::try_from(frame.width).unwrap();
        assert_eq!(side, (modules.width() + 8) * 3);
        let text = terminal(LINK).unwrap();
        let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
        for row in 0..modules.width() {
            for column in 0..modules.width() {
                let is_dark = modules[(column, row)] == Color::Dark;
                let pixel = pixels[((row + 4) * 3 + 1) * side + (column + 4) * 3 + 1];
                assert_eq!(pixel == 0, is_dark, "{row} {column}");
                let sign = lines[(row + 4) / 2][column + 4];
                let lit = match sign {
                    '█' => [true, true],
                    '▀' => [true, false],
                    '▄' => [false, true],
                    _ => [false, false],
                };
                assert_eq!(lit[(row + 4) % 2], !is_dark, "{row} {column}: {sign}");
            }
        }
        assert!(svg(LINK).unwrap().contains("<svg"));
        assert!(terminal(&"x".repeat(5000)).is_err());
    }
}
