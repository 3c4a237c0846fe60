"""The widgets of 知识库: what is in the knowledge base for every reader, and the admin's work on it.

Lists and forms are HTML that ``library.js`` fetches from `chat.doors.library`, which asks at each change who it is from;
what the page shows or hides protects nothing.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from chat.page.library_list import SORTS, standings
from chat.page.library_rules import STATES

if TYPE_CHECKING:
    from chat.backend import Backend
    from chat.page.wiring import Refresh

_VIEWS = {"documents": "文件", "rules": "补贴规则", "changes": "变更记录"}


def library_tab(backend: Backend, refresh: Refresh) -> None:
    """Build it."""
    import gradio as gr

    from chat.page.style import asset
    from chat.page.upload_part import upload_part

    library = gr.HTML(library_html(), js_on_load=asset("library.js"), elem_id="pk-library")
    with gr.Column(elem_id="pk-library-upload"):
        upload_part(backend, refresh)
    refresh.after(library.submit)


def library_html() -> str:
    """The frame, with nothing in its lists yet."""
    views = "".join(
        f'<button type="button" role="radio" aria-checked="{"true" if name == "documents" else "false"}" data-view="{name}"'
        f"{'' if name == 'documents' else ' data-admin hidden'}>{label}</button>"
        for name, label in _VIEWS.items()
    )
    return f"""<div class="pk-library">
<div class="pk-lib-bar"><div class="pk-lib-views pk-lib-see" role="radiogroup" aria-label="看什么">{views}</div>
<div class="pk-lib-who"><span data-reader hidden></span><form method="post" action="/logout" data-reader-out hidden><button
 class="pk-lib-small">退出登录</button></form>
<button type="button" class="pk-lib-small" data-log-in>管理员登录</button><button type="button" class="pk-lib-small" data-admin data-log-out
 hidden>退出管理</button></div></div>
<form class="pk-lib-login" data-form="login" hidden><label class="pk-lib-field"><span>管理密码</span><input type="password" name="password"
 autocomplete="current-password" maxlength="200" required></label><div class="pk-lib-buttons"><button type="submit"
 class="pk-lib-main">登录</button><button type="button" class="pk-lib-small" data-cancel-login>取消</button></div>
<p class="pk-failure" role="alert" data-wrong hidden></p>
<p class="pk-lib-hint">没有设置过密码时，密码由程序生成，显示在启动服务的终端上。</p></form>
<p class="pk-lib-said" role="status" data-done hidden></p>
<section data-panel="documents" aria-label="文件"><div data-upload></div>{_documents_filters()}{_list()}</section>
<section data-panel="rules" aria-label="补贴规则" hidden>{_rules_filters()}{_list()}</section>
<section data-panel="changes" aria-label="变更记录" hidden>{_changes_filters()}{_list()}</section>
<dialog class="pk-lib-dialog" aria-labelledby="pk-dialog-title"><div data-dialog></div></dialog>
</div>"""


def _documents_filters() -> str:
    stands = "".join(f'<option value="{each}">{each}</option>' for each in standings())
    sorts = "".join(f'<option value="{name}">{escape(said[0])}</option>' for name, said in SORTS.items())
    return (
        f'<div class="pk-lib-filters">{_words("标题、文号、机关、地区或文件名")}'
        f'<label><span>效力</span><select name="standing"><option value="">全部</option>{stands}</select></label>'
        f'<label><span>排序</span><select name="sort">{sorts}</select></label></div>'
    )


def _rules_filters() -> str:
    states = "".join(
        f'<button type="button" role="radio" aria-checked="{"true" if name == "draft" else "false"}" data-state="{name}">'
        f'{label}<span data-count="{name}"></span></button>'
        for name, label in STATES.items()
    )
    return (
        f'<div class="pk-lib-filters">{_words("规则名称、代号或条款")}</div>'
        '<p class="pk-lib-only" data-only hidden><span></span><button type="button" class="pk-lib-small" data-all>看全部文件的</button></p>'
        f'<div class="pk-lib-views pk-lib-states-of" role="radiogroup" aria-label="规则状态">{states}</div>'
    )


def _changes_filters() -> str:
    return f'<div class="pk-lib-filters">{_words("日期、谁、动作、对象或说明")}</div>'


def _words(what: str) -> str:
    return (
        f'<label class="pk-lib-words"><span>查找</span><input type="search" name="words" placeholder="{what}" maxlength="200"'
        ' autocomplete="off"></label>'
    )


def _list() -> str:
    return (
        '<p class="pk-lib-said" role="status" data-said></p><div data-list><p class="pk-pending">正在读取……</p></div>'
        '<nav class="pk-lib-pager" data-pager aria-label="翻页"></nav>'
    )
