"""Assets of a team's store in a bucket of an S3-compatible service."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Container, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from courseporter.errors import SettingsError, TransientError, _
from courseporter.store.assets import BLOCK, GRACE, AssetStore, Reading, copied

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer
    from obstore.store import S3Config  # a name for the type checker alone

PATIENCE = timedelta(seconds=30)  # for a service that fails; then the job waits and tries again
RETRIES = 5
PART = 8 << 20


class BucketAssets(AssetStore):
    """Larger assets are objects named by their SHA-256; small ones are rows as everywhere.

    The address is `s3://bucket/prefix`, and `?endpoint=https://…&region=…` for a service that is
    not Amazon's.  Who we are is what AWS_ACCESS_KEY_ID and its kin say, or the machine's role.
    """

    def __init__(self, store: Reading, scratch: Path, address: str) -> None:
        super().__init__(store, scratch)
        self.place = address
        self._bucket = _open(address)

    def mark(self, store_id: str) -> None:
        """Write down whose assets these are."""
        with translated(self.place):
            obstore.put(self._bucket, "store-id", store_id.encode())

    def marked(self) -> str | None:
        """Whose assets these are; None when nobody has said."""
        with translated(self.place):
            try:
                return bytes(obstore.get(self._bucket, "store-id").bytes()).decode()
            except FileNotFoundError:
                return None

    def _put_file(self, head: bytes, stream: BinaryIO) -> tuple[str, int]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.folder) as whole:
            sha256, size = copied(head, stream, cast("BinaryIO", whole))
            with translated(self.place):
                if not self._is_fresh(sha256, size):
                    whole.seek(0)
                    obstore.put(self._bucket, _name(sha256), whole, chunk_size=PART)
        return sha256, size

    def _is_fresh(self, sha256: str, size: int) -> bool:
        """Whether it exists undamaged, and is too new for the collector."""
        try:
            found = obstore.head(self._bucket, _name(sha256))
        except FileNotFoundError:
            return False
        age = datetime.now(UTC) - found["last_modified"]
        if found["size"] != size or age >= timedelta(seconds=GRACE / 2):
            return False
        with self._open_file(sha256) as stream:
            return copied(b"", stream, cast("BinaryIO", _Nowhere()))[0] == sha256

    def _open_file(self, sha256: str) -> BinaryIO:
        with translated(self.place):
            reader = obstore.open_reader(self._bucket, _name(sha256), buffer_size=BLOCK)
        return io.BufferedReader(_Object(reader, self.place), BLOCK)

    def collect_files(self, known: Container[str], grace: float = GRACE) -> int:
        """Remove objects that no row names and nobody stored within `grace` seconds."""
        limit = datetime.now(UTC) - timedelta(seconds=grace)
        with translated(self.place):
            old = [
                found["path"]
                for page in obstore.list(self._bucket)  # pyright: ignore[reportUnknownMemberType]
                for found in page
                if found["last_modified"] < limit and found["path"] != "store-id"
            ]
            gone = [path for path in old if path.rpartition("/")[2] not in known]
            return sum(self._remove(path, limit) for path in gone)

    def _remove(self, path: str, limit: datetime) -> bool:
        """Remove an object unless it was stored again since it was listed."""
        try:
            if obstore.head(self._bucket, path)["last_modified"] >= limit:
                return False
        except FileNotFoundError:
            return False
        obstore.delete(self._bucket, path)
        return True


class _Nowhere(io.RawIOBase):
    """Takes bytes and drops them."""

    def write(self, data: ReadableBuffer, /) -> int:
        return memoryview(data).nbytes


class _Object(io.RawIOBase):
    """An object of the bucket as a file that can be read from any place."""

    def __init__(self, reader: obstore.ReadableFile, place: str) -> None:
        self._reader, self._place = reader, place

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return self._reader.seek(offset, whence)

    def tell(self) -> int:
        return self._reader.tell()

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        with translated(self._place):
            data = bytes(self._reader.read(len(buffer)))
        buffer[: len(data)] = data
        return len(data)


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _open(address: str) -> S3Store:
    parts = urlsplit(address)
    words = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if "@" in parts.netloc or "@" in urlsplit(words.get("endpoint", "")).netloc:
        raise SettingsError(
            _("The bucket address contains credentials."),
            _("Remove them; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead."),
            "COURSEPORTER_ASSETS",
        )
    if not parts.netloc or words.keys() - {"endpoint", "region"}:
        raise SettingsError(
            _(
                "“{address}” isn't a valid bucket address.",
                address=f"{parts.scheme}://{parts.netloc}{parts.path}",
            ),
            _("Write it like s3://bucket/prefix?endpoint=https://server&region=name."),
            "COURSEPORTER_ASSETS",
        )
    config: S3Config = {"virtual_hosted_style_request": False}
    if "endpoint" in words:
        config["endpoint"] = words["endpoint"]
    if "region" in words or "AWS_REGION" not in os.environ:
        config["region"] = words.get("region", "us-east-1")
    plain = words.get("endpoint", "").startswith("http://")
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        config=config,
        client_options={"allow_http": plain, "connect_timeout": "5s", "timeout": "120s"},
        retry_config={"max_retries": RETRIES, "retry_timeout": PATIENCE},
    )


@contextmanager
def translated(place: str) -> Generator[None]:
    """Say in our words what the service refused."""
    try:
        yield
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise SettingsError(
            _("Access to the bucket of the shared store was denied."),
            _("Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and the bucket's permissions."),
            place,
            code="store_unreadable",
        ) from error
    except BaseError as error:
        raise TransientError(
            _("The bucket of the shared store isn't responding as expected."),
            _("Jobs retry automatically. Check the address in COURSEPORTER_ASSETS."),
            place,
        ) from error
