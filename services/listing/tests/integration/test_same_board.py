"""What is proven in memory holds on the real database: the same tests, other doors."""

import pytest

from listing.tests.component.test_access import *  # noqa: F403  # the tests themselves
from listing.tests.component.test_board import *  # noqa: F403  # the same
from listing.tests.component.test_ladder import *  # noqa: F403  # the same
from listing.tests.component.test_life_of_a_listing import *  # noqa: F403  # the same
from listing.tests.component.test_registration import *  # noqa: F403  # the same
from listing.tests.component.test_submission import *  # noqa: F403  # the same

pytestmark = pytest.mark.integration
