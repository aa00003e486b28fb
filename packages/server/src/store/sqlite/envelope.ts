/**
 * The data of an event as text: what stands between `{"type":"...","data":` and the last brace. Text of another form
 * gives some other text, which equals no row.
 */
export function dataOf({ type, body }: { readonly type: string; readonly body: string }): string {
  return body.slice('{"type":"","data":'.length + type.length, -1);
}
