"""The documentation says what the declarations say, in both languages."""

from __future__ import annotations

import pytest

from connectors import registry
from connectors.sdk.documentation import connector_markdown


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("info", registry.catalogue(), ids=lambda info: info.kind)
def test_every_value_and_error_is_explained(info, locale):
    connector = registry.load(info.kind)
    page = connector_markdown(connector, locale)
    for operation in connector.newest_operations():
        assert operation.title.in_(locale) in page
        for name in (*operation.input_types, *operation.output_types, *operation.errors):
            assert f"`{name}`" in page
        for text in operation.errors.values():
            assert text.in_(locale) in page


def test_the_languages_do_not_mix():
    connector = registry.load("http_request")
    assert "When it fails" not in connector_markdown(connector, "fr")
    assert "Quand cela échoue" not in connector_markdown(connector, "en")
    assert "| `url` | Address. Complete, or relative" in connector_markdown(connector, "en")
