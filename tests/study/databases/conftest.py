"""A PostgreSQL server of the tests' own, on loopback, that ends with them."""

from collections.abc import Iterator

import pytest

from tests.study.databases.server import Server, run_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server, with an owner and a role that may read what it is granted."""
    with run_server() as server:
        yield server
