"""Figures with their unit, the limit measured beside them in the same run, and the ratio."""

from collections.abc import Sequence

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One measured quantile beside the bare limit's. goal: the highest ratio wanted."""

    name: str
    unit: str
    value: float
    limit: float | None = None
    ratio: float | None = None
    goal: float | None = None
    within: bool | None = None


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the sorted values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def beside(
    name: str, unit: str, product: Sequence[float], bare: Sequence[float], goal: float
) -> list[Figure]:
    """p50 and p99 of the product beside those of the limit."""
    figures = []
    for share in (0.50, 0.99):
        value, limit = quantile(product, share), quantile(bare, share)
        ratio = value / limit
        figures.append(
            Figure(
                name=f"{name}_p{round(share * 100)}",
                unit=unit,
                value=round(value, 3),
                limit=round(limit, 3),
                ratio=round(ratio, 2),
                goal=goal,
                within=ratio <= goal,
            )
        )
    return figures


def against(name: str, unit: str, value: float, limit: float) -> Figure:
    """One figure beside a fixed limit."""
    return Figure(
        name=name,
        unit=unit,
        value=round(value, 2),
        limit=limit,
        ratio=round(value / limit, 2),
        goal=1.0,
        within=value <= limit,
    )
