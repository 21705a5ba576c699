"""The private link to a visitor's own conversation: signed, so that it cannot be guessed or changed."""

from __future__ import annotations

from django.core import signing

from emberwatch.listening.models import Post
from emberwatch.workspaces.models import Workspace

_SALT = "emberwatch.carepoint.case"


class BadLink(ValueError):
    """The link was not made by us, or was changed on its way."""


def link_to(post: Post) -> str:
    """The path of the page where the writer of this first message sees it and what we answered."""
    return f"/care/case/{signing.Signer(salt=_SALT).sign(f'{post.workspace_id}-{post.pk}')}/"


def first_message(token: str) -> tuple[Workspace, Post]:
    """The workspace and first message that a link leads to. Raises BadLink, also when they are no longer there."""
    try:
        workspace_id, post_id = signing.Signer(salt=_SALT).unsign(token).split("-")
        workspace = Workspace.objects.get(pk=int(workspace_id))
        posts = Post.objects.within(workspace).select_related("source")
        post: Post = posts.get(pk=int(post_id), network="webform", parent_uid=None)
    except (signing.BadSignature, ValueError, Workspace.DoesNotExist, Post.DoesNotExist) as error:
        raise BadLink(
            "This link is not complete, or was changed on its way. Copy the whole of it, then try again."
        ) from error
    return workspace, post
