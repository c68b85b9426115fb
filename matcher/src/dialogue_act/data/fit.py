#!/usr/bin/env python3
"""Fit the model of dialogue acts to the training beside this file, and write acts.bin.

    pip install numpy scipy scikit-learn
    python3 fit.py [--try]        --try: only measure, with one business after another left out

Lessons are lines `CODE<TAB>TEXT` below `# business: NAME (zh|en)`; README.md says what the codes mean. Features are runs of one
to four units (a CJK character, a Latin word, a mark), those at the line's beginning and end once more, its length, and
the kinds of question that question.rs sees. A name of names.txt is one unit, whichever it is. A run
counts only where it stands in lines of MIN_BUSINESSES businesses or more: what belongs to one business's subject is no way of
saying a thing. matcher/src/dialogue_act/features.rs makes the same ones.

acts.bin, little-endian: u32 rows, u32 outputs; `outputs` f32 scales; `rows` u32 hashes, ascending; `rows` times `outputs` i8
weights (times scale); then `dense` rows (DENSE, then the bias) of `outputs` f32.
"""
import glob, os, re, struct, sys, unicodedata
from collections import defaultdict
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

HERE = os.path.dirname(os.path.abspath(__file__))
ACTS = "artsnkpxo"  # in the order of `Act` in matcher/src/dialogue_act.rs
MIN_BUSINESSES = 3
SHARE = {"z": 0.5}  # what a line with this flag counts: groups speak of others less often than the training do
SHARPNESS = 12  # the inverse strength of the belief in zero weights
HEAD, TAIL = 48, 24  # units that are read of a long line, from its beginning and its end
KINDS = 10  # of question.rs
DENSE = 6 + KINDS + 1
UNIT = re.compile(r"[a-z']+|0|[^\sa-z'0]")
ADDRESS, NAME = "\u0001", "\u0002"


def cues():
    """The words by which a line asks, out of question.rs, so that they stand in one place."""
    source = open(os.path.join(HERE, "..", "question.rs"), encoding="utf-8").read()
    bits = {name: int(value) for name, value in re.findall(r"const ([A-Z]+): u16 = (\d+);", source)}
    value = lambda names: sum(bits[name] for name in names.replace(" ", "").split("|"))
    part = lambda start, end: source[source.index(start) : source.index(end)]
    chinese = dict.fromkeys(re.findall(r'"([^"]+)"', part("const NOT_ASKING", "fn english")), 0)
    for word, names in re.findall(r'\("([^"]+)", ([A-Z| ]+)\)', part("const CHINESE", "const NOT_ASKING")):
        chinese[word] = value(names)

    def words(start, end):
        found = {}
        for arm, names in re.findall(r'((?:"[^"]+"\s*\|?\s*)+)=> ([A-Z| ]+),', part(start, end)):
            found.update((word, value(names)) for word in re.findall(r'"([^"]+)"', arm))
        return found

    wishes = re.findall(r'"([^"]+)"', part("const WISHES", "pub(crate) fn kinds"))
    english = words("fn english", "fn opener")
    return chinese, english, words("fn opener", "const WISHES"), wishes, bits


CHINESE, ENGLISH, OPENERS, WISHES, BITS = cues()
LONGEST_FIRST = lambda words: "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
CHINESE_CUES = re.compile(LONGEST_FIRST(CHINESE))
ALL_NAMES = open(os.path.join(HERE, "names.txt"), encoding="utf-8").read().split("\n")
ALL_NAMES = [name.lstrip("-") for name in ALL_NAMES if name]
NO_NAMES = {line[1:] for line in open(os.path.join(HERE, "names.txt"), encoding="utf-8").read().split("\n") if line[:1] == "-"}
EDGE = lambda name: ("(?<![a-z])" if re.match("[a-z]", name) else "") + re.escape(name) + ("(?![a-z])" if re.search("[a-z]$", name) else "")
NAMES = re.compile("|".join(EDGE(name) for name in sorted(ALL_NAMES, key=len, reverse=True)))


def fold(text):
    return unicodedata.normalize("NFKC", text.strip()[:2000]).lower().replace("\u2019", "'")


def kinds(folded):
    text = folded.rstrip("?!。.~ ").replace("'", "")
    found = 0
    for cue in CHINESE_CUES.finditer(text):
        if cue.group() != "么" or cue.end() == len(text):
            found |= CHINESE[cue.group()]
    if any(text[i - 1] in "不没" and text[i - 2] == text[i] > "\u007f" for i in range(2, len(text))):
        found |= BITS["WHETHER"]
    for at, word in enumerate(re.split(r"[^a-z0-9]", text)):
        found |= ENGLISH.get(word, 0) | (OPENERS.get(word, 0) if at == 0 else 0)
    if any(text.startswith(wish) for wish in WISHES):
        found |= BITS["REQUEST"]
    return found


def load():
    training, business = [], None
    for path in sorted(glob.glob(os.path.join(HERE, "training*.tsv"))):
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            line = line.rstrip("\n")
            if line.startswith("#"):
                business = line
            elif line:
                code, tab, text = line.partition("\t")
                assert tab and code[0] in ACTS and set(code[1:]) <= set("mqz"), f"{path}:{number}: {line}"
                training.append((code, text, business))
    return training


def units(folded, own=()):
    text = NAMES.sub(lambda name: name.group() if name.group() in own or name.group() in NO_NAMES else f" {NAME} ", folded)
    text = re.sub(r"https?://\S+", f" {ADDRESS} ", text)
    text = re.sub(r"[0-9]+", "0", text)
    found = UNIT.findall(text)
    if len(found) > HEAD + TAIL:
        found = found[:HEAD] + found[-TAIL:]
    return found


