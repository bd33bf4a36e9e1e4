"""The checker finds what is wrong, and passes what is right: a judge that says yes to all would not be noticed."""

from pathlib import Path

import pytest

from tests.html.checker import CheckerMissingError, faults

HEAD = '<!DOCTYPE html>\n<html lang="nl"><head><meta charset="utf-8"><title>Een pagina</title></head>'
PAGE = HEAD + "<body>{}</body></html>"
BROKEN = {
    "duplicate": '<p id="a">x</p><p id="a">y</p>',
    "nesting": "<ul><p>x</p></ul>",
    "unclosed": "<div><p>x</p>",
    "no-alt": '<img src="x.png">',
    "attribute": '<p colour="red">x</p>',
    "button": '<a href="/"><button type="button">x</button></a>',
    "reference": '<label for="nergens">x</label>',
}


def test_broken_pages_are_found_and_sound_ones_pass(tmp_path: Path) -> None:
    sound = tmp_path / "sound.html"
    sound.write_text(PAGE.format("<h1>Goed</h1><p>Tekst.</p>"), encoding="utf-8")
    broken = []
    for name, body in BROKEN.items():
        broken.append(tmp_path / f"{name}.html")
        broken[-1].write_text(PAGE.format(body), encoding="utf-8")

    found = faults([sound, *broken])

    assert {line.split(":", 1)[0] for line in found} == {f"{name}.html" for name in BROKEN}


def test_a_checker_that_did_not_look_is_no_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tests.html.checker.JAR", tmp_path / "absent.jar")

    with pytest.raises(CheckerMissingError):
        faults([tmp_path / "page.html"])
