"""The thirty sample cases: who asks, from where, and what happens. Every person and every number is invented.

Addresses are those of the fake geocoding service, so that the process itself finds the path of each case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Robot = Literal["typed", "unknown screen", "silent", "answer lost"]


@dataclass(frozen=True, slots=True)
class Step:
    """What a person does with one task.

    who      key of the officer
    wait     hours of office time before the officer takes it
    minutes  from taking it to finishing it; None: it stays in the officer's hands
    answers  what is filled in; kept as a draft when the task is not finished
    """

    who: str
    wait: float
    minutes: int | None
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """One case. `days` and `at`: how long before the present, and at what time, the request arrives."""

    days: int
    at: str
    first_name: str
    name: str
    number: str
    street: str
    postcode: str
    town: str
    steps: tuple[Step, ...] = ()
    robot: Robot = "typed"
    picture: str | None = None  #: what the robot saw when it stopped
    document_after: float | None = None  #: days until the document that was asked for arrives
    more: str = ""  #: building, floor
    moved: int = 9  #: days between moving in and asking


def _corrected(street: str, postcode: str, town: str, **more: str) -> dict[str, str]:
    return {"voie": street, "code_postal": postcode, "commune": town, **more}


def _ask(street: str, postcode: str, town: str, document: str) -> dict[str, str]:
    return _corrected(street, postcode, town, suite="pièce", piece_demandee=document)


BILL = "Une facture d’électricité, de gaz ou d’eau de moins de 6 mois, à votre nom."
HOST = "L’attestation de la personne qui vous héberge, avec une copie de sa pièce d’identité."

STORIES = (
    Story(41, "19:42", "Yusuf", "Demir", "8203114702", "Ferme de Bordeneuve", "82110", "Lauzerte",
          (Step("nadia", 12, 14, _ask("Ferme de Bordeneuve", "82110", "Lauzerte", BILL)),)),
    Story(40, "08:15", "Mariam", "Coulibaly", "9903270518", "16 rue Pasteur", "82000", "Montauban"),
    Story(39, "12:31", "Zofia", "Kowalska", "9903193159", "28 rue de la République", "82200", "Moissac"),
    Story(37, "21:07", "Tuan", "Pham", "3103441986", "5 r Leon Cladel résidence les Cèdres", "82000",
          "Montauban",
          (Step("karim", 5.5, 6, _corrected("3 rue Léon Cladel", "82000", "Montauban",
                                            complement="Résidence les Cèdres")),)),
    Story(36, "17:20", "Carlos", "Martins", "8201674179", "9 boulevard Gambetta", "82200", "Moissac",
          (Step("nadia", 3.2, 11),), robot="unknown screen", picture="saisie-martins.png"),
    Story(34, "10:48", "Salma", "El Idrissi", "7503602233", "23 rue de la Fontaine", "31000", "Toulouse",
          (Step("karim", 6, 5, {"prefecture_competente": "préfecture de la Haute-Garonne"}),)),
    Story(33, "14:02", "Oleksandr", "Kovalenko", "8203951447", "Lieu-dit Borde Basse", "82800",
          "Nègrepelisse",
          (Step("karim", 9, 12, _ask("Lieu-dit Borde Basse", "82800", "Nègrepelisse", BILL)),
           Step("karim", 4, 8, _corrected("Lieu-dit Borde Basse", "82800", "Nègrepelisse",
                                          suite="enregistrer"))), document_after=6.3),
    Story(31, "18:36", "Fatou", "Diallo", "8201473624", "27 rue des Tanneurs", "82310", "Montbreuil",
          more="Bâtiment C, 2e étage"),
    Story(30, "11:55", "Priya", "Raman", "9903448120", "11 quai du Tarne", "82000", "Montauban",
          (Step("nadia", 2.4, 4, _corrected("15 quai du Tarn", "82000", "Montauban")),)),
    Story(28, "20:13", "Ana Lucía", "Fernández", "3103785516", "53 avenue Jean Jaurès", "82100",
          "Castelsarrasin"),
    Story(27, "09:24", "Chinedu", "Eze", "8203360974", "Foyer Les Tilleuls, chambre 214", "82000",
          "Montauban",
          (Step("nadia", 7.5, 9, _corrected("6 rue Pasteur", "82000", "Montauban", suite="enregistrer",
                                            complement="Foyer Les Tilleuls, ch. 214")),)),
    Story(25, "13:10", "Minh Anh", "Le", "9903816605", "43 rue des Écoles", "82700", "Montech"),
    Story(24, "16:47", "Bao", "Nguyen", "7503223264", "Chez M. Pham, La Garrigue", "82100", "Castelsarrasin",
          (Step("karim", 11, 10, _ask("Chez M. Pham, La Garrigue", "82100", "Castelsarrasin", HOST)),
           Step("nadia", 3, 7, _corrected("31 chemin des Coteaux", "82100", "Castelsarrasin",
                                          complement="Chez M. Pham", suite="enregistrer"))),
          document_after=4.6),
    Story(22, "22:18", "Nikola", "Jovanović", "3103097741", "8 rue de la République", "82800",
          "Nègrepelisse"),
    Story(21, "15:33", "Aïcha", "Traoré", "9903735673", "8 boulevar Gambeta", "82200", "Moissac",
          (Step("karim", 8, 5, _corrected("9 boulevard Gambetta", "82200", "Moissac")),)),
    Story(20, "10:05", "Wei", "Zhang", "8203572290", "19 rue du Faubourg Toulousain", "82100",
          "Castelsarrasin"),
    Story(18, "12:12", "Carlos", "Silva", "9903313493", "32 boulevard Gambetta", "82000", "Montauban",
          (Step("karim", 4.5, 16),), robot="unknown screen", picture="saisie-silva.png"),
    Story(17, "18:59", "Bao", "Nguyen", "7503223264", "Chez Pham, la Garrigue basse", "82100",
          "Castelsarrasin",
          (Step("nadia", 6.5, 3, _corrected("Chez Pham, la Garrigue basse", "82100", "Castelsarrasin",
                                            suite="classer",
                                            motif="Une autre demande à votre nom est déjà en cours.")),)),
    Story(16, "08:41", "Samira", "Rahmani", "7503418862", "38 rue Victor Hugo", "82370",
          "Labastide-Saint-Pierre"),
    Story(15, "17:04", "Kofi", "Mensah", "8203226651", "Les Quatre Chemins, lot 7", "82600",
          "Verdun-sur-Garonne",
          (Step("nadia", 10, 12, _ask("Les Quatre Chemins, lot 7", "82600", "Verdun-sur-Garonne", BILL)),)),
    Story(13, "11:26", "Irina", "Popescu", "9903659087", "16 rue ecoles", "82310", "Montbreuil",
          (Step("nadia", 1.8, 5, _corrected("17 rue des Écoles", "82310", "Montbreuil")),)),
    Story(11, "10:37", "Tariq", "Mahmoud", "8203745513", "Mas de Fourques", "82110", "Lauzerte"),
    Story(9, "16:52", "Luana", "Pereira", "3103284479", "Domaine de Saint-Hubert", "82500",
          "Beaumont-de-Lomagne"),
    Story(8, "09:18", "Hassan", "Ouattara", "7503951138", "1 impasse du Lavoire", "82700", "Montech"),
    Story(6, "14:45", "Élise", "Mbarga", "8203608826", "rue de la Republique bat B", "82300", "Caussade",
          (Step("nadia", 4, None, _corrected("27 rue de la République", "82300", "Caussade",
                                            complement="Bâtiment B")),)),
    Story(5, "13:36", "Ivan", "Petrov", "3103522160", "45 rue de la République", "82300", "Caussade",
          robot="answer lost"),
    Story(4, "19:28", "Nour", "Haddadi", "9903527344", "46 rue du Moulin", "47000", "Agen"),
    Story(3, "22:06", "Linh", "Nguyen", "3103611063", "17 boulevard Gambetta", "82000", "Montauban",
          robot="silent", picture="recherche-nguyen.png"),
    Story(2, "07:52", "Giorgi", "Beridze", "8203490315", "24 rue de la Fontaine", "82140",
          "Saint-Antonin-Noble-Val"),
    Story(1, "18:05", "Elif", "Yilmaz", "3103408523", "34 avenue de Gascogne", "82600",
          "Verdun-sur-Garonne", robot="unknown screen", picture="saisie-yilmaz.png",
          more="Appartement 12"),
)  # fmt: skip
