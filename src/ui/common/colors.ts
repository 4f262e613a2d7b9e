/** How bright colours are to the eye, for contrast that everybody can read. */

/** sRGB, 0–255 each. */
export type Rgb = readonly [number, number, number];

/** Relative luminance of an sRGB colour (WCAG 2.2, "relative luminance"). */
export function luminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
    const fraction = value / 255;
    return fraction <= 0.04045 ? fraction / 12.92 : ((fraction + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
