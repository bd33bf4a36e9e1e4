"""The wider content security policy of the Wagtail admin.

Wagtail's date and inline panels and the translation editor of wagtail-localize carry inline scripts and styles without
a nonce. So this tree, behind the second factor and open to editors only, allows them; still nothing from another host.
"""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace

EDITING = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "object-src": [NONE],
}

editing_policy = csp_replace(EDITING)

# A preview is a page as readers get it, in a frame of the admin.
preview_policy = csp_replace({"frame-ancestors": [SELF]})
