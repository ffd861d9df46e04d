"""From what is asked to a sentence, so that nothing is ever spoken but numbers, counters and words of the branch."""

from datetime import time

from server.domain.branch import Branch
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.domain.words import LANGUAGES
from server.voice.sentences import GAP, PHRASES, CallOut, Sentence, call_sentence, number_parts, word_sentence
from server.web.problems import Problem
from server.web.voice_messages import CallAsked, WordsAsked

MOST_CALLS = 8  # in one sentence: nobody remembers more
MOST_SERVICES = 5  # of one visit
DIGITS = range(3, 7)
SPOKEN = ("kiosk.", "shared.")  # the words that a kiosk shows
SERVICE = "service."  # and the names of services, by their id
GROUP = "group."  # and of the choices with services behind them
LETTER = "letter."  # and what numbers of a queue begin with, by its id: who spells a number needs it
COUNTS = ("n", "low", "high", "hours", "minutes", "date")
NAMED = ("weekday", "month")  # by its number


def spoken(lang: str) -> str:
    if lang not in PHRASES:
        raise Problem(422, "language_not_spoken", {"tongue": lang})
    return lang


def calls_of(hall: Hall, asked: CallAsked) -> list[CallOut]:
    """The call that is named, or the several."""
    if asked.calls:
        return calls_in(hall, asked.calls)
    if asked.number is None or asked.counter is None:
        raise Problem(422, "invalid")
    return [_call(hall, asked.number, str(asked.counter))]


def calls_in(hall: Hall, text: str) -> list[CallOut]:
    """From `A012:3,A013:5`."""
    pairs = [pair.partition(":") for pair in text.split(",")]
    if len(pairs) > MOST_CALLS:
        raise Problem(422, "invalid")
    return [_call(hall, number, counter) for number, _, counter in pairs]


def as_text(calls: list[CallOut]) -> str:
    return ",".join(f"{call.number}:{call.counter}" for call in calls)


def call_said(hall: Hall, lang: str, calls: str) -> Sentence:
    return sentence_of(hall, lang, calls_in(hall, calls))


def sentence_of(hall: Hall, lang: str, calls: list[CallOut]) -> Sentence:
    """As the branch words it."""
    return call_sentence(spoken(lang), calls, hall.branch.wording)


def _call(hall: Hall, number: str, counter: str) -> CallOut:
    found = next((one for one in hall.counters.values() if str(one.number) == counter), None)
    if found is None:
        raise Refusal("counter_not_found")
    return CallOut(_ticket_number(hall, number), found.number, found.is_machine)


def _ticket_number(hall: Hall, number: str) -> str:
    """As this branch prints them: a prefix of one of its queues and at least three digits."""
    for queue in hall.branch.queues.values():
        serial = number.removeprefix(queue.prefix)
        if number.startswith(queue.prefix) and len(serial) in DIGITS and serial.isascii() and serial.isdigit():
            return number
    raise Problem(422, "no_such_number")


def words_said(hall: Hall, asked: WordsAsked) -> Sentence:
    """The sentence of the word files with its gaps filled."""
    lang = spoken(asked.lang)
    written_in = PHRASES[lang]["words"]  # what is written in Chinese is read in Cantonese too
    if asked.key.startswith(SERVICE):
        return word_sentence(lang, asked.key, _name(hall, asked.key.removeprefix(SERVICE), written_in), {})
    if asked.key.startswith(GROUP):
        return word_sentence(lang, asked.key, _group(hall, asked.key.removeprefix(GROUP), written_in), {})
    if asked.key.startswith(LETTER):
        return Sentence(lang, tuple(number_parts(lang, _prefix(hall, asked.key.removeprefix(LETTER)))))
    words = LANGUAGES[written_in].get(asked.key)
    if words is None or not asked.key.startswith(SPOKEN):
        raise Problem(404, "words_not_found")
    told = _told(hall, asked, written_in)
    if not set(GAP.findall(words)) <= told.keys():
        raise Problem(422, "invalid")
    return word_sentence(lang, asked.key, words, told)


def _told(hall: Hall, asked: WordsAsked, written_in: str) -> dict[str, int | str | time]:
    counts = {name: getattr(asked, name) for name in COUNTS}
    told: dict[str, int | str | time] = {name: count for name, count in counts.items() if count is not None}
    told |= {name: _hour(hall.branch, name, getattr(asked, name)) for name in ("opens", "closes")}
    for name in NAMED:
        if (value := getattr(asked, name)) is not None:
            told[name] = LANGUAGES[written_in][f"shared.{name}.{value}"]
    if asked.number is not None:
        told["number"] = _ticket_number(hall, asked.number)
    if asked.counter is not None:
        if asked.counter not in {counter.number for counter in hall.counters.values()}:
            raise Refusal("counter_not_found")
        told["counter"] = asked.counter
    if asked.service is not None:
        told["service"] = _name(hall, asked.service, written_in)
    if asked.services is not None:
        ids = asked.services.split(",")
        if len(ids) > MOST_SERVICES:
            raise Problem(422, "invalid")
        told["services"] = PHRASES[asked.lang]["list"].join(_name(hall, one, written_in) for one in ids)
    return told


def _hour(branch: Branch, name: str, asked: str | None) -> time:
    """One of the hours at which the branch opens, or closes, on some day; its usual one where none is named."""
    usual: time = getattr(branch, name)
    others = [*branch.day_hours.values(), *(hours for hours in branch.special_days.values() if hours)]
    hour = usual if asked is None else time.fromisoformat(asked)
    if hour not in {usual, *(getattr(hours, name) for hours in others)}:
        raise Problem(422, "invalid")
    return hour


def _group(hall: Hall, group_id: str, written_in: str) -> str:
    group = hall.branch.groups.get(group_id)
    if group is None:
        raise Problem(404, "words_not_found")
    return group.name.get(written_in) or next(iter(group.name.values()), group_id)


def _prefix(hall: Hall, queue_id: str) -> str:
    queue = hall.branch.queues.get(queue_id)
    if queue is None or not queue.prefix:
        raise Problem(404, "words_not_found")
    return queue.prefix


def _name(hall: Hall, service_id: str, written_in: str) -> str:
    service = hall.branch.services.get(service_id)
    if service is None:
        raise Refusal("service_not_found", service=service_id)
    return service.name.get(written_in) or next(iter(service.name.values()), service_id)
