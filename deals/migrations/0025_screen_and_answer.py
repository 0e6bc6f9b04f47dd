"""Environmental and social: categories that can be told, screening that stays, and answers to doubts."""

import django.db.models.deletion
import institutions.isolation.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0024_tell_of_holdings_and_offtakes"),
        ("institutions", "0008_language_is_known"),
    ]

    operations = [
        migrations.CreateModel(
            name="DealCheckAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=institutions.isolation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("own", "own"),
                            ("lead", "lead"),
                            ("parties", "parties"),
                            ("invited", "invited"),
                            ("network", "network"),
                            ("public", "public"),
                        ],
                        default="own",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("told_at", models.DateTimeField(editable=False, null=True)),
                (
                    "demo",
                    models.BooleanField(
                        default=False, editable=False, help_text="Fictional: made for the demo network"
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("finding", models.CharField(max_length=32)),
                ("reason", models.CharField(max_length=600)),
                (
                    "audience",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="institutions.audience",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="check_answers", to="deals.deal"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.institution"
                    ),
                ),
            ],
            options={
                "ordering": ["-told_at", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="dealcheckanswer_has_a_reason"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EsgCategory",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=institutions.isolation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("own", "own"),
                            ("lead", "lead"),
                            ("parties", "parties"),
                            ("invited", "invited"),
                            ("network", "network"),
                            ("public", "public"),
                        ],
                        default="own",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("told_at", models.DateTimeField(editable=False, null=True)),
                (
                    "demo",
                    models.BooleanField(
                        default=False, editable=False, help_text="Fictional: made for the demo network"
                    ),
                ),
                ("category", models.CharField(choices=[("A", "A"), ("B", "B"), ("C", "C")], max_length=1)),
                ("as_of", models.DateField()),
                ("basis", models.CharField(blank=True, max_length=300)),
                (
                    "audience",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="institutions.audience",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.network"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.institution"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="esg_categories", to="deals.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "ESG category",
                "verbose_name_plural": "ESG categories",
                "ordering": ["-as_of", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "project", "as_of", "created_at"), name="esg_category_once_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("category__in", ["A", "B", "C"])), name="esg_category_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["own", "network", "public"])),
                        name="esg_category_level_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EsgScreening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=institutions.isolation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("own", "own"),
                            ("lead", "lead"),
                            ("parties", "parties"),
                            ("invited", "invited"),
                            ("network", "network"),
                            ("public", "public"),
                        ],
                        default="own",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("told_at", models.DateTimeField(editable=False, null=True)),
                (
                    "demo",
                    models.BooleanField(
                        default=False, editable=False, help_text="Fictional: made for the demo network"
                    ),
                ),
                (
                    "principle",
                    models.CharField(
                        choices=[
                            ("environment", "Environment"),
                            ("land", "Land"),
                            ("consultation", "Consultation"),
                            ("work", "Work"),
                            ("benefit", "Benefit"),
                            ("business", "Business"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("met", "Met"), ("partly_met", "Partly Met"), ("not_met", "Not Met")], max_length=10
                    ),
                ),
                ("evidence", models.CharField(max_length=600)),
                ("as_of", models.DateField()),
                (
                    "audience",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="institutions.audience",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.network"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.institution"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="esg_screenings", to="deals.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "ESG screening",
                "ordering": ["principle", "-as_of", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "project", "principle", "as_of", "created_at"),
                        name="esg_screening_once_at_a_time",
                    ),
                    models.CheckConstraint(condition=models.Q(("level", "own")), name="esg_screening_stays_own"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("principle__in", ["environment", "land", "consultation", "work", "benefit", "business"])
                        ),
                        name="esg_principle_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["met", "partly_met", "not_met"])),
                        name="esg_outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("evidence", ""), _negated=True), name="esg_screening_has_evidence"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectCheckAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=institutions.isolation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("own", "own"),
                            ("lead", "lead"),
                            ("parties", "parties"),
                            ("invited", "invited"),
                            ("network", "network"),
                            ("public", "public"),
                        ],
                        default="own",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("told_at", models.DateTimeField(editable=False, null=True)),
                (
                    "demo",
                    models.BooleanField(
                        default=False, editable=False, help_text="Fictional: made for the demo network"
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("finding", models.CharField(max_length=32)),
                ("reason", models.CharField(max_length=600)),
                (
                    "audience",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="institutions.audience",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.network"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.institution"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="check_answers", to="deals.project"
                    ),
                ),
            ],
            options={
                "ordering": ["-told_at", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="projectcheckanswer_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["own", "network", "public"])),
                        name="project_check_answer_level_is_known",
                    ),
                ],
            },
        ),
    ]
