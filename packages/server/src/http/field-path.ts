/**
 * The place of a value in a request, as the API writes it: `actions[2].option.text`. Keys that would be misread are
 * quoted: `option["a b"]`.
 */
export function fieldPath(steps: readonly (string | number)[]): string {
  return steps.map(writeStep).join('');
}

/** The steps of a JSON Pointer (RFC 6901); a step of digits is taken for an index. */
export function stepsOfPointer(pointer: string): readonly (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function writeStep(step: string | number, position: number): string {
  if (typeof step === 'number') return `[${step}]`;
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) return `[${JSON.stringify(step)}]`;
  return position === 0 ? step : `.${step}`;
}
