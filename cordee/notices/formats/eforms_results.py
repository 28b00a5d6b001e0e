"""eForms results (BT-13713 and following): lot results, winning tenders, their contracts and firms.

Source: Regulation (EU) 2019/1780, annex; the tree is that of `NoticeResult`.
"""

from collections.abc import Iterator

from cordee.notices.formats.assembly import amount_at, evidence_list
from cordee.notices.formats.awards import Decision, tender_count, winner, winners_of
from cordee.notices.formats.tree import NOTHING, Node
from cordee.notices.formats.values import day
from cordee.notices.notice import Amount, Award, Winner

_UNSUCCESSFUL = "clos-nw"
_OPEN = "open-nw"


def awards_of(root: Node) -> tuple[Decision, ...]:
    """One award a winning tender, and one for each lot that ended without winner."""
    result = root.first("NoticeResult")
    return tuple(_Results(result, root).read()) if result else ()


class _Results:
    """Objects of one result by their identifiers, as the form links them."""

    def __init__(self, result: Node, root: Node) -> None:
        self.results = result.all("LotResult")
        self.tenders = _by_id(result.all("LotTender"))
        self.parties = _by_id(result.all("TenderingParty"))
        self.contracts = result.all("SettledContract")
        self.companies = {
            identifier: company
            for company in root.every("Company")
            if (identifier := company.value("PartyIdentification", "ID"))
        }
        # All tenders are listed under their lot, those not chosen too: contracts tell which won.
        self.signed = {
            tender: contract
            for contract in self.contracts
            for tender in _ids(contract, "LotTender")
        }

    def read(self) -> Iterator[Decision]:
        for result in self.results:
            status = result.value("TenderResultCode")
            if status == _OPEN:
                continue
            lots = _ids(result, "TenderLot") or [""]
            for lot in lots:
                yield from self._lot(result, lot or None, status)

    def _lot(self, result: Node, lot: str | None, status: str | None) -> Iterator[Decision]:
        count = self._count(result)
        if status == _UNSUCCESSFUL:
            reason = result.value("DecisionReason", "DecisionReasonCode")
            evidence = evidence_list(("BT-142-LotResult", status), ("BT-144-LotResult", reason))
            yield Decision(
                Award(lot_id=lot, is_unsuccessful=True, tenders=count, evidence=evidence)
            )
            return
        won = self._won(result)
        for identifier, tender in won:
            yield Decision(self._award(result, lot, tender, self.signed.get(identifier), count))
        if not won:
            evidence = evidence_list(("BT-142-LotResult", status))
            yield Decision(
                Award(lot_id=lot, tenders=count, amount=_lot_amount(result), evidence=evidence)
            )

    def _won(self, result: Node) -> list[tuple[str, Node]]:
        """The tenders of a lot that a contract names; else the first by rank, or the only one."""
        listed = [
            (one, self.tenders[one]) for one in _ids(result, "LotTender") if one in self.tenders
        ]
        signed = [pair for pair in listed if pair[0] in self.signed]
        ranked = [pair for pair in listed if pair[1].value("RankCode") == "1"]
        return signed or ranked or (listed if len(listed) == 1 else [])

    def _award(
        self, result: Node, lot: str | None, tender: Node, signed: Node | None, count: int | None
    ) -> Award:
        contract = signed or self._contract_of(result)
        amount = amount_at(tender.find("LegalMonetaryTotal", "PayableAmount"), "BT-720-Tender")
        chosen, signed_on = contract.value("AwardDate"), contract.value("IssueDate")
        return Award(
            lot_id=lot,
            winners=winners_of(self._winners(tender)),
            amount=amount or _lot_amount(result),
            decided_on=day(chosen or signed_on),
            tenders=count,
            evidence=evidence_list(
                ("BT-1451-Contract", chosen),
                ("BT-145-Contract", signed_on),
                ("BT-3201-Tender", tender.value("TenderReference", "ID")),
            ),
        )

    def _contract_of(self, result: Node) -> Node:
        named = _ids(result, "SettledContract")
        found = [one for one in self.contracts if one.value("ID") in named]
        return found[0] if len(found) == 1 else NOTHING

    def _winners(self, tender: Node) -> Iterator[Winner | None]:
        for identifier in _ids(tender, "TenderingParty"):
            party = self.parties.get(identifier, NOTHING)
            for one in _ids(party, "Tenderer"):
                yield self._firm(one, below=False)
            for one in _ids(party, "SubContractor"):
                yield self._firm(one, below=True)

    def _firm(self, identifier: str, *, below: bool) -> Winner | None:
        company = self.companies.get(identifier, NOTHING)
        names = company.all("PartyName", "Name")
        french = [name for name in names if name.attributes.get("languageID", "").upper() == "FRA"]
        name = (french or names or [NOTHING])[0].text
        numbers = [node.text for node in company.all("PartyLegalEntity", "CompanyID")] or [""]
        known = (winner(name, number, below=below) for number in numbers)
        found = [one for one in known if one]
        return next((one for one in found if one.siret), found[0] if found else None)

    def _count(self, result: Node) -> int | None:
        """BT-759 for BT-760 "tenders"; a figure whose kind is not said counts all offers."""
        for kind in ("tenders", ""):
            for statistics in result.all("ReceivedSubmissionsStatistics"):
                if (statistics.value("StatisticsCode") or "") == kind:
                    return tender_count(statistics.value("StatisticsNumeric"))
        return None


def _ids(node: Node, name: str) -> list[str]:
    return [found.text.strip() for found in node.all(name, "ID") if found.text.strip()]


def _by_id(nodes: list[Node]) -> dict[str, Node]:
    return {identifier: node for node in nodes if (identifier := node.value("ID"))}


def _lot_amount(result: Node) -> Amount | None:
    """What a framework may reach at most, or is estimated at, where no tender has a price."""
    values = result.find("FrameworkAgreementValues") or NOTHING
    for name, code in (("MaximumValueAmount", "BT-709"), ("ReestimatedValueAmount", "BT-660")):
        if amount := amount_at(values.find(name), f"{code}-LotResult"):
            return amount
    return None
