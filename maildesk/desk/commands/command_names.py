"""The names of agents' commands in Spanish, French and Russian, beside the English and German ones. Data alone.

The English name is the one in code, messages and docs. No name stands twice: a test compares. To add a language, add
its names here.
"""

from __future__ import annotations

from collections.abc import Mapping

OTHER_NAMES: Mapping[str, str] = {
    "note": "nota interno note-interne заметка внутреннее",
    "close": "cerrar resuelto fermer clore résolu resolu закрыть решено готово",
    "wait": "esperar attendre ждать жду",
    "pause": "pausar pausa suspendre пауза отложить",
    "assign": "asignar attribuer assigner назначить поручить",
    "unassign": "soltar desasignar libérer liberer désattribuer desattribuer освободить снять",
    "mine": "mío mio мое моё беру",
    "priority": "prioridad priorité priorite приоритет",
    "tag": "etiqueta etiquetar étiquette etiquette метка тег",
    "untag": "sinetiqueta desetiquetar désétiqueter desetiqueter безметки",
    "move": "mover déplacer deplacer переместить передать",
    "merge": "fusionar fusionner объединить",
    "split": "dividir separar diviser séparer separer разделить",
    "requester": "cliente clienta client клиент заявитель",
    "cc": "copia copie копия",
    "uncc": "sincopia sanscopie безкопии",
    "only": "sólo seulement только",
    "promise": "prometer promesa promettre promesse обещать обещание",
    "take": "retomar reabrir reprendre rouvrir взять вернуть",
    "spam": "correo-basura indésirable indesirable спам",
    "article": "artículo articulo статья",
    "canned": "plantilla modèle modele шаблон",
    "language": "idioma lengua langue язык",
    "remind": "recordar recuérdame recuerdame rappeler rappel напомнить напомни",
    "list": "lista список",
    "search": "buscar chercher rechercher поиск искать найти",
    "show": "mostrar montrer afficher показать",
    "history": "historial historique история",
    "away": "ausente absent absente отсутствую",
    "back": "volví volvi vuelta retour вернулся вернулась",
    "digest": "resumen résumé resume сводка",
    "send": "enviar envoyer отправить",
    "recall": "retirar anular retirer rappel-réponse отозвать",
    "help": "ayuda aide помощь справка",
    "new": "nuevo nueva nouveau nouvelle новый новая",
    "person": "persona personne человек контакт",
}
"""English name → the others, in words."""
