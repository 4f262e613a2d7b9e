/**
 * Draws SVG files, which a worker cannot: as an `<img>`, where scripts and outside addresses are dead by the standard.
 * What would take too long is counted first and not drawn; the rest is drawn where it can be stopped.
 */
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import { expandedLength } from './svgEntities.ts';
import { drawInFrame } from './svgFrame.ts';

/** Longer side of the drawing: more than any backbone looks at. */
const SIDE_PX = 512;
/** Longer texts are data with a few shapes around, or no drawings. */
const MAX_SVG_BYTES = 10 * 1024 * 1024;
/** What entities may stand for; drawing programs shorten a few addresses by them. */
const MAX_EXPANDED = 100_000;

/** Gives an SVG without a size one: Firefox draws nothing without it, and viewBox keeps the shape. */
function withSize(root: Element): string {
  const has = (name: string) => /^\s*[\d.]+(px)?\s*$/.test(root.getAttribute(name) ?? '');
  if (!has('width') || !has('height')) {
    const [, , width = 1, height = 1] = (root.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number);
    const scale = width > 0 && height > 0 ? SIDE_PX / Math.max(width, height) : SIDE_PX;
    root.setAttribute('width', String(Math.max(1, (width || 1) * scale)));
    root.setAttribute('height', String(Math.max(1, (height || 1) * scale)));
  }
  return new XMLSerializer().serializeToString(root);
}

/** The file as it is drawn. @throws AppError `pictureUnreadable`, `drawingTooComplex` */
async function prepare(file: Blob): Promise<Blob> {
  if (file.size > MAX_SVG_BYTES) throw new AppError('drawingTooComplex');
  const source = await file.text();
  if (expandedLength(source) > MAX_EXPANDED) throw new AppError('drawingTooComplex');
  const root = new DOMParser().parseFromString(source, 'image/svg+xml').documentElement;
  if (root.localName !== 'svg' || root.querySelector('parsererror')) throw new AppError('pictureUnreadable');
  // The look at pictures within comes with the parsers of their formats; a first visit has no need of it.
  const { MAX_SVG_COST, svgCost } = await import('./svgCost.ts');
  if ((await svgCost(root)) > MAX_SVG_COST) throw new AppError('drawingTooComplex');
  return new Blob([withSize(root)], { type: 'image/svg+xml' });
}

/**
 * A PNG of the drawing on white, longer side 512 px.
 * @throws AppError `pictureUnreadable`, `drawingTooComplex`, `outOfMemory`, `cancelled`
 */
export async function drawSvg(file: Blob, signal?: AbortSignal): Promise<Blob> {
  const svg = await prepare(file);
  throwIfCancelled(signal);
  const png = await drawInFrame(svg, SIDE_PX, signal);
  return png === 'unusable' ? drawHere(svg) : png;
}

/** In the page itself, where nothing stops it but that it was counted. */
async function drawHere(svg: Blob): Promise<Blob> {
  const url = URL.createObjectURL(svg);
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

/** Why a drawing is left out; null for what is no fault of the file. */
export function reasonOfSvg(thrown: unknown): 'unreadable' | 'tooComplex' | null {
  if (!(thrown instanceof AppError)) return null;
  if (thrown.code === 'drawingTooComplex') return 'tooComplex';
  return thrown.code === 'pictureUnreadable' ? 'unreadable' : null;
}
