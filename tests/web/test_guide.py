"""The guide inside the product: whole in both languages, without dead links, with every picture."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from designer import guide
from tests.web.conftest import Person

LANGUAGES = ("fr", "en")
MOST_BYTES = 80_000


@pytest.fixture
def reader(signed_in: Callable[..., Person]) -> Person:
    return signed_in("administrator")


def article(reader: Person, topic: str, language: str) -> str:
    """The text of a page of the guide."""
    answer = reader.client.get(f"/aide/{topic}?lang={language}")
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    return answer.text[answer.text.index("<article") : answer.text.index("</article>")]


def shape(text: str) -> list[str]:
    """What both languages must have alike: sections, steps, pictures and links, in order."""
    return re.findall(r"<(?:section|li|img|a href=\"[^\"]+\")|[a-z]+\.webp", text)


@pytest.mark.parametrize("topic", guide.PAGES)
def test_both_languages_say_as_much(reader: Person, topic: str) -> None:
    french, english = (article(reader, topic, language) for language in LANGUAGES)
    assert shape(french) == shape(english)
    assert french != english
    assert french.count("<section>") >= 5


@pytest.mark.parametrize("topic", guide.PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_somewhere_and_every_picture_is_there(
    reader: Person, topic: str, language: str
) -> None:
    text = article(reader, topic, language)
    for path in re.findall(r'href="([^"]+)"', text):
        assert reader.client.get(path).status_code == 200, path
    pictures = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', text)
    assert pictures
    for path, words in pictures:
        with reader.client.get(path) as answer:
            assert (answer.status_code, answer.mimetype) == (200, "image/webp"), path
            assert len(answer.data) < MOST_BYTES, path
        assert len(words) > 20


def test_every_picture_is_used(reader: Person) -> None:
    for language in LANGUAGES:
        used = {
            name
            for topic in guide.PAGES
            for name in re.findall(r"(\w+)\.webp", article(reader, topic, language))
        }
        assert used == {path.stem for path in (guide.PICTURES / language).iterdir()}


@pytest.mark.parametrize(("path", "topic"), [("/tasks", "agent"), ("/users", "administrer")])
def test_a_page_leads_to_what_the_guide_says_about_it(reader: Person, path: str, topic: str) -> None:
    assert f'href="/aide/{topic}"' in reader.client.get(path).text
    assert 'href="/aide"' in reader.client.get(path).text


def test_an_unknown_page_is_404_and_a_guest_signs_in_first(reader: Person, app) -> None:
    assert reader.client.get("/aide/rien").status_code == 404
    assert reader.client.get("/aide/images/fr/rien.webp").status_code == 404
    assert app.test_client().get("/aide").status_code in (302, 303)
