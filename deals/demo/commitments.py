"""The published commitments: each with its size and its steps, joint amounts once, and the covers that are known."""

from uuid import UUID

from deals.demo import notes
from deals.demo.facts import CommitmentFact, Facts
from deals.demo.history import Standing, standing
from deals.demo.published import deal_id
from deals.demo.reference import institution_id, source_id
from deals.demo.report import Report
from deals.demo.writing import add_missing, fixed_id, published, published_part
from deals.models import Commitment, CoverLink, JointAmount, Qualifier, Size, Step


def load_commitments(facts: Facts, report: Report, *, owner: UUID) -> None:
    """Run as the secretariat `owner`, after the deals."""
    rows = standing(facts.commitments, report)
    add_missing(report, [_commitment(one, owner) for one in rows])
    add_missing(report, [_joint(one, owner) for one in notes.JOINTS])
    add_missing(report, [_size(one, owner) for one in rows])
    add_missing(report, [_step(one, fact, owner) for one in rows for fact in (*one.earlier, one.fact)])
    add_missing(report, [_cover(one, rows, owner) for one in notes.COVERS])
    _report_doubts(rows, report)


def commitment_id(key: tuple[str, ...]) -> UUID:
    return fixed_id("commitment", *key)


def _commitment(one: Standing, owner: UUID) -> Commitment:
    fact = one.fact
    where = (fact.deal, fact.institution)
    return Commitment(
        id=commitment_id(one.key),
        deal_id=deal_id(fact.deal),
        institution_id=institution_id(fact.institution),
        instrument=fact.instrument,
        stage=fact.stage,
        stage_word=fact.stage_word,
        borrower_level="sponsor" if where in notes.TO_SPONSOR else "project",
        via=notes.VIA.get(where, ""),
        announced_on=fact.announced.day,
        announced_precision=fact.announced.precision,
        note=fact.note,
        **published(source_id(fact.source), owner),
    )


def _joint_of(fact: CommitmentFact) -> notes.Joint | None:
    return next((j for j in notes.JOINTS if j.deal == fact.deal and fact.institution in j.institutions), None)


def _joint_id(joint: notes.Joint) -> UUID:
    return fixed_id("joint amount", joint.deal)


def _joint(joint: notes.Joint, owner: UUID) -> JointAmount:
    return JointAmount(
        id=_joint_id(joint),
        deal_id=deal_id(joint.deal),
        amount=joint.money.amount,
        currency=joint.money.currency,
        qualifier=joint.qualifier,
        note=joint.note,
        **published_part(owner),
    )


def _size(one: Standing, owner: UUID) -> Size:
    """Unknown where the file has no amount, or only one for several institutions together."""
    joint = _joint_of(one.fact)
    money = None if joint else one.fact.money
    return Size(
        id=fixed_id("size", *one.key),
        commitment_id=commitment_id(one.key),
        deal_id=deal_id(one.fact.deal),
        amount=money.amount if money else None,
        currency=money.currency if money else "",
        qualifier=notes.qualifier(one.fact.note) if money else Qualifier.UNKNOWN,
        joint_id=_joint_id(joint) if joint else None,
        **published_part(owner),
    )


def _step(one: Standing, fact: CommitmentFact, owner: UUID) -> Step:
    """A step of the standing row; an overtaken one carries what its own line says, which stands nowhere else."""
    money = None if _joint_of(fact) else fact.money
    said = f"{fact.note}. " if fact.note else ""
    source = fact.source
    return Step(
        id=fixed_id("step", *one.key, fact.stage_word),
        commitment_id=commitment_id(one.key),
        deal_id=deal_id(fact.deal),
        stage=fact.stage,
        effective_on=fact.announced.day,
        precision=fact.announced.precision,
        amount=money.amount if money else None,
        currency=money.currency if money else "",
        note="" if fact is one.fact else f"{said}Source: {source.title} <{source.url}> ({source.confidence})",
        **published_part(owner),
    )


def _cover(cover: notes.Cover, rows: list[Standing], owner: UUID) -> CoverLink:
    protecting, loan = (
        next(one for one in rows if (one.fact.deal, one.fact.institution) == (cover.deal, institution))
        for institution in (cover.insurer, cover.lender)
    )
    money = loan.fact.money
    return CoverLink(
        id=fixed_id("cover", cover.deal, cover.insurer, cover.lender),
        deal_id=deal_id(cover.deal),
        cover_id=commitment_id(protecting.key),
        covered_id=commitment_id(loan.key),
        amount=money.amount if money else None,
        currency=money.currency if money else "",
        **published_part(owner),
    )


def _report_doubts(rows: list[Standing], report: Report) -> None:
    for one in rows:
        fact = one.fact
        if why := notes.DOUBTS.get((fact.deal, fact.institution, fact.instrument)):
            report.leave_out("commitments.csv", fact.line, "notes", fact.note, why)
