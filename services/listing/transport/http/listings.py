"""Listings: drafting, submitting, moving, ending; each answer says how the listing stands and carries its ETag."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from chassis.http import CommandCause, Page, PageRequest, QueryCause, Routes, command, encode_cursor, etag
from listing.application.commands.change_state import ChangeState
from listing.application.commands.create_listing import CreateListing
from listing.application.commands.delete_listing import DeleteListing
from listing.application.commands.edit_listing import EditListing
from listing.application.commands.expire_listing import ExpireListing
from listing.application.commands.submit_listing import SubmitListing
from listing.application.commands.withdraw_listing import WithdrawListing
from listing.application.queries.list_own_listings import ListOwnListings
from listing.application.queries.read_listing import OwnListing, ReadListing
from listing.application.standing import Standing
from listing.application.use_cases import UseCases
from listing.domain.boxes import Box
from listing.domain.declaration import DeclarationGiven
from listing.domain.states import State
from listing.transport.http.contents import Content, NewListing, Strict
from listing.transport.http.views import DetailView, OwnListingRow, OwnListingView, StandingView

CHANGE = "listing.change"


class DeclarationModel(Strict):
    """That what is submitted is true, accurate, complete and one's own liability: which text, which content."""

    accepted: Literal[True] = Field(description="The declaration is made")
    text_version: str = Field(max_length=40, examples=["1"])
    content_hash: str = Field(max_length=64, description="`content_hash` of the draft as it was read")


class Submission(Strict):
    """A submission goes with its declaration (P4.6)."""

    declaration: DeclarationModel


class Move(Strict):
    """Where to."""

    target: State = Field(examples=["negotiating"])


def listing_routes(use_cases: UseCases) -> Routes:
    """The routes of one's own listings, and of one listing."""
    routes = Routes(service="listing", tags=["listings"])
    _drafting(routes, use_cases)
    _reviewing(routes, use_cases)
    _moving(routes, use_cases)
    _reading(routes, use_cases)
    return routes


def _drafting(routes: Routes, use_cases: UseCases) -> None:
    @routes.post("/listings", operation=CHANGE, status_code=201)
    async def create_listing(body: NewListing, cause: CommandCause, response: Response) -> StandingView:
        """Begins a draft in one of the two areas; fields may stay empty."""
        asked = CreateListing(form=body.form(), replaces=body.replaces)
        standing = await command(use_cases.create_listing, asked, cause)
        response.headers["Location"] = f"/api/v1/listings/{standing.listing_id}"
        return _answer(standing, response)

    @routes.put("/listings/{listing_id}", operation=CHANGE)
    async def edit_listing(listing_id: UUID, body: Content, cause: CommandCause, response: Response) -> StandingView:
        """Replaces the draft, or begins a new version of what is published or returned (P13.1)."""
        asked = EditListing(listing_id=listing_id, form=body.form())
        return _answer(await command(use_cases.edit_listing, asked, cause), response)

    @routes.delete("/listings/{listing_id}", operation=CHANGE)
    async def delete_listing(listing_id: UUID, cause: CommandCause, response: Response) -> StandingView:
        """Deletes it for good (P13.2)."""
        asked = DeleteListing(listing_id=listing_id)
        return _answer(await command(use_cases.delete_listing, asked, cause), response)


def _reviewing(routes: Routes, use_cases: UseCases) -> None:
    @routes.post("/listings/{listing_id}/submission", operation=CHANGE, status_code=202)
    async def submit_listing(
        listing_id: UUID, body: Submission, cause: CommandCause, response: Response
    ) -> StandingView:
        """Hands the draft to review."""
        given = DeclarationGiven(
            text_version=body.declaration.text_version,
            content_hash=body.declaration.content_hash,
            accepted=body.declaration.accepted,
        )
        asked = SubmitListing(listing_id=listing_id, declaration=given)
        return _answer(await command(use_cases.submit_listing, asked, cause), response)

    @routes.delete("/listings/{listing_id}/submission", operation=CHANGE)
    async def withdraw_listing(listing_id: UUID, cause: CommandCause, response: Response) -> StandingView:
        """Takes the version under review back."""
        asked = WithdrawListing(listing_id=listing_id)
        return _answer(await command(use_cases.withdraw_listing, asked, cause), response)


def _moving(routes: Routes, use_cases: UseCases) -> None:
    @routes.post("/listings/{listing_id}/state", operation=CHANGE)
    async def change_listing_state(
        listing_id: UUID, body: Move, cause: CommandCause, response: Response
    ) -> StandingView:
        """Moves between the four states; 409 names the allowed moves (P12.1, P12.4)."""
        asked = ChangeState(listing_id=listing_id, target=body.target)
        return _answer(await command(use_cases.change_state, asked, cause), response)

    @routes.post("/listings/{listing_id}/expiry", operation=CHANGE)
    async def expire_listing(listing_id: UUID, cause: CommandCause, response: Response) -> StandingView:
        """Ends it before its validity does (P12.2)."""
        asked = ExpireListing(listing_id=listing_id)
        return _answer(await command(use_cases.expire_listing, asked, cause), response)


def _reading(routes: Routes, use_cases: UseCases) -> None:
    @routes.get("/listings/{listing_id}", operation="listing.read")
    async def read_listing(
        listing_id: UUID, cause: QueryCause, response: Response
    ) -> Annotated[OwnListingView | DetailView, Field(discriminator="view")]:
        """Everything to its owner; its detail to readers with a listing in force (P14.2)."""
        found = await use_cases.read_listing(ReadListing(listing_id=listing_id), cause)
        if isinstance(found, OwnListing):
            response.headers["ETag"] = etag(found.listing.revision)
            return OwnListingView.of(found)
        return DetailView.of(found)

    @routes.get("/my/listings", operation="listing.read")
    async def list_my_listings(
        cause: QueryCause, page: PageRequest, box: Annotated[Box, Query(description="P11.8")] = "published"
    ) -> Page[OwnListingRow]:
        """One box of one's own listings, the newest first."""
        asked = ListOwnListings(box=box, after=page.after(UUID), limit=page.limit)
        found = await use_cases.list_own_listings(asked, cause)
        last = found.listings[-1].id if found.more else None
        return Page[OwnListingRow](
            items=[OwnListingRow.of(one) for one in found.listings],
            next_cursor=encode_cursor(last) if last else None,
            as_of=found.as_of,
        )


def _answer(standing: Standing, response: Response) -> StandingView:
    response.headers["ETag"] = etag(standing.revision)
    return StandingView.of(standing)
