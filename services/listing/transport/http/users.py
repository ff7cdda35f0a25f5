"""The users of an institution (BX6)."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from chassis.http import CommandCause, QueryCause, Routes, command
from listing.application.commands.change_users import AssignUser, DisableUser, InviteUser
from listing.application.queries.list_users import ListUsers
from listing.application.use_cases import UseCases
from listing.domain.user import AssignedFunction, LoginFunction, Status, User, UserState
from listing.transport.http.contents import Strict

MANAGE = "institution_user.manage"
Login = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._@-]+$")]


class Assignment(Strict):
    """What the user is to do: act, read, or administer users."""

    function: AssignedFunction = Field(examples=["operator"])


class Invitation(Assignment):
    """The login, as the identity provider names it."""

    user_id: Login = Field(examples=["dong-hai-clerk"])


class UserView(BaseModel):
    """One user. `joined_at` is the moment of the invitation until the login signs in."""

    user_id: str
    function: LoginFunction
    state: UserState
    status: Status
    assigned: bool = Field(description="Given by an administrator here; it goes before the sign-in's word")
    joined_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        """As it is shown."""
        return cls.model_validate(user, from_attributes=True)


class UsersView(BaseModel):
    """Every user the institution ever had."""

    items: list[UserView]


def user_routes(use_cases: UseCases) -> Routes:
    """The routes of an institution's administrator."""
    routes = Routes(service="listing", tags=["institution"])

    @routes.get("/my/users", operation=MANAGE)
    async def list_users(cause: QueryCause) -> UsersView:
        """The users of the own institution."""
        found = await use_cases.list_users(ListUsers(), cause)
        return UsersView(items=[UserView.of(one) for one in found])

    @routes.post("/my/users", operation=MANAGE, status_code=201)
    async def invite_user(body: Invitation, cause: CommandCause) -> UserView:
        """Invites a login: from its next sign-in on it acts with this function."""
        asked = InviteUser(user_id=body.user_id, function=body.function)
        return UserView.of(await command(use_cases.change_users, asked, cause))

    @routes.put("/my/users/{user_id}", operation=MANAGE)
    async def assign_user(user_id: Login, body: Assignment, cause: CommandCause) -> UserView:
        """Gives a user another function, at once and without a new sign-in."""
        asked = AssignUser(user_id=user_id, function=body.function)
        return UserView.of(await command(use_cases.change_users, asked, cause))

    @routes.delete("/my/users/{user_id}", operation=MANAGE)
    async def disable_user(user_id: Login, cause: CommandCause) -> UserView:
        """Disables a user, or leaves: sessions end within a minute, the work stays."""
        return UserView.of(await command(use_cases.change_users, DisableUser(user_id=user_id), cause))

    return routes
