"""The three readings of `scoring.shard`, compiled: each takes the items first..last-1, to the bits that NumPy gives.

Rows are sorted by item; `start` says where each item's begin. Columns of reviewers come as rows of a table, a cache
line for each. Sums are of whole steps (`scoring.sums`), so that threads may share the items out as they like.

A column is written where one was read that is not needed any more: `read` leaves the cavity's mean and variance and
the weight of a review where its bias, slope and variance were, `square` its w E[e²] where the cavity's variance was,
and `listen` puts bias, slope and variance back. So ten million reviews take a quarter of a gigabyte less.

Some hundred rows are taken together, in loops that each do one thing: what is gathered from the tables of reviewers,
waits of which overlap; arithmetic, which the compiler does for several rows at once; sums by item; sums by reviewer.
"""

import numpy as np

from scoring.compiled.jit import jit

STEPS = 2.0**36  # as `scoring.budgets` has it
TOGETHER = 512  # rows, and columns of them, stay in the cache


@jit
def read(first, last, start, rows, crowds, voices, people, item, constants, bands, kappa, scales, moments):
    """Items and cavities; adds to `moments`, [reviewers, 5]; returns the items' Σ second, Σ m, Σ change², in steps.

    people [reviewers, 3]: slope, noise, share of the cap.
    """
    who, z, confidence, eligibility, signed = rows
    push, pooled, clustered, group, budget, crowd_mass, crowd_weight, crowd_pull = crowds
    bias, slope, variance, huber = voices
    full, item_m = item
    slope_min, reading_max, theta_max, k_min, pool_base, pool_share, abar = constants
    by_weight, by_pull, by_second, by_m, by_change, by_one, by_wm, by_wmm, by_d, by_md = scales
    most = TOGETHER
    for p in range(first, last):
        most = max(most, start[p + 1] - start[p])
    of_item, other, mass, pull, reading = np.empty(most), np.empty(most), np.empty(most), np.empty(most), np.empty(most)
    stretch, noise, share = np.empty(most), np.empty(most), np.empty(most)
    one, two = np.empty(most), np.empty(most)
    second_sum = m_sum = change_sum = 0.0
    at = np.searchsorted(clustered, start[first])
    begin = first
    while begin < last:
        a, end = start[begin], begin + 1
        while end < last and start[end + 1] - a <= TOGETHER:
            end += 1
        n = start[end] - a
        b = a + n
        whose, rated, signs, pools, pushes = who[a:b], z[a:b], signed[a:b], pooled[a:b], push[a:b]
        lean, steep, vague, trims = bias[a:b], slope[a:b], variance[a:b], huber[a:b]
        sure, counts = confidence[a:b], eligibility[a:b]
        is_pooled = is_unsigned = False
        for p in range(begin, end):
            for j in range(start[p] - a, start[p + 1] - a):
                of_item[j] = full[p]
        for j in range(n):
            r = whose[j]
            stretch[j], noise[j], share[j] = people[r, 0], people[r, 1], people[r, 2]
            other[j] = kappa[sure[j]]
            is_pooled |= pools[j]
            is_unsigned |= not signs[j]
        for j in range(n):
            s = steep[j]
            is_blind = s < slope_min
            natural = other[j] * (0.0 if is_blind else s * s / vague[j])
            cap = k_min + (of_item[j] - k_min) * share[j]
            mass[j] = natural if natural < cap else cap
            x = (rated[j] - lean[j]) / (1.0 if is_blind else s)
            x = -reading_max if x < -reading_max else x
            x = reading_max if x > reading_max else x
            reading[j] = 0.0 if is_blind else x
        if is_unsigned:
            for j in range(n):
                if not signs[j]:
                    band = np.searchsorted(bands, mass[j], side="right") - 1
                    mass[j] = bands[band] if band >= 0 else 0.0
        for j in range(n):
            mass[j] *= counts[j]
            pull[j] = pushes[j]
        before = at
        while at < len(clustered) and clustered[at] < b:
            j = clustered[at] - a
            crowd_mass[group[at]] += np.int64(np.rint(pull[j] * np.sqrt(mass[j]) * STEPS))
            at += 1
        for k in range(before, at):
            least = budget[k] if budget[k] > 1.0 / STEPS else 1.0 / STEPS
            of_crowd = crowd_mass[group[k]] / STEPS
            part = budget[k] / (of_crowd if of_crowd > least else least)
            pull[clustered[k] - a] *= part if part < 1.0 else 1.0
        if is_pooled:
            for p in range(begin, end):
                pool_k = trusted_k = np.int64(0)
                for j in range(start[p] - a, start[p + 1] - a):
                    mass_k = np.int64(np.rint(pull[j] * np.sqrt(mass[j]) * STEPS))
                    if pools[j]:
                        pool_k += mass_k
                    else:
                        trusted_k += mass_k
                pool = pool_k / STEPS
                allowed = pool_base + pool_share * (trusted_k / STEPS)
                left = (pool if pool < allowed else allowed) / (pool if pool > 0.0 else 1.0)
                for j in range(start[p] - a, start[p + 1] - a):
                    if pools[j]:
                        pull[j] *= left
        for j in range(n):
            w = trims[j] * pull[j] * mass[j]
            wx = w * reading[j]
            mass[j], pull[j] = w, wx
            one[j] = np.rint(w * by_weight)
            two[j] = np.rint(wx * by_pull)
        for k in range(before, at):
            crowd_weight[group[k]] += one[clustered[k] - a]
            crowd_pull[group[k]] += two[clustered[k] - a]
        for k in range(before, at):
            mass[clustered[k] - a] = crowd_weight[group[k]] / by_weight
            pull[clustered[k] - a] = crowd_pull[group[k]] / by_pull
        for p in range(begin, end):
            if start[p] == start[p + 1]:
                continue
            weights = pulls = 0.0
            for j in range(start[p] - a, start[p + 1] - a):
                weights += one[j]
                pulls += two[j]
            information = 1.0 + weights / by_weight
            pulled = pulls / by_pull
            m = pulled / information
            m = -theta_max if m < -theta_max else m
            m = theta_max if m > theta_max else m
            second_sum += np.rint((m * m + 1.0 / information) * by_second)
            m_sum += np.rint(m * by_m)
            change = m - item_m[p]
            change_sum += np.rint(change * change * by_change)
            item_m[p] = m
            for j in range(start[p] - a, start[p + 1] - a):
                of_item[j], other[j] = information, pulled
        for j in range(n):
            rest = of_item[j] - mass[j]
            v = 1.0 / (rest if rest > 1.0 else 1.0)
            own = (other[j] - pull[j]) * v
            own = -theta_max if own < -theta_max else own
            own = theta_max if own > theta_max else own
            w = pushes[j] * trims[j] / (noise[j] + stretch[j] * stretch[j] * v)
            w = w if signs[j] else 0.0
            lean[j], steep[j], vague[j] = own, v, w
            wm = w * own
            d = rated[j] - abar * own
            one[j] = np.rint(w * by_one)
            two[j] = np.rint(wm * by_wm)
            reading[j] = np.rint(wm * own * by_wmm)
            share[j] = np.rint(w * d * by_d)
            noise[j] = np.rint(wm * d * by_md)
        for j in range(n):
            r = whose[j]
            moments[r, 0] += one[j]
            moments[r, 1] += two[j]
            moments[r, 2] += reading[j]
            moments[r, 3] += share[j]
            moments[r, 4] += noise[j]
        begin = end
    return second_sum, m_sum, change_sum


