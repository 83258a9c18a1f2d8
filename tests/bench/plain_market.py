"""The market of one month in plain Python: a bisection on the inside price of each element, one on the licence price around it.

Brackets start at last month's prices, so that a month without news takes a handful of steps: not slower than it must be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, log

TOLERANCE = 1e-4  # of a price, relative; of a quota
CHINA, FREE, RESTRICTED = range(3)  # blocks of buyers


@dataclass
class ElementMarket:
    """One element's sums of the month, and what was found."""

    reference: float  # USD/kg
    elasticity: float
    choke_log: float
    sensitivity: float  # elasticity of wanted stocks
    adjustment: float  # months
    inside: float  # USD/kg, last month's price until the market is cleared
    outside: float
    premium: float = 0.0
    use: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])  # t/month at the reference price, by block
    want: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])  # t of stock at the anchor price
    held: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    fixed: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])  # t/month for reserves
    anchor: tuple[float, float] = (1.0, 1.0)  # USD/kg, inside and outside
    supply: list[float] = field(default_factory=lambda: [0.0, 0.0])  # t/month, inside and outside
    allowed: float = 0.0  # t/month of legal trade with restricted destinations
    tax_factor: float = 1.0
    freight: float = 0.7
    reverse_freight: float = 1.0
    smuggling: tuple[float, float, float] = (0.0, 0.0, 0.0)  # ceiling t/month, cost USD/kg, cost share
    alloy: tuple[float, float, float] = (0.0, 0.0, 1.0)  # capacity t/month, conversion and spread USD/kg
    reexport: tuple[float, float, float] = (0.0, 0.0, 1.0)  # ceiling t/month, base and slope USD/kg
    legal_t: float = 0.0
    smuggled_t: float = 0.0
    alloy_t: float = 0.0
    reverse_t: float = 0.0
    reexported_t: float = 0.0

    def use_share(self, price: float) -> float:
        """Use over use at the reference price: isoelastic, cut to zero above the choke price."""
        relative = log(price / self.reference)
        share = exp(-self.elasticity * relative)
        return share * max(0.0, 1.0 - (relative - self.choke_log)) if relative > self.choke_log else share

    def order(self, block: int, price: float) -> float:
        """Tonnes bought for stock (sold, if negative)."""
        anchor = self.anchor[0 if block == CHINA else 1]
        want = self.want[block] * (anchor / price) ** self.sensitivity
        return (want - self.held[block]) / self.adjustment

    def demand(self, block: int, price: float) -> float:
        """All that a block buys at a price."""
        return self.use[block] * self.use_share(price) + self.order(block, price) + self.fixed[block]

    def needed_outside(self, price: float) -> float:
        """What has to come from China at a price outside; negative: what is left over."""
        return self.demand(FREE, price) + self.allowed + self.reexported_t - self.supply[1]

    def trade(self, inside: float, licence: float) -> tuple[float, float, float, float]:
        """Legal, smuggled, alloyed and reverse flows at an inside price and a licence price."""
        landed = inside * self.tax_factor + self.freight + licence
        need = self.needed_outside(landed)
        if need > 0.0:
            ceiling, cost, share = self.smuggling
            by_night = inside * (1.0 + share) + cost + self.freight
            smuggled = ceiling * min(1.0, max(0.0, (landed - by_night) / (0.1 * by_night)))
            capacity, conversion, spread = self.alloy
            alloyed = capacity * min(1.0, max(0.0, (landed - inside - self.freight - conversion) / spread))
            scale = min(1.0, need / (smuggled + alloyed)) if smuggled + alloyed > 0.0 else 1.0
            return need - scale * (smuggled + alloyed), scale * smuggled, scale * alloyed, 0.0
        returned = inside - self.reverse_freight
        if returned > 0.0:
            left = -self.needed_outside(returned)
            if left > 0.0:
                return 0.0, 0.0, 0.0, left
        return 0.0, 0.0, 0.0, 0.0

    def excess_inside(self, inside: float, licence: float) -> float:
        """Demand inside China and exports less supply."""
        legal, smuggled, alloyed, reverse = self.trade(inside, licence)
        return self.demand(CHINA, inside) + legal + smuggled + alloyed - reverse - self.supply[0]

    def settle(self, licence: float) -> float:
        """Find the inside price at a licence price; return legal exports."""
        self.inside = root(lambda price: self.excess_inside(price, licence), self.inside)
        self.legal_t, self.smuggled_t, self.alloy_t, self.reverse_t = self.trade(self.inside, licence)
        return self.legal_t

    def finish(self, licence: float) -> None:
        """Prices outside and in restricted destinations, once the licence price is known."""
        landed, returned = self.inside * self.tax_factor + self.freight + licence, self.inside - self.reverse_freight
        if self.legal_t + self.smuggled_t + self.alloy_t > 0.0:
            self.outside = landed
        elif self.reverse_t > 0.0:
            self.outside = returned
        else:
            self.outside = root(self.needed_outside, self.outside)
        self.premium = 0.0
        if self.use[RESTRICTED] > 0.0:
            ceiling, base, slope = self.reexport
            sold = self.allowed + self.reexported_t
            price = root(lambda price: self.demand(RESTRICTED, price) - sold, self.outside + max(base, 0.1))
            self.premium = max(0.0, price - self.outside)
            rise = (self.premium - base) / slope
            self.reexported_t = min(ceiling, max(0.0, rise) * self.use[RESTRICTED])  # what next month brings
        else:
            self.reexported_t = 0.0


def root(excess, guess: float) -> float:  # type: ignore[no-untyped-def]
    """The price at which a falling function is zero: a bracket around a guess, then bisection."""
    low, high = guess / 1.02, guess * 1.02
    step = 1.05
    while excess(low) < 0.0 and low > 1e-3:
        high, low, step = low, low / step, step * step
    while excess(high) > 0.0 and high < 1e6:
        low, high, step = high, high * step, step * step
    while high - low > TOLERANCE * low:
        middle = 0.5 * (low + high)
        if excess(middle) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def clear(markets: list[ElementMarket], release_t: float, licence: float) -> float:
    """Clear elements that share a quota; return the licence price at which legal exports are what is released."""

    def legal(price: float) -> float:
        return sum(market.settle(price) for market in markets)

    found = 0.0
    if legal(0.0) > release_t:
        low, high = 0.0, max(0.5, 1.1 * licence)
        while legal(high) > release_t and high < 1e5:
            low, high = high, 2.0 * high
        while high - low > TOLERANCE * max(1.0, high):
            found = 0.5 * (low + high)
            exported = legal(found)
            if abs(exported - release_t) <= TOLERANCE * release_t:
                break
            low, high = (found, high) if exported > release_t else (low, found)
    for market in markets:
        market.finish(found)
    return found
