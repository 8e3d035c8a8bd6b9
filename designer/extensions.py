"""Flask extensions as bare objects; `create_app` binds them."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine
from werkzeug.local import LocalProxy

from designer.config import Config
from designer.database import make_engine
from designer.secrets import Vault
from engine.clock import Clock
from engine.store import Base


class Database(SQLAlchemy):
    """Flask-SQLAlchemy on the product's own engine settings."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        return make_engine(str(options["url"]))


db = Database(metadata=Base.metadata)
babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, headers_enabled=True)

config: Config = LocalProxy(lambda: current_app.extensions["relais_config"])  # type: ignore[assignment]
clock: Clock = LocalProxy(lambda: current_app.extensions["relais_clock"])  # type: ignore[assignment]
vault: Vault = LocalProxy(lambda: current_app.extensions["relais_vault"])  # type: ignore[assignment]
