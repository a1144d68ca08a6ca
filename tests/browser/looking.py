"""What is wrong with a page as it stands in the browser: wider than the screen, or hidden from somebody."""

from axe_playwright_python.sync_playwright import Axe

SCREENS = [
    {"width": 1366, "height": 768},
    {"width": 360, "height": 740},
]  # an office screen, a phone
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def complaints_of(page, screen):
    """[what is wrong on a screen of this size]"""
    page.set_viewport_size(screen)
    width = page.evaluate("document.documentElement.scrollWidth")
    return violations(page) + (
        [f"{width} px wide on {screen['width']}"] if width > screen["width"] else []
    )


def violations(page):
    """[rule: what it found it in] of the accessibility rules broken on this page."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['target']}" for each in found]
