"""The explanation as a paragraph that can be sent to the person concerned."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine import dmn, packages
from tests.engine.dmn.samples import decision, definitions, input_data, literal, outcome, table
from tests.environment import REPOSITORY

ADDRESS = {"libelle": "1 rue Haute", "code_postal": "82000", "commune": "Montauban"}


def _french(model: bytes, key: str, **inputs: Any) -> str:
    return dmn.paragraph(outcome(model, key, **inputs).to_dict()).fr.replace("\u00a0", " ")


def test_the_shipped_decision_explains_itself() -> None:
    """Data, rule, remark and result, in plain French and in English."""
    package = packages.load_folder(REPOSITORY / "processes" / "changement_adresse")
    model = dmn.load(package.files["decisions/parcours.dmn"])
    inputs = {"adresse_trouvee": ADDRESS, "score": Decimal("0.92")}
    found = dmn.evaluate(model, "parcours", inputs, now=datetime(2026, 11, 23, tzinfo=UTC), zone=UTC)
    said = dmn.paragraph(found.to_dict())
    assert said.fr.replace("\u00a0", " ") == (
        "Décision « Parcours », calculée à partir de : adresse_trouvee = (libelle = « 1 rue Haute », "
        "code_postal = « 82000 », commune = « Montauban »), score = 0,92. La règle n° 5 s’applique "
        '[Adresse trouvée (oui) : true ; Département (« 82 ») : "82" ; Score (0,92) : >= 0.8]. '
        "L’adresse est sûre : le robot saisit. Résultat : « automatique »."
    )
    assert "Rule 5 applies" in said.en
    assert said.en.endswith("Result: “automatique”.")


def test_every_decision_on_the_way_is_told() -> None:
    """Required decisions come first."""
    model = definitions(
        input_data("x"),
        decision("base", literal("x * 2"), ["#_x"]),
        decision("d", literal("base + 1"), ["d|#d_base"]),
    )
    assert _french(model, "d", x=2) == (
        "Décision « base », calculée à partir de : x = 2. Résultat : 4. "
        "Décision « d », calculée à partir de : base = 4. Résultat : 5."
    )


def test_a_missing_result_says_why() -> None:
    """The reason stands in the place of the result."""
    model = definitions(input_data("x"), decision("d", literal("x + 1"), ["#_x"]))
    assert _french(model, "d", x="a").endswith(
        "Pas de résultat : « x + 1 » vaut null parce que "
        "l’addition ne s’applique pas à un texte et un nombre."
    )


def test_no_rule_and_the_default_are_told() -> None:
    """An absence is said too."""
    logic = table(["x"], [""], [["> 5", "1"]])
    model = definitions(input_data("x"), decision("d", logic, ["#_x"]))
    assert "Aucune règle de la table ne s’applique. Résultat : non renseigné." in _french(model, "d", x=1)
