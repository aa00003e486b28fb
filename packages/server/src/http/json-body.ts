import type { FieldProblem } from '@parley/contract';
import { fieldPath } from './field-path.ts';
import { findSyntaxError } from './json-syntax.ts';

/** Levels of objects and lists in a body; the deepest that any request has is six. */
const deepest = 32;

export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  /** A clause for people, with the place as far as it is known. */
  | { readonly ok: false; readonly error: string };

/** Reads the bytes of a request as JSON. */
export function parseJson(bytes: Uint8Array): ParsedJson {
  const text = decode(bytes);
  if (text === undefined) return { ok: false, error: 'it is not UTF-8' };
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return { ok: false, error: describeSyntaxError(text, findSyntaxError(text)) };
  }
}

/** What no part of any body may hold, whatever its schema allows; undefined when there is nothing of that kind. */
export function findForbidden(
  value: unknown,
  at: readonly (string | number)[] = [],
): FieldProblem | undefined {
  if (typeof value === 'string') return value.includes('\0') ? nulProblem(at) : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (at.length >= deepest) return depthProblem(at);
  if (Array.isArray(value)) return firstOf(value.entries(), at);
  return Object.hasOwn(value, '__proto__')
    ? protoProblem([...at, '__proto__'])
    : firstOf(Object.entries(value), at);
}

function firstOf(
  entries: Iterable<readonly [string | number, unknown]>,
  at: readonly (string | number)[],
): FieldProblem | undefined {
  for (const [key, item] of entries) {
    if (typeof item === 'number' || typeof item === 'boolean') continue;
    const problem = findForbidden(item, [...at, key]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function describeSyntaxError(text: string, position: number): string {
  const before = text.slice(0, position).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  return `${describePlace(text, position)} at line ${before.length}, column ${column}`;
}

function describePlace(text: string, position: number): string {
  const code = text.codePointAt(position);
  if (code === undefined) return 'it ends too early';
  const character = String.fromCodePoint(code);
  return character === '"'
    ? 'a string is out of place or not closed'
    : `unexpected ${JSON.stringify(character)}`;
}

type Place = readonly (string | number)[];

function nulProblem(at: Place): FieldProblem {
  const message = 'holds a NUL character, which no text may';
  return { in: 'body', path: fieldPath(at), reason: 'wrong_form', message };
}

function protoProblem(at: Place): FieldProblem {
  return { in: 'body', path: fieldPath(at), reason: 'unknown_key', message: 'is not a key that may be used' };
}

function depthProblem(at: Place): FieldProblem {
  const message = `is nested deeper than ${deepest} levels`;
  return { in: 'body', path: fieldPath(at), reason: 'too_long', message };
}
