import type { MediaEvent } from '../protocol.ts';

/** Events in the order they came, and a way to wait for one without asking again and again. */
export interface EventLog {
  readonly events: MediaEvent[];
  readonly note: (event: MediaEvent) => void;
  /** Resolves as soon as the condition holds, looked at now and after each event. */
  until(condition: () => boolean): Promise<void>;
}

export function createEventLog(): EventLog {
  const events: MediaEvent[] = [];
  const waiting = new Set<() => void>();
  return {
    events,
    note: (event) => {
      events.push(event);
      for (const look of waiting) look();
    },
    until: (condition) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!condition()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
