"""The form pages' own words, in both languages."""

from engine.diagnostics import Text

ADD_ROW = Text("Ajouter une ligne", "Add a row")
REMOVE_ROW = Text("Retirer la ligne {number}", "Remove row {number}")
ROW = Text("Ligne {number}", "Row {number}")
CHOOSE = Text("Choisissez", "Choose")
NO_ANSWER = Text("Sans réponse", "No answer")
HOUR = Text("Heure", "Time")
SEND = Text("Envoyer", "Send")
FILE_LIMIT = Text("{size} Mo au plus.", "{size} MB at most.")
FILE_KINDS = Text("{kinds}, {size} Mo au plus.", "{kinds}, {size} MB at most.")
KEPT_FILES = Text("Déjà ajouté : {names}.", "Already added: {names}.")
NO_ROWS = Text("Aucune ligne pour l’instant.", "No row yet.")
EMPTY_CHOICE = Text("Aucune réponse à proposer.", "No answer to offer.")
