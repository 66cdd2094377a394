"""Full-text search over all content: one interface, and two databases that each do it in their own way.

`index()` writes a row for each place that a reader can go to; `find()` looks words up, in any of their English forms.
SQLite keeps the words in an FTS5 table, PostgreSQL in a column of the rows; the migration that made the rows made both.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from content.models import Cycle, Guidance, SearchEntry, Session, Study, StudySection

BEGINS, ENDS = "\x02", "\x03"  # around a word that was found, until the text is escaped
MOST_WORDS = 20  # of a question; what follows is not looked at

# Words that are in nearly every text: they are looked for only when nothing else is asked.
COMMON = {
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "does", "for", "from", "has", "have", "how",
    "i", "if", "in", "into", "is", "it", "its", "my", "no", "not", "of", "on", "or", "our", "so", "than", "that",
    "the", "their", "them", "then", "there", "these", "they", "this", "to", "was", "we", "were", "what", "when",
    "where", "which", "who", "why", "will", "with", "you", "your",
}  # fmt: skip

# In both, the rows of one page are chosen first, and only in these the words are marked, which takes longest.
# FTS5 ranks by bm25, in which the least is best; a word in the title counts as ten in the text.
SQLITE = f"""
SELECT entry.title, entry.within, entry.url,
       snippet(content_search, 1, '{BEGINS}', '{ENDS}', ' … ', 32),
       (SELECT count(*) FROM content_search JOIN content_searchentry entry ON entry.id = content_search.rowid
        WHERE content_search MATCH %(words)s AND (%(all)s OR NOT entry.for_mentors))
FROM content_search JOIN content_searchentry entry ON entry.id = content_search.rowid
WHERE content_search MATCH %(words)s AND content_search.rowid IN (
    SELECT content_search.rowid FROM content_search JOIN content_searchentry entry ON entry.id = content_search.rowid
    WHERE content_search MATCH %(words)s AND (%(all)s OR NOT entry.for_mentors)
    ORDER BY bm25(content_search, 10, 1), content_search.rowid LIMIT %(limit)s OFFSET %(offset)s
)
ORDER BY bm25(content_search, 10, 1), entry.id
"""
POSTGRES = f"""
SELECT title, within, url,
       ts_headline('english', text, query,
                   'MaxFragments=2, MaxWords=20, MinWords=8, FragmentDelimiter=" … ", StartSel="{BEGINS}", StopSel="{ENDS}"'),
       total
FROM (
    SELECT entry.*, query, ts_rank(words, query) AS rank, count(*) OVER () AS total
    FROM content_searchentry entry, to_tsquery('english', %(words)s) query
    WHERE words @@ query AND (%(all)s OR NOT for_mentors)
    ORDER BY rank DESC, id LIMIT %(limit)s OFFSET %(offset)s
) page
ORDER BY rank DESC, id
"""


@dataclass(frozen=True)
class Engine:
    """How a database is asked: how one word is written, how all of them or any, and what to do after new rows."""

    look_up: str
    word: str
    all_of: str
    any_of: str
    after_indexing: str


ENGINES = {
    "sqlite": Engine(SQLITE, '"{}"', " AND ", " OR ", "INSERT INTO content_search(content_search) VALUES ('rebuild')"),
    "postgresql": Engine(POSTGRES, "'{}'", " & ", " | ", "ANALYZE content_searchentry"),
}


@dataclass(frozen=True)
class Hit:
    """A place where the words are, and some of its text with the words marked."""

    title: str
    within: str
    url: str
    excerpt: SafeString


@dataclass(frozen=True)
class Found:
    """One page of hits, the best first, and how many there are in all."""

    hits: list[Hit]
    total: int


def find(question: str, *, mentors_pages: bool, limit: int = 20, offset: int = 0) -> Found:
    """The places that have all the words of a question or, if there is none, any of them. A blank question finds nothing.

    `mentors_pages` says whether what is for mentors only may be found: an ECT cannot go there.
    """
    words = re.findall(r"\w+(?:\.\w+)*", question.lower())[:MOST_WORDS]
    words = [word for word in words if word not in COMMON] or words
    if not words:
        return Found([], 0)
    engine = ENGINES[connection.vendor]
    quoted = [engine.word.format(word) for word in words]
    for asked in (engine.all_of.join(quoted), engine.any_of.join(quoted)):
        with connection.cursor() as cursor:
            cursor.execute(engine.look_up, {"words": asked, "all": mentors_pages, "limit": limit, "offset": offset})
            rows = cursor.fetchall()
        if rows:
            hits = [Hit(title, within, url, _marked(excerpt)) for title, within, url, excerpt, _ in rows]
            return Found(hits, rows[0][-1])
    return Found([], 0)


def _marked(excerpt: str) -> SafeString:
    return mark_safe(escape(excerpt).replace(BEGINS, "<mark>").replace(ENDS, "</mark>"))


def index() -> None:
    """Makes the rows anew from all pieces that are not retired."""
    SearchEntry.objects.all().delete()
    SearchEntry.objects.bulk_create(entry for make in SOURCES for entry in make())
    with connection.cursor() as cursor:
        cursor.execute(ENGINES[connection.vendor].after_indexing)


def _words(*texts: str | Iterable[str]) -> str:
    """One text of many, without the signs of Markdown."""
    lines = [text for part in texts for text in ([part] if isinstance(part, str) else part) if text]
    return re.sub(r"[*_#|`]+|^\s*[-:>]+\s*", "", "\n".join(lines), flags=re.MULTILINE)


def _statements(piece: StudySection | Session) -> list[str]:
    """The framework's statements that a piece is about, with their codes."""
    return [str(statement) for statement in piece.statements.all()]


