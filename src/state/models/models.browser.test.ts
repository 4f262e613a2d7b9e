import { expect, it } from 'vitest';
import { freeName } from './models.ts';

it('numbers models of one name', () => {
  expect(freeName('pets', [])).toBe('pets');
  expect(freeName('pets', ['pets'])).toBe('pets (2)');
  expect(freeName('pets', ['pets', 'pets (2)', 'dogs'])).toBe('pets (3)');
});
