export type StoreErrorCode =
  /** No room: nothing was stored, and the store works again once there is. */
  | 'full'
  /** The disk answered with an error: nothing was stored. */
  | 'io'
  /** Another process, or another store of this process, has the data directory. */
  | 'inUse'
  /** The directory or a file in it may not be written. */
  | 'notWritable'
  /** The file is no database, or is damaged. */
  | 'damaged'
  /** Made by a newer version of the program. */
  | 'newer'
  /** `close` was called. */
  | 'closed'
  /** The store broke and answers nothing any more; the process should end and start anew. */
  | 'broken'
  /** The database does not take what it was given, ever: a bug in the commit. */
  | 'refused'
  /** Anything else: a bug. */
  | 'internal';

/** `message` is for the operator: what is wrong, where, and what to do. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreError';
    this.code = code;
  }
}

/** Whether `commit` rejected because of what it was given: trying again is no use. */
export function isBrokenCommit(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof StoreError && error.code === 'refused');
}
