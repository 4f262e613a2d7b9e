/** SVG files of a few hundred bytes that take minutes and gigabytes to draw. */

const XMLNS = 'xmlns="http://www.w3.org/2000/svg" width="100" height="100"';

export const svgOf = (inner: string): string => `<svg ${XMLNS}>${inner}</svg>`;

/** Ten times ten times ten … circles: 10 to the power of `levels`. */
export function nestedUse(levels: number): string {
  const uses = (level: number) => `<use href="#a${level}"/>`.repeat(10);
  const groups = Array.from({ length: levels }, (_, level) => `<g id="a${level + 1}">${uses(level)}</g>`);
  return svgOf(
    `<defs><circle id="a0" cx="9" cy="9" r="5"/>${groups.join('')}</defs><use href="#a${levels}"/>`,
  );
}
