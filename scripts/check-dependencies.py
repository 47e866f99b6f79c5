#!/usr/bin/env python3
"""
Holds every dependency against deny.toml: its licence, its source, its name.

cargo-deny would be the tool for this, and reads the same file; but it is a
build of several minutes on a fresh machine, while `cargo metadata` and
package-lock.json hold all that is needed.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

try:
    import tomllib
except ImportError:  # Python < 3.11
    from pip._vendor import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
# Not native/sources: nothing of those crates is used but the C libraries inside,
# whose licences native/README.md names.
WORKSPACES = ["Cargo.toml", "native/worker/Cargo.toml", "fuzz/Cargo.toml", "benches/load/Cargo.toml"]
CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"


def allows(expression, allowed):
    """Whether an SPDX expression can be met with allowed licences alone."""
    # Crates of old separate alternatives by a slash.
    tokens = re.findall(r"[()]|[^\s()]+", (expression or "").replace("/", " OR "))

    def alternatives():
        result = requirements()
        while tokens[:1] == ["OR"]:
            tokens.pop(0)
            result = requirements() or result
        return result

    def requirements():
        result = term()
        while tokens[:1] == ["AND"]:
            tokens.pop(0)
            result = term() and result
        return result

    def term():
        token = tokens.pop(0) if tokens else None
        if token == "(":
            result = alternatives()
            tokens.pop(0)
            return result
        if tokens[:1] == ["WITH"]:
            del tokens[:2]  # An exception only ever permits more.
        return token in allowed

    return alternatives()


def crates(manifest):
    """The workspace's crates, and for each crate's name the names of what depends on it."""
    metadata = json.loads(
        subprocess.run(
            ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features",
             "--manifest-path", str(ROOT / manifest)],
            check=True, stdout=subprocess.PIPE,
        ).stdout
    )
    packages = {package["id"]: package for package in metadata["packages"]}
    dependents = {}
    for node in metadata["resolve"]["nodes"]:
        for dependency in node["dependencies"]:
            name = packages[dependency]["name"]
            dependents.setdefault(name, set()).add(packages[node["id"]]["name"])
    return packages.values(), dependents


def crate_problems(manifest, policy):
    packages, dependents = crates(manifest)
    allowed = policy["licenses"]["allow"]

    for package in packages:
        if package["source"] is None:
            continue  # One of ours.
        label = f'{package["name"]} {package["version"]} ({manifest})'
        if package["source"] != CRATES_IO:
            yield f'{label}: comes from {package["source"]}'
        if not allows(package["license"], allowed):
            yield f'{label}: licence {package["license"]}'

    for ban in policy["bans"]["deny"]:
        for user in sorted(dependents.get(ban["crate"], set()) - set(ban.get("wrappers", []))):
            yield f'{ban["crate"]} must not be used by {user}: {ban["reason"]}'


def npm_problems(policy):
    """Dependencies that npm installs with our packages; tools of developers are not handed on."""
    lock = json.loads((ROOT / "package-lock.json").read_text())

    for place, package in lock["packages"].items():
        if place == "" or package.get("link") or "node_modules/" not in place:
            continue  # One of ours.
        if "integrity" not in package:
            yield f"{place}: not from a registry"
        if not package.get("dev") and not allows(package.get("license"), policy["licenses"]["allow"]):
            yield f'{place}: licence {package.get("license")}'


def main():
    policy = tomllib.loads((ROOT / "deny.toml").read_text())
    problems = list(npm_problems(policy))

    for manifest in WORKSPACES:
        if (ROOT / manifest).is_file():
            problems += crate_problems(manifest, policy)

    print("\n".join(problems) or "all dependencies are as deny.toml wants them")
    return 1 if problems else 0


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    sys.exit(main())
