"""The state of the graphics while a page is drawn: matrices, colours, opacity, and how text is set."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from playa.color import PREDEFINED_COLORSPACE, ColorSpace
from playa.interp import LazyInterpreter
from playa.pdftypes import LIT, Matrix, dict_value, num_value
from playa.utils import mult_matrix

from jcfs_etl.read.backdrop import luminance
from jcfs_etl.read.fonts import FontInUse
from jcfs_etl.read.shapes import Clip
from jcfs_etl.read.tokens import NUMERIC, UnusualError, name_of, parts_of

if TYPE_CHECKING:
    import playa

Operands = list[Any]
#: A colour space, the components of a colour in it, and its luminance.
Colour = tuple[ColorSpace, tuple[float, ...], float]

#: Matrices of larger numbers are none that a page is drawn with.
_LARGEST = 1e15
#: Colours of one space that are remembered.
_REMEMBERED = 1024
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_GRAY, _RGB, _CMYK = (PREDEFINED_COLORSPACE[f"Device{name}"] for name in ("Gray", "RGB", "CMYK"))


class Graphics:
    """The state of the graphics, and the operators that set it.

    Each operator takes its operands as a list, counted, and made of numbers where it takes nothing else.

    Args:
        page: the page.
    """

    def __init__(self, page: playa.Page) -> None:
        #: Never run, and so without content: it has read the page's resources, and knows what is rare.
        self._library = LazyInterpreter(page, ())
        self._named_states: dict[bytes, list[tuple[str, Any]]] = {}
        self._saved: list[tuple[Any, ...]] = []
        # What follows is saved and restored.
        self._matrix: Matrix = page.ctm
        self._line: Matrix = IDENTITY
        #: How far the line is written.
        self._along: float = 0
        #: Line and page together, once it is needed.
        self._place: Matrix | None = None
        self._font: FontInUse | None = None
        self._size: float = 0
        self._spacing: float = 0
        self._word_spacing: float = 0
        self._scaling: float = 100
        self._leading: float = 0
        self._rise: float = 0
        self._mode = 0
        self._opacity: float = 1
        self._blend_mode: Any = LIT("Normal")
        self._soft_mask: Any = None
        #: Colour spaces, components and luminance of what is filled and of what is stroked.
        self._fill: Colour = (_GRAY, (0,), 0)
        self._stroke: Colour = (_GRAY, (0,), 0)
        #: Within what is drawn, as the page is shown; None for all of it.
        self._clip: Clip | None = None

    def _save(self, _: Operands) -> None:
        # Attributes are written out in both, in one order: by their names it takes five times as long.
        self._saved.append((
            self._matrix, self._line, self._along, self._place, self._font, self._size, self._spacing,
            self._word_spacing, self._scaling, self._leading, self._rise, self._mode,
            self._opacity, self._blend_mode, self._soft_mask, self._fill, self._stroke, self._clip,
        ))  # fmt: skip

    def _restore(self, _: Operands) -> None:
        if self._saved:
            (
                self._matrix, self._line, self._along, self._place, self._font, self._size, self._spacing,
                self._word_spacing, self._scaling, self._leading, self._rise, self._mode,
                self._opacity, self._blend_mode, self._soft_mask, self._fill, self._stroke, self._clip,
            ) = self._saved.pop()  # fmt: skip

    def _concatenate(self, operands: Operands) -> None:
        a, b, c, d, e, f = operands
        self._matrix = mult_matrix((a, b, c, d, e, f), self._matrix)
        # A line drawn with such a matrix lies somewhere, so that lines need not be looked at one by one.
        if not max(map(abs, self._matrix)) < _LARGEST:
            raise UnusualError("a place that is none")
        self._place = None

    def _named_state(self, operands: Operands) -> None:
        (token,) = operands
        settings = self._named_states.get(token)
        if settings is None:
            settings = self._named_states[token] = self._settings(name_of(token))
        for name, value in settings:
            setattr(self, name, value)

    def _settings(self, name: str) -> list[tuple[str, Any]]:
        """What a named state sets of the state here."""
        library = self._library
        settings = dict_value(library.extgstatemap[name])
        if "Font" in settings:
            raise UnusualError("a font in a named state")
        # The library sees to it that each setting is sound.
        library.do_gs(LIT(name))
        found: list[tuple[str, Any]] = []
        if "ca" in settings:
            found.append(("_opacity", num_value(settings["ca"])))
        if "BM" in settings:
            found.append(("_blend_mode", library.graphicstate.blend_mode))
        if "SMask" in settings:
            found.append(("_soft_mask", library.graphicstate.smask))
        return found

    def _dashes(self, operands: Operands) -> None:
        array, phase = operands
        parts, _ = parts_of(array)
        if not all(isinstance(part, NUMERIC) for part in (*parts, phase)):
            raise UnusualError("no dashes")

    def _whole(self, operands: Operands) -> None:
        if not isinstance(operands[0], int):
            raise UnusualError("no whole number")

    def _set_mode(self, operands: Operands) -> None:
        self._whole(operands)
        self._mode = operands[0]

    def _set(self, operands: Operands, *, name: str) -> None:
        setattr(self, name, operands[0])

    def _space(self, operands: Operands, *, of: str) -> None:
        """Set the colour space of what is filled or stroked."""
        space = self._library.csmap[name_of(operands[0])]
        setattr(self, of, _coloured(space, getattr(self, of)[1]))

    def _components(self, operands: Operands, *, of: str) -> None:
        """Set a colour in the space that was set."""
        space = getattr(self, of)[0]
        if not operands or len(operands) != space.ncomponents:
            raise UnusualError("a colour of other components than its space has")
        setattr(self, of, _coloured(space, tuple(operands)))

    def _colour(self, operands: Operands, *, of: str, made: Callable[[tuple[float, ...]], Colour]) -> None:
        setattr(self, of, made(tuple(operands)))


def _coloured(space: ColorSpace, components: tuple[float, ...]) -> Colour:
    return space, components, luminance(components, space.name)


# A page sets few colours, some hundred times.
in_gray, in_rgb, in_cmyk = (
    lru_cache(maxsize=_REMEMBERED)(partial(_coloured, space)) for space in (_GRAY, _RGB, _CMYK)
)
