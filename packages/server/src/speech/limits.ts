/**
 * Every bound of the speech side, each with the reason for its number. A request over a bound gets a clear error at once.
 */
export const speechLimits = {
  /**
   * UTF-16 units of text, markup included: some four and a half minutes read aloud, which no caller listens to, and
   * about a second of processor time for the offline voice.
   */
  textUnits: 5_000,
  /** Nested elements: documents people write stay below ten, and a style is kept per level. */
  elementDepth: 32,
  /** One pause. Longer than any prompt needs; several add up until `audioMs` is reached. */
  breakMs: 60_000,
  /** Audio of one request: twice what the longest text takes, room for slow speech and pauses (9.6 MB at 8,000 Hz). */
  audioMs: 600_000,
  /** Requests waiting for one voice: at 0.1 s each the last one waits six seconds, and a caller in silence hangs up. */
  queueLength: 64,
  /** From the request to its audio, waiting included: a caller hears nothing all that time. */
  timeoutMs: 30_000,
  /** A voice told to stop looks up every tenth of a second of audio, some 2 ms; after this long it hangs and is replaced. */
  hangMs: 5_000,
  /** A voice nobody has used for this long gives its memory back; loading it again takes well under a second. */
  idleMs: 300_000,
  /** After a failed load the voice is not tried again for this long, so a missing package costs one thread, not one per call. */
  retryMs: 30_000,
  /** Clips in memory: half an hour of prompts at 8,000 Hz, 16 bit. */
  cachedBytes: 32 * 1024 * 1024,
  /** Clips on disk: some nine hours of prompts. */
  storedBytes: 512 * 1024 * 1024,
} as const;
