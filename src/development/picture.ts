/** A square PNG for a product that nobody photographed: two colours that its name decides, and a sun. */
export async function drawPicture(name: string, size = 320): Promise<Uint8Array<ArrayBuffer>> {
  const seed = [...name].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7);
  const [low, high] = [colourOf(seed % 360, 0.32), colourOf((seed >> 4) % 360, 0.78)];
  const centre = {
    x: size * (0.3 + (seed % 40) / 100),
    y: size * (0.3 + ((seed >> 6) % 30) / 100),
  };
  const rows = new Uint8Array(size * (1 + 3 * size));
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const sun = Math.hypot(x - centre.x, y - centre.y) < size / 5 ? 0.35 : 0;
      const share = Math.min(1, y / size + sun);
      for (let i = 0; i < 3; i++)
        rows[y * (1 + 3 * size) + 1 + 3 * x + i] = low[i]! * share + high[i]! * (1 - share);
    }
  const deflated = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  const pixels = new Uint8Array(await new Response(deflated).arrayBuffer());
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, size);
  header.setUint32(4, size);
  header.setUint16(8, 0x0802);
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const chunks = [
    chunkOf("IHDR", new Uint8Array(header.buffer)),
    chunkOf("IDAT", pixels),
    chunkOf("IEND", new Uint8Array()),
  ];
  return new Uint8Array(await new Blob([signature, ...chunks]).arrayBuffer());
}

/** Red, green and blue of a hue at this lightness. */
function colourOf(hue: number, lightness: number): number[] {
  const strength = 0.45 * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12;
    return 255 * (lightness - strength * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  });
}

function chunkOf(type: string, data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(12 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(new TextEncoder().encode(type), 4);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)));
  return chunk;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
