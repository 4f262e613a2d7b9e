import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './paths.ts';
import { requireFiles } from './requireSetUp.ts';
import { SetupError } from './say.ts';

describe('requireFiles', () => {
  it('is content with files that are there', () => {
    expect(() => requireFiles([join(ROOT, 'package.json')])).not.toThrow();
  });

  it('names the files that are missing, and the command that makes them', () => {
    const missing = ['a.json', 'b.json'].map((name) => join(ROOT, 'no such folder', name));
    const check = () => requireFiles([join(ROOT, 'package.json'), ...missing]);
    expect(check).toThrow(SetupError);
    expect(check).toThrow(
      /^no such folder.a\.json and no such folder.b\.json not found: run "npm run setup"/,
    );
  });
});
