"""The three readings of `scoring.shard`, compiled: each takes the items first..last-1, to the bits that NumPy gives.

Rows are sorted by item; `start` says where each item's begin. Columns of reviewers come as rows of a table, a cache
line for each. Sums are of whole steps (`scoring.sums`), so that threads may share the items out as they like.

A column is written where one was read that is not needed any more: `read` leaves the cavity's mean and variance and
the weight of a review where its bias, slope and variance were, `square` its w E[e²] where the cavity's variance was,
and `listen` puts bias, slope and variance back. So ten million reviews take a quarter of a gigabyte less.
"""

import numpy as np

from scoring.compiled.jit import jit

STEPS = 2.0**36  # as `scoring.budgets` has it


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
    most = 0
    for p in range(first, last):
        most = max(most, start[p + 1] - start[p])
    mass, pull = np.empty(most), np.empty(most)  # of one item's reviews: P and φ at first
    second_sum = m_sum = change_sum = 0.0
    at = np.searchsorted(clustered, start[first])
    for p in range(first, last):
        a, b = start[p], start[p + 1]
        if a == b:
            continue
        for i in range(a, b):
            s = slope[i]
            natural = kappa[confidence[i]] * (0.0 if s < slope_min else s * s / variance[i])
            cap = k_min + (full[p] - k_min) * people[who[i], 2]
            precision = natural if natural < cap else cap
            if not signed[i]:
                band = -1
                while band + 1 < len(bands) and bands[band + 1] <= precision:
                    band += 1
                precision = bands[band] if band >= 0 else 0.0
            mass[i - a] = eligibility[i] * precision
            pull[i - a] = push[i]
        before = at
        while at < len(clustered) and clustered[at] < b:
            j = clustered[at] - a
            crowd_mass[group[at]] += np.int64(np.rint(pull[j] * np.sqrt(mass[j]) * STEPS))
            at += 1
        for k in range(before, at):
            least = budget[k] if budget[k] > 1.0 / STEPS else 1.0 / STEPS
            all_crowd = crowd_mass[group[k]] / STEPS
            part = budget[k] / (all_crowd if all_crowd > least else least)
            pull[clustered[k] - a] *= part if part < 1.0 else 1.0
        pool_k = trusted_k = np.int64(0)
        is_any = False
        for i in range(a, b):
            is_any |= pooled[i]
        if is_any:
            for i in range(a, b):
                mass_k = np.int64(np.rint(pull[i - a] * np.sqrt(mass[i - a]) * STEPS))
                if pooled[i]:
                    pool_k += mass_k
                else:
                    trusted_k += mass_k
            pool = pool_k / STEPS
            allowed = pool_base + pool_share * (trusted_k / STEPS)
            left = (pool if pool < allowed else allowed) / (pool if pool > 0.0 else 1.0)
            for i in range(a, b):
                if pooled[i]:
                    pull[i - a] *= left
        weights = pulls = 0.0
        for i in range(a, b):
            w = huber[i] * pull[i - a] * mass[i - a]
            s = slope[i]
            x = 0.0
            if not s < slope_min:
                x = (z[i] - bias[i]) / s
                x = -reading_max if x < -reading_max else x
                x = reading_max if x > reading_max else x
            mass[i - a], pull[i - a] = w, w * x
            weights += np.rint(w * by_weight)
            pulls += np.rint(w * x * by_pull)
        for k in range(before, at):
            crowd_weight[group[k]] += np.rint(mass[clustered[k] - a] * by_weight)
            crowd_pull[group[k]] += np.rint(pull[clustered[k] - a] * by_pull)
        for k in range(before, at):
            mass[clustered[k] - a] = crowd_weight[group[k]] / by_weight
            pull[clustered[k] - a] = crowd_pull[group[k]] / by_pull
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
        for i in range(a, b):
            rest = information - mass[i - a]
            v = 1.0 / (rest if rest > 1.0 else 1.0)
            own = (pulled - pull[i - a]) * v
            own = -theta_max if own < -theta_max else own
            own = theta_max if own > theta_max else own
            r = who[i]
            w = push[i] * huber[i] / (people[r, 1] + people[r, 0] * people[r, 0] * v)
            bias[i], slope[i], variance[i] = own, v, w
            if not signed[i]:
                variance[i] = 0.0
                continue
            wm = w * own
            d = z[i] - abar * own
            moments[r, 0] += np.rint(w * by_one)
            moments[r, 1] += np.rint(wm * by_wm)
            moments[r, 2] += np.rint(wm * own * by_wmm)
            moments[r, 3] += np.rint(w * d * by_d)
            moments[r, 4] += np.rint(wm * d * by_md)
    return second_sum, m_sum, change_sum


@jit
def square(first, last, rows, voices, push, people, constants, summed):
    """Huber weights and w E[e²] of the rows first..last-1; adds to `summed`; people [reviewers, 3]: b, a, noise."""
    who, z, _, _, signed = rows
    mean, spread, _, huber = voices
    huber_c, moment_max, by_square = constants
    for i in range(first, last):
        r = who[i]
        noise = people[r, 2]
        residual = z[i] - people[r, 0] - people[r, 1] * mean[i]
        total = noise + people[r, 1] * people[r, 1] * spread[i]
        size = np.abs(residual) / np.sqrt(total)
        h = huber_c / (size if size > huber_c else huber_c)
        share = noise / total
        part = residual * share
        value = push[i] * (h * part * part + noise * (1.0 - share))
        value = value if value < moment_max else moment_max
        huber[i], spread[i] = h, value
        if signed[i]:
            summed[r] += np.rint(value * by_square)


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
    for i in range(first, last):
        if not signed[i]:
            bias[i], slope[i], variance[i] = 0.0, new_abar, newcomer_variance
            continue
        r, m, w = who[i], bias[i], variance[i]
        wm = w * m
        d = z[i] - abar * m
        one = people[r, 0] - w
        one = one if one > 0.0 else 0.0
        first_m = people[r, 1] - wm
        mm = people[r, 2] - wm * m
        mm = mm if mm > 0.0 else 0.0
        first_d = people[r, 3] - w * d
        md = people[r, 4] - wm * d
        away = one * mm - first_m * first_m
        away = away if away > 0.0 else 0.0
        determinant = 1.0 + b2 * one + a2 * mm + both * away
        with_slope, with_bias = 1.0 + a2 * mm, 1.0 + b2 * one
        b = (b2 * with_slope * first_d - both * first_m * md) / determinant
        s = (abar + (a2 * with_bias * md - both * first_m * first_d) / determinant) * scale
        s = 0.0 if s < 0.0 else s
        s = slope_cap if s > slope_cap else s
        rest, n = people[r, 5] - slope[i], people[r, 6] - 1.0
        rate = noise_rate + 0.5 * (rest if rest > 0.0 else 0.0)
        noise = rate / (noise_shape + 0.5 * (n if n > 0.0 else 0.0))
        noise = noise if noise > noise_min else noise_min
        bias[i] = b + s * shift
        slope[i] = s
        variance[i] = noise + b2 * with_slope / determinant + a2 * with_bias / determinant
