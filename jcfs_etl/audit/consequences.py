"""One finding for each thing that the narrative states wrongly, with what follows from it.

A completion rate reckoned from a wrong budget, or a share from a wrong amount, is right of what is stated and
wrong of the tables: it is told with its cause and is no finding of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jcfs_etl.audit.explaining import Explanations
from jcfs_etl.audit.statements import JudgedClaim, judge_narrative
from jcfs_etl.audit.words import Words
from jcfs_etl.findings import Finding
from jcfs_etl.interpret.model import Claim


def contradicted(
    claims: Sequence[Claim],
    judged: Sequence[JudgedClaim],
    slips: Sequence[Finding],
    words: Words,
) -> list[Finding]:
    """One finding for each thing that is wrongly stated, however often, and for what no reading explains.

    Args:
        claims: of the narrative, in printed order.
        judged: the same, judged.
        slips: slips of wording; a number whose sign is missing is told there.
        words: names the figures of the tables that they were held against.
    """
    groups = [*_untold(judged, slips), *([one] for one in judged if one.candidates)]
    following = _following(groups, claims, judged, words)
    caused = {id(group) for found in following.values() for group in found}
    explanations = Explanations(judged, words)
    left = [group for group in groups if id(group) not in caused]
    findings: list[Finding] = []
    turned: dict[tuple[object, ...], list[JudgedClaim]] = {}
    for group in (group for group in left if not group[0].candidates):
        first = group[0]
        why = explanations.of(first)
        code, because = why if why is not None else ("claim_violated", None)
        if code == "direction_wrong" and len(group) == 1:
            # A change and its growth, both the wrong way round, are one slip.
            of = first.claim
            turned.setdefault((of.sentence, of.page, of.quantity, of.base), []).append(first)
        else:
            follows = [g[0] for g in following.get(id(group), ())]
            findings.append(words.contradicted(group, code, because, follows))
    for first, *others in turned.values():
        why = explanations.of(first)
        findings.append(words.contradicted([first], "direction_wrong", why and why.words, (), others))
    return findings + [words.unexplained(group[0]) for group in left if group[0].candidates]


def _untold(judged: Sequence[JudgedClaim], slips: Sequence[Finding]) -> list[list[JudgedClaim]]:
    """What is wrongly stated and no slip of wording tells already, each with all its repetitions."""
    same: dict[object, list[JudgedClaim]] = {}
    # A number whose sign is missing is no amount: what is wrong with it is told already.
    told = {(f.page, f.values["printed"]) for f in slips if f.code == "percent_sign_missing"}
    compared = {(f.page, str(f.values["printed"])) for f in slips if f.code == "comparison_wrong"}
    for one in judged:
        claim = one.claim
        if (claim.lacks_unit or not claim.unit) and (claim.page, claim.printed) in told:
            continue
        # 决算数与预算数持平 is told with both of its figures.
        if any(page == claim.page and words_.endswith(claim.printed) for page, words_ in compared):
            continue
        if one.verdict == "violated":
            same.setdefault((claim.quantity, claim.base, claim.form, claim.value), []).append(one)
    return list(same.values())


def _following(
    groups: Sequence[list[JudgedClaim]],
    claims: Sequence[Claim],
    judged: Sequence[JudgedClaim],
    words: Words,
) -> Mapping[int, list[list[JudgedClaim]]]:
    """By the group of a wrong amount, those that are right of the amount as it is stated."""
    following: dict[int, list[list[JudgedClaim]]] = {}
    taken: set[int] = set()
    for group in groups:
        first = group[0].claim
        others = [
            g
            for g in groups
            if g is not group
            and g[0].claim.form != "level"
            and id(g) not in taken
            and first.quantity in (g[0].claim.quantity, g[0].claim.base)
        ]
        # Two amounts of one thing: neither is what the rest was reckoned from for certain.
        rivals = [g for g in groups if g[0].claim.form == "level" and g[0].claim.quantity == first.quantity]
        if first.form != "level" or not group[0].cells or not others or len(rivals) > 1:
            continue
        # Without its cells, an amount is what the narrative states.
        as_stated = judge_narrative(claims, words.publication, words.contracts, without=first.quantity)
        holds = {id(old) for old, new in zip(judged, as_stated, strict=True) if new.holds}
        found = [g for g in others if all(id(one) in holds for one in g)]
        if found:
            following[id(group)] = found
            taken |= {id(g) for g in found}
    return following
