"""PostgreSQL as Debian installs it, run on loopback by a user who is not root, in a folder that goes away with it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.system import need_program

OWNER, READER = "owner", "reader"
PASSWORD = "s3cret/p@ss:wörd"
"""With the signs that have a meaning in an address."""
WAIT_S = 60


@dataclass(frozen=True)
class Server:
    """A running server; both users have the same password."""

    port: int

    def connect(self) -> psycopg.Connection:
        """As the owner, each statement at once in force."""
        return psycopg.connect(host="127.0.0.1", port=self.port, user=OWNER, password=PASSWORD, dbname="postgres", autocommit=True)

    def address(self, base: str = "postgres", user: str = READER, password: str = "${VALUELIB_TEST_PASSWORD}") -> str:
        """An address for study.yaml; without another password, it names the variable that the tests set."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{base}"


def _program(name: str) -> str:
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(places[-1]) if places else need_program(name)


@contextmanager
def run_server() -> Iterator[Server]:
    """Start a server, and stop it at the end whatever happens."""
    initdb, postgres = _program("initdb"), _program("postgres")
    # PostgreSQL refuses to run as root, and its user has to be able to walk to its folder.
    other = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    data, words = folder / "data", folder / "password"
    try:
        words.write_text(PASSWORD, encoding="utf-8")
        if other:
            for path in (folder, words):
                shutil.chown(path, "nobody", "nogroup")
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        made = [initdb, "-D", str(data), "-U", OWNER, "-A", "scram-sha-256", "--pwfile", str(words), "-E", "UTF8", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, cwd=folder, env=environment, **other)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "log_statement": "all"}
        told = [f"-c{key}={value}" for key, value in settings.items()]
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen(
                [postgres, "-D", str(data), "-p", str(port), *told], stdout=log, stderr=log, cwd=folder, env=environment, **other
            )
        try:
            server = Server(port)
            _wait_for(server, running, folder / "log")
            with server.connect() as connection:
                connection.execute(f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'")
            yield server
        finally:
            running.send_signal(signal.SIGQUIT)
            running.wait(WAIT_S)
    finally:
        shutil.rmtree(folder)


def _wait_for(server: Server, running: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + WAIT_S
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            if running.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}") from None
            time.sleep(0.1)
        else:
            return


def run(server: Server, statements: Sequence[str]) -> None:
    """Execute statements as the owner."""
    with server.connect() as connection:
        for statement in statements:
            connection.execute(statement)
