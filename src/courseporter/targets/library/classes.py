"""What an import would do to each entity: nine classes by four policies (LIBRARY.md 5.3)."""

from __future__ import annotations

from typing import Literal, NamedTuple

Class = Literal[
    "new",
    "same",
    "update",
    "edited_there",
    "draft_there",
    "foreign",
    "deleted_there",
    "unsupported",
    "gone_here",
    "failed",
]
CLASSES: tuple[Class, ...] = (
    "new", "same", "update", "edited_there", "draft_there", "foreign", "deleted_there",
    "unsupported", "gone_here", "failed",
)  # fmt: skip
Policy = Literal["skip", "overwrite", "new_version", "keep_both"]
Action = Literal["create", "replace", "draft", "restore", "restore_draft", "skip", "none"]
Publish = Literal["new", "all", "none"]


class There(NamedTuple):
    """What the remote system has under a key: fingerprints of draft and published version.

    `known`: we wrote it in an earlier import from the same origin; `written`: its fingerprint then.
    `deleted`: it existed and is deleted now.
    """

    draft: str = ""
    published: str | None = None
    known: bool = False
    written: str | None = None
    deleted: bool = False


class Verdict(NamedTuple):
    """Class of an entity, what the policy does, and whether that waits for a confirmation."""

    entity_class: Class
    action: Action
    held: bool = False
    warning: bool = False


def classify(now: str, there: There | None) -> Class:
    """The class of an entity whose fingerprint is `now`."""
    if there is None:
        return "new"
    if there.deleted:
        return "deleted_there"
    if there.draft == now:
        return "same"
    if there.written is not None and there.draft == there.written:
        return "update"
    if there.draft != there.published:
        return "draft_there"
    return "edited_there" if there.known else "foreign"


def decide(entity_class: Class, policy: Policy) -> Verdict:
    """What a policy makes of a class.  Replacing what isn't ours waits for a confirmation."""
    if entity_class == "new":
        return Verdict("new", "create")
    if entity_class in ("same", "unsupported", "gone_here", "failed"):
        return Verdict(entity_class, "none")
    if policy == "skip":
        return Verdict(entity_class, "skip")
    if policy == "keep_both":
        return Verdict(entity_class, "create")
    deleted = entity_class == "deleted_there"
    if policy == "overwrite":
        theirs = entity_class in ("edited_there", "draft_there", "foreign")
        return Verdict(entity_class, "restore" if deleted else "replace", theirs, theirs)
    theirs = entity_class in ("edited_there", "foreign")
    held = entity_class == "draft_there"
    return Verdict(entity_class, "restore_draft" if deleted else "draft", held, theirs or held)


def default_publish(policy: Policy) -> Publish:
    """What is published when nothing else is said."""
    return _PUBLISH[policy]


_PUBLISH: dict[Policy, Publish] = {
    "skip": "new",
    "overwrite": "all",
    "new_version": "none",
    "keep_both": "all",
}