@jit
def square(first, last, rows, voices, push, people, constants, summed):
    """Huber weights and w E[e²] of the rows first..last-1; adds to `summed`; people [reviewers, 3]: b, a, noise."""
    who, z, _, _, signed = rows
    mean, spread, _, huber = voices
    huber_c, moment_max, by_square = constants
    lean, stretch, noise = np.empty(TOGETHER), np.empty(TOGETHER), np.empty(TOGETHER)
    for a in range(first, last, TOGETHER):
        b = min(a + TOGETHER, last)
        whose, rated, signs, pushes = who[a:b], z[a:b], signed[a:b], push[a:b]
        means, spreads, trims = mean[a:b], spread[a:b], huber[a:b]
        n = b - a
        for j in range(n):
            r = whose[j]
            lean[j], stretch[j], noise[j] = people[r, 0], people[r, 1], people[r, 2]
        for j in range(n):
            residual = rated[j] - lean[j] - stretch[j] * means[j]
            total = noise[j] + stretch[j] * stretch[j] * spreads[j]
            size = np.abs(residual) / np.sqrt(total)
            h = huber_c / (size if size > huber_c else huber_c)
            share = noise[j] / total
            part = residual * share
            value = pushes[j] * (h * part * part + noise[j] * (1.0 - share))
            value = value if value < moment_max else moment_max
            value = value if signs[j] else 0.0
            trims[j], spreads[j] = h, value
            lean[j] = np.rint(value * by_square)
        for j in range(n):
            summed[whose[j]] += lean[j]


