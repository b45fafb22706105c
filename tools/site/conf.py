"""The site's settings, for Sphinx: https://www.sphinx-doc.org/en/master/usage/configuration.html"""

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

# The documents are written for GitHub: its Markdown, its anchors.
myst_heading_anchors = 6
myst_disable_syntax = ["myst_role", "myst_target", "myst_line_comment", "myst_block_break"]
myst_enable_extensions = ["strikethrough", "tasklist"]

# A prompt is no part of a command.
copybutton_prompt_text = "$ "
# Only what is typed is worth copying, not what is seen.
copybutton_selector = "div.highlight-sh pre, div.highlight-python pre, div.highlight-json pre, div.highlight-sql pre"


def setup(app: Sphinx) -> None:
    """Leave the sources of diagrams as they are: `diagrams.js` draws them."""
    app.add_lexer("mermaid", TextLexer)
