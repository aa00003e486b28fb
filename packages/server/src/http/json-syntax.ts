/** One token of JSON (RFC 8259): punctuation, a string, or a number or literal; white space before it. */
const token =
  // oxlint-disable-next-line no-control-regex -- these are what a JSON string may not hold unescaped
  /[ \t\n\r]*(?:([{}[\],:])|("[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*")|((?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![0-9A-Za-z_.+-])))/;

type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

interface Scan {
  expected: Expected;
  readonly open: ('{' | '[')[];
}

/**
 * Where `text`, which `JSON.parse` refused, stops being JSON: the offset of the first token that cannot stand there,
 * or the length of the text when it only ends too early. V8 itself tells the place for some mistakes only.
 */
export function findSyntaxError(text: string): number {
  const scan: Scan = { expected: 'value', open: [] };
  const next = new RegExp(token, 'y');
  for (let at = 0; ; at = next.lastIndex) {
    next.lastIndex = at;
    const match = next.exec(text);
    const [whole = '', mark, string] = match ?? [];
    if (match === null) return skipSpace(text, at);
    if (!accept(scan, mark ?? (string === undefined ? 'scalar' : 'string'))) {
      return at + whole.length - whole.trimStart().length;
    }
  }
}

/** Moves on over one token; false when it cannot stand here. */
function accept(scan: Scan, kind: string): boolean {
  switch (kind) {
    case '{':
    case '[':
      return acceptOpening(scan, kind);
    case '}':
      return acceptClosing(scan, '{', scan.expected === 'keyOrEnd' || scan.expected === 'commaOrEnd');
    case ']':
      return acceptClosing(scan, '[', scan.expected === 'valueOrEnd' || scan.expected === 'commaOrEnd');
    case ':':
      return moveOn(scan, scan.expected === 'colon', 'value');
    case ',':
      return moveOn(scan, scan.expected === 'commaOrEnd', scan.open.at(-1) === '{' ? 'key' : 'value');
    default:
      if (kind === 'string' && (scan.expected === 'key' || scan.expected === 'keyOrEnd')) {
        return moveOn(scan, true, 'colon');
      }
      return moveOn(scan, takesValue(scan), afterValue(scan));
  }
}

function acceptOpening(scan: Scan, bracket: '{' | '['): boolean {
  if (!takesValue(scan)) return false;
  scan.open.push(bracket);
  return moveOn(scan, true, bracket === '{' ? 'keyOrEnd' : 'valueOrEnd');
}

function acceptClosing(scan: Scan, bracket: '{' | '[', allowed: boolean): boolean {
  if (!allowed || scan.open.at(-1) !== bracket) return false;
  scan.open.pop();
  return moveOn(scan, true, afterValue(scan));
}

function takesValue(scan: Scan): boolean {
  return scan.expected === 'value' || scan.expected === 'valueOrEnd';
}

function afterValue(scan: Scan): Expected {
  return scan.open.length === 0 ? 'nothing' : 'commaOrEnd';
}

function moveOn(scan: Scan, allowed: boolean, next: Expected): boolean {
  if (allowed) scan.expected = next;
  return allowed;
}

function skipSpace(text: string, from: number): number {
  return text.length - text.slice(from).replace(/^[ \t\n\r]+/, '').length;
}
