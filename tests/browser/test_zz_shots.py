from .test_tools import *


def test_shots(portal, new_page):
    for language, voice in (("ar", "ar"), ("nl", "nl-NL"), ("ti", "en")):
        page = reading_page(new_page, portal, language, voice)
        page.wait_for_timeout(2800)
        if language != "ti":
            page.click('[data-listen="play"]')
        page.screenshot(path=f"/tmp/shot-{language}-top.png")
        page.locator(".tools").scroll_into_view_if_needed()
        page.locator(".tools").screenshot(path=f"/tmp/shot-{language}-tools.png")
    page = reading_page(new_page, portal, "nl", "nl-NL")
    open("/tmp/paper.pdf", "wb").write(page.pdf(format="A4"))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.screenshot(path="/tmp/shot-wide.png", full_page=True)
