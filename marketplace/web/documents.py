"""Downloads of uploaded files."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, g
from flask.typing import ResponseReturnValue

from marketplace.reads import documents as documents_read
from marketplace.web.doors import Door, found

door = Door("documents")


@door.page("/dokumen/<token>", "public.see")
def download(token: str) -> ResponseReturnValue:
    """The file as an attachment: it is never shown inside the site, whatever it claims to be."""
    document = found(documents_read.document_for(g.actor, token))
    plain = document.name.encode("ascii", "replace").decode().replace("?", "_")
    return Response(
        document.content,
        content_type=document.mime,
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(document.name)}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )
