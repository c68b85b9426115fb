"""Writes the files of a container image, from its one layer, in the form that `docker save` gives them. Image builders put the name of
the machine and a random number into what they write; of this the same layer makes the same bytes. OCI's own form has no place for a
health check.

    image.py LAYER NAME:TAG FOLDER        with SOURCE_DATE_EPOCH in the environment
"""

import datetime
import hashlib
import json
import os
import pathlib
import shutil
import sys

SECOND = 1_000_000_000
layer, name, folder = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
created = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
config = {
    "architecture": "amd64",
    "os": "linux",
    "created": created,
    "config": {
        "User": "65532:65532",
        "WorkingDir": "/data",
        "Volumes": {"/data": {}},
        "ExposedPorts": {"8080/tcp": {}},
        "Entrypoint": ["/usr/bin/groupdesk"],
        "Cmd": ["run"],
        "StopSignal": "SIGTERM",
        "Healthcheck": {
            "Test": ["CMD", "/usr/bin/groupdesk", "health"],
            "Interval": 30 * SECOND,
            "Timeout": 10 * SECOND,
            "StartPeriod": 60 * SECOND,
            "Retries": 3,
        },
        "Labels": {
            "org.opencontainers.image.title": "groupdesk",
            "org.opencontainers.image.description": "The support desk for chat groups",
            "org.opencontainers.image.licenses": "Apache-2.0",
            "org.opencontainers.image.version": name.rsplit(":", 1)[1],
        },
    },
    "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer.read_bytes()).hexdigest()]},
    "history": [{"created": created, "created_by": "deploy/build image"}],
}
folder.mkdir(parents=True)
shutil.copyfile(layer, folder / "layer.tar")
(folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
manifest = [{"Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"]}]
(folder / "manifest.json").write_text(json.dumps(manifest) + "\n", encoding="utf-8")
