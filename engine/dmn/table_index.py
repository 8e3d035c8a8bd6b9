"""Finds the rules that may fire without trying each: one set of rules per value of a column, made once.

Cells that compare with constant numbers or texts, as most do, are looked up: a set of rules is an int whose
bit n stands for rule n. What a cell answers is asked of the cell itself, at each number and text that it
mentions and between them; so the index cannot disagree with it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from engine.dmn.bits import bits
from engine.feel import UnaryTests
from engine.feel.compiling.constants import NotConstant, fold
from engine.feel.decimals import CONTEXT
from engine.feel.errors import FeelError
from engine.feel.runtime import Run
from engine.feel.values import Range, Value

Cells = Sequence[UnaryTests | None]
#: Stands for every text that no cell mentions.
OTHER_TEXT = "\ue000"


class ColumnIndex:
    """The rules of one column by the value of its input; `slow` are the rules that must be asked."""

    __slots__ = ("always", "by_number", "by_text", "numbers", "other_text", "slow")

    def __init__(self, cells: Cells) -> None:
        self.always = self.slow = 0
        looked_up: list[tuple[int, UnaryTests, list[Decimal], list[str]]] = []
        for rule, cell in enumerate(cells):
            found = None if cell is None else _constants(cell)
            if cell is None:
                self.always |= 1 << rule
            elif found is None:
                self.slow |= 1 << rule
            else:
                looked_up.append((1 << rule, cell, *found))
        self._index_numbers([(bit, cell, numbers) for bit, cell, numbers, _ in looked_up])
        self._index_texts([(bit, cell, texts) for bit, cell, _, texts in looked_up])

    def candidates(self, value: Value) -> int | None:
        """The rules whose cell holds for the value or must be asked; None when all must be asked."""
        kind = type(value)
        if kind is Decimal:
            place = bisect_left(self.numbers, value)
            exact = place < len(self.numbers) and self.numbers[place] == value
            return self.by_number[2 * place + exact] | self.always | self.slow
        if kind is str:
            return self.by_text.get(value, self.other_text) | self.always | self.slow
        return None

    def _index_numbers(self, cells: list[tuple[int, UnaryTests, list[Decimal]]]) -> None:
        """One set before, at and after each number that is mentioned: `2n + 1` sets, made in one sweep."""
        self.numbers: list[Decimal] = sorted({number for _, _, own in cells for number in own})
        places = {number: place for place, number in enumerate(self.numbers)}
        changes = [0] * (2 * len(self.numbers) + 1)
        for bit, cell, own in cells:
            for place, changed in _changes(cell, sorted(set(own)), places):
                changes[place] ^= bit if changed else 0
        self.by_number: list[int] = []
        current = 0
        for change in changes:
            current ^= change
            self.by_number.append(current)

    def _index_texts(self, cells: list[tuple[int, UnaryTests, list[str]]]) -> None:
        self.other_text = sum(bit for bit, cell, _ in cells if _holds(cell, OTHER_TEXT))
        self.by_text: dict[str, int] = {}
        for bit, cell, own in cells:
            for text in set(own):
                before = self.by_text.setdefault(text, self.other_text)
                self.by_text[text] = before | bit if _holds(cell, text) else before & ~bit


def _changes(cell: UnaryTests, own: list[Decimal], places: dict[Decimal, int]) -> Iterator[tuple[int, bool]]:
    """Where, from the least number to the greatest, the cell's answer changes."""
    if not own:
        yield 0, _holds(cell, Decimal(0))
        return
    held = _holds(cell, CONTEXT.subtract(own[0], max(Decimal(1), abs(own[0]))))
    yield 0, held
    for index, number in enumerate(own):
        at = _holds(cell, number)
        yield 2 * places[number] + 1, at is not held
        held = _holds(cell, _after(own, index))
        yield 2 * places[number] + 2, held is not at


def _after(own: list[Decimal], index: int) -> Decimal:
    """A number after the one at `index` and before the next."""
    number = own[index]
    if index + 1 == len(own):
        return CONTEXT.add(number, max(Decimal(1), abs(number)))
    return CONTEXT.divide(CONTEXT.add(number, own[index + 1]), Decimal(2))


def _holds(cell: UnaryTests, value: Value) -> bool:
    return cell.holds_in(value, {}, Run(None, None, None)) is True


def _constants(cell: UnaryTests) -> tuple[list[Decimal], list[str]] | None:
    """The numbers and texts a cell compares with; None when it does anything else."""
    numbers: list[Decimal] = []
    texts: list[str] = []
    for test in cell.node.tests or []:
        try:
            constant = fold(test.operand, cell.names)
        except (NotConstant, FeelError):
            return None
        if isinstance(constant, str) and test.operator in (None, "=", "!="):
            texts.append(constant)
            continue
        ends = [constant.start, constant.end] if isinstance(constant, Range) else [constant]
        if isinstance(constant, Range) and test.operator is not None:
            return None
        if not all(isinstance(end, Decimal) or (end is None and len(ends) == 2) for end in ends):
            return None
        numbers += [end for end in ends if end is not None]
    return numbers, texts


class TableIndex:
    """The indexes of a table's columns, and the cells that must be asked."""

    __slots__ = ("asked", "columns", "rows", "whole")

    def __init__(self, rows: Sequence[Cells], width: int) -> None:
        self.rows = rows
        self.columns = [ColumnIndex([row[column] for row in rows]) for column in range(width)]
        self.whole = (1 << len(rows)) - 1
        self.asked = [
            [column for column in range(width) if self.columns[column].slow >> number & 1]
            for number in range(len(rows))
        ]

    def matching(self, values: Sequence[Value], scope: Mapping[str, Value], run: Run) -> Iterator[int]:
        """The numbers, from 0, of the rules that fire, in their order."""
        alive, unknown = self.whole, []
        for number, (column, value) in enumerate(zip(self.columns, values, strict=True)):
            found = column.candidates(value)
            if found is None:
                unknown.append(number)
            else:
                alive &= found
        for rule in bits(alive):
            asked = [*unknown, *self.asked[rule]] if unknown else self.asked[rule]
            if not asked or self._hold(rule, asked, values, scope, run):
                yield rule

    def _hold(
        self, rule: int, asked: list[int], values: Sequence[Value], scope: Mapping[str, Value], run: Run
    ) -> bool:
        cells = self.rows[rule]
        for column in asked:
            cell = cells[column]
            if cell is not None and cell.holds_in(values[column], scope, run) is not True:
                return False
        return True
