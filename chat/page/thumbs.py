"""What can be done with an answer, as HTML: thumbs with the box for a comment, its link; and the place for further questions.

``rating.js`` works the thumbs, ``conversation.js`` the rest.
"""

from __future__ import annotations

from chat.rating import MAX_COMMENT

_THUMB = (
    '<svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true"><path d="M3 10h4v11H3zM9 21V10l4-8c1.7 0 2.7 1.2 '
    '2.3 2.9L14.4 9H20a2 2 0 0 1 2 2.4l-1.6 8A2 2 0 0 1 18.4 21z"/></svg>'
)


def thumbs_html(key: str) -> str:
    """Two buttons that can be pressed and released, what is said of a press, and the box, closed at first; then the link.

    Args:
        key: names the answer.
    """
    buttons = "".join(
        f'<button type="button" class="pk-thumb pk-{rating}" data-rating="{rating}" aria-pressed="false">'
        f"{_THUMB}<span>{label}</span></button>"
        for rating, label in (("up", "有帮助"), ("down", "没帮助"))
    )
    return (
        f'<div class="pk-rate" role="group" aria-label="评价这个回答" data-key="{key}">{buttons}'
        f'<button type="button" class="pk-thumb pk-share" data-share="{key}" title="生成这条回答的固定链接并复制">复制链接</button>'
        '<span class="pk-thanks" role="status"></span><span class="pk-shared" role="status"></span>'
        '<form class="pk-comment" hidden>'
        f'<textarea rows="2" maxlength="{MAX_COMMENT}" aria-label="哪里不对，或缺了什么" '
        'placeholder="如：金额不对、引错条款"></textarea>'
        '<button type="submit" class="pk-send">提交</button></form></div>'
        f'<div class="pk-offers" data-offers="{key}" hidden></div>'
    )
