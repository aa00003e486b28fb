import { type Static, Type } from 'typebox';

export const Comparison = Type.Enum(['==', '!=', '>', '>=', '<', '<=']);
export type Comparison = Static<typeof Comparison>;

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
