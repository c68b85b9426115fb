"""Makes peer.json, or checks what this crate sealed, with wechatpy (an independent implementation, MIT).

    python -m venv venv && venv/bin/pip install 'wechatpy==2.0.0a26' cryptography
    venv/bin/python peer.py > peer.json
    GROUPDESK_WECHATPY=venv/bin/python cargo test -p groupdesk-wechat-callback peer     # calls `peer.py open`
"""

import json
import sys

import xmltodict
from wechatpy.crypto import WeChatCrypto as OfficialAccount
from wechatpy.crypto import _get_signature
from wechatpy.work.crypto import PrpCrypto, WeChatCrypto

TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


def make():
    texts = ["", "x", "你好 👋", "]]>&<a>", "退款" * 700] + ["a" * n for n in range(1, 70)]
    made = []
    for number, text in enumerate(texts):
        receiver = ["ww1436e0e65a779aee", "wx5823bf96d3bd56c7", ""][number % 3]
        timestamp, nonce = str(1700000000 + number), f"n{number}"
        random = f"{number:016d}"
        prp = PrpCrypto(WeChatCrypto(TOKEN, KEY, receiver).key)
        prp.get_random_string = lambda: random.encode()
        encrypted = prp.encrypt(text, receiver).decode()
        signature = _get_signature(TOKEN, timestamp, nonce, encrypted)
        made.append(dict(source="wechatpy", token=TOKEN, aes_key=KEY, receiver=receiver, timestamp=timestamp,
                         nonce=nonce, signature=signature, encrypted=encrypted, plain=text, random=random))
    json.dump(made, sys.stdout, ensure_ascii=False, indent=0)
    print()


def open_sealed():
    for line in sys.stdin:
        case = json.loads(line)
        crypt = (WeChatCrypto if case["work"] else OfficialAccount)(TOKEN, KEY, case["receiver"])
        envelope = xmltodict.parse(case["xml"])["xml"]
        plain = crypt.decrypt_message(case["xml"], envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"])
        print(json.dumps(plain.decode() if isinstance(plain, bytes) else plain))


open_sealed() if sys.argv[1:] == ["open"] else make()
