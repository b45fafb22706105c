"""Sphinx settings of the site.

Reference: https://www.sphinx-doc.org/en/master/usage/configuration.html
"""

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

project = "Serverless Orders"
html_title = project
extensions = ["myst_parser", "sphinx_copybutton"]
root_doc = "index"
html_theme = "furo"
html_favicon = "../../frontend/public/icon.svg"
html_static_path = ["static", "node_modules/@mermaid-js/tiny/dist"]
html_css_files = ["site.css"]
html_js_files = [("mermaid.tiny.js", {"defer": "defer"}), ("diagrams.js", {"defer": "defer"})]
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
smartquotes = False
html_theme_options = {"top_of_page_buttons": []}

# The documents use GitHub's Markdown dialect and heading anchors.
myst_heading_anchors = 6
myst_disable_syntax = ["myst_role", "myst_target", "myst_line_comment", "myst_block_break"]
myst_enable_extensions = ["strikethrough", "tasklist"]

# Do not copy the prompt.
copybutton_prompt_text = "$ "
# Commands and code have a copy button, terminal output does not.
copybutton_selector = "div.highlight-sh pre, div.highlight-python pre, div.highlight-json pre, div.highlight-sql pre"


def setup(app: Sphinx) -> None:
    """Keep the sources of diagrams as plain text, because `diagrams.js` draws them in the browser."""
    app.add_lexer("mermaid", TextLexer)
