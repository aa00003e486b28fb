import { Type, type Static } from 'typebox';
import type { SeededChance } from './seeded-chance.ts';

const seconds = (description: string) => Type.Number({ minimum: 0, maximum: 86_400, description });

/** How long something takes, in seconds, as a file says it. */
export const Distribution = Type.Object(
  {
    fixed: Type.Optional(seconds('Always the same.')),
    mean: Type.Optional(seconds('Exponential, with this mean.')),
    median: Type.Optional(seconds('Lognormal: half are shorter. Wants `p90` too.')),
    p90: Type.Optional(seconds('Lognormal: nine of ten are shorter.')),
    curve: Type.Optional(
      Type.Record(Type.String(), Type.Number({ minimum: 0, maximum: 1 }), {
        description: 'The share that is over by then, by seconds; straight lines between. The rest: never.',
      }),
    ),
  },
  { additionalProperties: false, description: 'How long something takes, in seconds: one of the forms.' },
);
export type Distribution = Static<typeof Distribution>;

/** What is wrong with it that its form alone does not tell; undefined: nothing. */
export function distributionProblem(said: Distribution): string | undefined {
  const { fixed, mean, median, p90, curve } = said;
  const forms = [fixed, mean, median ?? p90, curve].filter((form) => form !== undefined);
  if (forms.length !== 1)
    return 'needs exactly one form: {"fixed": S}, {"mean": S}, {"median": S, "p90": S} or {"curve": {"S": share}}';
  if (median !== undefined || p90 !== undefined) {
    const rising = median !== undefined && p90 !== undefined && median > 0 && p90 > median;
    return rising ? undefined : 'needs a median above 0, and a p90 above the median';
  }
  return curve === undefined ? undefined : curveProblem(curve);
}

function curveProblem(curve: Readonly<Record<string, number>>): string | undefined {
  const points = pointsOf(curve);
  if (points.length === 0) return 'has no points: {"30": 0.1, "120": 0.6} says that 60 % are over by 120 s';
  if (Object.keys(curve).some((at) => !/^\d+(\.\d+)?$/.test(at)))
    return 'needs seconds as its keys, such as "30"';
  const rises = points.every(({ share }, index) => share >= (points[index - 1]?.share ?? 0));
  return rises ? undefined : 'needs shares that grow with the seconds';
}

/** Milliseconds; infinite: never. Takes the same number of draws whatever comes of them. */
export function draw(from: Distribution, chance: SeededChance): number {
  const [one, other] = [chance.fraction(), chance.fraction()];
  const { fixed, mean, median, p90, curve } = from;
  if (fixed !== undefined) return fixed * 1000;
  if (mean !== undefined) return -Math.log(1 - one) * mean * 1000;
  if (median !== undefined && p90 !== undefined)
    return median * (p90 / median) ** (normal(one, other) / normalP90) * 1000;
  return curve === undefined ? Number.POSITIVE_INFINITY : onCurve(pointsOf(curve), one) * 1000;
}

/** Nine of ten of a standard normal distribution are below it. */
const normalP90 = 1.2815515655446004;

/** Box and Muller's way from two uniform numbers to a standard normal one. */
function normal(one: number, other: number): number {
  return Math.sqrt(-2 * Math.log(1 - one)) * Math.cos(2 * Math.PI * other);
}

interface Point {
  readonly at: number;
  readonly share: number;
}

function pointsOf(curve: Readonly<Record<string, number>>): readonly Point[] {
  return Object.entries(curve)
    .map(([at, share]) => ({ at: Number(at), share }))
    .sort((one, other) => one.at - other.at);
}

function onCurve(points: readonly Point[], share: number): number {
  let before: Point = { at: 0, share: 0 };
  for (const point of points) {
    if (share < point.share) {
      const part = (share - before.share) / (point.share - before.share);
      return before.at + part * (point.at - before.at);
    }
    before = point;
  }
  return Number.POSITIVE_INFINITY;
}
