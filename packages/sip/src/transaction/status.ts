/** Classes of response status codes (RFC 3261 section 7.2). */

export function isProvisional(status: number): boolean {
  return status < 200;
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
