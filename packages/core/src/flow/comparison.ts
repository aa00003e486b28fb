import { Type } from 'typebox';

const comparisons = ['==', '!=', '>', '>=', '<', '<='] as const;
export type Comparison = (typeof comparisons)[number];

export function comparisonOf(description: string) {
  return Type.Enum([...comparisons], { description });
}

/** Numbers by size (NaN equals nothing), texts by code unit. */
export function compare<T extends number | string>(left: T, comparison: Comparison, right: T): boolean {
  switch (comparison) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
  }
}
