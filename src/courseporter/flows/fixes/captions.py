"""Captions for videos without any, matched by name: `kiln.srt`, `kiln.de.vtt`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from courseporter.flows.fixes.folder import Listing, Matched, Unclear, different, existing
from courseporter.formats.languages import caption_language, offered_language
from courseporter.formats.names import static_name
from courseporter.model import Caption, Node, Video

ENDINGS: Final = (".srt", ".vtt")


class _Fitting(NamedTuple):
    language: str
    file: Path


def names_of(node: Node) -> tuple[str, ...]:
    """What the captions of a video may be called: as its file, its address, or its title."""
    block = node.block
    if not isinstance(block, Video):
        return ()
    files = [block.file] if block.file else []
    files += [unquote(urlsplit(address).path) for address in block.sources]
    stems = [_stem(one.rpartition("/")[2]) for one in files]
    return tuple(dict.fromkeys(one for one in (*stems, node.title.strip().casefold()) if one))


def match_captions(
    nodes: Iterable[Node], place: Path, language: str, chosen: Mapping[str, str]
) -> tuple[Matched, dict[str, list[Caption]], dict[str, str]]:
    """Files for videos without captions: what matches, captions by key of the video, and the file
    of each path.  `language`: of captions that don't say theirs.  Raises InputError.
    """
    videos = list(nodes)
    listing = Listing(place)
    files = [one for one in listing.files() if one.suffix.lower() in ENDINGS]
    single = listing.single and len(videos) == 1
    found: dict[str, Path] = {}
    unclear: list[Unclear] = []
    missing: list[str] = []
    captions: dict[str, list[Caption]] = {}
    paths: dict[str, str] = {}
    for node in videos:
        fitting = (
            [_Fitting(_middle(files[0].stem, language) or language, files[0])]
            if single and files
            else _fitting(names_of(node), files, language)
        )
        if not fitting:
            missing.append(node.title)
        for code, some in _by_language(fitting).items():
            name = f"{node.title} ({code})"
            several = [existing(Path(chosen[name]))] if name in chosen else different(some)
            if len(several) > 1:
                unclear.append(Unclear(name, tuple(map(str, several))))
                continue
            found[name] = several[0]
            name_there = static_name(several[0].with_suffix(".srt").name)
            path = f"captions/{name_there}"
            if paths.get(path, str(several[0])) != str(several[0]):
                path = f"captions/{len(paths)}-{name_there}"
            paths[path] = str(several[0])
            captions.setdefault(node.key, []).append(Caption(language=code, path=path))
    matched = Matched(found, tuple(unclear), tuple(missing), listing.skipped)
    return matched, captions, paths


def with_captions(node: Node, captions: list[Caption]) -> Node:
    """The video with these captions."""
    if not isinstance(node.block, Video):
        return node
    codes = {one.language for one in captions}
    made = tuple(
        replace(one, language=offered_language(one.language, codes - {one.language}))
        for one in captions
    )
    return replace(node, block=replace(node.block, captions=made))


def _fitting(names: tuple[str, ...], files: list[Path], language: str) -> list[_Fitting]:
    """Files whose name is one of these, with a language behind it or not; the first name that has
    any decides.
    """
    for name in names:
        found: list[_Fitting] = []
        for file in files:
            stem = file.stem.casefold()
            if stem == name:
                found.append(_Fitting(language, file))
            elif stem.startswith(name) and stem[len(name)] in "._- ":
                code = caption_language(stem[len(name) + 1 :], language)
                found += [_Fitting(code, file)] if code else []
        if found:
            return found
    return []


def _by_language(fitting: list[_Fitting]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for one in fitting:
        found.setdefault(one.language, []).append(one.file)
    return found


def _middle(stem: str, language: str) -> str | None:
    return caption_language(stem.rpartition(".")[2], language) if "." in stem else language


def _stem(name: str) -> str:
    return (name.rpartition(".")[0] or name).casefold()
