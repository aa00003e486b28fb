import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findForbidden, parseJson } from './json-body.ts';
import { answer, type Outcome, refuse } from './outcome.ts';

/** What a route finds as the body: what was sent, or why that cannot be read. undefined: nothing was sent. */
export type ParsedBody = Outcome<unknown> | undefined;

type Done = (error: Error | null, body?: ParsedBody) => void;

/** Characters of a client's own text that an error repeats. */
const echoed = 64;

/** Reads bodies as JSON; those that name no content type too, and no others. */
export function addBodyParser(app: FastifyInstance, bodyLimit: number): void {
  app.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit } as const;
  app.addContentTypeParser('application/json', options, (_request, bytes: Buffer, done: Done) => {
    done(null, bytes.length === 0 ? undefined : readBody(bytes));
  });
  app.addContentTypeParser('*', options, (request: FastifyRequest, bytes: Buffer, done: Done) => {
    if (bytes.length === 0) return done(null, undefined);
    const type = request.headers['content-type'];
    done(null, type === undefined ? readBody(bytes) : unsupported(type));
  });
}

export function unsupported(type: string): Outcome<never> {
  return refuse('UNSUPPORTED_MEDIA_TYPE', { type: JSON.stringify(type.slice(0, echoed)) });
}

function readBody(bytes: Buffer): Outcome<unknown> {
  const parsed = parseJson(bytes);
  if (!parsed.ok) return refuse('INVALID_JSON_BODY', { problem: parsed.error });
  const forbidden = findForbidden(parsed.value);
  if (forbidden === undefined) return answer(parsed.value);
  const problem = `"${forbidden.path}" in the body ${forbidden.message}`;
  return refuse('INVALID_ARGUMENT', { problem }, [forbidden]);
}
