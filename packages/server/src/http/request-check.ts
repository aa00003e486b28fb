import { type Operation, type OperationRequest } from '@parley/contract';
import type { FastifyRequest } from 'fastify';
import type { ParsedBody } from './body-parser.ts';
import { answer, type Outcome, refuse } from './outcome.ts';
import { createPartCheck, summarize } from './validation.ts';

/** The parts of any operation's request, as its handler will have them. */
export type CheckedRequest = Pick<OperationRequest, 'params' | 'query' | 'body'>;

/** Characters of an id that is none which the error repeats. */
const echoed = 64;

type PartCheck = (input: unknown) => Outcome<unknown>;

const nothing: PartCheck = () => answer(undefined);

/** Checks whole requests of one operation; its schemas are compiled once, here. */
export function createRequestCheck(operation: Operation) {
  const params = operation.params === undefined ? nothing : createParamsCheck(operation.params);
  const query = operation.query === undefined ? nothing : createCheck(operation.query, 'query');
  const body = operation.body === undefined ? nothing : createCheck(operation.body, 'body');
  return (request: FastifyRequest): Outcome<CheckedRequest> => {
    const sent = request.body as ParsedBody;
    if (operation.body !== undefined && sent?.ok === false) return sent;
    const checkedParams = params(request.params);
    if (!checkedParams.ok) return checkedParams;
    const checkedQuery = query(withoutKey(request.query));
    if (!checkedQuery.ok) return checkedQuery;
    const checkedBody = body(sent?.ok === true ? sent.value : undefined);
    if (!checkedBody.ok) return checkedBody;
    // Each part has passed the schema that its type is made from.
    const parts = { params: checkedParams.value, query: checkedQuery.value, body: checkedBody.value };
    return answer(parts as CheckedRequest);
  };
}

function createCheck(schema: NonNullable<Operation['body']>, part: 'query' | 'body'): PartCheck {
  const check = createPartCheck(schema, part);
  return (input) => {
    const checked = check(input);
    if (checked.ok) return answer(checked.value);
    return refuse('INVALID_ARGUMENT', { problem: summarize(checked.problems) }, checked.problems);
  };
}

/** All params of all operations are ids. */
function createParamsCheck(schema: NonNullable<Operation['params']>): PartCheck {
  const check = createPartCheck(schema, 'path');
  return (input) => {
    const checked = check(input);
    if (checked.ok) return answer(checked.value);
    const sent = (input as Readonly<Record<string, string>>)[checked.problems[0]?.path ?? ''] ?? '';
    return refuse('INVALID_ID', { id: sent.slice(0, echoed) });
  };
}

/** The access key may stand in the query of every operation and is no business of its handler. */
function withoutKey(query: unknown): unknown {
  const { accesskey: _, ...rest } = query as Readonly<Record<string, unknown>>;
  return rest;
}
