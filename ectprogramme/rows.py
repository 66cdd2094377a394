"""Rows that belong to a row, told in a column of it, so that a page with many kinds of them needs no query for each."""

from django.db.models import F, Func, JSONField, QuerySet, Subquery
from django.db.models.functions import JSONObject


class _Json(Func):
    """A column of JSON as it is: SQLite, where it is text, is told so."""

    function = "JSON"

    def as_postgresql(self, compiler, connection, **context):
        return compiler.compile(self.source_expressions[0])


class Rows(Subquery):
    """The rows of a queryset, each with these fields by name: a list of dicts, in the queryset's order.

    For few and short rows; the queryset names the outer row by `OuterRef`.
    """

    output_field = JSONField()
    template = "(SELECT JSON_GROUP_ARRAY(JSON(told)) FROM (%(subquery)s) rows)"

    def __init__(self, queryset: QuerySet, *fields: str) -> None:
        of = queryset.model._meta.get_field
        told = {name: _Json(F(name)) if isinstance(of(name), JSONField) else F(name) for name in fields}
        super().__init__(queryset.values(told=JSONObject(**told)), output_field=JSONField())

    def as_postgresql(self, compiler, connection, **context):
        template = "(SELECT COALESCE(JSONB_AGG(told), '[]') FROM (%(subquery)s) rows)"
        return self.as_sql(compiler, connection, template=template, **context)
