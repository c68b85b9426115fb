//! A large Chinese FAQ and what members would ask of it, made from the language's own words, so that terms are as frequent as
//! they are in life: an entry is about three words drawn by frequency, and asks for them in five ways.

use crate::random::Random;

const WORDS: &str = include_str!("../../../matcher/src/data/words-zh.txt");
const CHATTER: &str = include_str!("../../../matcher/src/data/chatter.txt");

/// Questions of an entry.
pub const QUESTIONS: usize = 5;

/// Ways to ask; `a`, `b` and `c` stand for an entry's words. Some 15 characters with them.
const WAYS: [&[&str]; 30] = [
    &["请问", "a", "的", "b", "怎么", "c"],
    &["怎么", "才能", "让", "a", "c", "b", "啊"],
    &["a", "b", "c", "不了", "怎么办"],
    &["a", "的", "b", "在", "哪里", "可以", "c"],
    &["为什么", "我", "的", "a", "b", "不能", "c"],
    &["a", "和", "b", "能", "一起", "c", "吗"],
    &["想", "c", "a", "的", "b", "要", "多少", "钱"],
    &["c", "a", "之前", "需要", "先", "b", "吗"],
    &["有", "没有", "a", "c", "b", "的", "教程"],
    &["a", "什么", "时候", "支持", "b", "c"],
    &["b", "c", "以后", "a", "没有", "反应"],
    &["如何", "把", "a", "c", "到", "b", "上面"],
    &["a", "b", "的", "c", "失败", "了", "怎么", "处理"],
    &["谁", "知道", "a", "c", "b", "的", "方法"],
    &["新", "用户", "怎样", "c", "a", "里", "的", "b"],
    &["a", "c", "b", "要", "等", "多久"],
    &["可以", "帮", "我", "c", "一下", "a", "b", "吗"],
    &["a", "的", "b", "是", "c", "的", "吗"],
    &["没有", "b", "的", "a", "还", "能", "c", "吗"],
    &["哪个", "版本", "的", "a", "可以", "c", "b"],
    &["a", "提示", "b", "c", "是", "什么", "意思"],
    &["c", "过", "的", "a", "怎么", "改", "b"],
    &["a", "里面", "的", "b", "c", "在", "哪儿", "设置"],
    &["手机", "上", "怎么", "c", "a", "b"],
    &["a", "b", "每天", "最多", "c", "几次"],
    &["为啥", "c", "了", "a", "还是", "没", "b"],
    &["a", "到期", "了", "b", "怎么", "c"],
    &["b", "的", "a", "多少", "钱", "可以", "c"],
    &["a", "跟", "b", "有", "什么", "区别", "c"],
    &["求", "一个", "c", "a", "b", "的", "地址"],
];
const FILLERS: [&str; 10] = [
    "请问",
    "大佬们",
    "那个",
    "现在",
    "一下",
    "呢",
    "啊",
    "到底",
    "我想问",
    "急",
];

/// A question as its pieces.
pub type Pieces = Vec<&'static str>;

/// The file: entries of five questions.
#[derive(Debug)]
pub struct Corpus {
    entries: Vec<[Pieces; QUESTIONS]>,
    words: Words,
}

/// A question, and the entry that it was made from; no entry for a question that the file is not about.
#[derive(Debug)]
pub struct Query {
    /// The message.
    pub text: String,
    /// The entry's number.
    pub entry: Option<usize>,
}

impl Corpus {
    /// The same entries for the same number on every machine.
    pub fn new(entries: usize) -> Self {
        let words = Words::load();
        let mut random = Random::new(1);
        let entries = (0..entries)
            .map(|_| {
                let subject = [
                    words.draw(&mut random),
                    words.draw(&mut random),
                    words.draw(&mut random),
                ];
                let first = random.below(WAYS.len());
                std::array::from_fn(|question| {
                    // Steps that share no factor with 30, so that the five ways differ.
                    let way = WAYS[(first + question * 7) % WAYS.len()];
                    way.iter()
                        .map(|piece| match *piece {
                            "a" => subject[0],
                            "b" => subject[1],
                            "c" => subject[2],
                            other => other,
                        })
                        .collect()
                })
            })
            .collect();
        Self { entries, words }
    }

    /// The entries' questions as text.
    pub fn entries(&self) -> impl Iterator<Item = [String; QUESTIONS]> {
        self.entries
            .iter()
            .map(|entry| std::array::from_fn(|question| entry[question].concat()))
    }

    /// Returns all questions as text, in the order of the entries.
    pub fn questions(&self) -> Vec<String> {
        self.entries().flatten().collect()
    }

    /// Makes messages: seven of ten are a question with words dropped, swapped, added or replaced; three are about something
    /// else.
    pub fn queries(&self, count: usize) -> Vec<Query> {
        let mut random = Random::new(2);
        let chatter: Vec<&str> = CHATTER.lines().filter(|line| !line.is_empty()).collect();
        (0..count)
            .map(|at| match at % 10 {
                0..7 => {
                    let entry = random.below(self.entries.len());
                    let mut pieces = random.pick(&self.entries[entry]).clone();
                    for _ in 0..=random.below(3) {
                        self.perturb(&mut pieces, &mut random);
                    }
                    Query {
                        text: pieces.concat(),
                        entry: Some(entry),
                    }
                }
                7 | 8 => Query {
                    text: (*random.pick(&chatter)).to_owned(),
                    entry: None,
                },
                _ => Query {
                    text: (0..6).map(|_| self.words.draw(&mut random)).collect(),
                    entry: None,
                },
            })
            .collect()
    }

    fn perturb(&self, pieces: &mut Pieces, random: &mut Random) {
        let at = random.below(pieces.len());
        match random.below(4) {
            0 if pieces.len() > 3 => {
                pieces.remove(at);
            }
            1 if at + 1 < pieces.len() => pieces.swap(at, at + 1),
            2 => pieces[at] = self.words.draw(random),
            _ => pieces.insert(at, FILLERS[random.below(FILLERS.len())]),
        }
    }
}

/// Words of two and more characters, to be drawn by their frequency.
#[derive(Debug)]
struct Words {
    words: Vec<&'static str>,
    /// Up to and with each word, the sum of the frequencies, the steepest part of them flattened: a FAQ is about things, not
    /// about 我们 and 没有.
    sums: Vec<u64>,
}

impl Words {
    fn load() -> Self {
        let (mut words, mut sums, mut sum) = (Vec::new(), Vec::new(), 0);
        for (word, frequency) in WORDS.lines().filter_map(|line| line.split_once(' ')) {
            if word.chars().count() < 2 {
                continue;
            }
            let frequency: f64 = frequency.parse().unwrap_or(1.0);
            sum += frequency.powf(0.75) as u64 + 1;
            words.push(word);
            sums.push(sum);
        }
        Self { words, sums }
    }

    fn draw(&self, random: &mut Random) -> &'static str {
        let sum = self.sums.last().copied().unwrap_or(1);
        let at = random.bits() % sum;
        self.words[self.sums.partition_point(|&upto| upto <= at)]
    }
}
