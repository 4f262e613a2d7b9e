/** How much lies in tensors while a step is computed, when nothing else gets a turn to look. */

/** Of TensorFlow.js 4.22, bundled or as the published script. */
interface Engine {
  readonly state: { readonly numBytes: number };
  trackTensor(...args: never[]): void;
}

/** Looks whenever a tensor is made. The function returned gives the highest since it was last asked. */
export function watchTensorBytes(engine: Engine): () => number {
  const track = engine.trackTensor.bind(engine);
  let peakBytes = 0;
  engine.trackTensor = (...args) => {
    track(...args);
    peakBytes = Math.max(peakBytes, engine.state.numBytes);
  };
  return () => {
    const taken = peakBytes;
    peakBytes = engine.state.numBytes;
    return taken;
  };
}
