"""Which accounts were asked in earlier surveys and are no longer customers at the last one?"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from valuelib.study.simulate.chance import rng_for
from valuelib.study.simulate.people import Accounts, Floats, Ints, People, draw_people
from valuelib.study.simulate.truth import Truth, leavers_by_wave


def draw_everybody(truth: Truth, seed: int) -> People:
    """The customers of the last wave and, where accounts leave, as many more to choose those that leave from.

    All that holds of the last wave holds with and without leavers: they are accounts of their own, drawn by the same truth, and
    block b of `accounts` accounts (b = 1, 2, ...) holds those of which some leave after wave b.
    """
    stay = draw_people(truth, seed)
    if not leavers_by_wave(truth):
        return stay
    blocks = [stay]
    for wave in range(truth.waves - 1):
        pool = draw_people(truth, int(rng_for(seed, f"leavers.{wave}").integers(2**31)))
        blocks.append(_rows(pool, np.flatnonzero(pool.wave <= wave)))
    return _together(blocks, truth)


def still_there(people: People, score: Floats, truth: Truth, seed: int) -> NDArray[np.bool_]:
    """Whether each answer was given: by a customer of the last wave, or by one that left later; the less loyal leave sooner."""
    there = people.account < truth.accounts
    for wave, n in enumerate(leavers_by_wave(truth)):
        first = truth.accounts * (wave + 1)
        now = (people.wave == wave) & (people.account >= first) & (people.account < first + truth.accounts)
        block = people.account[now] - first
        mean = np.bincount(block, weights=score[now], minlength=truth.accounts) / np.bincount(block, minlength=truth.accounts)
        loyal = (mean - mean.mean()) / max(float(mean.std()), 1e-9)
        own = rng_for(seed, f"leaving.{wave}").standard_normal(truth.accounts)
        inclined = np.sqrt(1 - truth.leaving_loyalty**2) * own - truth.leaving_loyalty * loyal
        gone = first + np.argsort(-inclined, kind="stable")[:n]
        there |= np.isin(people.account, gone)
    return there


def last_seen(truth: Truth, accounts: int) -> Ints:
    """By account, the last wave before which it did not leave; the last wave of all for customers that stay."""
    block = np.arange(accounts) // truth.accounts
    seen: Ints = np.where(block == 0, truth.waves - 1, block - 1).astype(np.int64)
    return seen


def _rows(people: People, rows: Ints) -> People:
    arrays = {item.name: getattr(people, item.name) for item in dataclasses.fields(People) if item.name != "accounts"}
    return People(accounts=people.accounts, **{name: values[rows] for name, values in arrays.items()})


def _together(blocks: list[People], truth: Truth) -> People:
    """Blocks of accounts as one, wave by wave; the provider's teams are those of the first block."""
    names = [item.name for item in dataclasses.fields(Accounts) if item.name != "team_spirit"]
    spirit = blocks[0].accounts.team_spirit
    joined = {name: np.concatenate([getattr(block.accounts, name) for block in blocks]) for name in names}
    accounts = Accounts(team_spirit=spirit, **joined)
    persons = np.cumsum([0, *(int(block.person.max()) + 1 for block in blocks[:-1])])
    columns = {
        item.name: np.concatenate([getattr(block, item.name) for block in blocks])
        for item in dataclasses.fields(People)
        if item.name not in ("accounts", "account", "person", "team_spirit")
    }
    account = np.concatenate([block.account + place * truth.accounts for place, block in enumerate(blocks)])
    person = np.concatenate([block.person + first for first, block in zip(persons.tolist(), blocks, strict=True)])
    whole = People(accounts=accounts, account=account, person=person, team_spirit=spirit[accounts.team[account]], **columns)
    return _rows(whole, np.argsort(whole.wave, kind="stable"))
