"""What are the parts of a claim about directions, and the units of their effects, called in plain words?"""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.show.mark import mark

PARTS: Mapping[str, str] = {
    "both_sides": mark("both sides' views"),
    "cocreation_at_start": mark("co-creation at the first survey"),
    "employees": mark("account teams' answers"),
    "goes_with_recommend": mark("going with recommending"),
    "goes_with_repurchase": mark("going with buying again"),
    "goes_with_expansion": mark("going with the intention to buy more"),
    "goes_with_perceived_value": mark("going with perceived value"),
    "goes_with_inimitability": mark("going with being hard to copy"),
    "path_value": mark("from co-creation to perceived value"),
    "path_loyalty": mark("from perceived value to loyalty"),
    "surface_level": mark("the level on which both sides agree"),
    "surface_gap": mark("the bend where the two views part"),
    "growth_wave": mark("growth from survey to survey"),
    "growth_cocreation": mark("faster growth with better co-creation"),
    "team_link": mark("the team's meaningful work and the customers' value"),
    "goes_with_share_of_purchases": mark("going with the share of purchases"),
}
UNITS: Mapping[str, str] = {
    "points_per_point": mark("NPS points for each point of the rating"),
    "percentage_points_per_point": mark("percentage points for each point of the rating"),
    "scale_points_per_point": mark("points on the 0–10 scale for each point of the rating"),
    "points_per_squared_point": mark("NPS points for each squared point of disagreement"),
    "scale_points_per_wave": mark("points on the 0–10 scale from survey to survey"),
    "scale_points_per_wave_and_point": mark("points on the 0–10 scale from survey to survey, for each point of co-creation"),
    "share_points_per_point": mark("percentage points of purchases for each point of the rating"),
}
SIDES: Mapping[str, str] = {
    "side_above": mark("above zero"),
    "side_below": mark("below zero"),
    "holds_shown": mark("shown"),
    "holds_opposite": mark("shown the other way"),
    "holds_open": mark("open"),
}
ALL: Mapping[str, str] = {**PARTS, **UNITS, **SIDES}
