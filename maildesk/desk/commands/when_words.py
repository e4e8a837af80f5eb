"""Words for times in English, German, Spanish, French and Russian: data for ``when.py`` and ``when_dates.py``.

All are kept folded (small letters, no accents: "manana", "dias", "вернется"), and so is what people write. To add a
language, add its words to each table.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def folded(text: str) -> str:
    """Small letters without accents: what people write, and what stands in these tables."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(each for each in apart if not unicodedata.combining(each))


def _table(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {folded(word): value for words, value in rows for word in words.split()}


def _phrases(*words: str) -> frozenset[str]:
    """Words of one line each, with commas between them."""
    return frozenset(folded(each.strip()) for line in words for each in line.split(","))


WEEKDAYS = _table(
    (
        ("monday mon montag mo lunes lun lundi понедельник понедельника понедельнику пн", 0),
        ("tuesday tue tues dienstag di martes mar mardi вторник вторника вторнику вт", 1),
        ("wednesday wed weds mittwoch mi miércoles mié mercredi mer среда среду среды среде ср", 2),
        ("thursday thu thur thurs donnerstag do jueves jue jeudi jeu четверг четверга четвергу чт", 3),
        ("friday fri freitag fr viernes vie vendredi ven пятница пятницу пятницы пятнице пт", 4),
        ("saturday sat samstag sonnabend sa sábado sáb samedi sam суббота субботу субботы субботе сб", 5),
        ("sunday sun sonntag so domingo dom dimanche dim воскресенье воскресенья воскресенью вс", 6),
    )
)
COMING = _phrases("prochain, prochaine, próximo, que viene, qui vient")
"""Behind a weekday: the coming one, as without it."""
MONTHS = _table(
    (
        ("january jan januar jänner enero ene janvier janv январь января янв", 1),
        ("february feb februar febrero février févr fév февраль февраля фев февр", 2),
        ("march mar märz mrz maerz marzo mars март марта мар", 3),
        ("april apr abril abr avril avr апрель апреля апр", 4),
        ("may mai mayo май мая", 5),
        ("june jun juni junio juin июнь июня июн", 6),
        ("july jul juli julio juillet juil июль июля июл", 7),
        ("august aug agosto ago août август августа авг", 8),
        ("september sep sept septiembre setiembre septembre сентябрь сентября сен сент", 9),
        ("october oct oktober okt octubre octobre октябрь октября окт", 10),
        ("november nov noviembre novembre ноябрь ноября ноя нояб", 11),
        ("december dec dezember dez diciembre dic décembre déc декабрь декабря дек", 12),
    )
)
NUMBERS = _table(
    (
        ("a an one ein eine einen einem einer un una uno une один одну одна", 1),
        ("two zwei couple dos deux два две пару", 2),
        ("three drei tres trois три", 3),
        ("four vier cuatro quatre четыре", 4),
        ("five fünf fuenf cinco cinq пять", 5),
        ("six sechs seis шесть", 6),
        ("seven sieben siete sept семь", 7),
        ("eight acht ocho huit восемь", 8),
        ("nine neun nueve neuf девять", 9),
        ("ten zehn diez dix десять", 10),
        ("twelve zwölf doce douze двенадцать", 12),
        ("fourteen vierzehn catorce quatorze четырнадцать", 14),
        ("fifteen fünfzehn fuenfzehn quince quinze пятнадцать", 15),
    )
)
MINUTES_IN = _table(
    (
        ("minute minutes min mins minuten m minuto minutos минута минуту минуты минут мин", 1),
        ("hour hours hr hrs stunde stunden std h hora horas heure heures час часа часов ч", 60),
    )
)
HALVES = dict.fromkeys(
    _phrases(
        "half an hour, halbe stunde, eine halbe stunde, einer halben stunde, media hora, una media hora",
        "demi-heure, une demi-heure, demi heure, une demi heure, полчаса",
    ),
    30,
) | dict.fromkeys(_phrases("anderthalb stunden, una hora y media, une heure et demie, полтора часа"), 90)
"""Spans without a number of their own, in minutes."""
ONE_OF = _phrases("минуту, час, день, сутки, неделю, месяц")
"""Russian leaves the one out: "через час"."""
DAYS_IN = _table(
    (
        ("day days tag tage tagen d día días jour jours день дня дней дн сутки суток", 1),
        ("week weeks wk wks woche wochen w semana semanas semaine semaines неделя неделю недели недель нед", 7),
        ("fortnight fortnights", 14),
    )
)
MONTHS_IN = _phrases("month, months, monat, monate, monaten, mes, meses, mois, месяц, месяца, месяцев")
WORKING = _phrases(
    "working, business, work, open, hábil, hábiles, laborable, laborables, ouvré, ouvrés, ouvrable, ouvrables",
    "рабочий, рабочих, рабочего, рабочие",
)
WORKING_DAYS = _phrases("workday, workdays, werktag, werktage, werktagen, arbeitstag, arbeitstage, arbeitstagen")
DAYS_AHEAD = {
    **dict.fromkeys(_phrases("today, heute, hoy, aujourd'hui, сегодня"), 0),
    **dict.fromkeys(_phrases("tomorrow, tmrw, morgen, mañana, demain, завтра"), 1),
    **dict.fromkeys(
        _phrases(
            "day after tomorrow, the day after tomorrow, übermorgen, uebermorgen, pasado mañana, après-demain",
            "après demain, послезавтра, после завтра",
        ),
        2,
    ),
}
NEXT_WEEK = _phrases(
    "next week, following week, nächste woche, nächsten woche, kommender woche, nächster woche, naechste woche",
    "kommende woche, la semana que viene",
    "semana que viene, próxima semana, semana próxima, semaine prochaine, la semaine prochaine",
    "следующая неделя, следующей неделе, следующую неделю",
)
NEXT_MONTH = _phrases(
    "next month, nächsten monat, naechsten monat, nächster monat, kommenden monat, el mes que viene, mes que viene",
    "próximo mes, el próximo mes, mes próximo, le mois prochain, mois prochain, au mois prochain",
    "следующий месяц, следующем месяце, следующего месяца",
)
END_OF_WEEK = _phrases(
    "end of week, end of the week, eow, ende der woche, wochenende, ende dieser woche, fin de semana",
    "fin de la semana, fin de esta semana, final de la semana, fin de semaine, fin de la semaine",
    "fin de cette semaine, конец недели, конца недели, концу недели, конце недели",
)
END_OF_MONTH = _phrases(
    "end of month, end of the month, eom, monatsende, ende des monats, fin de mes, fin del mes, final de mes",
    "final del mes, fin du mois, fin de mois, конец месяца, конца месяца, концу месяца, конце месяца",
)
MORNING = _phrases(
    "morning, in the morning, this morning, first thing, first thing in the morning",
    "am vormittag, früh, frueh, vormittag, vormittags, morgen, start of day, por la mañana, de mañana",
    "a primera hora, primera hora, matin, le matin, утром, с утра, утро",
)
NOON = _phrases("noon, midday, mittag, mittags, mediodía, al mediodía, midi, à midi, полдень, в полдень, в обед, обед")
AFTERNOON = _phrases(
    "afternoon, in the afternoon, this afternoon, nachmittag, nachmittags, am nachmittag, heute nachmittag",
    "por la tarde, esta tarde, de tarde, tarde, après-midi, l'après-midi, cet après-midi, cette après-midi",
    "dans l'après-midi, днем, после обеда, после полудня, пополудни",
)
EVENING = _phrases(
    "tonight, this evening, heute abend, esta noche, ce soir, сегодня вечером",
    "end of day, eod, close of business, cob, abend, abends, evening, feierabend, por la noche, noche",
    "final del día, al final del día, fin del día, a última hora, soir, le soir, fin de journée, en fin de journée",
    "вечер, вечером, вечера, вечеру, конец дня, конца дня, концу дня, конце дня",
)
LEADING = _phrases(
    "until, till, til, by, on, at, in, for, next, this, the, coming, of, from, after",
    "bis, zum, zur, am, um, ab, den, dem, der, nach, für, nächsten, nächster, kommenden",
    "diesen, kommender, gegen, vor, spätestens",
    "hasta, para, el, la, las, los, en, dentro, de, del, a, al, antes, desde, próximo, próxima, este, esta, sobre",
    "jusqu'à, jusqu'au, d'ici, avant, pour, le, dans, ce, cette, prochain, prochaine, vers, dès, au, du, à",
    "до, в, во, на, к, ко, с, через, по, после, не, позднее, позже, следующий, следующую, следующее, следующей",
    "ближайший, ближайшую, ближайшее, этот, эту, это, этой",
)
WHOLE = frozenset(DAYS_AHEAD) | NEXT_WEEK | NEXT_MONTH
"""Where small words belong to the time."""
UNITS = frozenset({*MINUTES_IN, *DAYS_IN, *MONTHS_IN, *WORKING, *WORKING_DAYS})
NO_TIME = frozenset({*MONTHS, *DAYS_IN, *MONTHS_IN, *WORKING, *WORKING_DAYS} | {"min", "minuten"})
"""Behind "at 10" and their like, where it was no time of day: "в 10 дней"."""
