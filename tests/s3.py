"""A server of buckets of the tests' own, on loopback, that speaks as S3 does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import fsspec
from moto.server import ThreadedMotoServer

from feedbot.store import shelf_at
from feedbot.store.bucket import BucketShelf

KEYS = {"AWS_ACCESS_KEY_ID": "feedbot", "AWS_SECRET_ACCESS_KEY": "no-secret", "AWS_DEFAULT_REGION": "us-east-1"}
_NUMBERS = count(1)
_NOWHERE = Path("/nonexistent")


@dataclass(frozen=True, slots=True)
class Bucket:
    """A fresh bucket, and how it is reached."""

    name: str
    url: str

    @property
    def environ(self) -> dict[str, str]:
        """What stands in the environment of who uses it."""
        return KEYS | {"AWS_ENDPOINT_URL": self.url}

    @property
    def address(self) -> str:
        """Where feeds go."""
        return f"s3://{self.name}/feeds"

    @property
    def shelf(self) -> BucketShelf:
        """The shelf on it, of who has that environment."""
        shelf = shelf_at(_NOWHERE, self.address)
        assert isinstance(shelf, BucketShelf)
        return shelf

    def said(self, name: str) -> dict[str, str]:
        """Return what a client is told of an object."""
        files = fsspec.filesystem("s3", endpoint_url=self.url, use_listings_cache=False, skip_instance_cache=True)
        told: dict[str, str] = files.info(f"{self.name}/feeds/{name}")
        return told


@contextmanager
def buckets() -> Iterator[str]:
    """Run a server; give its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def made(url: str) -> Bucket:
    """Make a bucket."""
    bucket = Bucket(f"news{next(_NUMBERS)}", url)
    fsspec.filesystem("s3", endpoint_url=url, skip_instance_cache=True).mkdir(bucket.name)
    return bucket
