"""Makes tests/qq/vectors.json: callbacks signed as QQ signs them, by pyca/cryptography instead of by us.

    python3 -m venv target/peer && target/peer/bin/pip install cryptography==48.0.0
    target/peer/bin/python adapters/qq/tests/independent/vectors.py > adapters/qq/tests/qq/vectors.json

The seed is the secret, repeated to 32 bytes (bot.q.qq.com, "sign"); what is signed is the timestamp and the body.
"""

import json
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECRETS = [
    "DG5g3B4j9X2KOErG",
    "naOC0ocQE3shWLAfffVLB1rhYPG7",
    "x",
    "0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef and more than the seed takes",
]
BODIES = [
    '{"op":0,"d":{},"t":"GATEWAY_EVENT_NAME"}',
    '{"id":"GROUP_AT_MESSAGE_CREATE:1","op":0,"s":1,"t":"GROUP_AT_MESSAGE_CREATE","d":{"id":"ROBOT1.0_vector",'
    '"content":" 怎么退款 🙂","timestamp":"2026-11-24T10:00:00+08:00","group_openid":"C9F778FE6ADF9D1D1DBE395BF744A33A",'
    '"author":{"id":"E4F4","member_openid":"E4F4"}}}',
    "",
]


def key(secret):
    seed = secret.encode()
    while len(seed) < 32:
        seed += secret.encode()
    return Ed25519PrivateKey.from_private_bytes(seed[:32])


vectors = []
for secret in SECRETS:
    for body in BODIES:
        timestamp = "1725442341"
        signature = key(secret).sign(timestamp.encode() + body.encode()).hex()
        vectors.append({"secret": secret, "timestamp": timestamp, "body": body, "signature": signature})
json.dump(vectors, sys.stdout, ensure_ascii=False, indent=1)
print()
