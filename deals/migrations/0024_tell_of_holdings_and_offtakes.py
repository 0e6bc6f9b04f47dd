"""Companies hold and take: who owns a project tier by tier, who takes its output, and in which form that is counted."""

import django.db.models.deletion
import institutions.isolation.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0023_state_mandates"),
        ("institutions", "0008_language_is_known"),
    ]

    operations = [
        migrations.CreateModel(
            name="Holding",
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
                    "origin",
                    models.CharField(
                        choices=[("registered", "Registered"), ("published", "Published")],
                        default="registered",
                        max_length=10,
                    ),
                ),
                (
                    "share",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="share in percent"
                    ),
                ),
                (
                    "control",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("board_majority", "Board"),
                            ("voting_rights", "Votes"),
                            ("golden_share", "Golden Share"),
                            ("control_contract", "Contract"),
                        ],
                        max_length=20,
                    ),
                ),
                ("as_of", models.DateField()),
                (
                    "precision",
                    models.CharField(
                        choices=[("day", "Day"), ("month", "Month"), ("year", "Year")], default="day", max_length=10
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        blank=True, help_text="Where its institution has it from, in its words", max_length=300
                    ),
                ),
            ],
            options={
                "ordering": ["-as_of", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Offtake",
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
                    "origin",
                    models.CharField(
                        choices=[("registered", "Registered"), ("published", "Published")],
                        default="registered",
                        max_length=10,
                    ),
                ),
                (
                    "contract",
                    models.CharField(blank=True, help_text="Its name, where a buyer has several", max_length=60),
                ),
                (
                    "share",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="share in percent"
                    ),
                ),
                ("quantity", models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True)),
                ("unit", models.CharField(blank=True, max_length=20)),
                ("first_year", models.PositiveSmallIntegerField()),
                ("last_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("binding", models.BooleanField()),
                ("as_of", models.DateField()),
                (
                    "precision",
                    models.CharField(
                        choices=[("day", "Day"), ("month", "Month"), ("year", "Year")], default="day", max_length=10
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        blank=True, help_text="Where its institution has it from, in its words", max_length=300
                    ),
                ),
            ],
            options={
                "ordering": ["-as_of", "id"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="company",
            name="is_state",
            field=models.BooleanField(default=False, help_text="A state, or a body of one that holds for it"),
        ),
        migrations.AddField(
            model_name="condition",
            name="least_offtake",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="least binding offtake in percent"
            ),
        ),
        migrations.AddField(
            model_name="projectfact",
            name="form",
            field=models.CharField(blank=True, help_text="Of a planned output: what it is counted as", max_length=40),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(condition=models.Q(("lei", ""), _negated=True), fields=["lei"], name="company_lei"),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="company_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["own", "network", "public"])), name="company_level_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("lei", ""), ("lei__regex", "^[A-Z0-9]{18}[0-9]{2}$"), _connector="OR"),
                name="company_lei_is_iso17442",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"),
                name="company_country_is_a_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_state", False), models.Q(("country", ""), _negated=True), _connector="OR"),
                name="company_state_has_its_country",
            ),
        ),
        migrations.AddConstraint(
            model_name="condition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("least_offtake__isnull", True),
                    models.Q(("kind", "offtake"), ("least_offtake__gt", 0), ("least_offtake__lte", 100)),
                    _connector="OR",
                ),
                name="condition_of_offtake_is_a_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="projectfact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("code__in", ["planned_output"]), _negated=True), ("form", "")),
                    models.Q(
                        ("code", "planned_output"),
                        (
                            "form__in",
                            [
                                "",
                                "contained",
                                "rare_earth_oxide",
                                "lithium_carbonate",
                                "lithium_hydroxide_monohydrate",
                                "lithium_oxide",
                                "cobalt_hydroxide",
                                "cobalt_sulphate_heptahydrate",
                                "nickel_sulphate_hexahydrate",
                                "manganese_dioxide",
                                "manganese_sulphate_monohydrate",
                                "vanadium_pentoxide",
                                "tungsten_trioxide",
                                "niobium_pentoxide",
                                "tantalum_pentoxide",
                                "antimony_trioxide",
                                "titanium_dioxide",
                                "alumina",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="fact_form_fits",
            ),
        ),
        migrations.AddField(
            model_name="holding",
            name="audience",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="institutions.audience",
            ),
        ),
        migrations.AddField(
            model_name="holding",
            name="company",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="held_by",
                to="deals.company",
            ),
        ),
        migrations.AddField(
            model_name="holding",
            name="holder",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holds",
                to="deals.company",
            ),
        ),
        migrations.AddField(
            model_name="holding",
            name="network",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.network"
            ),
        ),
        migrations.AddField(
            model_name="holding",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.institution"
            ),
        ),
        migrations.AddField(
            model_name="holding",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holdings",
                to="deals.project",
            ),
        ),
        migrations.AddField(
            model_name="holding",
            name="source",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deals.source"
            ),
        ),
        migrations.AddField(
            model_name="offtake",
            name="audience",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="institutions.audience",
            ),
        ),
        migrations.AddField(
            model_name="offtake",
            name="buyer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="takes", to="deals.company"
            ),
        ),
        migrations.AddField(
            model_name="offtake",
            name="mineral",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deals.mineral"),
        ),
        migrations.AddField(
            model_name="offtake",
            name="network",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.network"
            ),
        ),
        migrations.AddField(
            model_name="offtake",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.institution"
            ),
        ),
        migrations.AddField(
            model_name="offtake",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="offtakes", to="deals.project"
            ),
        ),
        migrations.AddField(
            model_name="offtake",
            name="source",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deals.source"
            ),
        ),
        migrations.AddIndex(
            model_name="holding",
            index=models.Index(fields=["project"], name="holding_of_project"),
        ),
        migrations.AddIndex(
            model_name="holding",
            index=models.Index(fields=["company"], name="holding_of_company"),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("origin", "registered"),
                    models.Q(("level", "public"), ("origin", "published"), ("source__isnull", False)),
                    _connector="OR",
                ),
                name="holding_published_has_source_and_is_public",
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.UniqueConstraint(
                fields=("owner", "project", "company", "holder", "as_of", "created_at"),
                name="holding_stated_once_at_a_time",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("company__isnull", True), ("project__isnull", False)),
                    models.Q(("company__isnull", False), ("project__isnull", True)),
                    _connector="OR",
                ),
                name="holding_is_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("holder__isnull", True),
                    ("company__isnull", True),
                    models.Q(("holder", models.F("company")), _negated=True),
                    _connector="OR",
                ),
                name="holding_is_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("share__isnull", True), models.Q(("share__gte", 0), ("share__lte", 100)), _connector="OR"
                ),
                name="holding_share_is_a_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("holder__isnull", False), models.Q(("control", ""), ("share__isnull", False)), _connector="OR"
                ),
                name="holding_of_many_has_a_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("control__in", ["", "board_majority", "voting_rights", "golden_share", "control_contract"])
                ),
                name="holding_control_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(("precision__in", ["day", "month", "year"])), name="holding_precision_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["own", "network", "public"])), name="holding_level_is_known"
            ),
        ),
        migrations.AddIndex(
            model_name="offtake",
            index=models.Index(fields=["project"], name="offtake_of_project"),
        ),
        migrations.AddConstraint(
            model_name="offtake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("origin", "registered"),
                    models.Q(("level", "public"), ("origin", "published"), ("source__isnull", False)),
                    _connector="OR",
                ),
                name="offtake_published_has_source_and_is_public",
            ),
        ),
        migrations.AddConstraint(
            model_name="offtake",
            constraint=models.UniqueConstraint(
                fields=("owner", "project", "buyer", "mineral", "contract", "as_of", "created_at"),
                name="offtake_stated_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="offtake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quantity__isnull", True), ("share__isnull", True), ("unit", "")),
                    models.Q(
                        ("quantity__isnull", True),
                        ("share__gte", 0),
                        ("share__isnull", False),
                        ("share__lte", 100),
                        ("unit", ""),
                    ),
                    models.Q(
                        ("quantity__gt", 0),
                        ("quantity__isnull", False),
                        ("share__isnull", True),
                        (
                            "unit__in",
                            ("kg_per_year", "t_per_year", "kt_per_year", "mt_per_year", "lb_per_year", "oz_per_year"),
                        ),
                    ),
                    _connector="OR",
                ),
                name="offtake_is_a_share_or_an_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="offtake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_year__range", (1990, 2150)),
                    models.Q(
                        ("last_year__isnull", True),
                        models.Q(("last_year__gte", models.F("first_year")), ("last_year__lte", 2150)),
                        _connector="OR",
                    ),
                ),
                name="offtake_years_are_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="offtake",
            constraint=models.CheckConstraint(
                condition=models.Q(("precision__in", ["day", "month", "year"])), name="offtake_precision_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="offtake",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["own", "network", "public"])), name="offtake_level_is_known"
            ),
        ),
    ]
