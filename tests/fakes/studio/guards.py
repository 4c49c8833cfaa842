"""Who may call what: the platform's answers to callers it does not know or does not trust."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from .server import Answer, Request


def identify(request: Request, word: str = "detail") -> Answer | None:
    """Set the request's user; or the 401 that the platform gives."""
    given = request.headers.get("authorization", "")
    kind, _, token = given.partition(" ")
    if not given:
        wording = "Incorrect authentication credentials."
        said = "Authentication credentials were not provided." if word == "detail" else wording
        return Answer(401, {word: said})
    jwt = token.count(".") == 2
    user = request.site.user_of(token) if jwt == (kind == "JWT") else None
    if user is not None:
        request.user = user
        return None
    if kind == "Bearer":
        text = "The provided access token does not match any valid tokens."
        return Answer(401, {"error_code": "token_nonexistent", "developer_message": text})
    return Answer(401, {word: "Invalid token."})


def known(view: Callable[..., Answer]) -> Callable[..., Answer]:
    @wraps(view)
    def guarded(request: Request, **parts: str) -> Answer:
        return identify(request) or view(request, **parts)

    return guarded


def staff(view: Callable[..., Answer]) -> Callable[..., Answer]:
    @wraps(view)
    def guarded(request: Request, **parts: str) -> Answer:
        refused = identify(request)
        if refused is None and not request.site.staff(request.user or ""):
            refused = Answer(403, {"detail": "You do not have permission to perform this action."})
        return refused or view(request, **parts)

    return guarded


def author(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """The caller may write the course `key`."""

    @wraps(view)
    def guarded(request: Request, **parts: str) -> Answer:
        refused = identify(request, "developer_message")
        if refused is None and not may_write(request, parts["key"]):
            text = "The requesting user does not have course author permissions."
            refused = Answer(403, {"developer_message": text, "error_code": "user_permissions"})
        return refused or view(request, **parts)

    return guarded


def may_write(request: Request, key: str) -> bool:
    return request.site.may_write(request.user or "", request.site.find(key))
