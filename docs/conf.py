"""Settings of the documentation's site, which `make docs` builds from the pages that `tools/docs_site.py` gathers."""

from importlib.metadata import version as version_of
from pathlib import Path

from sphinx.application import Sphinx

project = "valuelib"
author = "the valuelib team"
version = release = version_of("valuelib")
language = "en"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["readme.md"]  # parts of it are included in the landing page
nitpicky = True
# Only public names have pages; inner types lead nowhere, nor do other packages' names, whose indexes would have to be fetched.
nitpick_ignore_regex = [("py:.*", r"(?!valuelib\.\w+$).*")]

# ---------------------------------------------------------------------- pages and notebooks
myst_enable_extensions = ["colon_fence"]
myst_disable_syntax = ["myst_line_comment"]  # a line of a paragraph may begin with a per cent sign, as it may on a git host
myst_heading_anchors = 4
nb_execution_mode = "off"  # `make test` holds the stored outputs true
nb_merge_streams = True

# ---------------------------------------------------------------------- docstrings
autosummary_generate = True
default_role = "literal"  # single backticks in docstrings mark code, as they do in the pages
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "undoc-members": True}
autodoc_preserve_defaults = True
toc_object_entries_show_parents = "hide"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # fields told in a class docstring do not stand twice
add_module_names = False

# ---------------------------------------------------------------------- look
html_theme = "pydata_sphinx_theme"
html_title = "valuelib"
html_static_path = ["_static"]
html_css_files = ["site.css"]
templates_path = [str(Path(__file__).with_name("_templates"))]  # autosummary looks beside the pages, Sphinx beside this file
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_theme_options = {
    "header_links_before_dropdown": 9,
    "navbar_align": "left",
    "navbar_persistent": ["search-button"],
    "show_toc_level": 2,
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_sidebars: dict[str, list[str]] = {"index": []}
html_context = {"default_mode": "auto"}
copyright = f"{author}; MIT licence"
copybutton_exclude = ".linenos, .gp, .go"


def setup(app: Sphinx) -> None:
    """Classes are shown without their constructor: results are made by functions, and each field stands below with its type."""
    app.connect("autodoc-process-signature", lambda _app, what, *_rest: ("", "") if what == "class" else None)
