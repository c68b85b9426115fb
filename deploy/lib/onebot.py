"""A QQ that is not there: asks a question in a group, as NapCat brings it, and waits for the answer. Python alone.

    onebot.py PORT TOKEN QUESTION WANTED [SECONDS]      exit code 0 when an answer with WANTED in it was sent
"""

import base64
import json
import os
import socket
import struct
import sys
import time

SELF, MEMBER = 10000, 20001
# Another one each time: in one group an answer is not repeated within minutes.
GROUP = 700000000 + time.time_ns() // 1_000_000 % 100_000_000


def frame(text: str) -> bytes:
    data, mask = text.encode(), os.urandom(4)
    size = len(data)
    head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + struct.pack(">H", size)
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))


class Wire:
    def __init__(self, port: int, token: str, end: float):
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
                break
            except OSError:
                if time.time() > end:
                    sys.exit(f"nothing listens on port {port}")
                time.sleep(0.05)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            (
                f"GET /onebot/v11/ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nX-Self-ID: {SELF}\r\nX-Client-Role: Universal\r\n"
                f"Authorization: Bearer {token}\r\n\r\n"
            ).encode()
        )
        self.end, self.buffer = end, b""
        head = self.until(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            sys.exit(f"refused: {head.decode(errors='replace')}")

    def more(self) -> None:
        if time.time() > self.end:
            sys.exit("no answer in time")
        try:
            data = self.socket.recv(65536)
        except socket.timeout:
            return
        if not data:
            sys.exit("the connection was closed")
        self.buffer += data

    def until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            self.more()
        head, self.buffer = self.buffer.split(mark, 1)
        return head

    def take(self, size: int) -> bytes:
        while len(self.buffer) < size:
            self.more()
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def read(self):
        head = self.take(2)
        size = head[1] & 0x7F
        if size == 126:
            size = struct.unpack(">H", self.take(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self.take(8))[0]
        data = self.take(size)
        return json.loads(data) if head[0] & 0x0F == 1 else None

    def say(self, value) -> None:
        self.socket.sendall(frame(json.dumps(value)))


def event(**more):
    return {"time": int(time.time()), "self_id": SELF, **more}


def main(port: str, token: str, question: str, wanted: str, seconds: str = "60") -> None:
    wire = Wire(int(port), token, time.time() + float(seconds))
    wire.say(event(post_type="meta_event", meta_event_type="lifecycle", sub_type="connect"))
    text = [{"type": "at", "data": {"qq": str(SELF)}}, {"type": "text", "data": {"text": " " + question}}]
    asked = event(
        post_type="message", message_type="group", sub_type="normal", message_id=int(time.time()), group_id=GROUP, user_id=MEMBER,
        message=text, raw_message=question, font=14, message_format="array",
        sender={"user_id": MEMBER, "nickname": "member", "card": "", "role": "member"},
    )
    wire.say(asked)
    while True:
        request = wire.read()
        if request is None:
            continue
        action, answer = request.get("action", ""), {"status": "ok", "retcode": 0, "message": "", "echo": request.get("echo")}
        if action == "get_login_info":
            wire.say({**answer, "data": {"user_id": SELF, "nickname": "bot"}})
        elif action.startswith("send_"):
            wire.say({**answer, "data": {"message_id": 1}})
            said = json.dumps(request["params"], ensure_ascii=False)
            if wanted in said:
                print(said)
                # The program hears that it was sent before the connection goes.
                time.sleep(0.3)
                return
        else:
            wire.say({**answer, "status": "failed", "retcode": 1404, "data": None})


main(*sys.argv[1:])
