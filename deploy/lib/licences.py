"""Writes the licences of everything that is in the program: its crates, Rust's standard library and, where it is linked
statically, the C library.

    licences.py ROOT TARGET OUT
"""

import hashlib
import pathlib
import sys

from crates import compiled_in

NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE", "COPYRIGHT")
STANDARD = pathlib.Path(__file__).parent / "licences"
RULE = "=" * 100


def texts_of(package: dict) -> list[str]:
    """The licence files of a crate; where it carries none, the standard text of what its manifest names."""
    folder = pathlib.Path(package["manifest_path"]).parent
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name.upper().startswith(NAMES) and path.suffix != ".rs")
    if files:
        return [path.read_text(encoding="utf-8", errors="replace").strip() for path in files]
    terms = set(package["license"].replace("/", " OR ").replace("(", " ").replace(")", " ").split()) - {"OR", "AND"}
    known = [STANDARD / f"{term}.txt" for term in sorted(terms) if (STANDARD / f"{term}.txt").exists()]
    if not known or (" AND " in package["license"] and len(known) < len(terms)):
        sys.exit(f"{package['name']} {package['version']} carries no licence file, and deploy/lib/licences has none of: {package['license']}")
    holders = ", ".join(package["authors"]) or f"the authors of {package['name']}"
    return [known[0].read_text(encoding="utf-8").replace("<holders>", holders).strip()]


def main(root: str, target: str, out: str) -> None:
    _, others = compiled_in(root, target)
    # Many crates share a text, to the letter: each is printed once.
    users: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    lines = [
        "Licences of what is compiled into groupdesk, besides its own (LICENSE) and those of others' data (THIRD-PARTY-NOTICES.md).",
        "",
    ]
    for package in others:
        name = f"{package['name']} {package['version']}"
        lines.append(f"{name}: {package['license']}, {package.get('repository') or 'crates.io'}")
        for text in texts_of(package):
            key = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
            texts.setdefault(key, text)
            names = users.setdefault(key, [])
            if name not in names:
                names.append(name)
    lines += [
        "the Rust standard library: MIT OR Apache-2.0, https://github.com/rust-lang/rust",
        "the GNU C Library, where the program is linked statically: LGPL-2.1-or-later, https://sourceware.org/glibc; whoever wants another one",
        "in it compiles the program anew: its source is all that this takes (docs/install.md)",
        "",
    ]
    for name, file in [("the Rust standard library", "MIT"), ("the GNU C Library", "LGPL-2.1")]:
        text = (STANDARD / f"{file}.txt").read_text(encoding="utf-8").replace("<holders>", "The Rust Project Contributors").strip()
        key = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
        texts.setdefault(key, text)
        users.setdefault(key, []).append(name)
    for key in sorted(users, key=lambda key: (users[key][0], key)):
        lines += [RULE, "\n".join(users[key]), RULE, "", texts[key], ""]
    pathlib.Path(out).write_text("\n".join(lines), encoding="utf-8")


main(*sys.argv[1:])
