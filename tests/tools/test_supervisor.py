"""The supervisor with real processes: what it prints, what it restarts, what it leaves behind (nothing)."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.paths import ROOT
from tools.supervisor import Backoff, Child, Program, Supervisor

QUICK = Backoff(first=0.05, ceiling=0.2, steady=60)


def python(name: str, code: str) -> Program:
    return Program(name, [sys.executable, "-c", code])


def run_until(
    programs: list[Program], enough: Callable[[str], bool], seconds: float = 20, **options: object
) -> str:
    """Run in this thread (signal handlers need it) until the output says enough."""
    output = io.BytesIO()
    deadline = time.monotonic() + 20

    def look() -> None:
        if enough(output.getvalue().decode()) or time.monotonic() > deadline:
            supervisor.stop()

    supervisor = Supervisor(programs, output=output, backoff=QUICK, on_tick=look, **options)
    supervisor.run()
    text = output.getvalue().decode()
    assert enough(text), text
    return text


def is_alive(pid: int) -> bool:
    """A process that nobody has buried yet does no work any more, so it counts as dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_every_line_carries_the_name_of_its_program() -> None:
    talk = "import time; print('one\\ntwo', end='', flush=True); time.sleep(60)"
    text = run_until([python("web", talk), python("worker", talk)], lambda out: out.count("one") == 2)
    assert "web    | one\n" in text
    assert "worker | one\n" in text
    assert text.count("| two\n") == 2, "an unfinished line is printed when the program ends"


def test_a_crashed_program_is_started_again_and_the_others_are_left_alone() -> None:
    steady = "import os, time; print('steady', os.getpid(), flush=True); time.sleep(60)"
    text = run_until(
        [python("crash", "import sys; print('up'); sys.exit(3)"), python("calm", steady)],
        lambda out: out.count("up") >= 3,
    )
    assert "crash | ended with status 3; starting it again in 0.05 s" in text
    assert "starting it again in 0.1 s" in text, "the pause doubles"
    assert text.count("steady") == 1


def test_a_program_that_cannot_be_started_is_named_and_tried_again() -> None:
    text = run_until([Program("web", ["/does/not/exist"])], lambda out: out.count("cannot be started") >= 2)
    assert "web | cannot be started: [Errno 2]" in text


def test_the_pause_is_capped_and_forgiven_after_a_steady_run() -> None:
    backoff = Backoff(first=1, ceiling=30, steady=20)
    assert [backoff.delay(failures) for failures in (1, 2, 3, 6, 50)] == [1, 2, 4, 30, 30]
    child = Child(python("web", "raise SystemExit(1)"), backoff)
    waits = []
    for now, lived in [(0, 1), (100, 1), (200, 25)]:
        child.start(now).close()
        child.process.wait()
        child.bury(now + lived)
        waits.append(child.start_due - now - lived)
    assert waits == [1, 2, 1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_and_handlers_are_put_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    output = io.BytesIO()
    sleepers = [python(name, "import time; print('up', flush=True); time.sleep(60)") for name in ("a", "b")]
    supervisor = Supervisor(sleepers, output=output, backoff=QUICK)

    def strike() -> None:
        wait_for(lambda: output.getvalue().count(b"up") == 2)
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=strike)
    thread.start()
    supervisor.run()
    thread.join()
    assert all(child.process.returncode == -signal.SIGTERM for child in supervisor.children)
    assert signal.getsignal(number) is before


def test_children_of_a_program_end_with_it_even_when_it_ignores_the_request() -> None:
    stubborn = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print('pids', child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    begin = time.monotonic()
    text = run_until([python("web", stubborn)], lambda out: "pids" in out, grace_seconds=0.5)
    grandchild = int(text.split("pids ")[1].split()[0])
    assert wait_for(lambda: not is_alive(grandchild))
    assert time.monotonic() - begin < 10


def test_a_program_may_finish_its_work_within_the_grace_period() -> None:
    polite = (
        "import signal, sys, time\n"
        "def end(*_):\n    time.sleep(0.3); print('finished my work', flush=True); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    done: list[str] = []
    text = run_until([python("worker", polite)], lambda out: "up" in out or bool(done))
    assert "worker | finished my work" in text


def test_what_an_orphan_of_a_crashed_program_holds_is_ended_before_the_restart() -> None:
    crash = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print('orphan', child.pid, flush=True)\n"
        "sys.exit(1)\n"
    )
    text = run_until([python("web", crash)], lambda out: out.count("orphan") >= 2)
    orphans = [int(line.split("orphan ")[1]) for line in text.splitlines() if "orphan" in line]
    assert wait_for(lambda: not any(is_alive(pid) for pid in orphans))


def test_programs_end_when_the_supervisor_is_killed_without_a_word() -> None:
    code = (
        "import sys\n"
        "from tools.supervisor import Program, Supervisor\n"
        "sleep = 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'\n"
        "Supervisor([Program('web', [sys.executable, '-c', sleep])]).run()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout
    child = int(parent.stdout.readline().split("| ")[1])
    assert is_alive(child)
    parent.kill()
    parent.wait()
    assert wait_for(lambda: not is_alive(child))
    parent.stdout.close()
