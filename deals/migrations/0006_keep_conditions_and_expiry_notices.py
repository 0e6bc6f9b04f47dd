import django.db.models.deletion
import institutions.isolation.ids
from django.db import migrations, models

# (table, columns, table named, its columns): a part is of its whole's owner, and what it names stands in its deal.
KEYS = [
    ("deals_condition", "commitment_id, owner_id", "deals_commitment", "id, owner_id"),
    ("deals_condition", "commitment_id, deal_id", "deals_commitment", "id, deal_id"),
    ("deals_dependency", "condition_id, owner_id", "deals_condition", "id, owner_id"),
    ("deals_dependency", "condition_id, deal_id", "deals_condition", "id, deal_id"),
    ("deals_dependency", "awaited_id, deal_id", "deals_commitment", "id, deal_id"),
    ("deals_dependency", "shared_id, deal_id", "deals_condition", "id, deal_id"),
    ("deals_commitment", "renews_id, owner_id", "deals_commitment", "id, owner_id"),
    ("deals_commitment", "renews_id, deal_id", "deals_commitment", "id, deal_id"),
]


def name(table: str, columns: str) -> str:
    return f"{table}_{columns.replace('_id', '').replace(', ', '_and_')}"


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0005_see_letters_and_invitations_by_two"),
        ("institutions", "0002_found_the_secretariat"),
    ]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="renews",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="renewed_by",
                to="deals.commitment",
            ),
        ),
        migrations.CreateModel(
            name="Condition",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("corporate_approval", "Corporate Approval"),
                            ("documentation", "Documentation"),
                            ("legal_opinion", "Legal Opinion"),
                            ("permitting", "Permitting"),
                            ("environmental_social", "Environmental Social"),
                            ("offtake", "Offtake"),
                            ("equity_funded", "Equity Funded"),
                            ("security", "Security"),
                            ("insurance", "Insurance"),
                            ("other_lenders", "Other Lenders"),
                            ("technical", "Technical"),
                            ("other", "Other"),
                        ],
                        max_length=30,
                    ),
                ),
                ("text", models.CharField(max_length=400)),
                (
                    "responsible",
                    models.CharField(blank=True, help_text="Who has to bring it, such as the borrower", max_length=120),
                ),
                ("due_on", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("satisfied", "Satisfied"),
                            ("waived", "Waived"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("evidence", models.CharField(blank=True, max_length=400)),
                ("evidence_reference", models.CharField(blank=True, max_length=120)),
                ("reason", models.CharField(blank=True, help_text="Why it was waived or lapsed", max_length=400)),
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
                    "commitment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conditions",
                        to="deals.commitment",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deals.deal"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.institution"
                    ),
                ),
                (
                    "reopens",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopened_by",
                        to="deals.condition",
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "told_at", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("origin", "registered"),
                            models.Q(("level", "public"), ("origin", "published")),
                            _connector="OR",
                        ),
                        name="condition_published_is_public",
                    ),
                    models.UniqueConstraint(fields=("id", "owner"), name="condition_and_owner"),
                    models.UniqueConstraint(fields=("id", "deal"), name="condition_and_deal"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "corporate_approval",
                                    "documentation",
                                    "legal_opinion",
                                    "permitting",
                                    "environmental_social",
                                    "offtake",
                                    "equity_funded",
                                    "security",
                                    "insurance",
                                    "other_lenders",
                                    "technical",
                                    "other",
                                ],
                            )
                        ),
                        name="condition_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "satisfied", "waived", "lapsed"])),
                        name="condition_state_is_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="condition_says_what"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_on__isnull", True), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("decided_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="condition_decided_with_its_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "satisfied"), _negated=True),
                            models.Q(("evidence", ""), _negated=True),
                            models.Q(("evidence_reference", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="condition_satisfied_with_evidence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "waived"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="condition_waived_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dependency",
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
                ("stage", models.CharField(blank=True, max_length=30)),
                ("dropped_on", models.DateField(blank=True, null=True)),
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
                    "awaited",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.commitment",
                    ),
                ),
                (
                    "condition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dependencies", to="deals.condition"
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deals.deal"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.institution"
                    ),
                ),
                (
                    "shared",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.condition",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "dependencies",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("origin", "registered"),
                            models.Q(("level", "public"), ("origin", "published")),
                            _connector="OR",
                        ),
                        name="dependency_published_is_public",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("awaited__isnull", False),
                                ("shared__isnull", True),
                                (
                                    "stage__in",
                                    [
                                        "enquiry",
                                        "expression_of_interest",
                                        "letter_of_interest",
                                        "indicative_terms",
                                        "due_diligence",
                                        "conditional_approval",
                                        "approved",
                                        "allocated",
                                        "signed",
                                        "effective",
                                        "disbursing",
                                        "repaid",
                                    ],
                                ),
                            ),
                            models.Q(("awaited__isnull", True), ("shared__isnull", False), ("stage", "")),
                            _connector="OR",
                        ),
                        name="dependency_names_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("shared__isnull", True),
                            models.Q(("shared", models.F("condition")), _negated=True),
                            _connector="OR",
                        ),
                        name="dependency_is_on_another",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("dropped_on__isnull", True)),
                        fields=("condition", "awaited", "stage", "shared"),
                        name="dependency_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpiryNotice",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("validity", "Validity"),
                            ("availability", "Availability"),
                            ("condition", "Condition"),
                        ],
                        max_length=15,
                    ),
                ),
                ("due_on", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
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
                    "commitment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="deals.commitment",
                    ),
                ),
                (
                    "condition",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="deals.condition",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deals.deal"),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "commitment", "condition", "kind", "due_on", "days"),
                        name="expiry_notice_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["validity", "availability", "condition"])),
                        name="expiry_notice_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__in", (30, 7, 1, 0))), name="expiry_notice_days_are_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("condition__isnull", False), ("kind", "condition")),
                            models.Q(
                                models.Q(("kind", "condition"), _negated=True),
                                ("commitment__isnull", False),
                                ("condition__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="expiry_notice_is_of_something",
                    ),
                    models.CheckConstraint(condition=models.Q(("level", "own")), name="expiry_notice_stays_own"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="condition",
            index=models.Index(fields=["told_at", "id"], name="condition_pages"),
        ),
        migrations.AddIndex(
            model_name="condition",
            index=models.Index(condition=models.Q(("state", "open")), fields=["due_on"], name="condition_due"),
        ),
        migrations.AddIndex(
            model_name="expirynotice",
            index=models.Index(fields=["told_at", "id"], name="expiry_notice_pages"),
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {name(table, columns)} FOREIGN KEY ({columns})"
                f" REFERENCES {named} ({keys}) DEFERRABLE INITIALLY DEFERRED",
                f"ALTER TABLE {table} DROP CONSTRAINT {name(table, columns)}",
            )
            for table, columns, named, keys in KEYS
        ),
    ]