def fnv(text):
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def runs(found):
    line = ["^"] + found + ["$"]
    out = set()
    for length in range(1, 5):
        for at in range(len(line) - length + 1):
            out.add(" ".join(line[at : at + length]))
    for length in range(1, 4):
        if length <= len(found):
            out.add("S:" + " ".join(found[:length]))
            out.add("E:" + " ".join(found[-length:]))
    return out


def dense(folded, found):
    n, asked = len(found), kinds(folded)
    lengths = [min(n, 40) / 40, n < 3, n < 5, n < 8, n > 30, "?" in found]
    return lengths + [asked >> kind & 1 for kind in range(KINDS)] + [asked & ~BITS["LOOSE"] != 0]


def own_names(training):
    """The names that a business speaks of as its own: those in two or more of its lines that do not speak of others."""
    count = defaultdict(lambda: defaultdict(int))
    for code, text, business in training:
        if "z" not in code:
            for name in {name.group() for name in NAMES.finditer(fold(text))}:
                count[business][name] += 1
    return {business: {name for name, lines in names.items() if lines > 1} for business, names in count.items()}


class Features:
    def __init__(self, training):
        seen = defaultdict(set)
        own = own_names(training)
        for _, text, business in training:
            for run in runs(units(fold(text), own.get(business, ()))):
                seen[fnv(run)].add(business)
        kept = sorted(h for h, b in seen.items() if len(b) >= MIN_BUSINESSES)
        self.rows = {h: i for i, h in enumerate(kept)}

    def matrix(self, texts, owns=None):
        r, c, v = [], [], []
        n = len(self.rows)
        for i, text in enumerate(texts):
            folded = fold(text)
            found = units(folded, owns[i] if owns else ())
            hits = sorted({self.rows[h] for h in map(fnv, runs(found)) if h in self.rows})
            weight = 1 / np.sqrt(max(1, len(hits)))
            for h in hits:
                r.append(i), c.append(h), v.append(weight)
            for j, value in enumerate(dense(folded, found)):
                if value:
                    r.append(i), c.append(n + j), v.append(float(value) * 0.5)
        return csr_matrix((v, (r, c)), shape=(len(texts), n + DENSE))


def head(x, flagged, share):
    return LogisticRegression(C=SHARPNESS, max_iter=4000).fit(x, flagged, np.where(flagged, share, 1.0))


def fit(training):
    features = Features(training)
    own = own_names(training)
    x = features.matrix([t for _, t, _ in training], [own.get(b, ()) for _, _, b in training])
    codes = [c for c, _, _ in training]
    acts = LogisticRegression(C=SHARPNESS, max_iter=4000).fit(x, np.array([ACTS.index(c[0]) for c in codes]))
    heads = [head(x, np.array([flag in c[1:] for c in codes]), SHARE.get(flag, 1.0)) for flag in "mqz"]
    weights = np.vstack([acts.coef_] + [h.coef_ for h in heads])
    bias = np.concatenate([acts.intercept_] + [h.intercept_ for h in heads])
    return features, weights, bias


def read(features, weights, bias, texts, owns=None):
    z = features.matrix(texts, owns) @ weights.T + bias
    z = np.asarray(z)
    acts = np.exp(z[:, : len(ACTS)] - z[:, : len(ACTS)].max(1, keepdims=True))
    acts /= acts.sum(1, keepdims=True)
    return acts, 1 / (1 + np.exp(-z[:, len(ACTS) :]))


def asking(acts, heads):
    return acts[:, :3].sum(1) * (1 - heads[:, 0])


def auroc(p, n):
    return float((p[:, None] > n[None, :]).mean() + 0.5 * (p[:, None] == n[None, :]).mean())


def measure(training):
    names = sorted({b for _, _, b in training})
    every = []
    for out in names:
        model = fit([l for l in training if l[2] != out])
        test = [l for l in training if l[2] == out]
        p = asking(*read(*model, [t for _, t, _ in test]))
        y = np.array([c[0] in "art" and "m" not in c for c, _, _ in test])
        every += list(zip(p, y, test))
        print(f"{out}: asks or not {auroc(p[y], p[~y]):.3f}")
    p = np.array([e[0] for e in every])
    for code in ACTS[3:] + "m":
        other = np.array([code in e[2][0] for e in every])
        mine = np.array([e[1] for e in every])
        print(f"  against {code}: {auroc(p[mine], p[other]):.3f}")


def write(features, weights, bias):
    n, outputs = len(features.rows), len(bias)
    scale = np.abs(weights[:, :n]).max(1) / 127
    small = np.round(weights[:, :n] / scale[:, None]).astype(np.int8)
    with open(os.path.join(HERE, "acts.bin"), "wb") as out:
        out.write(struct.pack("<II", n, outputs))
        out.write(scale.astype("<f4").tobytes())
        out.write(np.array(list(features.rows), dtype="<u4").tobytes())
        out.write(small.T.tobytes())
        out.write(weights[:, n:].T.astype("<f4").tobytes())
        out.write(bias.astype("<f4").tobytes())
    print(n, "runs,", outputs, "outputs")


if __name__ == "__main__":
    training = load()
    print(len(training), "training of", len({b for _, _, b in training}), "businesses")
    if "--try" in sys.argv:
        measure(training)
    else:
        write(*fit(training))
