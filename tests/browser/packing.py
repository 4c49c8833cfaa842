"""A package's files as the assets that play it, made as plainly as the contract allows."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

from courseporter.formats.scorm_player import bundled
from courseporter.formats.scorm_player.bundled import slim

SCORM = Path(__file__).resolve().parents[2] / "resources" / "scorm"
MEDIA = (".wav", ".mp4", ".mp3")
TYPES = {
    ".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml",
    ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css",
    ".json": "application/json", ".wasm": "application/wasm", ".png": "image/png",
    ".svg": "image/svg+xml", ".xml": "text/xml", ".txt": "text/plain", ".vtt": "text/vtt",
    ".wav": "audio/wav", ".woff2": "font/woff2", ".pdf": "application/pdf", ".mp4": "video/mp4",
}  # fmt: skip
ID = "0123456789"


def script(kind: str, *, without: str = "") -> str:
    """The scripts of the `player` page, in their order, as they travel."""
    lines = (SCORM / f"{kind}.order").read_text("utf-8").splitlines()
    names = [line.partition(" ")[0] for line in lines]
    parts = [slim((SCORM / name).read_bytes()) for name in names if name != without]
    return b"\n".join(parts).decode()


def messages(language: str = "en") -> dict[str, str]:
    """The sentences of one language."""
    return json.loads((SCORM / "messages.json").read_text("utf-8"))[language]


def zip_of(files: dict[str, bytes], apart: frozenset[str]) -> tuple[bytes, dict[str, dict]]:
    """The ZIP and where each file lies in it; `apart` are assets of their own."""
    target, rows = io.BytesIO(), {}
    with zipfile.ZipFile(target, "w") as archive:
        for path, content in files.items():
            kind = TYPES.get(Path(path).suffix, "application/octet-stream")
            if path in apart:
                name = f"cpscorm-{ID}-{hashlib.sha256(path.encode()).hexdigest()[:8]}.bin"
                rows[path] = {"n": name, "s": len(content), "t": kind}
                continue
            method = zipfile.ZIP_STORED if path.endswith(MEDIA) else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(path), content, method)
            info = archive.getinfo(path)
            begin = info.header_offset + 30 + len(path.encode())
            size = {"o": begin, "c": info.compress_size, "s": len(content)}
            rows[path] = {**size, "m": method, "t": kind}
    return target.getvalue(), rows


def page_of(config: dict, language: str, title: str) -> bytes:
    """A player page."""
    text = (SCORM / "player.html").read_text("utf-8")
    escaped = json.dumps(config).replace("<", "\\u003c")
    for mark, value in (("language", language), ("title", title), ("config", escaped)):
        text = text.replace("{{" + mark + "}}", value)
    return text.encode()


def pack(
    files: dict[str, bytes],
    launch: str,
    *,
    apart: frozenset[str] = frozenset(),
    language: str = "en",
    title: str = "Lesson",
    **config: object,
) -> dict[str, bytes]:
    """Assets by name."""
    content, rows = zip_of(files, apart)
    sha = hashlib.sha256(content).hexdigest()
    index = {"zip": f"cpscorm-{ID}.zip", "size": len(content), "sha": sha, "files": rows}
    index["v"] = config.get("v", sha[:16])
    if language != "en":
        say = messages(language)
        index |= {"lang": language, "say": {name: say[name] for name in ("absent", "broken")}}
    whole = {
        "id": ID, "n": 0, "item": "ITEM-1", "launch": launch, "scorm": "1.2",
        "v": index["v"], "zip": f"cpscorm-{ID}.zip", "mastery": None, "launchData": "",
        "maxTime": "", "timeAction": "", "threshold": None, "say": messages(language),
        **({"sha": sha} if len(content) <= 32 << 20 else {}), **config,
    }  # fmt: skip
    return {
        f"cpscorm-{ID}.zip": content,
        f"cpscorm-{ID}.json": json.dumps(index).encode(),
        f"cpscorm-{ID}-0.html": page_of(whole, language, title),
        f"cpscorm-{ID}.js": script("player").encode(),
        "cpscorm-sw.js": bundled.worker(),
        **{rows[path]["n"]: files[path] for path in apart},
    }
