"""Studio: the interfaces of content libraries (LIBRARY.md section 3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from .guards import identify
from .libraries import TYPES, Collection, Entity, Library, RefusedError
from .server import Answer, Request, Routes, page

API = "/api/libraries/v2"
LIB = r"(?P<lib>lib:[^/]+)"
BLOCK = r"(?P<key>lb:[^/@]+)"
CONTAINER = r"(?P<key>lct:[^/]+)"
FORBIDDEN = {"detail": "You do not have permission to perform this action."}
NOT_FOUND = {"detail": "Not found."}


def _refusing(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Identify the caller, and turn what the library refuses into the platform's answer."""

    @wraps(view)
    def guarded(request: Request, **parts: str) -> Answer:
        refused = identify(request)
        if refused is not None:
            return refused
        try:
            return view(request, **parts)
        except RefusedError as reason:
            body = page(reason.status) if reason.body is None else reason.body
            return Answer(reason.status, body)

    return guarded


def _library(request: Request, key: str, *, writes: bool = True) -> Library:
    """The library of a library's, block's or container's key.  Raises RefusedError: 404, 403."""
    name = key if key.startswith("lib:") else "lib:" + ":".join(key.split(":")[1:3])
    library = request.site.libraries.get(name)
    if library is None:
        raise RefusedError(404, NOT_FOUND)
    role = library.team.get(request.user or "")
    if not request.site.staff(request.user or "") and (role is None or (writes and role == "read")):
        raise RefusedError(403, FORBIDDEN)
    return library


def _entity(library: Library, key: str, *, deleted: bool = False) -> Entity:
    found = library.entities.get(key)
    if found is None or not (found.there or deleted):
        raise RefusedError(404, NOT_FOUND)
    return found


def _pages(request: Request, rows: list[Any]) -> dict[str, Any]:
    size = min(int(request.query.get("page_size", 10)), 100)
    at = int(request.query.get("page", 1))
    here = rows[(at - 1) * size : at * size]
    more = at * size < len(rows)
    next_page = f"{request.studio}{request.path}?page={at + 1}&page_size={size}" if more else None
    return {"count": len(rows), "next": next_page, "previous": None, "results": here}


def _of_library(one: Library) -> dict[str, Any]:
    return {
        "id": one.key,
        "type": "complex",
        "org": one.org,
        "slug": one.slug,
        "title": one.title,
        "description": one.description,
        "num_blocks": 0,
        "allow_public_learning": False,
        "allow_public_read": False,
        "has_unpublished_changes": any(e.draft != e.published for e in one.entities.values()),
        "has_unpublished_deletes": any(not e.there and e.published for e in one.entities.values()),
        "license": "",
        "can_edit_library": True,
    }


def _of_entity(library: Library, one: Entity) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": one.key,
        "display_name": one.now.title or one.kind,
        "has_unpublished_changes": one.draft != one.published,
        "created": one.created,
        "modified": one.modified,
        "last_published": one.modified if one.published else None,
        "collections": library.collections_of(one.key),
    }
    if one.container:
        return said | {"container_type": one.kind}
    return said | {"block_type": one.kind, "def_key": None, "can_stand_alone": True}


# ------------------------------------------------------------------------------------ libraries


@_refusing
def listing(request: Request) -> Answer:
    user = request.user or ""
    rows = [
        _of_library(one)
        for one in request.site.libraries.values()
        if request.site.staff(user) or user in one.team
    ]
    return Answer(200, _pages(request, rows) if "pagination" in request.query else rows)


@_refusing
def create(request: Request) -> Answer:
    given = request.json
    missing = {
        name: ["This field is required."]
        for name in ("org", "slug", "title", "description")
        if name not in given
    }
    if missing:
        return Answer(400, missing)
    if not request.site.staff(request.user or ""):
        return Answer(403, FORBIDDEN)
    made = Library(given["org"], given["slug"], given["title"], given["description"])
    if made.key in request.site.libraries:
        return Answer(400, {"slug": f"A library with that ID already exists: {made.key}"})
    made.team[request.user or ""] = "admin"
    request.site.libraries[made.key] = made
    return Answer(200, _of_library(made))


@_refusing
def library(request: Request, lib: str) -> Answer:
    return Answer(200, _of_library(_library(request, lib, writes=False)))


@_refusing
def block_types(request: Request, lib: str) -> Answer:
    _library(request, lib, writes=False)
    return Answer(200, [{"block_type": name, "display_name": name.title()} for name in TYPES])


