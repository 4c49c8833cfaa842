"""One SCORM package, opened: its organizations, its course, and its items laid out."""

from __future__ import annotations

from collections.abc import Iterator

from courseporter.context import Limits
from courseporter.errors import Problem
from courseporter.formats.archive import Archive
from courseporter.formats.names import static_name
from courseporter.formats.scorm_player.choice import Lesson, mode_problems
from courseporter.model import Course, Package, PackageMode
from courseporter.sources.scorm.files import Files
from courseporter.sources.scorm.items import Organization
from courseporter.sources.scorm.launch import Launcher
from courseporter.sources.scorm.layout import Laid, Layout, skipped
from courseporter.sources.scorm.manifest import Manifest
from courseporter.sources.scorm.metadata import About, look_for_files, read_about
from courseporter.sources.scorm.organization import Organizations
from courseporter.sources.scorm.version import read_version

_DEFINITIONS = (".xsd", ".dtd", ".xsl", ".mod", ".ent")  # schemas that authoring tools put in


class ScormPackage:
    """Everything that the manifest says.  Raises InputError when it says no course."""

    @property
    def sequencing_rules(self) -> int:
        """Number of items and organizations with rules of IMS Simple Sequencing."""
        return sum(
            next(one.iter("{*}sequencingRules", "{*}controlMode"), None) is not None
            for one in self._manifest.root.iter("{*}sequencing")
        )

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self._archive = archive
        self._manifest = Manifest(archive, limits.manifest)
        self._files = Files(archive, self._manifest.folder)
        self._notes = self._manifest.notes
        self.organizations = Organizations(self._manifest).all
        self.version = read_version(self._manifest)
        self._others: list[Organization] = []
        self._lessons: list[Lesson] = []
        self._abouts: dict[int, About] = {}  # read once, so that notes are told once
        self._asset = ""

    def choose(self, key: str) -> Organization:
        """The organization of this key, else the default one; the others will be skipped."""
        chosen = next((one for one in self.organizations if one.key == key), self.organizations[0])
        self._others = [one for one in self.organizations if one is not chosen]
        return chosen

    @property
    def count(self) -> int:
        """Items of all organizations."""
        return sum(len(one.items) for one in self.organizations)

    def lay(
        self, organization: Organization, asset: str, mode: PackageMode = "play"
    ) -> Iterator[Laid]:
        """The organization's items with their nodes, then those of the others without any.

        `asset`: path of the package among the draft's files; `mode`: what happens to its lessons.
        """
        self._asset = asset
        package = Package(
            file=asset,
            href="",
            version=self.version or "",
            mode=mode,
            identity=self._key_of(organization),
        )
        launcher = Launcher(self._files, package, self._notes)
        for laid in Layout(organization, launcher, self._notes).lay():
            for node in laid.nodes:
                if isinstance(node.block, Package):
                    self._lessons.append(Lesson(node.title, node.key, mode))
            yield laid
        for other in self._others:
            yield from (Laid((), entry) for entry in skipped(other))

    def course(self, organization: Organization, title: str) -> Course:
        """What is above the tree; `title` when nothing names the course."""
        about = self._about(organization)
        return Course(
            key=self._key_of(organization),
            title=organization.title or about.title or title,
            description=about.description,
            language=about.language,
            keywords=about.keywords,
        )

    def _key_of(self, organization: Organization) -> str:
        """The course's own stable name: the same when the package is exported again."""
        return f"{self._manifest.outer.identifier}/{organization.key}"

    def title_of(self, organization: Organization, title: str) -> str:
        """The course's title; `title` when nothing names it."""
        return organization.title or self._about(organization).title or title

    def opening_problems(self) -> tuple[Problem, ...]:
        """What is odd about the archive and the XML."""
        return (*self._archive.problems, *self._manifest.problems)

    def closing_problems(self) -> tuple[Problem, ...]:
        """What was found while reading; complete after `lay` and `course` have run."""
        for other in (one for one in self._others if one.items):
            self._notes.add("other_organizations", f"“{other.title or other.key}”")
        look_for_files(self._manifest, self._files)
        self._note_missing()
        self._note_unreferenced()
        self._note_left_out()
        lessons = mode_problems(self._lessons, self._manifest.name, static_name(self._asset))
        return (*self._notes.problems(), *lessons)

    def _about(self, organization: Organization) -> About:
        number = organization.number
        if number not in self._abouts:
            found = read_about(self._manifest, self._archive, self._files, number)
            self._abouts[number] = found
        return self._abouts[number]

    def _note_missing(self) -> None:
        """Every declared address whose file does not exist; each counts once, as it is written."""
        for path, declared in self._manifest.files.items():
            found = self._files.find(declared.url, declared.others)
            if found.state in ("missing", "unsafe") and declared.counts:
                self._notes.add("missing_files", f"“{path}”")
            elif found.state == "repaired":
                self._notes.add("href_repaired", f"“{path}” → “{found.path}”")

    def _note_left_out(self) -> None:
        """What isn't imported with lessons that play."""
        folder, clutter = self._manifest.folder, self._archive.clutter
        if clutter:
            self._notes.add("scorm_clutter", "", count=clutter)
        for path in self._archive.members if folder else ():
            if not path.startswith(folder):
                self._notes.add("scorm_files_outside", f"“{path}”")

    def _note_unreferenced(self) -> None:
        used = {*self._files.used, self._manifest.name}
        for path in self._archive.members:
            if path not in used and not path.lower().endswith(_DEFINITIONS):
                self._notes.add("unreferenced_files", f"“{path}”")
