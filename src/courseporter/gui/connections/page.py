"""The pages Schools and Targets: list, form, test, forget with undo."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from courseporter import api
from courseporter.api.connections import CheckReport, ConnectionView, Forgotten, Kind
from courseporter.errors import Canceled, PorterError, gettext
from courseporter.gui import background
from courseporter.gui.actions import Actions
from courseporter.gui.connections.checklist import Relay
from courseporter.gui.connections.form import ConnectionForm
from courseporter.gui.connections.listing import Listing
from courseporter.gui.schools.catalog import SchoolCatalog
from courseporter.settings import Preferences


def schools_page(actions: Actions, settings: Preferences) -> ConnectionsPage:
    """Schools that courses are imported from."""
    del settings
    page = ConnectionsPage(
        actions,
        "schools",
        ("school",),
        gettext("Schools"),
        gettext("Courses are imported from here. Nothing is changed at your school."),
        "school",
    )
    actions.bind("connect_school", page.come)
    return page


def targets_page(actions: Actions, settings: Preferences) -> ConnectionsPage:
    """Open edX sites and services."""
    del settings
    page = ConnectionsPage(
        actions,
        "targets",
        ("target", "service"),
        gettext("Targets"),
        gettext("Courses and rows are published here; services help with their content."),
        "target",
    )
    actions.bind("connect_target", partial(page.come, "openedx"))
    return page


class ConnectionsPage(QStackedWidget):
    """The list of connections, or the form of one on top of it."""

    def __init__(
        self,
        actions: Actions,
        name: str,
        groups: tuple[str, ...],
        title: str,
        sentence: str,
        glyph: str,
    ) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.name = name
        self.groups = groups
        self.kinds = {kind.name: kind for kind in api.connection_kinds() if kind.group in groups}
        self.listing = Listing(title, sentence, glyph, tuple(self.kinds.values()))
        self.listing.chosen.connect(self.connect_kind)
        self.listing.wanted.connect(self.perform)
        self.addWidget(self.listing)
        self.catalog: SchoolCatalog | None = None
        self.form: ConnectionForm | None = None
        self.stopped = threading.Event()  # of the test that runs
        self.relay: Relay | None = None
        actions.news.changed.connect(self.refresh)

    def first(self) -> QWidget:
        """Where the keyboard goes."""
        if self.catalog is not None and self.currentWidget() is self.catalog:
            return self.catalog.first()
        return self.listing.first() if self.form is None else self.form.first()

    def commands(self) -> dict[str, Callable[[], None]]:
        """What works here by key and menu."""
        return {"refresh": self.actions_of_app.watcher.look}

    def refresh(self) -> None:
        """Show the connections as they are."""
        self.listing.show_all(self.actions_of_app.news.connections(*self.groups))

    def come(self, kind: str = "") -> None:
        """Bring the page to the front, with the form of a kind when one is named."""
        self.close_form()
        self.actions_of_app.frame.go(self.name)
        if kind:
            self.connect_kind(kind)

    def perform(self, what: str, connection_id: str) -> None:
        """Test, edit or forget a connection of the list."""
        view = next(row.view for row in self.listing.connections if row.view.id == connection_id)
        if what == "courses":
            self.show_courses(view)
            return
        if what == "forget":
            forget = partial(api.forget_connection, self.actions_of_app.actor, view.id)
            background.run(forget, self.forgotten, self.actions_of_app.notice)
            return
        self.open_form(self.kinds[view.kind], view)
        if what == "test":
            self.test(view)

    # -- the courses of a school ---------------------------------------------------------------

    def show_courses(self, view: ConnectionView) -> None:
        """Put the courses of a school on top."""
        self.close_form()
        if self.catalog is None:
            self.catalog = SchoolCatalog(self.actions_of_app)
            self.catalog.left.connect(self.show_list)
            self.addWidget(self.catalog)
        self.setCurrentWidget(self.catalog)
        self.catalog.show_school(view)
        self.catalog.first().setFocus()

    def show_list(self) -> None:
        """Return to the list of schools."""
        if self.catalog is not None:
            self.catalog.stop()
        self.setCurrentWidget(self.listing)
        self.listing.first().setFocus()

    def go_back(self) -> bool:
        """Go from a form, or from the courses of a school, to the list."""
        if self.currentWidget() is self.listing:
            return False
        if self.form is not None:
            self.close_form()
        else:
            self.show_list()
        return True

    # -- the form ------------------------------------------------------------------------------

    def connect_kind(self, kind: str) -> None:
        """Open an empty form."""
        self.open_form(self.kinds[kind], None)

    def open_form(self, kind: Kind, view: ConnectionView | None) -> None:
        """Put the form of a connection on top."""
        self.close_form()
        form = self.form = ConnectionForm(kind, view)
        form.left.connect(self.close_form)
        form.saved.connect(self.save)
        form.browsed.connect(self.browse)
        self.addWidget(form)
        self.setCurrentWidget(form)
        form.first().setFocus()
        background.run(api.keychain_problem, form.tell_keychain, self.actions_of_app.notice)

    def browse(self) -> None:
        """Show the courses of the school that was just connected."""
        if self.form is not None and self.form.view is not None:
            self.show_courses(self.form.view)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the form, as Back does."""
        if event.key() == Qt.Key.Key_Escape and self.go_back():
            event.accept()
        else:
            super().keyPressEvent(event)

    def close_form(self) -> None:
        """Return to the list; a test that runs ends."""
        self.stopped.set()
        if self.form is None:
            return
        form, self.form = self.form, None
        self.setCurrentWidget(self.listing)
        self.removeWidget(form)
        form.deleteLater()
        self.listing.first().setFocus()

    def save(self) -> None:
        """Keep what has been entered, off the GUI thread, then test it."""
        form = self.form
        if form is None:
            return
        form.work(busy=True)
        form.checks.start()
        keep = partial(store, self.actions_of_app.actor, entered(form))
        background.run(keep, self.kept, self.refused)

    def kept(self, view: ConnectionView) -> None:
        """It is stored: from now on the form edits it."""
        if self.form is None:
            return
        self.form.view = view
        self.actions_of_app.watcher.look()
        self.test(view)

    def refused(self, error: Exception) -> None:
        """It can't be stored: say so next to the field, or above the page."""
        if self.form is not None:
            self.form.work(busy=False)
            self.form.checks.hide()
            if isinstance(error, PorterError) and self.form.tell_error(error):
                return
        self.actions_of_app.notice(error)

    # -- the test ------------------------------------------------------------------------------

    def test(self, view: ConnectionView) -> None:
        """Run the check list; each step is shown when it is done."""
        form = self.form
        if form is None:
            return
        form.work(busy=True)
        form.checks.start()
        relay = self.relay = Relay(form)
        relay.arrived.connect(partial(self.step_done, relay))
        self.stopped = threading.Event()
        look = partial(
            api.check_connection,
            self.actions_of_app.actor,
            view.id,
            relay.put,
            partial(raise_if, self.stopped),
        )
        background.run(look, partial(self.tested, form), partial(self.untested, form))

    def step_done(self, relay: Relay) -> None:
        """Show the steps that have arrived; the result has all of them, and may come first."""
        if relay is not self.relay:
            return
        while relay.checks and self.form is not None:
            self.form.checks.add(relay.checks.popleft())

    def tested(self, form: ConnectionForm, report: CheckReport) -> None:
        """The test is over."""
        self.relay = None
        if form is self.form:
            form.work(busy=False)
            form.checks.finish(report)
            form.checks.show()
            form.offer_courses(possible=report.success)
        self.actions_of_app.watcher.look()

    def untested(self, form: ConnectionForm, error: Exception) -> None:
        """The test could not be finished."""
        if isinstance(error, Canceled):
            return
        if form is self.form:
            form.work(busy=False)
            form.checks.hide()
        self.actions_of_app.notice(error)

    # -- forgetting ----------------------------------------------------------------------------

    def forgotten(self, gone: Forgotten) -> None:
        """Say so, and offer to bring it back."""
        self.actions_of_app.watcher.look()
        self.actions_of_app.toast(
            gettext("Removed “{name}” and its secret.", name=gone.record.name),
            partial(self.bring_back, gone),
        )

    def bring_back(self, gone: Forgotten) -> None:
        """Undo."""
        restore = partial(api.restore_connection, self.actions_of_app.actor, gone)
        background.run(restore, self.actions_of_app.poke, self.actions_of_app.notice)


class Entered:
    """What a form holds when it is saved."""

    def __init__(self, form: ConnectionForm) -> None:
        self.kind = form.kind.name
        self.id = form.view.id if form.view is not None else None
        self.name = form.title()
        self.values = form.values()
        self.secrets = form.secret_values()
        self.session_only = form.session_only


def entered(form: ConnectionForm) -> Entered:
    """Read the form, in the GUI thread."""
    return Entered(form)


def store(actor: api.Actor, what: Entered) -> ConnectionView:
    """Off the GUI thread: add the connection, or change it."""
    if what.id is None:
        return api.add_connection(
            actor, what.kind, what.name, what.values, what.secrets, session_only=what.session_only
        )
    return api.edit_connection(
        actor,
        what.id,
        name=what.name,
        values=what.values,
        secrets=what.secrets,
        session_only=what.session_only,
    )


def raise_if(stopped: threading.Event) -> None:
    """End a test that nobody looks at any more."""
    if stopped.is_set():
        raise Canceled
