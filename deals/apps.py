from collections.abc import Iterator
from typing import ClassVar

from django.apps import AppConfig

from deals import found, pictured
from deals.lifecycle import deal_trigger, ledger, trigger
from deals.walls import TRIGGERS
from institutions.constraints import tell_of

# A column of a size whose ledger had begun.
_THEN = """CASE WHEN past.looks_back() THEN coalesce(
    (SELECT c.{} FROM deals.committed_then(t.commitment_id) c), {{logged}}) ELSE {{logged}} END"""


class DealsConfig(AppConfig):
    name = "deals"
    verbose_name = "Deals"
    sql_folders = ("sql",)
    extra_triggers = {
        table: (*TRIGGERS.get(table, ()), *found.TRIGGERS.get(table, ()), *pictured.TRIGGERS.get(table, ()))
        for table in {*TRIGGERS, *found.TRIGGERS, *pictured.TRIGGERS}
    }
    # The registry as it stood: rates are kept in a ledger of their own, and amounts are the sums of dated movements.
    past_views: ClassVar[dict[str, str]] = {
        "deals_fxrate": "SELECT * FROM public.deals_fxrate r WHERE r.recorded_at < past.known()",
        "deals_rateload": "SELECT * FROM public.deals_rateload l WHERE l.at < past.known()",
    }
    past_columns: ClassVar[dict[str, dict[str, str]]] = {
        "deals_size": {
            "amount": _THEN.format("amount"),
            "currency": _THEN.format("currency"),
        },
    }
    # The application classifies stages in its queries.
    callable_functions = (
        "deals.committed_then(uuid)",
        "deals.class_of(text)",
        "deals.lapse()",
        "deals.warn()",
        "deals.orphaned(text[])",
        "deals.prepare_receipt(uuid)",
        # The capital stack, which its reader's own policies fill.
        "deals.is_cover(text)",
        "deals.seniority_of(text)",
        "deals.rate(text, text, date)",
        "deals.convert(numeric, text, text, date)",
        "deals.committed(uuid)",
        "deals.standing(uuid[])",
        "deals.stack(uuid[], uuid, text, date)",
        # The network's picture, which its reader's own policies fill; and what keeps it, for nobody.
        "deals.pictured(uuid[], text, date)",
        "deals.picture_keys(text, text[], text[])",
        "deals.all_roots()",
        "deals.picture_now(date)",
        "deals.keep_picture(text)",
        "deals.picture_marks(integer)",
        "deals.pictures_kept()",
        "deals.begin_pictures(date)",
        "deals.keep_lines(uuid[], uuid[], jsonb[], deals_picturemark[])",
        "wall.is_in_many(uuid[])",
        # The book status, from the rows of the lead who publishes it.
        "deals.firm_book(uuid, text, date)",
        "deals.others_have(jsonb, jsonb, uuid, numeric)",
        "deals.book_share(jsonb, jsonb, uuid, numeric, integer)",
        "deals.book_line(uuid, uuid, uuid, jsonb, numeric, integer)",
        "deals.book_readers(uuid)",
        # What one's own ledgers hold for a year.
        "deals.only_refinances(uuid)",
        "deals.signed_in(uuid, integer, boolean)",
        "deals.return_figures(uuid, integer, boolean, jsonb)",
        # Whom a project was merged into, as its reader sees it.
        "deals.merged_into(uuid)",
        "deals.survivor(uuid)",
        "deals.absorbed(uuid)",
        "deals.family(uuid)",
        # Which statement of a project stands.
        "deals.present_fact(uuid, uuid, text, text, uuid)",
        "deals.shown_fact(uuid, text, text, uuid)",
        # Who holds and takes what.
        "deals.present_holding(uuid, uuid, uuid, uuid)",
        "deals.present_offtake(uuid, uuid, uuid, uuid, text)",
        "deals.companies_above(uuid[], integer)",
        "deals.present_category(uuid, uuid)",
        # Matching, over what its reader sees.
        "deals.shown_stages(uuid[])",
        "deals.shown_stage(uuid)",
        "deals.stages_from(text)",
        "deals.seeks(uuid[])",
        "deals.one_of(uuid[], uuid[])",
        "deals.one_of(text[], text[])",
        "deals.within(text[], text[], text)",
        "deals.runs_within(integer, integer[], boolean)",
        "deals.tied(text[], text[], text[], text[], text[])",
        "deals.match(uuid[], uuid[], date, boolean)",
        # What is asked for by name is read as names are.
        "deals.fold(text)",
        "deals.words_of(text)",
        "deals.unspaced(text)",
    )

    def ready(self) -> None:
        """What the constraints mean is known to every door from now on; services are there once models are."""
        from deals.services.rules import RULES

        tell_of(RULES)

    def filled(self) -> Iterator[str]:
        """What the triggers keep, of rows that are older than they."""
        yield found.name_all()
        # What was kept was counted by the functions of before.
        yield "SELECT deals.count_picture_anew()"

    def generated_sql(self) -> Iterator[str]:
        """Functions made from tables in Python."""
        yield trigger.classify()
        yield trigger.seen_by_two()
        yield trigger.lapses()
        yield trigger.holds_allocation()
        yield trigger.guard()
        yield ledger.runs_ledger()
        yield deal_trigger.guard_status()
        from deals.models.commitment import COVER
        from deals.models.project import DevelopmentStage, from_stage

        steps = " ".join(
            f"WHEN '{stage}' THEN ARRAY[{', '.join(repr(each.value) for each in from_stage(stage))}]"
            for stage in DevelopmentStage
        )
        yield (
            "CREATE OR REPLACE FUNCTION deals.stages_from(earliest text) RETURNS text[] LANGUAGE sql IMMUTABLE AS"
            f" $$ SELECT CASE earliest {steps} END $$"
        )

        codes = ", ".join(f"'{code}'" for code in COVER)
        yield (
            "CREATE OR REPLACE FUNCTION deals.is_cover(instrument text) RETURNS boolean LANGUAGE sql IMMUTABLE AS"
            f" $$ SELECT instrument IN ({codes}) $$"
        )
