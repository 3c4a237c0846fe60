"""What a typed query asks for: documents, clauses, units, days, places, figures and phrases, each a condition.

known       the names of a knowledge base, made ready once for each of its revisions
understand  a query in, its conditions out; it asks the readers below in turn
names       documents by 文号 and title (titles: the dictionaries they are looked up in)
address     clauses by their numbers
units       牵头 and 参与 (bodies: full and short names of government bodies); issuers: 印发
days        现行有效, 2023年以前印发的
regions     济南的 (places: names in a text; asked: which of them are asked about)
limits      上限不低于500万元 (figures: what figures a clause has)
phrases     “研究型床位”
"""

from kb.query.conditions import (
    Clauses,
    Condition,
    Days,
    Documents,
    Kind,
    Limit,
    Phrase,
    Understood,
    UnitRole,
    Units,
    Unknown,
)
from kb.query.figures import Figure, Role, read_figures
from kb.query.known import Known, NamedDocument
from kb.query.understand import understand

__all__ = [
    "Clauses",
    "Condition",
    "Days",
    "Documents",
    "Figure",
    "Kind",
    "Known",
    "Limit",
    "NamedDocument",
    "Phrase",
    "Role",
    "Understood",
    "UnitRole",
    "Units",
    "Unknown",
    "read_figures",
    "understand",
]
