"""The chat model of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus import UsageError
from kb.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_NO_KEY = "none"  # servers on one's own machine ask for none, the client insists on one


def check(settings: Settings) -> None:
    """Whether the settings name a model that can be asked; looks at nothing but the settings.

    Raises:
        UsageError: no address for a model that is named without its provider.
    """
    if settings.llm and not settings.llm_url and ":" not in settings.llm:
        raise UsageError(
            f"设置了 POLICYKB_LLM={settings.llm}，但没有服务地址。请设置 POLICYKB_LLM_URL（OpenAI 兼容接口的地址，"
            "通常以 /v1 结尾），或把模型写成 提供方:模型。"
        )
    if settings.llm_url and not settings.llm_url.startswith(("http://", "https://")):
        raise UsageError("设置 POLICYKB_LLM_URL 应以 http:// 或 https:// 开头。")


def chat_model(settings: Settings) -> BaseChatModel:
    """The model: of an OpenAI-compatible server where an address is given, else of the provider named before the colon.

    Retries are ours and not the client's, so that they stay within the time of one question.
    """
    key = settings.llm_key.get_secret_value()
    if settings.llm_url:
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        return ChatOpenAI(
            model=settings.llm,
            base_url=settings.llm_url,
            api_key=SecretStr(key or _NO_KEY),
            temperature=settings.llm_temperature,
            timeout=settings.llm_timeout,
            max_retries=0,
            extra_body={
                "max_tokens": settings.llm_max_tokens
            },  # the client's own name for it is OpenAI's only
        )
    from langchain.chat_models import init_chat_model

    given: dict[str, Any] = {"api_key": key} if key else {}
    made: BaseChatModel = init_chat_model(
        settings.llm,
        temperature=settings.llm_temperature,
        timeout=settings.llm_timeout,
        max_retries=0,
        max_tokens=settings.llm_max_tokens,
        **given,
    )
    return made
