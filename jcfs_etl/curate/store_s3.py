"""Curated data in a bucket of an S3-compatible store, where one request replaces one object."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeVar

import s3fs

from jcfs_etl.curate.store import OWN, Store
from jcfs_etl.errors import RunError
from jcfs_etl.locking import Hold, taken, until, who

_T = TypeVar("_T")
_R = TypeVar("_R")
#: Requests under way at once.
_AT_ONCE = 16
#: Objects that one request may remove, by the interface's own limit.
_DELETED_AT_ONCE = 1000
#: What a store answers when the condition of a request does not hold.
_REFUSED = ("PreconditionFailed", "412", "NoSuchKey", "ConditionalRequestConflict")


class S3Store(Store):
    """A bucket, or the part of one below a path."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.name = f"s3://{base}"
        self._files = s3fs.S3FileSystem(use_listings_cache=False, skip_instance_cache=True)
        # Work that waits for requests must not take the threads that they need.
        self._threads, self._waiting = ThreadPoolExecutor(_AT_ONCE), ThreadPoolExecutor(_AT_ONCE)
        self._deletes_many = True

    def read(self, key: str) -> bytes | None:
        """What an object holds; None where there is none."""
        with self._asking(key):
            try:
                # Asked for in parts, an object is looked up before it is read.
                return bytes(self._files.cat_file(self._at(key), max_concurrency=1))
            except FileNotFoundError:
                return None

    def read_all(self, keys: Iterable[str]) -> dict[str, bytes]:
        """What objects hold, asked for at once."""
        keys = list(keys)
        found = zip(keys, self._each(self.read, keys), strict=True)
        return {key: data for key, data in found if data is not None}

    def at_once(self, work: Callable[[_T], _R], items: Iterable[_T]) -> list[_R]:
        """Do several things at once, as each is mostly waiting."""
        return list(self._waiting.map(work, items))

    def write(self, key: str, data: bytes) -> None:
        """Put an object."""
        with self._asking(key):
            self._files.pipe_file(self._at(key), data)

    def stage(self, files: Mapping[str, bytes]) -> None:
        """Put several objects at once."""
        self._each(lambda item: self.write(*item), files.items())

    def ready(self, keys: Iterable[str]) -> None:
        """A store has no folders."""

    def tidy(self, keys: Iterable[str]) -> None:
        """A store has no folders."""

    def stage_file(self, key: str, path: Path) -> None:
        """Upload a file in parts; the object is there when all of them are."""
        with self._asking(key):
            self._files.put_file(str(path), self._at(key))

    def move(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Have the store copy objects, then remove what they were copied from."""
        pairs = list(pairs)
        self._each(self._copy, pairs)
        self.delete(key for key, _ in pairs)

    def copy(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Have the store copy objects."""
        self._each(self._copy, pairs)

    def delete(self, keys: Iterable[str]) -> None:
        """Remove objects, many with one request where the store knows how."""
        keys = list(keys)
        if self._deletes_many and len(keys) > 1:
            with self._asking(keys[0]):
                try:
                    for at in range(0, len(keys), _DELETED_AT_ONCE):
                        self._delete_many(keys[at : at + _DELETED_AT_ONCE])
                    return
                except OSError:
                    # Some stores do not know the request, or ask for another checksum; what else is wrong
                    # shows below.
                    self._deletes_many = False
        self._each(self._delete, keys)

    def keys(self, prefix: str) -> list[str]:
        """All objects below a prefix."""
        with self._asking(prefix):
            found = self._files.find(self._at(prefix))
        return sorted(str(path)[len(self.base) + 1 :] for path in found)

    def settle(self) -> None:
        """What the store has answered is settled."""

    def log(self, name: str, number: int, line: bytes) -> None:
        """Put an object named by the number; the store refuses a number that another run has used."""
        key = f"{name}/{number:012d}.json"
        with self._asking(key):
            try:
                self._files.pipe_file(self._at(key), line + b"\n", mode="create")
            except FileExistsError as error:
                if self.read(key) == line + b"\n":
                    return  # a request that was answered too late, and was sent twice
                raise RunError(
                    f"{self.name}: another run has written there meanwhile", "run again for the rest"
                ) from error

    def logged(self, name: str) -> list[bytes]:
        """What the objects hold, by number."""
        lines = self._each(self.read, self.keys(name))
        return [line for line in lines if line is not None]

    def clear_log(self, name: str) -> None:
        """Remove the objects."""
        self.delete(self.keys(name))

    def hold(self, wait: float) -> Hold:
        """Take or take over the lease."""
        with self._asking(f"{OWN}/lock"):
            return Lease(self._files, self._bucket, self._path(f"{OWN}/lock"), self.name, wait)

    def dataset(self, dataset: str) -> tuple[str, Any] | None:
        """The dataset's path, with the file system to read it."""
        return (self._at(dataset), self._files) if self.keys(dataset) else None

    @property
    def _bucket(self) -> str:
        return self.base.partition("/")[0]

    def _path(self, key: str) -> str:
        return self._at(key).partition("/")[2]

    def _at(self, key: str) -> str:
        return f"{self.base}/{key}"

    def _copy(self, pair: tuple[str, str]) -> None:
        key, to = pair
        with self._asking(to), suppress(FileNotFoundError):
            source = {"Bucket": self._bucket, "Key": self._path(key)}
            self._files.call_s3("copy_object", Bucket=self._bucket, Key=self._path(to), CopySource=source)

    def _delete(self, key: str) -> None:
        with self._asking(key):
            self._files.call_s3("delete_object", Bucket=self._bucket, Key=self._path(key))

    def _delete_many(self, keys: Sequence[str]) -> None:
        """Remove objects with one request.

        Raises:
            OSError: the store does not do it, or not for all of them.
        """
        objects = {"Objects": [{"Key": self._path(key)} for key in keys], "Quiet": True}
        answer = self._files.call_s3("delete_objects", Bucket=self._bucket, Delete=objects)
        if refused := answer.get("Errors"):
            raise OSError(str(refused[0]))

    def _each(self, work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        return list(self._threads.map(work, items))

    @contextmanager
    def _asking(self, key: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self.cannot(f"{self.name}/{key}: the store refuses", error) from error
        except Exception as error:
            # Connection and credential errors come as classes of the libraries below.
            if type(error).__module__.partition(".")[0] not in ("botocore", "aiohttp", "aiobotocore"):
                raise
            raise RunError(
                f"{self.name}: the store cannot be reached ({error})",
                "check AWS_ENDPOINT_URL and the credentials",
            ) from error


class Lease(Hold):
    """An object that a living run renews, and that another may take over when it is old.

    Every renewal names the version that it replaces, so of two runs that take it over one is refused.

    Args:
        files: the store.
        bucket: the bucket.
        path: the object.
        name: the curated root, for messages.
        wait: seconds to wait for another run.
        lasts: seconds after which a lease that was not renewed is void.

    Raises:
        RunError: another run holds it.
    """

    def __init__(
        self, files: Any, bucket: str, path: str, name: str, wait: float, lasts: float = 60.0
    ) -> None:
        self._files, self._bucket, self._path, self._name = files, bucket, path, name
        self._lasts = lasts
        self._said = {**who(), "token": uuid.uuid4().hex, "lasts": lasts}
        self._version = ""
        self._renewed = time.monotonic()
        self._ended = threading.Event()
        if not until(self._take, wait, pause=1.0):
            raise taken(name, self._holder())
        self._require_conditions()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Refuse to go on when the last renewal is too long ago for nobody to have taken it over."""
        if self._version and time.monotonic() - self._renewed < self._lasts * 0.8:
            return
        raise RunError(
            f"{self._name}: the right to write there was lost, because it could not be renewed in time",
            "run again for the rest",
        )

    def release(self) -> None:
        """Remove it, unless another has it by now."""
        self._ended.set()
        self._thread.join()
        with suppress(OSError):
            if self._version and self._head()[0] == self._version:
                self._files.call_s3("delete_object", Bucket=self._bucket, Key=self._path)

    def _take(self) -> bool:
        try:
            version, age, lasts = self._head()
        except FileNotFoundError:
            return self._put(IfNoneMatch="*")
        return age > lasts and self._put(IfMatch=version)

    def _head(self) -> tuple[str, float, float]:
        """Version of the lease, its age by the store's clock, and how long it says that it lasts."""
        head = self._files.call_s3("head_object", Bucket=self._bucket, Key=self._path)
        now = parsedate_to_datetime(head["ResponseMetadata"]["HTTPHeaders"]["date"])
        lasts = float(head.get("Metadata", {}).get("lasts", self._lasts))
        return head["ETag"], (now - head["LastModified"]).total_seconds(), lasts

    def _holder(self) -> bytes | None:
        try:
            return bytes(self._files.cat_file(f"{self._bucket}/{self._path}"))
        except OSError:
            return None

    def _put(self, **condition: str) -> bool:
        """Write the lease on a condition; whether the store let us."""
        # A time that changes with each renewal makes each version another.
        said = json.dumps({**self._said, "renewed": time.monotonic()}, ensure_ascii=False).encode()
        asked = time.monotonic()
        try:
            answer = self._files.call_s3(
                "put_object",
                Bucket=self._bucket,
                Key=self._path,
                Body=said,
                Metadata={"lasts": str(self._lasts)},
                **condition,
            )
        except OSError as error:
            if _code(error) in _REFUSED:
                if not self._is_ours():
                    return False
                self._version, self._renewed = self._head()[0], asked
                return True
            raise RunError(
                f"{self._name}: cannot be written ({error.strerror or error})",
                "check the bucket and the credentials",
            ) from error
        self._version, self._renewed = str(answer["ETag"]), asked
        return True

    def _require_conditions(self) -> None:
        """Refuse a store that would put the lease over itself: it would put it over another's as well.

        Raises:
            RunError: it does not heed the condition.
        """
        where = {"Bucket": self._bucket, "Key": self._path}
        try:
            self._files.call_s3("put_object", **where, Body=b"", IfNoneMatch="*")
        except OSError as error:
            if _code(error) in _REFUSED:
                return
            raise
        self._files.call_s3("delete_object", **where)
        raise RunError(
            f"{self._name}: the store does not heed If-None-Match, so two runs could write there at once",
            "give a store that does, or a folder",
        )

    def _is_ours(self) -> bool:
        """Whether the lease is ours after all: a request answered too late is sent twice."""
        try:
            return bool(json.loads(self._holder() or b"{}").get("token") == self._said["token"])
        except ValueError:
            return False

    def _keep(self) -> None:
        while not self._ended.wait(self._lasts / 4):
            # A renewal that fails for once is tried again; check() counts from the last that worked.
            with suppress(Exception):
                if not self._put(IfMatch=self._version):
                    self._version = ""
                    return


def _code(error: OSError) -> str:
    """The store's own code for an error."""
    response = getattr(error.__cause__, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))
