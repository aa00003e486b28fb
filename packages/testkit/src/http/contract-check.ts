import assert from 'node:assert/strict';
import {
  ErrorBody,
  errorTable,
  type Operation,
  type OperationId,
  operationIds,
  operations,
  possibleErrors,
} from '@parley/contract';
import { Compile } from 'typebox/compile';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
}

/** Asserts that an answer is what the contract says: the reply's schema, or an error that this operation may have. */
export type ContractCheck = (method: string, url: string, answer: Answer) => void;

/** What is kept of keys and passwords is never shown. */
const secrets = /"(token_hash|password|password_hash|password_hashes)":/;

/** Schemas are compiled once per check, on first use. */
export function createContractCheck(): ContractCheck {
  const compiled = new Map<object, ReturnType<typeof Compile>>();
  const assertSchema = (schema: Operation['reply']['schema'], value: unknown): void => {
    const validator = compiled.get(schema) ?? Compile(schema);
    compiled.set(schema, validator);
    assert.deepEqual(validator.Check(value) ? [] : validator.Errors(value), []);
  };
  return (method, url, answer) => {
    const id = operationAt(method, url);
    const operation: Operation | undefined = id === undefined ? undefined : operations[id];
    if (answer.status === 200 && operation !== undefined) {
      assertSchema(operation.reply.schema, answer.body);
      // The description of the API names them.
      if (id !== 'getOpenapi') assert.doesNotMatch(JSON.stringify(answer.body), secrets);
      return;
    }
    assertSchema(ErrorBody, answer.body);
    const { error } = answer.body as ErrorBody;
    assert.equal(error.status, errorTable[error.reason].status);
    assert.equal(error.request_id, answer.headers['x-request-id']);
    if (operation === undefined) return;
    assert.equal(answer.status, errorTable[error.reason].http);
    assert.ok(possibleErrors(operation).includes(error.reason), `${id} may not answer ${error.reason}`);
  };
}

/** The operation that a request is for; a path without parameters goes before one with. */
export function operationAt(method: string, url: string): OperationId | undefined {
  const path = url.split('?')[0] ?? '';
  const fits = (id: OperationId): boolean =>
    operations[id].method === method &&
    new RegExp(`^${operations[id].path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`).test(
      path,
    );
  const found = operationIds.filter(fits);
  return found.find((id) => !operations[id].path.includes('{')) ?? found[0];
}
