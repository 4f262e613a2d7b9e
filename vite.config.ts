import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { downloadPage } from './tools/downloadPage.ts';
import { versionDefines } from './tools/version.ts';

/**
 * The Content-Security-Policy of index.html forbids inline scripts; Vite's development server needs one
 * (the react-refresh preamble) and a web socket. Relaxed there only: what is built keeps the strict one.
 */
const relaxPolicyInDevelopment: Plugin = {
  name: 'headstart-relax-policy-in-development',
  apply: 'serve',
  transformIndexHtml: (html) =>
    html
      // Beside a hash, 'unsafe-inline' would count for nothing.
      .replace(/(script-src 'self'[^;]*?) 'sha256-[^']*'/, '$1')
      .replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")
      .replace("connect-src 'self'", "connect-src 'self' ws:"),
};

export default defineConfig({
  // Relative addresses: dist/ works from any static host and any sub-path.
  base: './',
  define: versionDefines(),
  plugins: [
    react(),
    relaxPolicyInDevelopment,
    downloadPage(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/sw',
      filename: 'sw.ts',
      // The page registers it by itself: src/state/shell/appUpdate.ts.
      injectRegister: false,
      includeAssets: ['icons/*'],
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,svg,png,wasm,json,webmanifest}'],
        // The weights are checked, cached and counted by src/weights; the samples are fetched when asked for.
        globIgnores: ['weights/**', 'samples/**'],
        maximumFileSizeToCacheInBytes: 8 * 1024 * 1024,
        // A module would load in fewer browsers.
        rollupFormat: 'iife',
      },
    }),
  ],
  worker: { format: 'es' },
  // The manifest tells tools/firstLoad.ts what a first visit loads.
  build: {
    target: 'es2023',
    chunkSizeWarningLimit: 2500,
    manifest: true,
    rolldownOptions: {
      // The page takes the endings of files' names out of the readers of data sets, and nothing else.
      treeshake: {
        moduleSideEffects: [{ test: /src[\\/](dataset|shared[\\/]unpickle)[\\/]/, sideEffects: false }],
      },
      output: {
        // What the first paint needs is one file: shared bits in thirty of their own are thirty requests before it.
        codeSplitting: { groups: [{ name: 'start', test: /src[\\/]main\.tsx$/ }] },
      },
    },
  },
});