@_refusing
def commit(request: Request, lib: str) -> Answer:
    here = _library(request, lib)
    (here.commit if request.method == "POST" else here.revert)()
    return Answer(200, {})


# ----------------------------------------------------------------------------------- components


@_refusing
def blocks(request: Request, lib: str) -> Answer:
    if request.method == "POST":
        here, given = _library(request, lib), request.json
        made = here.add_block(given["block_type"], given["definition_id"])
        return Answer(200, _of_entity(here, made))
    here = _library(request, lib, writes=False)
    kind = request.query.get("block_type")
    rows = [
        _of_entity(here, one)
        for one in here.entities.values()
        if not one.container and one.there and kind in (None, one.kind)
    ]
    return Answer(200, _pages(request, rows))


@_refusing
def block(request: Request, key: str) -> Answer:
    here = _library(request, key, writes=request.method != "GET")
    one = _entity(here, key)
    if request.method == "DELETE":
        here.delete(one)
        return Answer(200, {})
    return Answer(200, _of_entity(here, one))


@_refusing
def olx(request: Request, key: str) -> Answer:
    here = _library(request, key, writes=request.method != "GET")
    if request.method == "GET":
        return Answer(200, {"olx": _entity(here, key).now.olx})
    one = here.entities.get(key)
    if one is None:
        return Answer(500, page(500))
    return Answer(200, {"olx": one.now.olx, "version_num": here.set_olx(one, request.json["olx"])})


@_refusing
def olx_version(request: Request, key: str, version: str) -> Answer:
    one = _entity(_library(request, key, writes=False), key, deleted=True)
    number = {"draft": one.draft, "published": one.published}.get(version)
    number = int(version) if number is None and version.isdigit() else number
    if not number or number > len(one.versions):
        return Answer(404, NOT_FOUND)
    return Answer(200, {"olx": one.at(number).olx})


@_refusing
def assets(request: Request, key: str) -> Answer:
    one = _entity(_library(request, key, writes=False), key)
    rows = [
        {
            "path": name,
            "url": f"{request.studio}/library_assets/component_versions/{key}@{one.draft}/{name}",
            "size": len(data),
        }
        for name, data in sorted(one.now.files.items())
    ]
    return Answer(200, {"files": rows})


@_refusing
def asset(request: Request, key: str, path: str) -> Answer:
    here = _library(request, key, writes=request.method != "GET")
    one = _entity(here, key)
    if request.method == "DELETE":
        here.drop_file(one, path)
        return Answer(204, "")
    if request.method == "GET":
        if path not in one.now.files:
            return Answer(404, NOT_FOUND)
        return Answer(200, {"path": path, "url": "", "size": len(one.now.files[path])})
    if request.upload is None or request.upload.field != "content":
        return Answer(500, page(500))
    here.put_file(one, path, Path(request.upload.path).read_bytes())
    return Answer(200, {"path": path, "url": "", "size": request.upload.path.stat().st_size})


@_refusing
def stored_file(request: Request, key: str, version: str, path: str) -> Answer:
    one = _entity(_library(request, key, writes=False), key, deleted=True)
    data = one.at(int(version)).files.get(path)
    return Answer(404, NOT_FOUND) if data is None else Answer(200, data)


@_refusing
def publish(request: Request, key: str) -> Answer:
    here = _library(request, key)
    here.publish(_entity(here, key, deleted=True))
    return Answer(200, {})


@_refusing
def restore(request: Request, key: str) -> Answer:
    here = _library(request, key)
    here.restore(_entity(here, key, deleted=True))
    return Answer(200 if key.startswith("lb:") else 204, {})


# ----------------------------------------------------------------------------------- containers


@_refusing
def containers(request: Request, lib: str) -> Answer:
    here, given = _library(request, lib), request.json
    made = here.add_container(
        given.get("container_type", ""), given.get("display_name", ""), given.get("slug")
    )
    return Answer(200, _of_entity(here, made))


@_refusing
def container(request: Request, key: str) -> Answer:
    here = _library(request, key, writes=request.method != "GET")
    one = _entity(here, key)
    if request.method == "DELETE":
        here.delete(one)
        return Answer(204, "")
    if request.method == "PATCH":
        title = request.json.get("display_name", "")
        if not title.strip():
            return Answer(400, {"display_name": ["This field may not be blank."]})
        one.change(title=title)
    return Answer(200, _of_entity(here, one))


