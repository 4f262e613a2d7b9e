/**
 * The whole script of the frame that draws SVG files, as it stands in that frame's document. index.html names its hash
 * in the security policy: a change here is a change there, and in docs/hosting (`tools/svgFrame.test.ts` tells the hash).
 * Asked by `{ svg: Blob, sidePx: number }` with a port, it answers with a PNG on white, or null.
 */
export const SVG_FRAME_SCRIPT = `
addEventListener('message', async ({ data: { svg, sidePx }, ports: [port] }) => {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const width = image.naturalWidth || sidePx;
    const height = image.naturalHeight || sidePx;
    const scale = sidePx / Math.max(width, height);
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((png) => port.postMessage(png), 'image/png');
  } catch {
    port.postMessage(null);
  } finally {
    URL.revokeObjectURL(url);
  }
});
parent.postMessage('ready', '*');
`;