@jit
def listen(first, last, rows, voices, people, old, new):
    """How the rows first..last-1 are read next: by their authors as they are without them (`moments.posterior`).

    people [reviewers, 7]: the moments, Σ w E[e²], and how many reviews are signed.
    """
    who, z, _, _, signed = rows
    bias, slope, variance, _ = voices
    abar, b2, a2, noise_rate, noise_shape, noise_min, slope_cap = old
    scale, shift, new_abar, newcomer_variance = new
    both = b2 * a2
    all_one, all_m, all_mm = np.empty(TOGETHER), np.empty(TOGETHER), np.empty(TOGETHER)
    all_d, all_md = np.empty(TOGETHER), np.empty(TOGETHER)
    squares, number = np.empty(TOGETHER), np.empty(TOGETHER)
    for a in range(first, last, TOGETHER):
        to = min(a + TOGETHER, last)
        whose, rated, signs = who[a:to], z[a:to], signed[a:to]
        leans, steeps, vagues = bias[a:to], slope[a:to], variance[a:to]
        length = to - a
        for j in range(length):
            r = whose[j]
            all_one[j], all_m[j], all_mm[j] = people[r, 0], people[r, 1], people[r, 2]
            all_d[j], all_md[j], squares[j], number[j] = people[r, 3], people[r, 4], people[r, 5], people[r, 6]
        for j in range(length):
            m, w = leans[j], vagues[j]
            wm = w * m
            to_d = rated[j] - abar * m
            one = all_one[j] - w
            one = one if one > 0.0 else 0.0
            one_m = all_m[j] - wm
            mm = all_mm[j] - wm * m
            mm = mm if mm > 0.0 else 0.0
            d = all_d[j] - w * to_d
            md = all_md[j] - wm * to_d
            away = one * mm - one_m * one_m
            away = away if away > 0.0 else 0.0
            determinant = 1.0 + b2 * one + a2 * mm + both * away
            with_slope, with_bias = 1.0 + a2 * mm, 1.0 + b2 * one
            b = (b2 * with_slope * d - both * one_m * md) / determinant
            s = (abar + (a2 * with_bias * md - both * one_m * d) / determinant) * scale
            s = 0.0 if s < 0.0 else s
            s = slope_cap if s > slope_cap else s
            rest, n = squares[j] - steeps[j], number[j] - 1.0
            rate = noise_rate + 0.5 * (rest if rest > 0.0 else 0.0)
            noise = rate / (noise_shape + 0.5 * (n if n > 0.0 else 0.0))
            noise = noise if noise > noise_min else noise_min
            v = noise + b2 * with_slope / determinant + a2 * with_bias / determinant
            leans[j] = b + s * shift if signs[j] else 0.0
            steeps[j] = s if signs[j] else new_abar
            vagues[j] = v if signs[j] else newcomer_variance
