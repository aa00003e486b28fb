import assert from 'node:assert/strict';
import { type ErrorBody, type OperationId, type OperationReply, operations } from '@parley/contract';
import type { HttpServer } from '@parley/server';
import { type Answer, createContractCheck } from './contract-check.ts';

export interface Request {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  /** undefined: none is sent. Left out: the client's own. */
  readonly key?: string | undefined;
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly text?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** The address it comes from. */
  readonly from?: string;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS' | 'HEAD';

/** Sends requests without a socket and holds every answer against the contract. */
export interface Client {
  send(method: Method, url: string, request?: Request): Promise<Answer>;
  /** The reply of an operation that has to succeed. */
  ok<K extends OperationId>(id: K, request?: Request): Promise<OperationReply<K>>;
  /** The error of an operation that has to be refused. */
  refused(id: OperationId, request?: Request): Promise<ErrorBody['error']>;
}

export function createClient(http: HttpServer, key: string): Client {
  const check = createContractCheck();
  const send: Client['send'] = async (method, url, request = {}) => {
    const answer = await exchange(http, method, url, { key, ...request });
    if (typeof answer.body === 'object') check(method, url, answer);
    return answer;
  };
  return {
    send,
    async ok<K extends OperationId>(id: K, request?: Request) {
      const answer = await send(operations[id].method, urlOf(id, request), request);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      // The check above has held it against the schema that this type is made from.
      return answer.body as OperationReply<K>;
    },
    async refused(id, request) {
      const answer = await send(operations[id].method, urlOf(id, request), request);
      assert.notEqual(answer.status, 200);
      return (answer.body as ErrorBody).error;
    },
  };
}

/** The URL of an operation with its path and query filled in. */
export function urlOf(id: OperationId, { params = {}, query = {} }: Request = {}): string {
  const path = operations[id].path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.set(name, String(value));
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

async function exchange(http: HttpServer, method: Method, url: string, request: Request): Promise<Answer> {
  const { key, body, text, headers = {}, from = '192.0.2.1' } = request;
  const payload = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const reply = await http.inject({
    method,
    url,
    remoteAddress: from,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload }),
  });
  const sent = Object.fromEntries(
    Object.entries(reply.headers).map(([name, value]) => [name, String(value)]),
  );
  const isJson = sent['content-type']?.startsWith('application/json') === true && reply.body !== '';
  const read: unknown = isJson ? JSON.parse(reply.body) : reply.body;
  return { status: reply.statusCode, headers: sent, body: read };
}
