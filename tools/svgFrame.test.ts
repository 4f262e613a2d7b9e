/** The policy lets the frame that draws SVG files run its own script, and no other. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SVG_FRAME_SCRIPT } from '../src/state/dataset/svgFrameScript.ts';
import { readContentPolicy } from './hostHeaders.ts';
import { ROOT } from './paths.ts';

it('index.html names the hash of the script, and of nothing else', () => {
  const policy = readContentPolicy(readFileSync(join(ROOT, 'index.html'), 'utf8')) ?? '';
  const hash = createHash('sha256').update(SVG_FRAME_SCRIPT).digest('base64');
  expect(policy.match(/'sha\d+-[^']*'/g)).toEqual([`'sha256-${hash}'`]);
});
