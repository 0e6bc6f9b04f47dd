"""`manage.py import_file`: a spreadsheet, looked at or imported in a person's name."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from institutions.isolation.session import acting_as
from institutions.management.routine import Routine
from institutions.models import Staff
from institutions.refusals import Refusal, Unmet
from network.models import Import
from network.services import importing
from network.services.previewing import Preview


class Command(Routine):
    help = "Shows what importing a CSV, XLSX or IATI file would make and leaves open; with --confirm it is made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=list(importing.RIGHTS), help="what its rows are")
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="e-mail of the person in whose name and with whose rights")
        parser.add_argument("--answer", action="append", default=[], metavar="KEY=ANSWER", help="to a question; repeat")
        parser.add_argument("--leave-out", action="append", default=[], type=int, metavar="ROW", help="repeat")
        parser.add_argument("--confirm", action="store_true", help="make all rows, or none")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits with 1 where something is open or refused; then nothing is made."""
        person = Staff.objects.select_related("institution").filter(email=options["by"], is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active person {options['by']}.")
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"The file can't be read: {error.strerror}.") from error
        if wrong := [answer for answer in options["answer"] if "=" not in answer]:
            raise CommandError(f"'{wrong[0]}' is no answer. Write the question's key, =, and the answer.")
        answers = dict(answer.split("=", 1) for answer in options["answer"])
        try:
            with acting_as(person):
                source = importing.start(by=person, kind=options["kind"], name=options["file"].name, content=content)
                seen = self._answered(person, source, answers, options["leave_out"])
                self._tell(seen)
                if options["confirm"]:
                    made = importing.confirm(by=person, source=source)
                    if made is None:
                        self.stdout.write("The worker makes its rows. See the page of the import for how far it is.")
                    else:
                        self.stdout.write(f"{made} rows made. What needs two persons waits for an approver.")
        except Refusal as refusal:
            says = "\n".join(refusal.unmet.values()) if isinstance(refusal, Unmet) else refusal.detail
            raise CommandError(says) from refusal

    def _answered(self, person: Staff, source: Import, answers: dict[str, str], leave_out: list[int]) -> Preview:
        if sheet := answers.pop("sheet", None):
            importing.answer(by=person, source=source, sheet=sheet)
            source.refresh_from_db()
        return importing.answer(by=person, source=source, answers=answers, leave_out=leave_out)

    def _tell(self, seen: Preview) -> None:
        for row in seen.rows:
            says = "; ".join([f"{k}: {v}" for k, v in row.reading.items() if v] + [r.says for r in row.remarks])
            self.stdout.write(f"{row.number:>5} {row.state:<8} {says}")
        for question in seen.questions:
            self.stdout.write(f"? {question.key}: {question.says}")
            for answer, words in question.choices:
                self.stdout.write(f"      {answer}  ({words})")
        if seen.more:
            self.stdout.write(f"… {seen.more} more rows")
        counts = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in seen.counts.items())
        self.stdout.write(counts)
