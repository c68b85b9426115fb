"""Makes wechat/official.json with wechatpy (an independent implementation, MIT): posts as WeChat makes them, encrypted and
plain, with what wechatpy itself reads out of them, and answers as wechatpy writes them.

    python -m venv venv && venv/bin/pip install 'wechatpy==2.0.0a26' cryptography
    venv/bin/python peers/official.py > wechat/official.json
"""

import json
import sys

import xmltodict
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto, _get_signature
from wechatpy.replies import TextReply, TransferCustomerServiceReply
from wechatpy.utils import WeChatSigner

TOKEN, KEY, APP = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx49f0ab532d5d035a"
NOW = 1790000000


def post(number, kind, body):
    return (
        f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[openid{number}]]></FromUserName>"
        f"<CreateTime>{NOW}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{body}</xml>"
    )


def cdata(**values):
    return "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in values.items())


POSTS = [
    ("text", cdata(Content="怎么退款？]] <b>&amp;", MsgId="4561255354251345929")),
    ("text", cdata(Content="退款", MsgId="23", bizmsgmenuid="/pick 1")),
    ("voice", cdata(MediaId="M", Format="amr", Recognition="怎么开发票", MsgId="24")),
    ("image", cdata(PicUrl="https://mmbiz.example/1.png", MediaId="M", MsgId="25")),
    ("location", cdata(Location_X="1.0", Location_Y="2.0", Scale="15", Label="北京市海淀区", MsgId="26")),
    ("event", cdata(Event="CLICK", EventKey="办公时间")),
    ("event", cdata(Event="subscribe", EventKey="")),
    ("event", cdata(Event="VIEW", EventKey="https://a.example")),
]


def sign(*parts):
    signer = WeChatSigner()
    signer.add_data(*parts)
    return signer.signature


made = []
for number, (kind, body) in enumerate(POSTS):
    xml = post(number, kind, body)
    nonce, timestamp = f"nonce{number}", str(NOW + number)
    sealed = WeChatCrypto(TOKEN, KEY, APP).encrypt_message(xml, nonce, timestamp)
    parts = xmltodict.parse(sealed)["xml"]
    message = parse_message(xml)
    read = dict(type=message.type, source=message.source, id=str(message.id))
    for name in ("content", "recognition", "image", "label", "key", "event"):
        if getattr(message, name, None):
            read[name] = getattr(message, name)
    made.append(
        dict(
            timestamp=timestamp,
            nonce=nonce,
            signature=sign(TOKEN, timestamp, nonce),
            msg_signature=parts["MsgSignature"],
            plain=xml,
            sealed=sealed,
            read=read,
        )
    )
reply = TextReply(content="3 天内到账 ]] <b>", source="gh_1", target="openid0", time=NOW)
transfer = TransferCustomerServiceReply(source="gh_1", target="openid0", time=NOW)
json.dump(
    dict(now=NOW, posts=made, text=reply.render(), transfer=transfer.render()), sys.stdout, ensure_ascii=False, indent=1
)
