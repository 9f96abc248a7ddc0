"""A real mail server on loopback, in a thread, that answers as it is told."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from email.message import EmailMessage
from types import TracebackType
from typing import Self


class _Talk(socketserver.StreamRequestHandler):
    """The few words of RFC 5321 that a sender needs."""

    server: MailServer

    def handle(self) -> None:
        self.say("220 surat.contoh ready")
        for line in self.rfile:
            verb = line.decode().strip().upper()
            if verb.startswith(("EHLO", "HELO", "MAIL", "RSET", "NOOP")):
                self.say("250 ok")
            elif verb.startswith("RCPT"):
                self.say(self.server.answer_to(verb.partition("<")[2].partition(">")[0].lower()))
            elif verb == "DATA":
                self.take()
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("502 unknown")

    def take(self) -> None:
        self.say("354 go on")
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b"."))
        if not self.server.data_answer.startswith("250"):
            self.say(self.server.data_answer)
            return
        letter = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.server.letters.append(letter)
        if self.server.hold is not None:
            self.server.hold.wait(30)  # taken, but the sender is not told yet
        self.say("250 taken")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """`answers` maps a recipient to the answer to RCPT; everybody else is welcome."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Talk)
        self.answers: dict[str, str] = {}
        self.data_answer = "250 taken"
        self.letters: list[EmailMessage] = []
        self.hold: threading.Event | None = None

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def answer_to(self, recipient: str) -> str:
        return self.answers.get(recipient, "250 ok")

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.hold is not None:
            self.hold.set()
        self.shutdown()
        self.server_close()
