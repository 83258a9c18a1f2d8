"""Plans of makers that weigh no price gap month by month: move, split, go with a partner, elsewhere, or on a private signal."""

from __future__ import annotations

from reabm.rules.rule import inline_rule, rule

MOVE, SPLIT, JOINT_VENTURE, THIRD_COUNTRY, GLOBAL_GAME = 4, 5, 6, 7, 8
HOME, IN_CHINA, ELSEWHERE = 0, 1, 2  # places
HERDING, FIXED_COST = 1, 3  # terms of the choice
PREMIUM = 0  # line
LOWER_DIGITS = 1048576.0  # 2^20: the digits of a uniform draw beyond these are as good as another draw


@inline_rule
def global_game_threshold(herding):
    """Benefit without others from which a maker moves, where each has a noisy private signal of it (cases R4, R5).

    At the threshold a maker holds every share of the others that moves for equally likely (Laplacian belief), so that it
    expects half of them: theta + J/2 = 0. With uniform noise and no public news that holds for noise of any size.

    Notes
    -----
    Source: morris_shin_2003, 2.1.
    """
    return -0.5 * herding


@inline_rule
def private_signal(benefit, herding_term, noise, uniform):
    """Benefit without the others' presence, and noise spread evenly around nothing.

    Parameters
    ----------
    benefit, herding_term : float, share of unit cost: the whole benefit, and the part that others' plants in China bring
    noise : float, largest error
    uniform : float in [0, 1), luck of which only the lower digits are used: the upper ones decide something else
    """
    lower = (uniform * LOWER_DIGITS) % 1.0
    return benefit - herding_term + noise * (2.0 * lower - 1.0)


@inline_rule
def planned_share(strategy, line, benefit, herding_term, herding, noise, uniform):
    """Share of a line that a maker on one of these plans wants in China."""
    if strategy == SPLIT:
        return 0.0 if line == PREMIUM else 1.0
    if strategy == GLOBAL_GAME:
        return 1.0 if private_signal(benefit, herding_term, noise, uniform) > global_game_threshold(herding) else 0.0
    return 1.0


@rule
def share_cost_with_partner(makers, params, j):
    """The local partner of a joint venture bears its share of the cost of moving.

    Parameters
    ----------
    makers : Makers, move_terms and move_benefit of row j *Overwritten*
    params : MakerParams, read only
    j : int

    Notes
    -----
    A project assumption: the cost of moving falls on owners by their shares, as the plant's profit does.
    """
    if params.strategy[j] != JOINT_VENTURE:
        return
    for l in range(makers.move_benefit.shape[1]):
        saved = -params.venture_share[j] * makers.move_terms[j, l, FIXED_COST]
        makers.move_terms[j, l, FIXED_COST] += saved
        makers.move_benefit[j, l] += saved


@rule
def go_elsewhere(makers, params, knobs, luck, j):
    """A maker moves what stands at home to a third country: first a step of each line, then, from that plant, the rest.

    Parameters
    ----------
    makers : Makers, plan_share, build_t, build_months, build_elsewhere of row j *Overwritten*
    params : MakerParams; knobs : MakerKnobs; read only
    luck : float array, shape (makers, 4), uniform draws
    j : int

    Notes
    -----
    A project assumption: a plant in a third country takes the time of one in China, and no government stops it.
    """
    for l in range(makers.build_t.shape[1]):
        at_home, there = makers.capacity_t[j, l, HOME], makers.capacity_t[j, l, ELSEWHERE]
        total = at_home + makers.capacity_t[j, l, IN_CHINA] + there
        if total <= 0.0:
            continue
        makers.plan_share[j, l] = makers.capacity_t[j, l, IN_CHINA] / total
        if at_home <= 0.0 or makers.build_t[j, l] != 0.0:
            continue
        first = params.plant_months[j] if params.plant_months[j] >= 0.0 else knobs.plant_months
        months = knobs.expansion_months if there > 0.0 else first
        makers.build_t[j, l] = at_home if there > 0.0 else min(at_home, knobs.lump_share * total)
        makers.build_months[j, l] = months * (0.75 + 0.75 * luck[j, 2 + l])
        makers.build_elsewhere[j, l] = 1.0
