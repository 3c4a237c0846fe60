"""All settings, read in one place from ``POLICYKB_*`` environment variables or a ``.env`` file."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus import UsageError

BUNDLED_MODEL = Path(__file__).parent / "model"
BUNDLED_POLICIES = Path(__file__).parent.parent / "corpus" / "policies"


class Settings(BaseSettings):
    """The settings of one process; unknown ``POLICYKB_`` variables are ignored, wrong values refused."""

    model_config = SettingsConfigDict(env_prefix="POLICYKB_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(Path(".policykb"), description="知识库所在文件夹")
    policies: Path = Field(BUNDLED_POLICIES, description="空知识库首次使用时自动入库的政策文件夹")
    embedding_model: str = Field(
        str(BUNDLED_MODEL), description="sentence-transformers 模型名或本地文件夹；默认用随附模型，无需联网"
    )
    store: str = Field(
        "local",
        description="向量与词的存放处：local（本机）、chroma://主机:端口、milvus://主机:端口、milvus:文件.db",
    )
    store_token: SecretStr = Field(
        SecretStr(""), description="存放处的访问令牌；Milvus 可写 用户名:密码，服务未设令牌则留空"
    )
    embedding_batch: int = Field(32, ge=1, le=1024, description="每批向量化的文本数")
    lexicon: Path | None = Field(None, description="自己的口语词表（YAML），加在随附词表之上")
    reranker: str = Field(
        "", description="重排模型（sentence-transformers CrossEncoder）名或本地文件夹；默认不用"
    )
    llm: str = Field(
        "", description="写回答的语言模型：OpenAI 兼容服务上的模型名，或 提供方:模型；默认不用，只用原文回答"
    )
    llm_url: str = Field("", description="OpenAI 兼容服务的地址，通常以 /v1 结尾")
    llm_key: SecretStr = Field(SecretStr(""), description="该服务的密钥；本机服务一般留空")
    llm_temperature: float = Field(0.0, ge=0, le=2, description="语言模型的温度")
    llm_timeout: float = Field(30.0, gt=0, le=3600, description="语言模型每次响应最多等几秒")
    llm_budget: float = Field(60.0, gt=0, le=3600, description="一个问题用在语言模型上的总时间（秒）")
    llm_retries: int = Field(2, ge=0, le=10, description="语言模型每次调用失败后最多再试几次")
    llm_steps: int = Field(
        6, ge=1, le=50, description="一个问题最多调用语言模型几次（含它查条款、测算的来回）"
    )
    llm_max_tokens: int = Field(1024, ge=16, le=100_000, description="语言模型每次最多写多少 token")
    host: str = Field("127.0.0.1", description="网页服务监听地址")
    port: int = Field(7860, ge=0, le=65535, description="网页服务端口")
    login: SecretStr = Field(
        SecretStr(""), description="看网页要先登录：用户名:密码，多个用逗号隔开；留空则不用登录"
    )
    admin_password: SecretStr = Field(
        SecretStr(""), description="管理密码，入库、改信息、确认规则、删除时要输入；留空则首次启动时生成一个"
    )
    api_keys: SecretStr = Field(
        SecretStr(""), description="调用接口的密钥：名称:密钥，多个用逗号隔开；留空则调用接口不用密钥"
    )
    api_rate: int = Field(
        120, ge=0, description="每个密钥（没有密钥则每个地址）每分钟最多调用接口多少次；0 为不限"
    )
    max_file_mb: int = Field(50, ge=1, description="单个政策文件的大小上限（MB）")


def load_settings(**overrides: object) -> Settings:
    """Read the settings; keyword arguments that are not None win over the environment.

    Raises:
        UsageError: a value is of the wrong type or out of range.
    """
    given = {key: value for key, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "POLICYKB_" + "_".join(str(part) for part in first["loc"]).upper()
        raise UsageError(
            f"设置 {name} 的值 {first['input']!r} 不可用：{first['msg']}。请改正后重试。"
        ) from error
