//! The wire format of `/rerank`. Jina's and Cohere's interface, which vLLM, llama.cpp, Xinference, LocalAI and SiliconFlow speak
//! too: <https://api.jina.ai/redoc#tag/rerank>. And that of Hugging Face's text-embeddings-inference:
//! <https://huggingface.github.io/text-embeddings-inference/#/Text%20Embeddings%20Inference/rerank>.

use crate::request_forms::{self, Answer};
use serde::Deserialize;
use serde_json::{Value, json};

/// Form of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `documents`, and the model's name: Jina's.
    Documents,
    /// `texts`, of the one model that the server has: text-embeddings-inference's.
    Texts,
}

impl request_forms::Form for Form {
    const FIRST: Self = Self::Documents;

    fn simpler(self) -> Option<Self> {
        match self {
            Self::Documents => Some(Self::Texts),
            Self::Texts => None,
        }
    }
}

/// Builds the body of a request.
pub(super) fn request(model: &str, query: &str, documents: &[String], form: Form) -> Value {
    match form {
        Form::Documents => json!({
            "model": model,
            "query": query,
            "documents": documents,
            "top_n": documents.len(),
            "return_documents": false,
        }),
        Form::Texts => json!({"query": query, "texts": documents, "truncate": true}),
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Response {
    Wrapped {
        results: Vec<Scored>,
        #[serde(default)]
        usage: Option<Usage>,
    },
    Plain(Vec<Scored>),
}

#[derive(Deserialize)]
struct Scored {
    index: usize,
    #[serde(alias = "relevance_score")]
    score: f32,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Usage {
    total_tokens: u64,
}

/// Reads a response. It has one finite score for each document, or it is of no use.
pub(super) fn read(body: &[u8], documents: usize) -> Answer<Vec<f32>> {
    let (results, usage) = match serde_json::from_slice(body) {
        Ok(Response::Wrapped { results, usage }) => (results, usage.unwrap_or_default()),
        Ok(Response::Plain(results)) => (results, Usage::default()),
        Err(_) => {
            return Answer {
                said: Err("no JSON of the expected form"),
                sent: 0,
                received: 0,
            };
        }
    };
    let mut scores = vec![None; documents];
    let mut fitting = results.len() == documents;
    for result in results {
        match scores.get_mut(result.index) {
            Some(place @ None) if result.score.is_finite() => *place = Some(result.score),
            _ => fitting = false,
        }
    }
    let scores: Option<Vec<f32>> = scores.into_iter().collect();
    Answer {
        said: scores
            .filter(|_| fitting)
            .ok_or("not one score for each document"),
        sent: usage.total_tokens,
        received: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_interfaces_are_read_and_anything_but_one_score_each_is_of_no_use() {
        let jina = json!({"model": "m", "usage": {"total_tokens": 42}, "results": [
            {"index": 1, "relevance_score": 0.9, "document": {"text": "x"}},
            {"index": 0, "relevance_score": -3.5},
        ]});
        let answer = read(jina.to_string().as_bytes(), 2);
        assert_eq!((answer.said, answer.sent), (Ok(vec![-3.5, 0.9]), 42));
        let tei = json!([{"index": 0, "score": 0.25}, {"index": 1, "score": 1}]);
        assert_eq!(read(tei.to_string().as_bytes(), 2).said, Ok(vec![0.25, 1.0]));
        for body in [
            json!([{"index": 0, "score": 0.25}]),
            json!([{"index": 0, "score": 0.25}, {"index": 0, "score": 1}]),
            json!([{"index": 0, "score": 0.25}, {"index": 2, "score": 1}]),
            json!([{"index": 0, "score": 0.25}, {"index": 1, "score": "high"}]),
            json!({"results": []}),
            json!({"id": "refund"}),
        ] {
            assert!(read(body.to_string().as_bytes(), 2).said.is_err(), "{body}");
        }
    }
}
