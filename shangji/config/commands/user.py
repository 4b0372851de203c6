"""People from the command line: list, start, invite, off, on, password, second-step-off.

`start` makes the first administrator of an empty workspace and reads the password from standard
input; later people are invited and choose their own. `password` and `second-step-off` let in who
lost the one or the other, when no mail leaves and no administrator can sign in.
"""

import argparse
import sys
from datetime import UTC, datetime
from getpass import getpass

from django.conf import settings

from shangji.foundation.access.actor import system_actor
from shangji.foundation.people.actions.invitations import invite_person
from shangji.foundation.people.actions.rescue import drop_second_step, make_password_link
from shangji.foundation.people.actions.users import switch_off, switch_on
from shangji.foundation.people.actions.welcome import start_workspace
from shangji.foundation.people.models import Team, User
from shangji.lib.errors import DomainError, Invalid


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="|".join(COMMANDS))
    what.add_parser("list", help="everybody, with role, team and whether they may sign in")
    start = what.add_parser("start", help="the first administrator of an empty workspace")
    start.add_argument("--workspace", required=True, help="name of the company")
    start.add_argument("--currency", default="CNY", help="three letters; default CNY")
    invite = what.add_parser("invite", help="make a person and mail them the link to join")
    invite.add_argument("--role", default="rep")
    invite.add_argument("--team", default="", help="name of a team")
    for parts in (start, invite):
        parts.add_argument("--name", required=True)
        parts.add_argument("--language", default=settings.LANGUAGE_CODE)
        parts.add_argument("email")
    for name, words in (
        ("off", "end somebody's access"),
        ("on", "give it back"),
        ("password", "a link for somebody to choose a new password"),
        ("second-step-off", "let somebody in by password who lost phone and recovery codes"),
    ):
        what.add_parser(name, help=words).add_argument("email")


def run(options: argparse.Namespace) -> int:
    try:
        return COMMANDS[options.what](options, datetime.now(UTC))
    except Invalid as error:
        for field, messages in error.errors.items():
            for message in messages:
                told = f"shangji: {field}: {message}" if field else f"shangji: {message}"
                print(told, file=sys.stderr)
        return 1
    except DomainError as error:
        print(f"shangji: {error}", file=sys.stderr)
        return 1


def _list(options: argparse.Namespace, now: datetime) -> int:
    for user in User.objects.select_related("team").order_by("email"):
        team = user.team.name if user.team else "-"
        print(
            f"{user.email}\t{user.name}\t{user.role}\t{team}\t{'on' if user.is_active else 'off'}"
        )
    return 0


def _start(options: argparse.Namespace, now: datetime) -> int:
    asked = sys.stdin.isatty()
    password = getpass("Password: ") if asked else sys.stdin.readline().rstrip("\n")
    user = start_workspace(
        actor=system_actor("command"),
        workspace_name=options.workspace,
        language=options.language,
        currency=options.currency,
        name=options.name,
        email=options.email,
        password=password,
        now=now,
    )
    print(f"{user.email} may sign in at {settings.BASE_URL}/")
    return 0


def _invite(options: argparse.Namespace, now: datetime) -> int:
    team = None
    if options.team:
        team = Team.objects.filter(name__iexact=options.team, deleted_at=None).first()
        if team is None:
            raise DomainError(f"no team {options.team!r}")
    invited = invite_person(
        actor=system_actor("command"),
        name=options.name,
        email=options.email,
        role=options.role,
        team=team,
        language=options.language,
        now=now,
    )
    print(invited.link)
    return 0


def _switch(options: argparse.Namespace, now: datetime) -> int:
    user = _person(options)
    change = switch_off if options.what == "off" else switch_on
    change(actor=system_actor("command"), user=user, now=now)
    print(f"{user.email} {options.what}")
    return 0


def _password(options: argparse.Namespace, now: datetime) -> int:
    print(make_password_link(actor=system_actor("command"), user=_person(options), now=now))
    return 0


def _second_step_off(options: argparse.Namespace, now: datetime) -> int:
    user = _person(options)
    drop_second_step(actor=system_actor("command"), user=user, now=now)
    print(f"{user.email} signs in by password alone")
    return 0


def _person(options: argparse.Namespace) -> User:
    user: User | None = User.objects.filter(email__iexact=options.email, is_program=False).first()
    if user is None:
        raise DomainError(f"nobody has the mail {options.email!r}: shangji user list shows all")
    return user


COMMANDS = {
    "list": _list,
    "start": _start,
    "invite": _invite,
    "off": _switch,
    "on": _switch,
    "password": _password,
    "second-step-off": _second_step_off,
}
