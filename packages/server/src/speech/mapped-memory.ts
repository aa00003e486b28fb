/**
 * Memory that goes back to the system. Buffers of many megabytes normally lie on the C heap, of which every thread
 * that ever ran leaves one behind, and which does not shrink: an engine loaded and let go a dozen times held 110 MB for
 * good. WebAssembly memory is mapped instead, and unmapped with its thread.
 */

/** The one thing used of the global that no library file of the compiler declares without a browser's types. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
};

const pageBytes = 65_536;
/** Below this a buffer is not worth pages of its own. */
const largeBytes = 1_048_576;

/** At least `length` bytes, rounded up to whole pages, zeroed. */
export function mappedBuffer(length: number): ArrayBuffer {
  return new WebAssembly.Memory({ initial: Math.ceil(length / pageBytes) }).buffer;
}

/**
 * Has large array buffers of whole pages made in this thread mapped, as the engine's heap is. For threads that run
 * nothing but the engine.
 */
export function mapLargeBuffers(): void {
  globalThis.ArrayBuffer = new Proxy(ArrayBuffer, {
    construct(target, parameters: readonly unknown[], newTarget) {
      const [length] = parameters;
      const isPaged = typeof length === 'number' && length >= largeBytes && length % pageBytes === 0;
      if (isPaged && parameters.length === 1) return mappedBuffer(length);
      return Reflect.construct(target, parameters, newTarget) as ArrayBuffer;
    },
  });
}
