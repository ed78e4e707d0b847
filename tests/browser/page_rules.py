"""What holds of every page at any size and in any language; a rule answers with what breaks it."""

import json
from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
TARGET = 48
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

SEEN = """
const seen = (one) => { const box = one.getBoundingClientRect(); const look = getComputedStyle(one);
  return box.width > 0 && box.height > 0 && look.visibility !== "hidden" && !one.closest(".vh")
    && one.checkVisibility({contentVisibilityAuto: true}); };
const name = (one) => [one.tagName.toLowerCase(),
  one.innerText || one.getAttribute("aria-label") || one.name].join(" ").slice(0, 48);
"""

SIDEWAYS = """() => {
  const over = document.documentElement.scrollWidth - innerWidth;
  return over > 0 ? [`${over} px wider than the screen`] : []; }"""

HEADINGS = f"""() => {{ {SEEN}
  const found = [...document.querySelectorAll("h1")].filter(seen);
  return found.length === 1 ? [] : [`${{found.length}} h1: ${{found.map(name)}}`]; }}"""

TARGETS = f"""(least) => {{ {SEEN}
  const box = (one) => one.matches("[type=radio], [type=checkbox]") && one.closest("label") || one;
  const tall = (one) => box(one).getBoundingClientRect().height;
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((one) => seen(one) && tall(one) < least - 0.5)
    .map((one) => `${{name(one)}}: ${{Math.round(tall(one))}} px`); }}"""

CODES = r"""() => {
  const id = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
  const snake = /(?<![\w/.-])[a-z]+(?:_[a-z]+)+(?![\w/.-])/g;
  const told = document.querySelector("main")?.cloneNode(true);
  told?.querySelectorAll("code, pre, script, [type=hidden]").forEach((one) => one.remove());
  const text = told?.textContent ?? "";
  const files = ["left_early"];
  return [...(text.match(id) ?? []), ...(text.match(snake) ?? [])]
    .filter((one) => !files.includes(one)); }"""
"""files: what someone must write into a file, in exactly these letters."""

RUN_AXE = """(rules) => axe.run(document, rules).then((found) => found.violations.flatMap(
  (rule) => rule.nodes.slice(0, 3).map(
    (node) => `${rule.id}: ${node.target} ${node.html.slice(0, 120)}`)))"""


async def broken(page: Page, *, phone: bool) -> list[str]:
    """Everything that is wrong with the page as it stands; [] is a page as it should be."""
    asked: list[tuple[str, Any]] = [(SIDEWAYS, None), (HEADINGS, None), (CODES, None)]
    if phone:
        asked.append((TARGETS, TARGET))
    found = []
    for rule, given in asked:
        found += await page.evaluate(rule, given)
    return found


async def axe(page: Page) -> list[str]:
    """axe's violations in light, and those of contrast in dark."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = await page.evaluate(RUN_AXE, {"runOnly": list(WCAG)})
    await page.emulate_media(color_scheme="dark")
    dark: list[str] = await page.evaluate(RUN_AXE, {"runOnly": ["color-contrast"]})
    await page.emulate_media(color_scheme="light")
    return [*found, *(f"dark: {one}" for one in dark)]


STOPS = f"""() => {{ {SEEN}
  const all = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
  let stops = 0;
  const radios = new Set();
  const ticked = (one) => document.querySelector(
    `[type=radio][name="${{CSS.escape(one.name)}}"]:checked`);
  for (const one of all) {{
    const group = one.type === "radio" && `${{one.form?.id}} ${{one.name}}`;
    if (one.disabled || one.tabIndex < 0 || !seen(one)) continue;
    if (group && !one.checked && (radios.has(group) || ticked(one))) continue;
    if (group) radios.add(group);
    one.dataset.stop = stops++;
  }}
  scrollTo(0, 0);
  document.body.tabIndex = -1;
  document.body.focus();
  return stops; }}"""

STOP = f"""() => {{ {SEEN}
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const marked = (it) => {{ const look = it && getComputedStyle(it);
    return it && look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2; }};
  const box = one.getBoundingClientRect();
  return {{ stop: Number(one.dataset.stop ?? -1), name: name(one),
    parts: ["date", "time", "datetime-local"].includes(one.type),
    marked: marked(one) || marked(one.closest("label")),
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  }}; }}"""


async def unreachable(page: Page) -> list[str]:
    """What Tab does not reach, reaches out of order, does not mark or leaves off the screen."""
    await page.evaluate(STOPS)
    stops = await page.locator("[data-stop]").count()
    wrong, last = [], -1
    while last < stops - 1:
        await page.keyboard.press("Tab")
        at = await page.evaluate(STOP)
        if at is not None and at["parts"] and at["stop"] == last:
            continue  # day, month and year of one field
        if at is None:
            wrong.append(f"focus is nowhere after stop {last} of {stops}")
            break
        if at["stop"] != last + 1:
            wrong.append(f"after stop {last} came {at['stop']}: {at['name']}")
        if at["stop"] <= last:
            break
        if not at["marked"]:
            wrong.append(f"no visible focus: {at['name']}")
        if not at["inside"]:
            wrong.append(f"focused off the screen: {at['name']}")
        last = at["stop"]
    return wrong


def listed(wrong: dict[str, list[str]]) -> str:
    """For the message of a failed test: by address, what is broken."""
    return json.dumps({path: what[:8] for path, what in wrong.items() if what}, indent=1)
