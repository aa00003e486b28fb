import type { Call, EventEnvelope, EventType } from '@parley/contract';
import { createEventValidator, eventTypes } from '@parley/contract';
import { Webhook } from 'standardwebhooks';
import { HttpPeer, type HttpAnswer, type HttpRequest } from './http-peer.ts';
import { Journal, soonMs } from './journal.ts';

/** One attempt to tell an event. */
export interface Delivery extends HttpRequest {
  readonly webhookId: string;
  readonly event: EventEnvelope;
  /** How it was answered: the status, or `close`. */
  answered: number | 'close' | 'later';
}

export type Behaviour = (delivery: Delivery) => HttpAnswer | 'close' | Promise<HttpAnswer>;

const accepting: Behaviour = () => ({ status: 200 });

/**
 * The user's end of the webhooks. Every request is checked as it comes: its form against the contract to the letter,
 * its signature with the library that users have. What is wrong is kept, and fails the test at its end.
 */
export class WebhookReceiver {
  /** Every attempt, in order of arrival. */
  readonly deliveries = new Journal<Delivery>('webhook receiver');
  readonly problems: string[] = [];
  /** How it answers; may be changed at any time. */
  behaviour: Behaviour = accepting;
  readonly #peer: HttpPeer;
  readonly #validate = createEventValidator();
  #secrets: Webhook[] = [];

  constructor() {
    this.#peer = new HttpPeer('webhook requests', (request) => this.#take(request));
  }

  get url(): string {
    return `${this.#peer.url}/events`;
  }

  /** Signatures made with this secret are good. */
  trust(secret: string): void {
    this.#secrets.push(new Webhook(secret));
  }

  async start(): Promise<void> {
    await this.#peer.start();
  }

  async stop(): Promise<void> {
    await this.#peer.stop();
  }

  /** Deliveries that were taken, each event once, in the order of its first arrival. */
  taken(): Delivery[] {
    const seen = new Set<string>();
    return this.deliveries.entries.filter(({ webhookId, answered }) => {
      if (answered !== 200 || seen.has(webhookId)) return false;
      seen.add(webhookId);
      return true;
    });
  }

  /** Events taken about one call and its activeflow. */
  story(callId: string): EventEnvelope[] {
    return this.taken()
      .map(({ event }) => event)
      .filter((event) => callOf(event) === callId);
  }

  /** The call that `user` made: its first event. */
  async callFrom(user: string): Promise<Call> {
    const event = await this.event('call_created', (data) => data.source.target === user);
    return event.data;
  }

  /** The first event of a type that matches. */
  async event<T extends EventType>(
    type: T,
    matches: (data: EventEnvelope<T>['data']) => boolean = () => true,
    withinMs = soonMs,
  ): Promise<EventEnvelope<T>> {
    return await this.deliveries.when(
      type,
      (deliveries) => {
        const found = deliveries.find(
          ({ event, answered }) =>
            answered === 200 && event.type === type && matches(event.data as EventEnvelope<T>['data']),
        );
        return found?.event as unknown as EventEnvelope<T> | undefined;
      },
      withinMs,
    );
  }

  /** The story of a call, once it is over. */
  async wholeStory(callId: string, withinMs = soonMs): Promise<EventEnvelope[]> {
    await this.deliveries.when(
      `end of call ${callId}`,
      () => {
        const types = new Set(this.story(callId).map(({ type }) => type));
        const ended = types.has('call_hungup');
        const flowEnded = !types.has('activeflow_created') || types.has('activeflow_deleted');
        return ended && flowEnded ? true : undefined;
      },
      withinMs,
    );
    return this.story(callId);
  }

  #take(request: HttpRequest): HttpAnswer | 'close' | Promise<HttpAnswer> {
    const text = request.body.toString('utf8');
    const event = this.#parse(text, request);
    const delivery: Delivery = {
      ...request,
      webhookId: String(request.headers['webhook-id']),
      event,
      answered: 'later',
    };
    const answer = this.behaviour(delivery);
    if (answer instanceof Promise) {
      void answer.then(({ status }) => {
        delivery.answered = status;
        this.deliveries.changed();
      });
    } else {
      delivery.answered = answer === 'close' ? 'close' : answer.status;
    }
    this.deliveries.add(delivery);
    return answer;
  }

  #parse(text: string, { headers, method }: HttpRequest): EventEnvelope {
    const problem = (what: string): void => void this.problems.push(`${what}: ${text.slice(0, 2000)}`);
    if (method !== 'POST') problem(`method ${method}`);
    if (headers['content-type'] !== 'application/json') problem(`content type ${headers['content-type']}`);
    if (!this.#isSigned(text, headers)) problem('the signature does not fit');
    try {
      const event = JSON.parse(text) as EventEnvelope;
      for (const each of this.#validate(event)) problem(each);
      return event;
    } catch (error) {
      problem(String(error));
      return { type: eventTypes[0] ?? 'call_created', data: {} } as unknown as EventEnvelope;
    }
  }

  #isSigned(text: string, headers: HttpRequest['headers']): boolean {
    const given = Object.fromEntries(
      ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, String(headers[name])]),
    );
    return this.#secrets.some((secret) => {
      try {
        secret.verify(text, given);
        return true;
      } catch {
        return false;
      }
    });
  }
}

/** An event, from the log or from a delivery. */
export interface Told {
  readonly type: string;
  readonly data: unknown;
}

/** The call an event belongs to: its lane. */
export function callOf({ type, data }: Told): string | undefined {
  if (type.startsWith('call_')) return (data as { id: string }).id;
  if (type.startsWith('activeflow_')) return (data as { reference_id: string }).reference_id;
  return undefined;
}
