import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { APP_COMMIT, APP_VERSION } from './version.ts';

describe('the version written in by the build', () => {
  it('is that of package.json', () => {
    expect(APP_VERSION).toBe(packageJson.version);
  });

  it('has a commit or none, never an empty one', () => {
    expect(APP_COMMIT ?? 'none').toMatch(/^(none|[0-9a-f]{7,40}(-dirty)?)$/);
  });
});
