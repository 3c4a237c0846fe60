"""The shipped documents and rules, and a profile from what a case says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from chat.matching.profile import Profile, profile_of, read_profile, read_words
from corpus import PolicyDocument
from ingest import parse_file
from kb.rule_files import SHIPPED, load_rules
from kb.rules import Rule
from kb.settings import BUNDLED_POLICIES


@pytest.fixture(scope="session")
def documents() -> dict[str, PolicyDocument]:
    parsed = map(parse_file, sorted(BUNDLED_POLICIES.glob("*.txt")))
    return {document.id: document for document in parsed}


@pytest.fixture(scope="session")
def rules() -> tuple[Rule, ...]:
    return load_rules(SHIPPED)


def make_profile(facts: Mapping[str, str], words: Sequence[str] = ()) -> Profile:
    named = read_profile([f"{name}={value}" for name, value in facts.items()])
    return profile_of(Profile(named.facts, (*named.words, *read_words(words).words), named.notice))
