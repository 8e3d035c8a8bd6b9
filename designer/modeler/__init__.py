"""The workshop: processes are drawn, their forms built, and both published as versions."""

from designer.modeler import (
    creating,
    editing,
    file_views,
    form_views,
    import_views,
    offers,
    setting_views,
    version_views,
)
from designer.modeler.blueprint import bp

__all__ = [
    "bp",
    "creating",
    "editing",
    "file_views",
    "form_views",
    "import_views",
    "offers",
    "setting_views",
    "version_views",
]
