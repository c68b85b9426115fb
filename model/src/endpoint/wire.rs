//! The wire format of requests, and the strict reader of responses.

use crate::vector::unit;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(super) struct Request<'a> {
    pub(super) model: &'a str,
    pub(super) input: &'a [&'a str],
    pub(super) encoding_format: &'static str,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    index: Option<usize>,
    embedding: Vec<f32>,
}

/// Reads the vectors, in the order of the texts: servers answer in any order, and give the number of the text in `index`.
pub(super) fn vectors(body: &[u8], texts: usize) -> Result<Vec<Vec<f32>>, String> {
    // serde names the position only: what stands there is not repeated.
    let answer: Answer = serde_json::from_slice(body).map_err(|error| {
        format!(
            "no JSON of the expected form (line {}, column {})",
            error.line(),
            error.column()
        )
    })?;
    if answer.data.len() != texts {
        return Err(format!("{} vectors for {texts} texts", answer.data.len()));
    }
    let mut found: Vec<Option<Vec<f32>>> = vec![None; texts];
    for (at, item) in answer.data.into_iter().enumerate() {
        let index = item.index.unwrap_or(at);
        let place = found
            .get_mut(index)
            .filter(|place| place.is_none())
            .ok_or_else(|| format!("`index` {index} twice, or of no text"))?;
        let vector = unit(item.embedding).filter(|vector| !vector.is_empty());
        *place = Some(vector.ok_or("a vector without numbers")?);
    }
    let vectors: Vec<Vec<f32>> = found.into_iter().flatten().collect();
    match vectors
        .windows(2)
        .find(|two| two.first().map(Vec::len) != two.last().map(Vec::len))
    {
        Some(_) => Err("vectors of different lengths".to_owned()),
        None => Ok(vectors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Vec<Vec<f32>>, String> {
        vectors(body.as_bytes(), 2)
    }

    #[test]
    fn vectors_come_in_the_order_of_the_texts_whatever_the_order_of_the_answer() {
        let answer = r#"{"object": "list", "data": [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [3, 4]}],
            "usage": {"total_tokens": 3}}"#;
        assert_eq!(read(answer), Ok(vec![vec![0.6, 0.8], vec![0.0, 1.0]]));
        let unnumbered = r#"{"data": [{"embedding": [1]}, {"embedding": [-2]}]}"#;
        assert_eq!(read(unnumbered), Ok(vec![vec![1.0], vec![-1.0]]));
    }

    #[test]
    fn an_answer_that_is_not_one_vector_a_text_is_not_believed_and_not_repeated() {
        for body in [
            "",
            "secret",
            r#"{"data": "secret"}"#,
            r#"{"error": {"message": "secret"}}"#,
            r#"{"data": []}"#,
            r#"{"data": [{"embedding": [1]}]}"#,
            r#"{"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]}"#,
            r#"{"data": [{"index": 0, "embedding": [1]}, {"index": 2, "embedding": [1]}]}"#,
            r#"{"data": [{"embedding": [1]}, {"embedding": [1, 2]}]}"#,
            r#"{"data": [{"embedding": []}, {"embedding": []}]}"#,
            r#"{"data": [{"embedding": [1]}, {"embedding": ["secret"]}]}"#,
            r#"{"data": [{"embedding": [1]}, {"embedding": "AAAAPw=="}]}"#,
            r#"{"data": [{"embedding": [1]}, {"embedding": [1e39]}]}"#,
        ] {
            let error = read(body).unwrap_err();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
