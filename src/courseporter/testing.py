"""Contract suites for authors of plug-ins: subclass one in a test module and give it your target.

```python
class TestMine(TargetContract):
    @pytest.fixture
    def setting(self, tmp_path):
        return TargetSetting(target=MyTarget(), draft=..., ctx=..., to=Destination(path=...))
```
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from courseporter.context import Context
from courseporter.errors import ConflictError, SettingsError
from courseporter.targets import Destination, Draft, Order, Policy, Receipt, Target


def _nothing() -> int:
    return 1


@dataclass(frozen=True)
class TargetSetting:
    """A target with a draft that it can write.

    `writes` counts what reached the destination so far: packages moved there, imports, records.
    """

    target: Target
    draft: Draft
    ctx: Context
    to: Destination
    writes: Callable[[], int] = _nothing

    def ordered(self, policy: Policy = Policy.SKIP, job: str = "job-1") -> Order:
        """An order of a job."""
        return Order(to=self.to, job=job, policy=policy)


class TargetContract:
    """What every target keeps (docs/reference: targets; seed 001, section 11)."""

    def test_has_a_name_for_commands_and_a_title_for_people(self, setting: TargetSetting) -> None:
        """Names are lower case."""
        assert setting.target.name.isascii()
        assert setting.target.name == setting.target.name.lower()
        assert setting.target.title.strip()

    def test_says_twice_the_same_outline(self, setting: TargetSetting) -> None:
        """The outline is a pure function of the draft."""
        rows = list(setting.target.outline(setting.draft))
        assert rows
        assert rows == list(setting.target.outline(setting.draft))

    def test_accepts_its_own_defaults(self, setting: TargetSetting) -> None:
        """What identity gives is valid."""
        identity = dict(setting.target.identity(setting.draft.course))
        assert not setting.target.validate(identity)

    def test_writes_once_and_says_where(self, setting: TargetSetting) -> None:
        """The last receipt is done and names what was written."""
        last = _write(setting, setting.ordered())[-1]
        assert last.state == "done"
        assert last.ref
        assert setting.writes() == 1

    def test_leaves_alone_what_exists(self, setting: TargetSetting) -> None:
        """Another job with the policy SKIP meets a conflict."""
        _write(setting, setting.ordered())
        _expect(ConflictError, lambda: _write(setting, setting.ordered(job="job-2")))
        assert setting.writes() == 1

    def test_replaces_what_exists_when_told_to(self, setting: TargetSetting) -> None:
        """The policy OVERWRITE ends as a first write does."""
        _write(setting, setting.ordered())
        again = _write(setting, setting.ordered(Policy.OVERWRITE, job="job-2"))
        assert again[-1].state == "done"

    def test_continues_from_every_receipt_without_writing_twice(
        self, setting: TargetSetting
    ) -> None:
        """A crash behind any receipt costs nothing."""
        receipts = _write(setting, setting.ordered())
        before = setting.writes()
        for receipt in receipts[:-1]:
            rest = list(
                setting.target.write(
                    setting.draft, setting.ordered(Policy.OVERWRITE), receipt.cursor, setting.ctx
                )
            )
            assert rest[-1].state == "done"
            assert rest[-1].ref == receipts[-1].ref
        assert setting.writes() == before

    def test_does_what_it_says_it_can(self, setting: TargetSetting) -> None:
        """What isn't among its abilities is refused with a sentence."""
        target = setting.target
        if "find" in target.can:
            assert not target.find(setting.to, setting.ctx).exists
            _write(setting, setting.ordered())
            assert target.find(setting.to, setting.ctx).exists
        else:
            _expect(SettingsError, lambda: target.find(setting.to, setting.ctx))
        if "test" in target.can:
            report = target.test(setting.to.connection or "", setting.ctx)
            assert report.success
            assert report.checks
        else:
            _expect(SettingsError, lambda: target.test("", setting.ctx))


def _write(setting: TargetSetting, order: Order) -> list[Receipt]:
    setting.target.require(order.to, order.policy)
    return list(setting.target.write(setting.draft, order, None, setting.ctx))


def _expect(kind: type[Exception], work: Callable[[], object]) -> None:
    try:
        work()
    except kind:
        return
    raise AssertionError(f"{kind.__name__} was expected")
