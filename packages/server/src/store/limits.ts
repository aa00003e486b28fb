/** How much one read of a store gives at most. One place for each number, with its reason. */
export const storeLimits = {
  /** Rows of a page; what the API gives at once. */
  page: 100,
  /** Events and deliveries: at a few kilobytes each some milliseconds of work, so that no commit waits long behind it. */
  read: 1_000,
} as const;

/** Throws a RangeError when a caller asks for nothing, or for more than is given at once. */
export function assertLimit(limit: number, most: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    throw new RangeError(`a limit is a whole number from 1 to ${most}, not ${limit}`);
}
