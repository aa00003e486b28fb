import { createEventValidator, type EventType, type EventValidator, type Queue } from '@parley/contract';
import type { LogEntry } from '@parley/core';
import type { Violations } from './violations.ts';

interface Life {
  created: boolean;
  answered: boolean;
  over: boolean;
  /** Nothing has to end it. */
  mayLast: boolean;
}

/** Watches the event log as it grows: each event is as the contract says, and each life is lived in order, once. */
export class EventChecker {
  readonly #violations: Violations;
  readonly #validate: EventValidator;
  readonly #lives = new Map<string, Life>();
  readonly #ids = new Set<string>();
  /** All of the log so far. */
  readonly entries: LogEntry[] = [];
  #position = 0;

  /** `validate` takes time to be made: whoever runs many seeds makes one for all of them. */
  constructor(violations: Violations, validate: EventValidator = createEventValidator()) {
    this.#violations = violations;
    this.#validate = validate;
  }

  get position(): number {
    return this.#position;
  }

  add(entry: LogEntry): void {
    if (entry.position <= this.#position) this.#violations.add(`the log went back to ${entry.position}`);
    this.#position = entry.position;
    this.entries.push(entry);
    if (this.#ids.has(entry.id)) this.#violations.add(`event id ${entry.id} stands twice in the log`);
    this.#ids.add(entry.id);
    const problems = this.#validate(JSON.parse(entry.body));
    if (problems.length > 0) this.#violations.add(`${entry.type}: ${JSON.stringify(problems[0])}`);
    this.#live(entry.type, entry.resourceId, entry.body);
  }

  /** Lives that have not ended. */
  unfinished(): string[] {
    return [...this.#lives].filter(([, life]) => !life.over && !life.mayLast).map(([key]) => key);
  }

  #live(type: EventType, id: string, body: string): void {
    const [resource = '', verb = ''] = type.split('_');
    const key = `${resource} ${id}`;
    const life = this.#lives.get(key) ?? { created: false, answered: false, over: false, mayLast: false };
    this.#lives.set(key, life);
    const wrong = (why: string): void => this.#violations.add(`${type} of ${key}: ${why}`);
    // What became of others is still told of a call that is over.
    if (life.over && type !== 'call_updated') wrong('it was over');
    if (verb === 'created' && life.created) wrong('it was created already');
    // What ends before there is any sound has never started.
    if (verb !== 'created' && resource !== 'recording' && !life.created) wrong('it was not created');
    if (verb === 'answered' && life.answered) wrong('it was answered already');
    life.created = true;
    life.answered ||= verb === 'answered';
    life.over ||= lastVerbs.has(verb);
    life.mayLast = lasting.has(resource) || (resource === 'conference' && isMadeToLast(body));
    if (type === 'queue_updated' && !addsUp(body)) wrong('its figures do not add up');
  }
}

const lastVerbs: ReadonlySet<string> = new Set([
  'deleted',
  'hungup',
  'hangup',
  'done',
  'abandoned',
  'finished',
]);
/** What a client makes and nobody ends. */
const lasting: ReadonlySet<string> = new Set(['agent', 'queue']);

/** At every moment those who came wait, were served, were lost, went elsewhere or were put out. */
function addsUp(body: string): boolean {
  const { data } = JSON.parse(body) as { data: Queue };
  const { total_serviced_count: served, total_abandoned_count: lost } = data;
  const { total_overflowed_count: elsewhere, total_kicked_count: out } = data;
  return data.total_incoming_count === data.wait_queue_call_ids.length + served + lost + elsewhere + out;
}

/** A conference that a client made stays; one that joins two calls ends with them. */
function isMadeToLast(body: string): boolean {
  const { data } = JSON.parse(body) as { data: { type: string } };
  return data.type !== 'connect';
}
