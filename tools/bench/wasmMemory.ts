/** WebAssembly memory of a worker, which the browser leaves out when it is asked what a script holds. */
import type { Worker } from '@playwright/test';

type WithNotes = typeof globalThis & { wasmMemories?: WeakRef<WebAssembly.Memory>[] };

/** Notes every memory that the worker makes from now on, or gets with a module. */
export async function noteWasmMemories(worker: Worker): Promise<void> {
  const noting = worker.evaluate(() => {
    const noted: WeakRef<WebAssembly.Memory>[] = [];
    (globalThis as WithNotes).wasmMemories = noted;
    const { Memory } = WebAssembly;
    WebAssembly.Memory = new Proxy(Memory, {
      construct(target, args: [WebAssembly.MemoryDescriptor]) {
        const memory = new target(...args);
        noted.push(new WeakRef(memory));
        return memory;
      },
    });
    for (const name of ['instantiate', 'instantiateStreaming'] as const) {
      Object.assign(WebAssembly, {
        [name]: new Proxy(WebAssembly[name] as (...args: unknown[]) => Promise<object>, {
          async apply(target, self, args) {
            const result = await Reflect.apply(target, self, args);
            const { exports } =
              'instance' in result
                ? (result.instance as WebAssembly.Instance)
                : (result as WebAssembly.Instance);
            for (const value of Object.values(exports))
              if (value instanceof Memory) noted.push(new WeakRef(value));
            return result;
          },
        }),
      });
    }
  });
  // A worker that is gone already has none.
  await noting.catch(() => undefined);
}

/** Bytes of all that is alive; 0 of a worker that is gone. */
export async function readWasmBytes(worker: Worker): Promise<number> {
  const reading = worker.evaluate(() =>
    [...new Set((globalThis as WithNotes).wasmMemories?.map((noted) => noted.deref()))].reduce(
      (sum, memory) => sum + (memory?.buffer.byteLength ?? 0),
      0,
    ),
  );
  return reading.catch(() => 0);
}
