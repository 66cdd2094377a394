"""Rows that belong to a row, told in a column of it, so that a page with many kinds of them needs no query for each."""

from django.db.models import F, Func, JSONField, QuerySet, Subquery
from django.db.models.functions import JSONObject

JSON = {"sqlite": "JSON(%(expressions)s)", "postgresql": "(%(expressions)s)"}  # SQLite takes it for text otherwise
LIST = {
    "sqlite": "(SELECT JSON_GROUP_ARRAY(JSON(told)) FROM (%(subquery)s) rows)",
    "postgresql": "(SELECT COALESCE(JSONB_AGG(told), '[]') FROM (%(subquery)s) rows)",
}


class _Json(Func):
    """A column of JSON, within more of it."""

    def as_sql(self, compiler, connection, **context):  # type: ignore[override]
        return super().as_sql(compiler, connection, template=JSON[connection.vendor], **context)


class Rows(Subquery):
    """The rows of a queryset, each with these fields by name: a list of dicts, in the queryset's order.

    For few and short rows; the queryset names the outer row by `OuterRef`.
    """

    def __init__(self, queryset: QuerySet, *fields: str) -> None:
        of = queryset.model._meta.get_field
        told = {name: _Json(F(name)) if isinstance(of(name), JSONField) else F(name) for name in fields}
        super().__init__(queryset.values(told=JSONObject(**told)), output_field=JSONField())

    def as_sql(self, compiler, connection, **context):  # type: ignore[override]
        return super().as_sql(compiler, connection, template=LIST[connection.vendor], **context)