@_refusing
def children(request: Request, key: str) -> Answer:
    here = _library(request, key, writes=request.method != "GET")
    one = _entity(here, key)
    if request.method == "GET":
        published = request.query.get("published") == "true"
        keys = one.at(one.published).children if published and one.published else one.now.children
        there = [here.entities[child] for child in keys if here.entities[child].there]
        return Answer(200, [_of_entity(here, child) for child in there])
    given = request.json.get("usage_keys", [])
    had = list(one.now.children)
    if request.method == "DELETE":
        one.change(children=[child for child in had if child not in given])
    elif request.method == "POST":
        one.change(children=had + here.children_for(one, given))
    else:
        one.change(children=here.children_for(one, given))
    return Answer(200, _of_entity(here, one))


# ---------------------------------------------------------------------------------- collections


def _of_collection(one: Collection) -> dict[str, Any]:
    return {"key": one.key, "title": one.title, "description": one.description, "enabled": True}


@_refusing
def collections(request: Request, lib: str) -> Answer:
    if request.method == "POST":
        given = request.json
        made = _library(request, lib).add_collection(given["title"], given.get("description", ""))
        return Answer(200, _of_collection(made))
    here = _library(request, lib, writes=False)
    return Answer(200, _pages(request, [_of_collection(o) for o in here.collections.values()]))


@_refusing
def collection(request: Request, lib: str, name: str) -> Answer:
    here = _library(request, lib, writes=request.method != "GET")
    if name not in here.collections:
        return Answer(404, NOT_FOUND)
    if request.method == "DELETE":
        del here.collections[name]
        return Answer(204, "")
    return Answer(200, _of_collection(here.collections[name]))


@_refusing
def items(request: Request, lib: str, name: str) -> Answer:
    here = _library(request, lib)
    found = here.collections.get(name)
    if found is None:
        return Answer(404, NOT_FOUND)
    keys = request.json.get("usage_keys", [])
    if any(key not in here.entities for key in keys):
        return Answer(404, NOT_FOUND)
    kept = [key for key in found.members if key not in keys]
    found.members = kept if request.method == "DELETE" else [*kept, *keys]
    return Answer(200, {"count": len(keys)})


@_refusing
def downstreams(request: Request) -> Answer:
    upstream = request.query.get("upstream_usage_key", "")
    here = _library(request, upstream, writes=False)
    rows = [
        {"upstream_key": upstream, "downstream_context_key": course}
        for course in here.courses_using.get(upstream, [])
    ]
    return Answer(200, _pages(request, rows))


def _routes() -> Routes:
    many = [
        ("GET", f"{API}/", listing),
        ("POST", f"{API}/", create),
        ("GET", f"{API}/{LIB}/", library),
        ("GET", f"{API}/{LIB}/block_types/", block_types),
        ("POST DELETE", f"{API}/{LIB}/commit/", commit),
        ("GET POST", f"{API}/{LIB}/blocks/", blocks),
        ("POST", f"{API}/{LIB}/containers/", containers),
        ("GET POST", f"{API}/{LIB}/collections/", collections),
        ("GET DELETE", f"{API}/{LIB}/collections/(?P<name>[^/]+)/", collection),
        ("PATCH DELETE", f"{API}/{LIB}/collections/(?P<name>[^/]+)/items/", items),
        ("GET DELETE", f"{API}/blocks/{BLOCK}/", block),
        ("GET POST", f"{API}/blocks/{BLOCK}/olx/", olx),
        ("GET", f"{API}/blocks/{BLOCK}/assets/", assets),
        ("GET PUT DELETE", f"{API}/blocks/{BLOCK}/assets/(?P<path>.+)", asset),
        ("POST", f"{API}/blocks/{BLOCK}/publish/", publish),
        ("POST", f"{API}/blocks/{BLOCK}/restore/", restore),
        ("GET PATCH DELETE", f"{API}/containers/{CONTAINER}/", container),
        ("GET POST PATCH DELETE", f"{API}/containers/{CONTAINER}/children/", children),
        ("POST", f"{API}/containers/{CONTAINER}/publish/", publish),
        ("POST", f"{API}/containers/{CONTAINER}/restore/", restore),
        ("GET", rf"/api/xblock/v2/xblocks/{BLOCK}@(?P<version>\w+)/olx/", olx_version),
        (
            "GET",
            rf"/library_assets/component_versions/{BLOCK}@(?P<version>\d+)/(?P<path>.+)",
            stored_file,
        ),
        ("GET", "/api/contentstore/v2/downstreams/", downstreams),
    ]
    return [(method, path, view) for methods, path, view in many for method in methods.split()]


ROUTES: Routes = _routes()
