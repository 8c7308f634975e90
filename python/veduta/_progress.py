"""Who is told how far a run is."""
from __future__ import annotations

import importlib
from typing import Any, Optional, Union

from ._core import Progress


class Bars:
    """A bar of tqdm for each phase, in a terminal or a notebook."""

    def __init__(self, tqdm: Any) -> None:
        self._tqdm = tqdm
        self._phase = ""
        self._bar: Any = None

    def __call__(self, phase: str, fraction: float) -> None:
        if phase != self._phase:
            self.close()
            self._phase = phase
            self._bar = self._tqdm(
                total=100,
                desc=phase,
                leave=False,
                disable=None,
                bar_format="{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}",
            )
        step = 100.0 * fraction - self._bar.n
        if step >= 1.0 or fraction >= 1.0:
            self._bar.update(step)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar = None
        self._phase = ""


def reporter(progress: Union[None, bool, Progress]) -> Optional[Progress]:
    """The callback of an argument `progress`: bars if tqdm is installed, none for False."""
    if callable(progress):
        return progress
    if progress is False:
        return None
    try:
        return Bars(importlib.import_module("tqdm.auto").tqdm)
    except ImportError:
        return None


def finish(report: Optional[Progress]) -> None:
    if isinstance(report, Bars):
        report.close()
