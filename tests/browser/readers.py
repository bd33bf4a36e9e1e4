"""The public site as browser tests see it: one address for each type of page, and what holds on all of them."""

from typing import Any

LANGUAGES = ("nl", "en", "ar", "ti", "fa", "prs", "so", "tr", "uk", "fr")
RIGHT_TO_LEFT = ("ar", "fa", "prs")
# One page of each type, below its language.
TYPES = {
    "home": "",
    "road": "de-weg/",
    "step": "de-weg/verhuizen/",
    "topic": "gezondheid/",
    "article": "gezondheid/medisch-dossier/",
    "info": "privacy/",
    "emergency": "nood/",
    "glossary": "woorden/",
    "municipalities": "gemeenten/",
    "municipality": "gemeenten/utrecht/",
    "regional text in a municipality": "gemeenten/utrecht/gezondheid/huisarts-kiezen/",
    "directory": "hulp-in-de-buurt/",
    "directory, narrowed to nothing": "hulp-in-de-buurt/?gemeente=GM0331&onderwerp=legal",
    "organisation": "hulp-in-de-buurt/taalhuis-de-brug/",
    "initiatives": "ontmoeten/",
    "initiative": "ontmoeten/taalcafe-de-kop-thee/",
    "opportunities": "kansen/",
    "opportunity": "kansen/taalstage-bibliotheek/",
    "events": "agenda/",
    "event": "agenda/taalcafe/",
    "providers": "taalscholen/",
    "provider": "taalscholen/taalschool-voorbeeld-noord/",
    "search": "zoeken/",
    "search with results": "zoeken/?q=huisarts",
    "search without results": "zoeken/?q=xyzzyqwk",
    "thanks": "reactie/dank/",
    "no network": "geen-internet/",
}

SKIPPED_HEADINGS = """() => {
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter((node) => node.checkVisibility())
    .map((node) => [Number(node.tagName[1]), node.innerText]);
  const wrong = levels.filter(([level], at) => level > (at ? levels[at - 1][0] : 0) + 1).map(([, text]) => text);
  return levels.filter(([level]) => level === 1).length === 1 ? wrong : ["not one h1", ...wrong];
}"""

STICKS_OUT = """() => {
  if (document.documentElement.scrollWidth <= window.innerWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > window.innerWidth + 1
                   || node.getBoundingClientRect().left < -1)
    .slice(0, 5).map((node) => node.outerHTML.slice(0, 120));
}"""

# Links in running text are excepted, as in WCAG 2.5.5 and 2.5.8.
SMALL_TARGETS = """() => [...document.querySelectorAll("a[href], button, summary, select, input:not([type=hidden])")]
  .filter((node) => node.checkVisibility({ visibilityProperty: true }))
  .filter((node) => !node.closest("p, .prose, dd, td, th, h2, h3"))
  .filter((node) => !node.matches(".term, .utrecht-skip-link, [tabindex='-1']"))
  .map((node) => [node.getBoundingClientRect(), node])
  .filter(([box]) => box.height > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([box, node]) => `${Math.round(box.width)}x${Math.round(box.height)} ${node.outerHTML.slice(0, 120)}`)"""


def direction(language: str) -> str:
    """The value of ``dir`` that a page in this language has."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def focused(page: Any) -> Any:
    """Whether the element that has the focus matches a selector: ``focused(page)(selector)``."""
    return lambda selector: page.evaluate("selector => document.activeElement.matches(selector)", selector)


def tab_to(page: Any, selector: str, *, most: int = 150) -> None:
    """Presses Tab until the focus is on an element that matches, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page)(selector):
            return
    raise AssertionError(f"{most} times Tab did not reach {selector} on {page.url}")
