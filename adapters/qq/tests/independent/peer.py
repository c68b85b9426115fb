"""QQ's own Python SDK (qq-botpy) as a bot on the fake of these tests, so that the fake is proven to speak the real format.

    python3 -m venv target/peers && target/peers/bin/pip install qq-botpy
    GROUPDESK_BOTPY=$PWD/target/peers/bin/python cargo test -p groupdesk-qq independent

The SDK is told another address, and nothing else. It answers every message with what it read of it.
"""
import sys

import aiohttp
import botpy
from botpy.http import Route

api = sys.argv[1]
Route.SCHEME, Route.DOMAIN = "http", api
request = aiohttp.ClientSession._request


async def to_the_fake(self, method, url, **more):
    return await request(self, method, str(url).replace("https://bots.qq.com", f"http://{api}"), **more)


aiohttp.ClientSession._request = to_the_fake


class Peer(botpy.Client):
    async def on_ready(self):
        print("ready", self.robot.name, self.robot.id, flush=True)

    async def on_resumed(self):
        print("resumed", flush=True)

    async def on_group_at_message_create(self, message):
        sent = await message._api.post_group_message(
            group_openid=message.group_openid,
            msg_type=0,
            msg_id=message.id,
            content=f"group {message.author.member_openid}:{message.content} @{message.timestamp}",
        )
        print("sent", sent["id"], flush=True)
        upload = await message._api.post_group_file(
            group_openid=message.group_openid, file_type=1, url="https://x.example/a.png"
        )
        await message._api.post_group_message(
            group_openid=message.group_openid, msg_type=7, msg_id=message.id, msg_seq=2, content="pic", media=upload
        )
        try:
            await message._api.post_group_message(
                group_openid=message.group_openid, msg_type=0, msg_id=message.id, msg_seq=2, content="again"
            )
        except botpy.errors.ServerError as error:
            print("refused", error, flush=True)

    async def on_c2c_message_create(self, message):
        await message._api.post_c2c_message(
            openid=message.author.user_openid, msg_type=0, msg_id=message.id, content=f"c2c {message.content}"
        )

    async def on_at_message_create(self, message):
        await message.reply(content=f"guild {message.author.username} {message.content} {message.member.roles}")

    async def on_interaction_create(self, interaction):
        await self.api.on_interaction_result(interaction.id, 0)
        print("pressed", interaction.data.resolved.button_data, interaction.group_member_openid, flush=True)

    async def on_group_add_robot(self, event):
        print("added", event.group_openid, event.event_id, flush=True)


intents = botpy.Intents(public_messages=True, public_guild_messages=True, interaction=True)
Peer(intents=intents).run(appid=sys.argv[2], secret=sys.argv[3])
