import type {
  ActionInput,
  Activeflow,
  Call,
  Customer,
  EventFeed,
  Flow,
  LoggedEvent,
  PhoneNumber,
  Recording,
} from '@parley/contract';

export interface ApiReply {
  readonly status: number;
  readonly body: unknown;
}

export interface ApiFile {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/** The REST API as a user's program would call it. */
export class ApiClient {
  readonly #base: string;
  readonly #key: string;

  constructor(base: string, key: string) {
    this.#base = base;
    this.#key = key;
  }

  /** Whatever the answer is. */
  async ask(method: string, path: string, body?: object): Promise<ApiReply> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, body: json ? (JSON.parse(text) as unknown) : text };
  }

  /** A file, or the part of it that a `Range` header names. */
  async file(path: string, range?: string): Promise<ApiFile> {
    const response = await fetch(`${this.#base}${path}`, {
      headers: { authorization: `Bearer ${this.#key}`, ...(range === undefined ? {} : { range }) },
    });
    const { status, headers } = response;
    return { status, headers, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  /** The body of an answer that has to be 200. */
  async get<T>(path: string): Promise<T> {
    return await this.#wanted<T>('GET', path);
  }

  async post<T>(path: string, body?: object): Promise<T> {
    return await this.#wanted<T>('POST', path, body);
  }

  async put<T>(path: string, body: object): Promise<T> {
    return await this.#wanted<T>('PUT', path, body);
  }

  /** A new flow, and a number that runs it. */
  async number(number: string, actions: readonly ActionInput[]): Promise<Flow> {
    const flow = await this.post<Flow>('/v1.0/flows', { name: number, actions });
    await this.post<PhoneNumber>('/v1.0/numbers', { number, call_flow_id: flow.id });
    return flow;
  }

  async sendEventsTo(uri: string): Promise<Customer> {
    return await this.put<Customer>('/v1.0/customer', { webhook_uri: uri });
  }

  async call(id: string): Promise<Call> {
    return await this.get<Call>(`/v1.0/calls/${id}`);
  }

  async calls(): Promise<Call[]> {
    return await this.pages<Call>('/v1.0/calls');
  }

  async recordings(): Promise<Recording[]> {
    return await this.pages<Recording>('/v1.0/recordings');
  }

  async activeflows(): Promise<Activeflow[]> {
    return await this.pages<Activeflow>('/v1.0/activeflows');
  }

  /** The whole log, oldest first. */
  async events(): Promise<LoggedEvent[]> {
    const events: LoggedEvent[] = [];
    for (let after = ''; ; ) {
      const feed = await this.get<EventFeed>(`/v1.0/events?limit=1000&after=${after}`);
      events.push(...feed.result);
      if (feed.result.length === 0) return events;
      after = feed.next_cursor;
    }
  }

  /** The value of a metric without labels, or the sum over all its labels. */
  async metric(name: string): Promise<number> {
    const text = await this.get<string>('/metrics');
    const values = text
      .split('\n')
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
    return values.reduce((sum, value) => sum + value, 0);
  }

  /** All rows of a list. */
  async pages<T>(path: string): Promise<T[]> {
    const rows: T[] = [];
    for (let token = ''; ; ) {
      const page = await this.get<{ result: T[]; next_page_token: string }>(
        `${path}?page_size=100&page_token=${encodeURIComponent(token)}`,
      );
      rows.push(...page.result);
      if (page.next_page_token === '') return rows;
      token = page.next_page_token;
    }
  }

  async #wanted<T>(method: string, path: string, body?: object): Promise<T> {
    const { status, body: answer } = await this.ask(method, path, body);
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
    return answer as T;
  }
}