def _studies() -> Iterator[SearchEntry]:
    for study in Study.objects.current().for_reading():
        place = f"{study.module.title}: {study.title}"
        yield SearchEntry(
            pack_id=study.pack_id,
            title=study.title,
            within=study.module.title,
            url=study.get_absolute_url(),
            text=_words(study.summary, study.area),
        )
        scenarios = [text for scenario in study.scenarios.all() for text in [scenario.title, scenario.text]]
        options = [option for scenario in study.scenarios.all() for option in scenario.options]
        shown = {
            "scenarios": scenarios,
            "scenario_options": options,
            "actions": [text for action in study.actions.all() for text in [action.title, action.text]],
        }
        for section in study.sections.all():
            ingredients = [f"{each.title}: {each.text}" for each in section.ingredients.all()]
            yield SearchEntry(
                pack_id=study.pack_id,
                title=section.title,
                within=f"{place} (for {section.get_audience_display()})",
                for_mentors=section.audience == StudySection.Audience.MENTOR,
                url=reverse("content:section", args=[study.slug, section.slug]),
                text=_words(
                    section.text, ingredients, shown.get(section.shows, []), section.reflection, _statements(section)
                ),
            )


def _sessions() -> Iterator[SearchEntry]:
    for session in Session.objects.current().for_reading():
        agenda = [text for item in session.agenda.all() for text in [item.title, item.text]]
        activities = [
            text
            for item in session.agenda.all()
            for activity in item.activities.all()
            for text in [activity.title, activity.text, *activity.supports]
        ]
        yield SearchEntry(
            pack_id=session.pack_id,
            title=session.title,
            within=f"{session.module.title}: week {session.week}",
            url=session.get_absolute_url(),
            text=_words(session.summary, agenda, activities, _statements(session)),
        )


def _cycles() -> Iterator[SearchEntry]:
    for cycle in Cycle.objects.current().for_reading():
        within, url = f"Development cycle {cycle.number}", cycle.get_absolute_url()

        def entry(
            title: str, text: str, anchor: str = "", within: str = within, url: str = url, pack_id: int = cycle.pack_id
        ) -> SearchEntry:
            return SearchEntry(pack_id=pack_id, title=title, within=within, url=url + anchor, text=text)

        yield entry(cycle.title, _words(cycle.summary, cycle.overview))
        for theme in cycle.themes.all():
            examples = [f"{example.title}: {example.text}" for example in theme.examples.all()]
            yield entry(theme.title, _words(theme.summary, examples), "#themes")
            for area in theme.areas.all():
                items = [item.text for item in area.diagnostic_items.all()]
                yield entry(area.title, _words(area.text, items), "#themes")
        for step in cycle.steps.all():
            prompts = [text for group in step.prompts for text in [group["title"], *group["prompts"]]]
            words = _words(step.summary, step.focus, step.preparation, step.agenda, prompts)
            yield entry(step.title, words, "#steps")


def _guidance() -> Iterator[SearchEntry]:
    for source in Guidance.objects.current().for_reading():
        for paragraph in source.paragraphs.all():
            yield SearchEntry(
                pack_id=source.pack_id,
                title=f"Paragraph {paragraph.number}",
                within=f"{source.title}, {source.edition}",
                url=f"{reverse('content:guidance')}#paragraph-{paragraph.number}",
                text=paragraph.text,
            )


SOURCES: list[Callable[[], Iterator[SearchEntry]]] = [_studies, _sessions, _cycles, _guidance]
