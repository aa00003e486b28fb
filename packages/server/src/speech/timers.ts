/** Time as a port: the voice waits for nothing but its timers, so tests run them by hand. */
export interface SpeechTimers {
  /** Calls `run` once after so many milliseconds; the function returned prevents it. */
  start(afterMs: number, run: () => void): () => void;
}

/** Real time; a timer under way does not keep the process alive. */
export const systemTimers: SpeechTimers = {
  start(afterMs, run) {
    const timer = setTimeout(run, afterMs).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
