"""A name server on 127.0.0.1:53 that knows every name as 127.0.0.1, and a listener on PORT: both say who came."""

import socket
import sys
import threading


def serve_names() -> None:
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind(("127.0.0.1", 53))
    threading.Thread(target=answer, args=(names,), daemon=True).start()


def answer(names: socket.socket) -> None:
    while True:
        query, who = names.recvfrom(4096)
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode())
            at += 1 + query[at]
        question = query[12 : at + 5]
        print("asked", ".".join(labels), flush=True)
        wants_v4 = question[-4:-2] == b"\0\1"
        record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1" if wants_v4 else b""
        head = query[:2] + b"\x81\x80\0\1" + (b"\0\1" if wants_v4 else b"\0\0") + b"\0\0\0\0"
        names.sendto(head + question + record, who)


serve_names()
calls = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    call, _ = calls.accept()
    call.settimeout(5)
    try:
        print("called", call.recv(4096).split(b" ")[1].decode(), flush=True)
    except (OSError, IndexError):
        pass
    call.close()
