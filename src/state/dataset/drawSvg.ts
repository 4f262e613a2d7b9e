/** Draws SVG files, which a worker cannot: as an `<img>`, where scripts and outside addresses are dead by the standard. */
import { AppError } from '../../shared/errors.ts';

/** Longer side of the drawing: more than any backbone looks at. */
const SIDE_PX = 512;

/** Gives an SVG without a size one: Firefox draws nothing without it, and viewBox keeps the shape. */
function withSize(source: string): string {
  const parsed = new DOMParser().parseFromString(source, 'image/svg+xml');
  const root = parsed.documentElement;
  if (root.localName !== 'svg') return source;
  const has = (name: string) => /^\s*[\d.]+(px)?\s*$/.test(root.getAttribute(name) ?? '');
  if (has('width') && has('height')) return source;
  const [, , width = 1, height = 1] = (root.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number);
  const scale = width > 0 && height > 0 ? SIDE_PX / Math.max(width, height) : SIDE_PX;
  root.setAttribute('width', String(Math.max(1, (width || 1) * scale)));
  root.setAttribute('height', String(Math.max(1, (height || 1) * scale)));
  return new XMLSerializer().serializeToString(root);
}

/**
 * A PNG of the drawing on white, longer side 512 px.
 * @throws AppError `pictureUnreadable`
 */
export async function drawSvg(file: Blob): Promise<Blob> {
  const source = withSize(await file.text());
  const url = URL.createObjectURL(new Blob([source], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const width = image.naturalWidth || SIDE_PX;
    const height = image.naturalHeight || SIDE_PX;
    const scale = SIDE_PX / Math.max(width, height);
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext('2d');
    if (!context) throw new AppError('outOfMemory');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!png) throw new AppError('outOfMemory');
    return png;
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('pictureUnreadable', {}, { cause: thrown });
  } finally {
    URL.revokeObjectURL(url);
  }
}
