"""The life of a deal over HTTP, from its draft to the last drawdown and back: a registrar, two banks, an outsider."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.journeys.partner import Partner
from tests.journeys.running import Client, Run
from tests.journeys.systems import Bank, clients, problem

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

TODAY = date.today().isoformat()
LATER = (date.today() + timedelta(days=300)).isoformat()


def usd(amount: str) -> dict[str, str]:
    return {"amount": f"{amount}.00" if "." not in amount else amount, "currency": "USD"}


class Life:
    """Who is in it, and the ids of what they make."""

    def __init__(self, run: Run) -> None:
        banks = {"edc": "edc.example", "kfw-ipex-bank": "kfw-ipex.example", "nexi": "nexi.example"}
        run.issue(Client("jbic"), *(client for bank in banks.items() for client in clients(*bank)))
        self.lead, self.kfw, self.nexi = (Bank.of(run, *bank) for bank in banks.items())
        self.outsider = Partner(run, Client("jbic"))
        self.ids = {bank["slug"]: bank["id"] for bank in self.outsider.results("institutions?limit=500")}
        self.before = self.outsider.everything()

    def hidden(self, path: str) -> None:
        """From the outsider: the thing, and that there is one more of its kind."""
        assert self.outsider.get(path).status == 404, path
        assert self.outsider.everything() == self.before

    def gaps(self, bank: Bank) -> tuple[str, str]:
        gaps = bank.get(f"deals/{self.deal}/stack")["gaps"]
        return gaps["to_firm"]["says"], gaps["to_signed"]["says"]

    slug = "last-light"
    deal = tranche = mine = theirs = ""


def a_draft(life: Life) -> None:
    lead = life.lead
    [network] = [n["id"] for n in lead.get("networks")["results"] if n["code"] == "forge" or n["ended_on"] is None]
    project = lead.post("projects", {"name": "Last Light Graphite", "country": "CA", "network": network})["id"]
    draft = {"network": network, "slug": life.slug, "name": "Last Light package", "code_name": "Grey Owl",
             "project": project, "target": usd("300000000")}  # fmt: skip
    first, again = (lead.prepares.write("POST", "deals", draft, **{"Idempotency-Key": life.slug}) for _ in range(2))
    assert (first.status, again.status, first.json["id"]) == (201, 201, again.json["id"])
    life.deal = first.json["id"]
    assert first.json["status"] == "draft"
    life.hidden(f"deals/{life.deal}")
    assert not life.kfw.sees(f"deals/{life.deal}")
    assert lead.refused(f"deals/{life.deal}/transitions", {"to": "documentation"}, of=f"deals/{life.deal}") == {
        "/borrower": "required"
    }
    company = lead.get("companies?limit=1")["results"][0]["id"]
    stale = lead.prepares.write("PATCH", f"deals/{life.deal}", {"borrower": company}, **{"If-Match": '"old"'})
    assert problem(stale) == (412, "stale")
    assert problem(lead.prepares.write("PATCH", f"deals/{life.deal}", {"borrower": company})) == (
        428, "precondition_required")  # fmt: skip
    lead.change(f"deals/{life.deal}", {"borrower": company})
    life.tranche = lead.post("tranches", {"deal": life.deal, "name": "Senior", "currency": "USD",
                                          "amount": usd("300000000"), "tenor_months": 144})["id"]  # fmt: skip


def two_banks_let_in(life: Life) -> None:
    lead = life.lead
    lead.confirm(lead.change(f"deals/{life.deal}", {"level": "invited"}))
    for bank in (life.kfw, life.nexi):
        invited = lead.post("parties", {"deal": life.deal, "institution": life.ids[bank.slug]}, status=202)
        assert not bank.sees(f"deals/{life.deal}"), "one person alone lets nobody in"
        lead.confirm(invited)
        assert bank.get(f"deals/{life.deal}")["code_name"] == "Grey Owl"
        party = f"parties/{invited['id']}"
        lead.confirm(lead.post(f"{party}/nda", {"signed_on": TODAY, "expires_on": LATER}, of=party, status=200))
        assert bank.post("party-replies", {"party": invited["id"], "answer": "accepted"})["answer"] == "accepted"
    lead.post(f"deals/{life.deal}/transitions", {"to": "in_market"}, of=f"deals/{life.deal}", status=200)
    assert life.gaps(life.kfw) == ("USD 300,000,000.00", "USD 300,000,000.00")
    life.hidden(f"deals/{life.deal}")


def letters_by_two(life: Life) -> None:
    """KfW tells the lead; NEXI tells the parties of its letter, and the lead alone of its size."""
    kfw, nexi, lead = life.kfw, life.nexi, life.lead
    letter = {"deal": life.deal, "tranche": life.tranche, "instrument": "senior_loan", "stage": "letter_of_interest"}
    assert kfw.refused("commitments", letter) == {"/valid_until": "required"}
    made = kfw.post(
        "commitments", letter | {"valid_until": LATER, "level": "lead", "size": {"money": usd("200000000")}}
    )
    life.mine = made["id"]
    assert (made["stage"], lead.sees(f"commitments/{life.mine}")) == ("enquiry", False)
    kfw.confirm(made)
    made = nexi.post("commitments", letter | {"valid_until": LATER, "level": "parties",
                                              "size": {"money": usd("150000000"), "level": "lead"}})  # fmt: skip
    life.theirs = made["id"]
    nexi.confirm(made)
    assert lead.get(f"commitments/{life.mine}")["size"]["money"] == usd("200000000")
    assert not nexi.sees(f"commitments/{life.mine}")
    seen = kfw.get(f"commitments/{life.theirs}")
    assert (seen["stage"], seen["class"], seen["size"]) == ("letter_of_interest", "indicative", None)
    assert life.gaps(lead) == ("USD 300,000,000.00", "USD 300,000,000.00"), "letters are no signed money"
    life.hidden(f"commitments/{life.theirs}")


def approvals(life: Life) -> None:
    """A conditional approval has its condition; what is missing is named all at once."""
    for bank, key in ((life.kfw, life.mine), (life.nexi, life.theirs)):
        path = f"commitments/{key}"
        assert bank.refused(f"{path}/transitions", {"to": "conditional_approval"}, of=path) == {
            "/conditions": "required"
        }
        condition = bank.post("conditions", {"commitment": key, "kind": "permitting", "text": "The mining lease",
                                             "level": "lead"})["id"]  # fmt: skip
        moved = bank.move(key, "conditional_approval")
        assert moved["class"] == "conditional"
        assert life.lead.get(f"conditions/{condition}")["state"] == "open"
        assert bank.refused(f"{path}/transitions", {"to": "effective"}, of=path) == {
            "/agreement_reference": "required", f"/conditions/{condition}": "required"}  # fmt: skip
        of = f"conditions/{condition}"
        assert bank.refused(f"{of}/transitions", {"to": "satisfied"}, of=of) == {"/evidence": "required"}
        bank.post(f"{of}/transitions", {"to": "satisfied", "evidence": "Lease 7 of today"}, of=of, status=200)
        assert bank.move(key, "approved")["class"] == "firm"
    assert life.gaps(life.lead) == ("USD 0.00", "USD 300,000,000.00")
    assert life.gaps(life.kfw) == ("at most USD 100,000,000.00 (1 of unknown amount)", "USD 300,000,000.00")
    assert life.gaps(life.nexi) == ("USD 150,000,000.00", "USD 300,000,000.00")


def allocated(life: Life) -> None:
    lead = life.lead
    preview = f"tranches/{life.tranche}/allocation-preview"
    assert lead.refused(preview, {"rule": "pro_rata"}) == {"/bids": "fixed_exceed_amount"}
    shared = {"rule": "pro_rata", "bids": [{"commitment": key, "kind": "scalable"} for key in (life.mine, life.theirs)]}
    lines = {line["commitment"]: line["amount"] for line in lead.post(preview, shared, status=200)["lines"]}
    assert lines == {life.mine: usd("171428571.43"), life.theirs: usd("128571428.57")}
    proposed = lead.post("allocations", shared | {"tranche": life.tranche})
    assert _lines(life, life.kfw) == []
    lead.confirm(proposed)
    for bank, key in ((life.kfw, life.mine), (life.nexi, life.theirs)):
        [line] = _lines(life, bank)
        assert (line["commitment"], line["amount"]) == (key, lines[key])
        bank.confirm(bank.post(f"allocation-lines/{line['id']}/accept", status=202))
        told = bank.get(f"commitments/{key}")
        assert (told["stage"], told["size"]["money"]) == ("allocated", lines[key])
    assert lead.refused(preview, shared)["/amount"] == "ceiling_reached"
    lead.post(f"deals/{life.deal}/transitions", {"to": "documentation"}, of=f"deals/{life.deal}", status=200)


def signed(life: Life) -> None:
    for bank, key in ((life.kfw, life.mine), (life.nexi, life.theirs)):
        path = f"commitments/{key}"
        assert bank.refused(f"{path}/transitions", {"to": "signed"}, of=path) == {"/agreement_reference": "required"}
        bank.move(key, "signed", agreement_reference="Facility agreement 1", signed_on=TODAY)
        early = {"commitment": key, "kind": "drawdown", "money": usd("1000000")}
        assert problem(bank.prepares.write("POST", "movements", early)) == (409, "not_effective")
        bank.move(key, "effective")
    assert life.gaps(life.lead) == ("USD 0.00", "USD 0.00")
    assert life.gaps(life.nexi) == ("USD 171,428,571.43", "USD 171,428,571.43")
    closed = life.lead.post(f"deals/{life.deal}/transitions", {"to": "closed"}, of=f"deals/{life.deal}", status=202)
    life.lead.confirm(closed)
    assert life.kfw.get(f"deals/{life.deal}")["status"] == "closed"
    life.hidden(f"deals/{life.deal}")


def drawn(life: Life) -> None:
    """To the last cent, and back."""
    kfw, path = life.kfw, f"commitments/{life.mine}"
    half = {"commitment": life.mine, "kind": "drawdown", "money": usd("71428571.43"), "reference": "Notice 1"}
    key = {"Idempotency-Key": "notice-1"}
    first, again = (kfw.prepares.write("POST", "movements", half, **key) for _ in range(2))
    assert (first.status, first.json["id"]) == (201, again.json["id"])
    assert _balance(kfw, life.mine) == ("171428571.43", "71428571.43", "100000000.00", "71428571.43")
    much = {"commitment": life.mine, "kind": "drawdown", "money": usd("100000000.01")}
    assert problem(kfw.prepares.write("POST", "movements", much)) == (409, "drawn_exceeds_committed")
    kfw.move(life.mine, "disbursing")
    kfw.post("movements", {"commitment": life.mine, "kind": "drawdown", "money": usd("100000000"), "reference": "Last"})
    assert _balance(kfw, life.mine) == ("171428571.43", "171428571.43", "0.00", "171428571.43")
    assert _balance(life.lead, life.mine) == _balance(kfw, life.mine)
    assert not life.nexi.sees(f"{path}/balance")
    assert kfw.refused(f"{path}/transitions", {"to": "repaid"}, of=path) == {"/movements": "required"}
    kfw.post("movements", {"commitment": life.mine, "kind": "repayment", "money": usd("171428571.43")})
    assert kfw.move(life.mine, "repaid")["class"] == "ended"
    life.hidden(f"{path}/balance")
    assert kfw.get(f"{path}/transitions")["allowed_next"] == []
    done = life.lead.post(f"deals/{life.deal}/transitions", {"to": "completed"}, of=f"deals/{life.deal}", status=202)
    life.lead.confirm(done)
    assert life.lead.get(f"deals/{life.deal}")["status"] == "completed"


def _lines(life: Life, bank: Bank) -> list[dict[str, Any]]:
    return [row for row in bank.get("allocation-lines?limit=500")["results"] if row["deal"] == life.deal]


def _balance(bank: Bank, commitment: str) -> tuple[str, ...]:
    """Committed, drawn, available, outstanding."""
    told: dict[str, Any] = bank.get(f"commitments/{commitment}/balance")
    return tuple(told[name]["amount"] for name in ("committed", "drawn", "available", "outstanding"))


def test_a_deal_lives_from_its_draft_to_the_last_drawdown(run: Run) -> None:
    life = Life(run)
    for chapter in (a_draft, two_banks_let_in, letters_by_two, approvals, allocated, signed, drawn):
        chapter(life)
