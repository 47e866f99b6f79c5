/**
 * Search for the largest number of Consumers whose media arrives in time and without loss, in few
 * measurements. The benchmarks of scaling and media call `highest()` with a function that measures one
 * number; it resolves with the highest good measurement.
 */

/** Limits of acceptable media. */
export const LIMITS = {
  /** Per cent of all packets. */
  loss: 0.1,
  /** Per cent of one Consumer's packets: a share of all hides one that gets nothing. */
  worstLoss: 2,
  delayMs: 50,
};

/**
 * Load to which one at few Consumers is scaled. More than 100: a busy worker finds several packets waiting and takes them
 * at once, which costs less for each.
 */
const FULL_LOAD = 110;

/** By how much a guess that was right is exceeded, and one that was wrong undercut. */
const STEP = 1.1;

/** A failure that may have been the machine's is measured again: one of little loss, ... */
const DOUBTFUL_LOSS = 3;
/** ... or one in which the sender itself was late. */
const DOUBTFUL_LATE_MS = 20;

/** Per cent of packets that didn't arrive. */
export function lossOf({ expected, received }) {
  return 100 * (1 - received / expected);
}

export function isGood(measured) {
  return (
    lossOf(measured) < LIMITS.loss &&
    measured.worstLoss < LIMITS.worstLoss &&
    measured.delay.p99 < LIMITS.delayMs
  );
}

/** True if something else than workers may be why it isn't good. */
function isDoubtful(measured) {
  return (
    lossOf(measured) < DOUBTFUL_LOSS ||
    measured.lateMs > DOUBTFUL_LATE_MS ||
    measured.receiverDrops > 0
  );
}

/**
 * Goes from what the first measurement's load foretells, up or down until one more is too many, then
 * halves what is between.
 *
 * @param {object} options
 * @param {number} options.first - Consumers of the first measurement: few enough to be carried.
 * @param {number} options.unit - Consumers come and go by so many.
 * @param {number} options.precision - How much the answer may be too low, as a share of it.
 * @param {number} options.attempts - How often a failure that is doubtful is measured at most.
 * @param {number} options.share - Per cent of a CPU that a core is.
 * @param {(consumers: number) => Promise<object>} options.measure
 * @returns {Promise<{ highest: number, best?: object, points: object[] }>} `best` is the measurement of
 *   `highest`; 0 and none if not even the first one was carried.
 */
export async function highest({
  first,
  unit,
  precision,
  attempts,
  share,
  measure,
}) {
  const points = [];
  const whole = (consumers) => Math.max(1, Math.round(consumers / unit)) * unit;
  const attempt = async (consumers) => {
    for (let number = 1; ; ++number) {
      const point = { ...(await measure(consumers)), consumers };

      points.push(point);

      if (number === attempts || isGood(point) || !isDoubtful(point)) {
        return point;
      }
    }
  };
  let low = await attempt(whole(first));

  if (!isGood(low)) {
    return { highest: 0, points };
  }

  let high = Infinity;
  let next = whole(foretold(low, share));

  while (high - low.consumers > Math.max(unit, precision * low.consumers)) {
    // Rounding must not keep it on the spot.
    next = Math.min(Math.max(next, low.consumers + unit), high - unit);

    const point = await attempt(next);

    if (isGood(point)) {
      low = point;
    } else {
      high = point.consumers;
    }

    next = whole(following(low, high));
  }

  return { highest: low.consumers, best: low, points };
}

/** Number of Consumers that would take all of the busiest worker's core. */
export function foretold({ consumers, load }, share) {
  return (consumers * share * FULL_LOAD) / 100 / Math.max(...load);
}

function following(low, high) {
  if (high === Infinity) {
    return low.consumers * STEP;
  }

  // Near the lower end of a wide gap, because a guess is rarely far off.
  return Math.max((low.consumers + high) / 2, high / STEP);
}
