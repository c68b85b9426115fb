"""A OneBot v11 framework that others wrote (aiocqhttp), in the place of groupdesk.

Listens for a reverse WebSocket on the port given as argument, with the token "s3cret"; prints each message that it hears as one
line of JSON, answers it through the connection, and prints what came back.
"""

import asyncio
import json
import sys

from aiocqhttp import CQHttp, Message

bot = CQHttp(access_token="s3cret", message_class=Message)
KEYS = {"text": "text", "at": "qq", "reply": "id", "image": "url"}


@bot.on_message
async def hear(event):
    said = [[s["type"], s["data"].get(KEYS.get(s["type"], ""))] for s in event.message]
    heard = {
        "id": str(event["message_id"]),
        "group": str(event.group_id),
        "user": str(event.user_id),
        "name": event.sender.get("card") or event.sender.get("nickname"),
        "said": said,
    }
    print(json.dumps({"heard": heard}), flush=True)
    answer = await bot.send_group_msg(group_id=event.group_id, message="ok", self_id=event.self_id)
    print(json.dumps({"answer": answer}), flush=True)


async def main():
    serving = asyncio.create_task(bot.run_task(host="127.0.0.1", port=int(sys.argv[1])))
    # Lives as long as the test that holds the other end of stdin.
    await asyncio.to_thread(sys.stdin.read)
    serving.cancel()


asyncio.run(main())
