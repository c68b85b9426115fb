"""The crates that are compiled into the program, as `cargo metadata` resolves them: their names, versions and licences."""

import json
import subprocess


def compiled_in(root: str, target: str) -> tuple[dict, list[dict]]:
    """The program's package, and those of others that it is linked with, sorted by name and version."""
    metadata = json.loads(
        subprocess.run(
            ["cargo", "metadata", "--format-version=1", "--locked", f"--filter-platform={target}", f"--manifest-path={root}/Cargo.toml"],
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
    )
    packages = {package["id"]: package for package in metadata["packages"]}
    edges = {node["id"]: node["deps"] for node in metadata["resolve"]["nodes"]}
    start = metadata["resolve"]["root"]
    found, waiting = set(), [start]
    while waiting:
        here = waiting.pop()
        if here in found:
            continue
        found.add(here)
        for dependency in edges[here]:
            # What only builds or tests is in nobody's hands.
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    others = [packages[one] for one in found if packages[one]["source"] is not None]
    return packages[start], sorted(others, key=lambda one: (one["name"], one["version"]))
