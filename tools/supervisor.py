"""Several programs under one: their lines prefixed, a crashed one started again, all of them ended together.

One thread and one selector. Each program leads a process group of its own, so that ending it takes its
children along, and each ends when the supervisor is killed without a word.
"""

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO

PR_SET_PDEATHSIG = 1
TICK_SECONDS = 0.25
COLOURS = (36, 35, 33, 32, 34)
_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class Program:
    """What to run, and under which name its lines appear."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Backoff:
    """How long to wait before the next start: doubling, capped, forgiven after a steady run."""

    first: float = 0.5
    ceiling: float = 30.0
    steady: float = 20.0

    def delay(self, failures: int) -> float:
        return min(self.first * 2 ** (failures - 1), self.ceiling)


class Child:
    """One program through all its lives."""

    def __init__(self, program: Program, backoff: Backoff) -> None:
        self.program, self.backoff = program, backoff
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = self.start_due = 0.0
        self.failures = 0
        self.unfinished_line = b""

    def start(self, now: float) -> IO[bytes]:
        """Begin a life; what is returned carries its output."""
        self.process = subprocess.Popen(
            self.program.command,
            env=os.environ | dict(self.program.environment) | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        self.started_at = now
        assert self.process.stdout
        os.set_blocking(self.process.stdout.fileno(), False)
        return self.process.stdout

    def bury(self, now: float) -> str:
        """Take note of a death, end what the dead left behind, and set the time of the next start."""
        assert self.process
        self.signal_group(signal.SIGKILL)
        steady = now - self.started_at >= self.backoff.steady
        self.failures = 1 if steady else self.failures + 1
        delay = self.backoff.delay(self.failures)
        self.start_due = now + delay
        code, self.process = self.process.returncode, None
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        return f"{how}; starting it again in {delay:g} s"

    def signal_group(self, number: signal.Signals) -> None:
        if self.process:
            with suppress(ProcessLookupError, PermissionError):  # the whole group is gone already: good
                os.killpg(self.process.pid, number)

    def lines(self, data: bytes) -> list[bytes]:
        """Whole lines only; the rest waits for its end, or for empty data, the end of the stream."""
        *whole, rest = (self.unfinished_line + data).split(b"\n")
        if not data and rest:
            whole, rest = [*whole, rest], b""
        self.unfinished_line = rest
        return whole


class Supervisor:
    """Runs programs until it is told to stop by SIGINT, SIGTERM, SIGHUP or `stop()`."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        output: IO[bytes] | None = None,
        backoff: Backoff | None = None,
        grace_seconds: float = 15.0,
        on_tick: Callable[[], None] = lambda: None,
    ) -> None:
        self.children = [Child(program, backoff or Backoff()) for program in programs]
        self.output = output or sys.stdout.buffer
        self.grace_seconds, self.on_tick = grace_seconds, on_tick
        self.width = max(len(program.name) for program in programs)
        self.coloured = self.output.isatty()
        self.selector = selectors.DefaultSelector()
        self.is_stopping = False

    def run(self) -> None:
        """Blocks until it was told to stop and everything has ended."""
        with self._signals():
            try:
                while not self.is_stopping:
                    self._start_due()
                    self._read(TICK_SECONDS)
                    self._bury_dead()
                    self.on_tick()
            finally:
                self._end_all()

    def stop(self, *_signal: object) -> None:
        self.is_stopping = True

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """A signal only sets a flag and wakes the selector; everything else happens in the loop."""
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.selector.register(reader, selectors.EVENT_READ, None)
        previous_wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        previous = {number: signal.signal(number, self.stop) for number in wanted}
        chld = signal.signal(signal.SIGCHLD, lambda *_: None)  # so that a death wakes the selector, too
        try:
            yield
        finally:
            for number, handler in [*previous.items(), (signal.SIGCHLD, chld)]:
                signal.signal(number, handler)
            signal.set_wakeup_fd(previous_wakeup)
            self.selector.close()
            os.close(reader)
            os.close(writer)

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is None and child.start_due <= now:
                try:
                    stream = child.start(now)
                except OSError as problem:
                    child.failures += 1
                    child.start_due = now + child.backoff.delay(child.failures)
                    self._write(child, f"cannot be started: {problem}".encode())
                else:
                    self.selector.register(stream, selectors.EVENT_READ, child)

    def _read(self, timeout: float) -> None:
        for key, _events in self.selector.select(timeout):
            data = os.read(key.fd, 65_536)
            if key.data is not None:
                self._pass_on(key.data, data)
                if not data:
                    self.selector.unregister(key.fileobj)
                    key.fileobj.close()  # type: ignore[union-attr]

    def _pass_on(self, child: Child, data: bytes) -> None:
        for line in child.lines(data):
            self._write(child, line)

    def _bury_dead(self) -> None:
        for child in self.children:
            if child.process and child.process.poll() is not None:
                self._drain(child)
                self._write(child, child.bury(time.monotonic()).encode())

    def _drain(self, child: Child) -> None:
        """The last words of the dead come before the note on its death."""
        stream = child.process.stdout if child.process else None
        if stream is None or stream.closed:
            return
        try:
            while data := os.read(stream.fileno(), 65_536):
                self._pass_on(child, data)
        except BlockingIOError:
            pass  # an orphan of the dead still holds the pipe; its lines are read as they come
        else:
            self.selector.unregister(stream)
            stream.close()
        self._pass_on(child, b"")

    def _end_all(self) -> None:
        """Ask politely, all at once; after the grace period end whole process groups by force."""
        living = [child for child in self.children if child.process and child.process.poll() is None]
        for child in living:
            assert child.process
            child.process.terminate()
        deadline = time.monotonic() + self.grace_seconds
        while (
            any(child.process and child.process.poll() is None for child in living)
            and time.monotonic() < deadline
        ):
            self._read(0.05)
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            if child.process:
                child.process.wait()
                self._drain(child)

    def _write(self, child: Child, line: bytes) -> None:
        name = child.program.name.ljust(self.width)
        if self.coloured:
            name = f"\033[{COLOURS[self.children.index(child) % len(COLOURS)]}m{name}\033[0m"
        self.output.write(name.encode() + b" | " + line.rstrip(b"\r") + b"\n")
        self.output.flush()


def _die_with_parent() -> None:
    """Runs between fork and exec; the process has one thread, so this is safe here."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
