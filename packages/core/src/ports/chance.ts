/** Where everything that must not be predictable, or must be unique, comes from. A seed replaces it in the simulator. */
export interface Chance {
  /** A fresh version 4 UUID in lower case. */
  id(): string;
  /** `bytes` of secure randomness as lower-case hex. */
  token(bytes: number): string;
  /** Uniform in [0, 1). */
  fraction(): number;
}
