"""Checks an Answer before anyone sees it, whichever engine wrote it.

claims       the answer in sentences, each with the marks that support it
support      what a claim may rest on: its quotes, the user's words, the calculation
figures      every number with what it counts, in one form
figure_check numbers of a claim against those of its support, with their comparators
pairs        which figure goes with which label, end or phrase
names        documents, clause addresses, government bodies and their parts, places
wording      comparators, negation, obligation, opposites
words        the words of a claim against those of its support
check        all of it, sentence by sentence; and the answer without what fails
"""

from chat.check.check import problems, prune

__all__ = ["problems", "prune"]
