/**
 * Makes download.html (src/download/): one document without any file beside it. Its script is in it because the frame has an
 * origin of its own, to which the host's other files are those of a stranger. It
 * stands right behind the policy: nobody is to get hold of the document before it has run.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin, type Rolldown } from 'vite';
import { DOWNLOAD_PAGE, downloadPolicy } from '../src/shared/downloadFrame.ts';
import { ROOT } from './paths.ts';

const FOLDER = join(ROOT, 'src/download');

/** The source of a policy that allows this text and no other. */
const hashSource = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

async function bundleScript(): Promise<string> {
  const built = await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2023',
      // Whoever wants to know what it does can read it.
      minify: false,
      lib: { entry: join(FOLDER, 'frame.ts'), formats: ['iife'], name: 'download' },
    },
  });
  const [output] = (Array.isArray(built) ? built : [built]) as readonly Rolldown.RolldownOutput[];
  const code = output?.output[0]?.code;
  if (code === undefined || code.includes('</script')) throw new Error('the script cannot stand in a page');
  return code;
}

/** The whole document. */
export async function makeDownloadPage(): Promise<string> {
  const [script, style] = await Promise.all([bundleScript(), readFile(join(FOLDER, 'frame.css'), 'utf8')]);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${downloadPolicy(hashSource(script), hashSource(style))}">
<script>${script}</script>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Headstart: one download</title>
<style>${style}</style>
</head>
<body>
<p></p>
<button type="button" disabled></button>
<output></output>
</body>
</html>
`;
}

/** Puts the document beside index.html, in a build and in development. */
export function downloadPage(): Plugin {
  return {
    name: 'headstart-download-page',
    configureServer({ middlewares }) {
      middlewares.use(`/${DOWNLOAD_PAGE}`, (_, response, next) => {
        makeDownloadPage().then(
          (html) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(html),
          next,
        );
      });
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: DOWNLOAD_PAGE, source: await makeDownloadPage() });
    },
  };
}
