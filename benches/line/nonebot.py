"""The same job for NoneBot2: twelve regex matchers that quote the question, nothing stored.

`cargo bench --bench line` runs it beside groupdesk where it is there: pip install 'nonebot2[fastapi]' nonebot-adapter-onebot
"""

import os
import sys

import nonebot
from nonebot import on_regex
from nonebot.adapters.onebot.v11 import Adapter, GroupMessageEvent, MessageSegment
from nonebot.rule import to_me

PATTERNS = [
    "注册", "上班", "电话", "5×8", "提交工单", "邮箱", "QQ群", "微信", "支持范围", "包括哪些", "购买", "联系方式",
]

nonebot.init(
    driver="~fastapi",
    host="127.0.0.1",
    port=int(sys.argv[1]),
    log_level="WARNING",
    fastapi_reload=False,
    onebot_access_token=os.environ["TEST_TOKEN"],
)
nonebot.get_driver().register_adapter(Adapter)


def matcher_of(pattern):
    matcher = on_regex(pattern, rule=to_me(), priority=5, block=True)

    @matcher.handle()
    async def _(event: GroupMessageEvent):
        await matcher.finish(MessageSegment.reply(event.message_id) + f"关于{pattern}：请看帮助中心。")


for pattern in PATTERNS:
    matcher_of(pattern)

nonebot.run()
