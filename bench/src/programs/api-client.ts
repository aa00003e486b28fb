import type { ActionInput, Agent, Conference, Flow, Queue } from '@parley/contract';

/** Longer than any answer takes that is not lost. */
const answerMs = 30_000;

/** As much of the API as measurements need. */
export class ApiClient {
  readonly #base: string;
  readonly #key: string;

  constructor(base: string, key: string) {
    this.#base = base;
    this.#key = key;
  }

  /** A number that runs these actions. */
  async number(number: string, actions: readonly ActionInput[]): Promise<void> {
    const flow = (await this.#ask('POST', '/v1.0/flows', { name: number, actions })) as Flow;
    await this.#ask('POST', '/v1.0/numbers', { number, call_flow_id: flow.id });
  }

  /** A room that stays when it is empty; resolves with its id. */
  async conference(name: string): Promise<string> {
    const { id } = (await this.#ask('POST', '/v1.0/conferences', { type: 'conference', name })) as Conference;
    return id;
  }

  /** A queue that agents serve without tags; resolves with its id. */
  async queue(settings: object): Promise<string> {
    return ((await this.#ask('POST', '/v1.0/queues', { name: 'benchmark', ...settings })) as Queue).id;
  }

  /** An agent with one phone; resolves with its id. */
  async agent(username: string, uri: string): Promise<string> {
    const agent = { username, password: 'correct horse battery', addresses: [{ type: 'sip', target: uri }] };
    return ((await this.#ask('POST', '/v1.0/agents', agent)) as Agent).id;
  }

  async available(agentId: string): Promise<void> {
    await this.#ask('PUT', `/v1.0/agents/${agentId}/status`, { status: 'available' });
  }

  /** The empty text: nowhere. Saving the same again has a failing receiver tried at once. */
  async sendEventsTo(uri: string): Promise<void> {
    await this.#ask('PUT', '/v1.0/customer', { webhook_uri: uri });
  }

  /** All metrics without labels, and those with labels under `name{labels}`. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const text = (await this.#ask('GET', '/metrics')) as string;
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => {
        const space = line.lastIndexOf(' ');
        return [line.slice(0, space), Number(line.slice(space + 1))];
      }),
    );
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(answerMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return response.headers.get('content-type')?.startsWith('application/json') === true
      ? JSON.parse(text)
      : text;
  }
}
