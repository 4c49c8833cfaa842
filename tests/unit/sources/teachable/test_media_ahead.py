"""Media of a lecture are downloaded together, and never twice when they are whole."""

from __future__ import annotations

import hashlib
import io
import threading

import pytest

from courseporter.model import Asset
from courseporter.net import Client, HeaderCredential, Policy
from courseporter.secret import Secret
from courseporter.sources.teachable.reading import Reading
from fakes.teachable import School, Teachable, attachment
from fakes.web import Reply

LARGE = 3 << 19


class Ctx:
    """A context whose assets outlive a killed reading, as those of the store do."""

    def __init__(self, scratch, http, assets):
        self.scratch, self.assets = scratch, assets
        self.sites = {"": http, "media": Client()}

    def asset(self, path, stream):
        body = stream.read()
        mark = hashlib.sha256(body).hexdigest()
        self.assets[mark] = body
        return Asset(path=path, sha256=mark, size=len(body))

    def open_asset(self, sha256):
        return io.BytesIO(self.assets[sha256])

    def http(self, site=""):
        return self.sites[site]

    def tick(self, done, total, unit):
        pass

    def close(self):
        for one in self.sites.values():
            one.close()


def school_of(sizes, file_size=None):
    lectures, listed = {}, []
    media = {}
    for number, size in enumerate(sizes, 1):
        media[f"u/{number}.mp4"] = bytes([number]) * size
        listed.append({"id": number, "position": number, "is_published": True})
        one = attachment(
            100 + number, "video", 1, name=f"{number}.mp4", url=f"media:u/{number}.mp4",
            file_size=size if file_size is None else file_size,
        )  # fmt: skip
        lectures[7, number] = {
            "id": number, "name": f"L{number}", "position": 1, "lecture_section_id": 5,
            "attachments": [one],
        }  # fmt: skip
    section = {"id": 5, "name": "S", "is_published": True, "position": 1, "lectures": listed}
    course = {"id": 7, "name": "One", "is_published": True, "lecture_sections": [section]}
    return School([course], lectures, media)


@pytest.fixture
def reading(tmp_path):
    assets, opened = {}, []

    def start(fake, cursor=None, **choices):
        credential = HeaderCredential(apiKey=Secret(fake.key))
        http = Client(fake.url, credential=credential, policy=Policy())
        opened.append(Ctx(tmp_path, http, assets))
        return Reading(opened[-1], choices, {}).chunks("7", cursor)

    yield start
    for one in opened:
        one.close()


def files_of(chunks):
    return [one.path for chunk in chunks for one in chunk.assets]


def test_files_of_several_lectures_come_at_the_same_time(reading, tmp_path):
    together = threading.Barrier(2, timeout=30)
    with Teachable(school_of([9, 9, 9, 9]), limit=None) as fake:
        usual = fake.cdn.answer

        def meeting(request):
            together.wait()  # a file after another would wait here for ever
            return usual(request)

        fake.cdn.answer = meeting
        chunks = list(reading(fake, media="package"))
        assert len(fake.cdn.asked) == 4
    assert files_of(chunks) == [f"media/10{n}-{n}.mp4" for n in (1, 2, 3, 4)]
    assert list(tmp_path.iterdir()) == []


def test_a_chunk_that_was_not_saved_downloads_nothing_again(reading, tmp_path):
    with Teachable(school_of([9, LARGE, 30]), limit=None) as fake:
        chunks = reading(fake, media="package")
        at = next(chunks).cursor
        first = next(chunks)
        assert len(fake.cdn.asked) == 3
        again = list(reading(fake, cursor=at, media="package"))  # killed before the commit
        assert len(fake.cdn.asked) == 3
    assert again[0].assets == first.assets
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_whole_in_the_folder_is_not_downloaded_again(reading, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    choices = {"media": "folder", "media_dir": str(folder), "media_base": "https://me.example"}
    with Teachable(school_of([9, 30]), limit=None) as fake:
        list(reading(fake, **choices))
        (folder / "102-2.mp4").write_bytes(b"cut off")
        list(reading(fake, **choices))
        assert [one.split("?")[0][-5:] for one in fake.cdn.asked[2:]] == ["2.mp4"]
    assert (folder / "102-2.mp4").read_bytes() == bytes([2]) * 30


@pytest.mark.parametrize("file_size", [None, 0])
def test_the_size_limit_skips_the_same_files_whatever_comes_first(reading, file_size):
    mega = 1 << 20
    sizes = [mega // 2, mega, mega // 4, mega // 2]
    with Teachable(school_of(sizes, file_size), limit=None) as fake:
        chunks = list(reading(fake, media="package", media_budget="1"))
    assert files_of(chunks) == ["media/101-1.mp4", "media/103-3.mp4"]


def test_pages_with_a_player_are_not_downloaded_as_files(reading):
    school = school_of([9])
    school.lectures[7, 1]["attachments"][0]["url"] = "https://vimeo.com/12345"
    with Teachable(school, limit=None) as fake:
        chunks = list(reading(fake, media="package"))
    assert files_of(chunks) == []
    (node,) = [one for chunk in chunks for one in chunk.nodes if one.kind == "block"]
    assert node.block.url == "https://vimeo.com/12345"


def test_a_failed_file_costs_only_itself(reading):
    with Teachable(school_of([9, 9, 9]), limit=None) as fake:
        usual = fake.cdn.answer
        fake.cdn.answer = lambda asked: Reply(404, b"") if "/2.mp4" in asked.path else usual(asked)
        chunks = list(reading(fake, media="package"))
    assert files_of(chunks) == ["media/101-1.mp4", "media/103-3.mp4"]
    lost = [e for c in chunks for e in c.entries if e.outcome == "converted_with_loss"]
    assert [one.ref for one in lost] == ["102"]
