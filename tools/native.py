"""What only the operating system can give: WeasyPrint's libraries and a browser. Standard library only."""

import os
import shutil
import subprocess

from tools.paths import PYTHON, say

PDF_LIBRARIES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def apt_install(*packages: str) -> bool:
    """Install Debian packages where that is ours to do; False where it is not, or where it did not work."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"Installing {' '.join(packages)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    # A new machine has no package lists, an old one stale ones: refresh them when the first try fails.
    for steps in ([install], [["apt-get", "update", "-qq"], install]):
        results = [
            subprocess.run(step, env=environment, stdout=subprocess.DEVNULL).returncode for step in steps
        ]
        if results[-1] == 0:
            return True
    return False


def ensure_pdf_libraries() -> bool:
    """Make PDF editions possible, or say in one line what is missing; the portal runs either way."""
    if _weasyprint_loads() or (apt_install(*PDF_LIBRARIES) and _weasyprint_loads()):
        return True
    say(
        "PDF editions will fail until these libraries are installed (everything else works): "
        f"sudo apt-get install {' '.join(PDF_LIBRARIES)}"
    )
    return False


def find_chromium() -> str | None:
    """The browser for the browser tests: the CHROMIUM_PATH setting, else the first one on the PATH."""
    chosen = os.environ.get("CHROMIUM_PATH")
    candidates = [chosen] if chosen else [found for name in BROWSERS if (found := shutil.which(name))]
    return next((path for path in candidates if _starts(path)), None)


def ensure_chromium() -> str | None:
    """A browser to test with, or one line saying that the browser tests are left out, and the remedy."""
    found = find_chromium()
    if not found and not os.environ.get("CHROMIUM_PATH") and apt_install("chromium", "fonts-dejavu-core"):
        found = find_chromium()
    if not found:
        say(
            "No Chromium here, so the browser tests are left out: "
            "sudo apt-get install chromium, or set CHROMIUM_PATH to one"
        )
    return found


def _starts(browser: str) -> bool:
    """Ubuntu's `chromium-browser` may be a script that only tells where to get one."""
    try:
        return subprocess.run([browser, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _weasyprint_loads() -> bool:
    check = [str(PYTHON), "-c", "import weasyprint"]
    return subprocess.run(check, capture_output=True).returncode == 0
