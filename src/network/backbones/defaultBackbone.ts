/** Which backbone the app works with, and where set-up puts the weights of each: apart from the registry, for Node. */

export const DEFAULT_BACKBONE_ID = 'resnet50';

/** From the page's address, and from `public/`. */
export function manifestPathOf(backboneId: string): string {
  return `weights/${backboneId}/manifest.json`;
}
