"""Reads the compose files and the 1Panel app, and looks whether what must agree does: addresses, tokens, names, versions.

    compose.py VERSION
"""

import json
import pathlib
import re
import sys

import yaml

VERSION = sys.argv[1]
DEPLOY = pathlib.Path(__file__).parent.parent


def read(path: str):
    return yaml.safe_load((DEPLOY / path).read_text(encoding="utf-8"))


def hardened(service: dict) -> None:
    assert service["read_only"] and service["cap_drop"] == ["ALL"], service
    assert "./data:/data" in service["volumes"], service


alone, napcat = read("compose/groupdesk.yml"), read("compose/napcat.yml")
desk = read("compose/data/groupdesk.yaml")
path = desk["accounts"]["qq"]["connection"]["reverse"]["path"]
port = desk["web"]["listen"].rsplit(":", 1)[1]
for service in (alone["services"]["groupdesk"], napcat["services"]["groupdesk"]):
    hardened(service)
    assert service["healthcheck"]["test"] == ["CMD", "/usr/bin/groupdesk", "health"], service
    assert service["image"] == f"${{GROUPDESK_IMAGE:-groupdesk:{VERSION}}}", service
    assert "ONEBOT_TOKEN" in service["environment"], service

template = re.sub(r"\$\{ONEBOT_TOKEN[^}]*\}", "token", napcat["configs"]["napcat-onebot"]["content"])
(client,) = json.loads(template)["network"]["websocketClients"]
assert client["enable"] and client["token"] == "token" and client["messagePostFormat"] == "array", client
assert client["url"] == f"ws://groupdesk:{port}{path}", client
target = napcat["services"]["napcat"]["configs"][0]["target"]
assert target == f"/app/templates/{napcat['services']['napcat']['environment']['MODE']}.json", target

nodes, shared = read("compose/postgres.yml"), read("compose/data/postgres.yaml")
database = nodes["services"]["database"]["environment"]
assert shared["store"]["url"] == f"postgres://{database['POSTGRES_USER']}@database:5432/{database['POSTGRES_DB']}", shared
assert shared["web"]["advertise"] == f"${{GROUPDESK_NODE}}:{port}" and shared["web"]["listen"] == desk["web"]["listen"]
onebot = shared["accounts"]["qq"]["connection"]
assert onebot["standby_hears"] and onebot["reverse"]["path"] == path, onebot
template = re.sub(r"\$\{ONEBOT_TOKEN[^}]*\}", "token", nodes["configs"]["napcat-onebot"]["content"])
clients = {client["name"]: client for client in json.loads(template)["network"]["websocketClients"]}
assert len(clients) == 2, clients
for name, client in clients.items():
    service = nodes["services"][name]
    hardened(service)
    assert service["command"] == ["run", "--config", "postgres.yaml"], service
    assert service["image"] == alone["services"]["groupdesk"]["image"], service
    assert service["environment"]["GROUPDESK_NODE"] == name, service
    assert {"ONEBOT_TOKEN", "POSTGRES_PASSWORD"} <= set(service["environment"]), service
    assert client["url"] == f"ws://{name}:{port}{path}" and client["token"] == "token", client

(folder,) = [one for one in (DEPLOY / "1panel/groupdesk").iterdir() if one.is_dir()]
assert folder.name == VERSION, f"the 1Panel app is of {folder.name}, not of {VERSION}"
app, form = read("1panel/groupdesk/data.yml"), read(f"1panel/groupdesk/{VERSION}/data.yml")
assert app["additionalProperties"]["key"] == "groupdesk" and (DEPLOY / "1panel/groupdesk/logo.png").stat().st_size > 0
compose_text = (folder / "docker-compose.yml").read_text(encoding="utf-8")
service = read(f"1panel/groupdesk/{VERSION}/docker-compose.yml")["services"]["groupdesk"]
hardened(service)
fields = {field["envKey"] for field in form["additionalProperties"]["formFields"]}
used = set(re.findall(r"\$\{(\w+)\}", compose_text)) - {"CONTAINER_NAME"}
assert fields == used, f"fields {fields}, used {used}"
