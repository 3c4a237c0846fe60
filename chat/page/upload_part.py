"""Where an admin adds files to the knowledge base: a zone to drop them on, what becomes of each, and the preview.

``upload.js`` does the work with the routes of `chat.doors.uploads`, which ask at each call who it is from; the part shows once
``library.js`` has found an admin.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ingest.formats import SUFFIXES

if TYPE_CHECKING:
    from chat.backend import Backend
    from chat.page.wiring import Refresh


def upload_part(backend: Backend, refresh: Refresh) -> None:
    """Build it; that the lists are drawn anew is asked for by the event ``pk-library-changed`` of the page."""
    import gradio as gr

    from chat.page.style import asset

    del refresh
    gr.HTML(upload_html(backend.settings.max_file_mb), js_on_load=asset("upload.js"), elem_id="pk-upload")


def upload_html(max_file_mb: int) -> str:
    """The frame, with no file yet.

    Args:
        max_file_mb: the most that a file may have.
    """
    accepted = ",".join(SUFFIXES)
    return f"""<section class="pk-upload" aria-label="上传文件" data-max-mb="{max_file_mb}" data-suffixes="{escape(accepted)}">
<label class="pk-up-drop"><input type="file" multiple accept="{escape(accepted)}" aria-label="选择要上传的政策文件"
 aria-describedby="pk-drop-hint">
<b>拖入政策文件，或点击选择</b>
<span id="pk-drop-hint" class="pk-up-hint">Word、PDF、OFD、网页、文本和扫描图片，单个不超过 {max_file_mb} MB；
读出条款后先预览，确认了才收入知识库</span></label>
<div class="pk-up-tools"><button type="button" class="pk-up-small" data-folder>选择文件夹</button>
<button type="button" class="pk-up-small" data-accept-all
 title="只收入新的、没有需要核对之处的文件，其余留待预览" hidden></button>
<input type="file" multiple webkitdirectory hidden data-folder-input aria-label="选择文件夹"></div>
<p class="pk-up-said" role="status" data-said></p>
<ul class="pk-up-list" aria-label="待确认的文件"></ul>
<dialog class="pk-up-preview" aria-labelledby="pk-preview-title"></dialog>
</section>"""
