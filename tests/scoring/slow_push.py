"""The formulas of `scoring.push` again, one review at a time in plain Python and floating point."""

import math


def log_sum(values):
    top = max(values)
    return top + math.log(sum(math.exp(v - top) for v in values)) if top > -math.inf else -math.inf


def shifted(epsilon, odds):
    return epsilon * odds / (1 - epsilon + epsilon * odds)


class SlowPush:
    """Without the screen's guess: every item that meets the conditions is asked about."""

    def __init__(self, reviewer, item, rating, habits, step, parameters):
        self.p, self.habits = parameters, habits
        self.reviewer, self.item, self.rating = reviewer.tolist(), item.tolist(), rating.tolist()
        self.n = len(self.item)
        self.top = round(1 / max(step, parameters.push_bin))
        self.code = [round(y * self.top) for y in self.rating]
        reach, points = parameters.push_reach, parameters.push_points
        self.theta = [-reach + 2 * reach * t / (points - 1) for t in range(points)]
        self.places = range(points)
        normal = log_sum([-t * t / 2 for t in self.theta])
        self.prior = [-t * t / 2 - normal for t in self.theta]
        self.h = [[self.probability(r, t) for t in self.theta] for r in range(self.n)]
        self.rows = {i: [r for r in range(self.n) if self.item[r] == i] for i in sorted(set(self.item))}
        self.judged = [i for i in self.rows if len(self.rows[i]) >= parameters.push_min_reviews]
        self.temper = {i: min(1.0, parameters.push_temper / len(self.rows[i])) for i in self.judged}
        self.sides = [(i, end) for i in self.judged for end in (0, self.top) if self.may_be(i, end)]

    def others(self, r):
        return [q for q in range(self.n) if self.reviewer[q] == self.reviewer[r] and q != r]

    def probability(self, r, theta):
        b, a, v, mean, sd = (float(getattr(self.habits, k)[r]) for k in ("bias", "slope", "variance", "mean", "sd"))

        def below(edge):
            return 0.5 * (1 + math.erf(((edge / self.top - mean) / sd - b - a * theta) / math.sqrt(2 * v)))

        code, p = self.code[r], self.p
        high = 1.0 if code == self.top else below(code + 0.5)
        low = 0.0 if code == 0 else below(code - 0.5)
        own = [self.code[q] for q in self.others(r)]
        pseudo = p.push_pseudo_counts
        usual = (own.count(code) + pseudo * self.code.count(code) / self.n) / (len(own) + pseudo)
        return (1 - p.push_habit) * (high - low) + p.push_habit * usual

    def may_be(self, i, end):
        others = [self.rating[r] for r in self.rows[i] if self.code[r] != end]
        if len(others) < self.p.push_min_others or len(self.rows[i]) - len(others) < self.p.push_min_ends:
            return False
        return abs(sum(others) / len(others) - end / self.top) >= self.p.push_distance

    def honest(self, i):
        return log_sum(
            [self.temper[i] * sum(math.log(self.h[r][t]) for r in self.rows[i]) + self.prior[t] for t in self.places]
        )

    def joint(self, side, odds):
        i, end = side
        result = {}
        for e in self.p.push_shares:
            rare = math.log((1 - e) / sum(1 - f for f in self.p.push_shares) / 2)
            for t in self.places:
                likelihood = 0.0
                for r in self.rows[i]:
                    own = shifted(e, odds[r])
                    likelihood += math.log((1 - own) * self.h[r][t] + own * (self.code[r] == end))
                result[e, t] = self.temper[i] * likelihood + self.prior[t] + rare
        return result

    def split(self, i):
        coarse = self.places[::2]
        normal = log_sum([-(self.theta[s] ** 2) / 2 for s in coarse])
        values = []
        for s in coarse:
            for t in [t for t in coarse if t - s >= 4]:
                prior = -(self.theta[s] ** 2 + self.theta[t] ** 2) / 2 - 2 * normal
                for e in self.p.split_shares:
                    fit = sum(math.log((1 - e) * self.h[r][s] + e * self.h[r][t]) for r in self.rows[i])
                    values.append(self.temper[i] * fit + prior + math.log(2 / len(self.p.split_shares)))
        return log_sum(values) + math.log(self.p.split_push_ratio)

    def probable(self, push, fans):
        share = self.p.push_share_max
        for _ in range(40):
            odds, pushed = math.log(share / (1 - share)), {}
            for side in self.sides:
                same = [s for s in self.sides if s[0] == side[0]]
                unusual = [push[s] for s in same] + [fans[s] for s in same] + [self.splits[side[0]]]
                readings = [self.h0[side[0]], *(u + odds for u in unusual)]
                pushed[side] = math.exp(push[side] + odds - log_sum(readings))
            share = min(max(sum(pushed.values()) / len(self.judged), self.p.push_share_min), self.p.push_share_max)
        return pushed

    def known(self, flat, basic, first):
        message = [0.0] * self.n
        for side in self.sides:
            for r in self.rows[side[0]]:
                usual = sum(math.exp(v - basic[side]) * self.h[r][t] for (_, t), v in flat[side].items())
                ratio = self.p.push_alone + (1 - self.p.push_alone) * (self.code[r] == side[1]) / usual
                message[r] += math.log(1 - first[side] + first[side] * ratio)
        top = self.p.push_known_max
        return [min(max(sum(message[q] for q in self.others(r)), -top), top) for r in range(self.n)]

    def factors(self):
        flat = {side: self.joint(side, [1.0] * self.n) for side in self.sides}
        basic = {side: log_sum(list(flat[side].values())) for side in self.sides}
        self.h0 = {i: self.honest(i) for i in self.judged}
        near = {i for i, end in self.sides if basic[i, end] >= self.h0[i]}
        self.splits = {i: self.split(i) if i in near else -math.inf for i in self.judged}
        first = self.probable(basic, dict.fromkeys(self.sides, -math.inf))
        odds = [math.exp(known) for known in self.known(flat, basic, first)]
        kinds = list(zip(self.p.push_kinds, (odds, [1 / o for o in odds]), strict=True))
        joints = {s: [(w, o, self.joint(s, o)) for w, o in kinds] for s in self.sides}
        push = {s: log_sum([math.log(w) + v for w, _, j in joints[s] for v in j.values()]) for s in self.sides}
        chance = math.log(1 - sum(self.p.push_kinds))
        seen = self.probable(push, {s: basic[s] + chance for s in self.sides})
        factors = [1.0] * self.n
        for side in self.sides:
            low, high = self.p.push_probable, self.p.push_certain
            counted = seen[side] * min(max((seen[side] - low) / (high - low), 0.0), 1.0)
            for r in [r for r in self.rows[side[0]] if self.code[r] == side[1]]:
                taken = sum(w * self.responsibility(r, o[r], j, push[side]) for w, o, j in joints[side])
                factors[r] = max(1 - counted * taken, self.p.push_floor)
        return factors

    def responsibility(self, r, odds, joint, evidence):
        result = 0.0
        for (e, t), v in joint.items():
            own = shifted(e, odds)
            result += math.exp(v - evidence) * own / ((1 - own) * self.h[r][t] + own)
        return result
