import { Id } from '@parley/contract';
import { Type } from 'typebox';

const keysPattern = '^[0-9A-D*#]*$';
const headerPattern = '^[ -~]*$';
const idOrVariablePattern =
  '^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\\$\\{[^{}]+\\}|)$';
const mapKeyPattern = '^[\\s\\S]{0,255}$';

/** What to tell whoever sends a text that has not the form it needs; clearer than the pattern itself. */
export const formMessages: ReadonlyMap<string, string> = new Map([
  ['pattern' in Id ? String(Id.pattern) : '', 'has to be a UUID in lower case'],
  [idOrVariablePattern, 'has to be a UUID in lower case, or a variable such as ${agent}'],
  [keysPattern, 'may hold only keys: 0 to 9, A to D, * and #'],
  [headerPattern, 'may hold only printable ASCII characters'],
]);

/** Keys of a telephone, of which any one counts. */
export function keysOf(description: string, { minLength = 0, maxLength = 16 } = {}) {
  return Type.String({ pattern: keysPattern, minLength, maxLength, description });
}

/** An id, a variable that holds one, or nothing. */
export function idOrVariableOf(description: string) {
  return Type.String({ pattern: idOrVariablePattern, description });
}

/** The value of an HTTP header. */
export function headerOf(description: string) {
  return Type.String({ pattern: headerPattern, maxLength: 255, description });
}

/** A key of a map whose keys are anybody's. The plain `Type.String()` would let keys with line breaks by, unchecked. */
export const MapKey = Type.String({ pattern: mapKeyPattern });
