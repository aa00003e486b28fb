import { type Static, Type } from 'typebox';

export const RequestMethod = Type.Enum(['', 'POST', 'GET', 'PUT', 'DELETE'], {
  default: 'POST',
  description: 'HTTP method; the body is sent with all of them. Empty: POST.',
});

export function methodOf(method: Static<typeof RequestMethod> | undefined): string {
  return method === undefined || method === '' ? 'POST' : method;
}

export function urlOf(description: string) {
  return Type.String({ minLength: 1, maxLength: 2048, description });
}
