/** Builds the bench's pages and serves them with the weights, the published scripts and the written ONNX model. */
import { createServer } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import { build } from 'vite';
import { DEFAULT_BACKBONE_ID } from '../../src/network/backbones/defaultBackbone.ts';
import { readBackboneOf } from '../backbones.ts';
import { originalModelDirOf } from '../originalModel.ts';
import { CACHE_DIR, ROOT, WEIGHTS_DIR } from '../paths.ts';

const BENCH_DIR = join(CACHE_DIR, 'bench');
const MODULES_DIR = join(ROOT, 'node_modules');
const PAGES = [
  'ours',
  'plain',
  'ort',
  'fineTuneOurs',
  'fineTunePlain',
  'backbonesPage',
  'gradientsPage',
  'pipelinePage',
];
/** Where the page of ONNX Runtime finds the model. */
export const ONNX_PATH = '/onnx/backbone.onnx';

export async function buildPages(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: join(ROOT, 'tools/bench'),
    base: './',
    publicDir: false,
    worker: { format: 'es' },
    build: {
      outDir: BENCH_DIR,
      emptyOutDir: true,
      target: 'es2023',
      chunkSizeWarningLimit: 5000,
      rolldownOptions: { input: PAGES.map((name) => join(ROOT, `tools/bench/${name}.html`)) },
    },
  });
}

/** All sides are served cross-origin isolated: theirs may use all cores as threads, our workers share their weights. */
export async function servePages(onnxModel: Uint8Array | null): Promise<{ url: string; close: () => void }> {
  const originalDir = originalModelDirOf(await readBackboneOf());
  const folders = {
    [`/weights/${DEFAULT_BACKBONE_ID}/`]: sirv(WEIGHTS_DIR, { dev: true }),
    '/original/': sirv(originalDir, { dev: true }),
    '/tfjs/': sirv(join(MODULES_DIR, '@tensorflow/tfjs/dist'), { dev: true }),
    '/wasm/': sirv(join(MODULES_DIR, '@tensorflow/tfjs-backend-wasm/dist'), { dev: true }),
    '/webgpu/': sirv(join(MODULES_DIR, '@tensorflow/tfjs-backend-webgpu/dist'), { dev: true }),
    '/ort/': sirv(join(MODULES_DIR, 'onnxruntime-web/dist'), { dev: true }),
    '/': sirv(BENCH_DIR, { dev: true }),
  };
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    if (url === ONNX_PATH && onnxModel) return void response.end(onnxModel);
    const [prefix, handle] = Object.entries(folders).find(([path]) => url.startsWith(path)) ?? [];
    if (!prefix || !handle) return void response.writeHead(404).end();
    request.url = `/${url.slice(prefix.length)}`;
    handle(request, response, () => void response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://localhost:${address.port}`, close: () => void server.close() };
}
