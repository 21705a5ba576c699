"""Forms about people."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms

from emberwatch.workspaces.models import Membership, Workspace
from emberwatch.workspaces.rules import Role

ROLES = [(role.value, role.label.capitalize()) for role in Role]
ROLE_WORDS = {
    Role.AGENT: "Answers customers and closes cases.",
    Role.MANAGER: "Everything an agent does, and all settings and people.",
    Role.LEGAL: "Reads cases and writes notes.",
    Role.MODERATOR: "Assigns, tags, merges and splits; does not answer.",
    Role.DEPARTMENT_OWNER: "Reads cases and writes notes.",
    Role.OPERATOR: "Runs sources, settings and people; does not answer.",
    Role.OBSERVER: "Reads only.",
}


class InviteForm(forms.Form):
    """Who is to come in, and as what."""

    email = forms.EmailField(label="E-mail address", help_text="They sign in with it.")
    name = forms.CharField(label="Name", max_length=120, required=False)
    role = forms.ChoiceField(label="Role", choices=ROLES)

    def __init__(self, workspace: Workspace, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.workspace = workspace

    def clean_email(self) -> str:
        """The address in lower case, if its person is not here yet."""
        email: str = self.cleaned_data["email"].lower()
        if Membership.objects.within(self.workspace).filter(person__email=email).exists():
            raise forms.ValidationError("This person is here already. Change their role in the list instead.")
        return email


class ProfileForm(forms.Form):
    """What a person says of themselves."""

    name = forms.CharField(label="Name", max_length=120, help_text="Colleagues see it beside what you do.")
    zone = forms.ChoiceField(label="Time zone", choices=[(zone, zone) for zone in sorted(available_timezones())])
    theme = forms.ChoiceField(
        label="Light or dark", choices=[("auto", "As my device says"), ("light", "Light"), ("dark", "Dark")]
    )
