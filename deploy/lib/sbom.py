"""Writes the bill of materials: every crate in the program, as CycloneDX 1.6 in JSON, checked against its schema.

    sbom.py ROOT TARGET BINARY OUT        with SOURCE_DATE_EPOCH in the environment
"""

import datetime
import hashlib
import os
import pathlib
import subprocess
import sys
import tomllib
import uuid

from crates import compiled_in
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL


def licence(text: str):
    # The old way to write OR.
    return LicenseFactory().make_from_string(text.replace(" / ", " OR ").replace("/", " OR "))


def component(package: dict, kind: ComponentType, checksums: dict) -> Component:
    key = (package["name"], package["version"])
    url = package.get("repository")
    return Component(
        type=kind,
        name=package["name"],
        version=package["version"],
        description=package.get("description"),
        licenses=[licence(package["license"])],
        purl=PackageURL("cargo", None, *key) if package["source"] else None,
        bom_ref=f"{key[0]}@{key[1]}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=checksums[key])] if key in checksums else [],
        external_references=[ExternalReference(type=ExternalReferenceType.VCS, url=XsUri(url))] if url else [],
    )


def main(root: str, target: str, binary: str, out: str) -> None:
    program, others = compiled_in(root, target)
    lock = tomllib.loads(pathlib.Path(root, "Cargo.lock").read_text(encoding="utf-8"))
    checksums = {(one["name"], one["version"]): one["checksum"] for one in lock["package"] if "checksum" in one}
    bom = Bom()
    bom.metadata.component = component(program, ComponentType.APPLICATION, checksums)
    digest = hashlib.sha256(pathlib.Path(binary).read_bytes()).hexdigest()
    bom.metadata.component.hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest)]
    # Whoever wants the same bytes takes these.
    for name, command in [("rustc", ["rustc", "--version"]), ("libc", ["getconf", "GNU_LIBC_VERSION"])]:
        version = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        bom.metadata.properties.add(Property(name=f"groupdesk:{name}", value=version))
    # The same for the same build: no clock, no chance.
    bom.metadata.timestamp = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.UTC)
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, f"pkg:generic/groupdesk@{program['version']}?checksum=sha256:{digest}")
    for package in others:
        bom.components.add(component(package, ComponentType.LIBRARY, checksums))
    bom.register_dependency(bom.metadata.component, bom.components)
    text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem:
        sys.exit(f"{out} is no CycloneDX: {problem}")
    pathlib.Path(out).write_text(text + "\n", encoding="utf-8")
    print(f"{out}: {len(others)} crates")


main(*sys.argv[1:])
