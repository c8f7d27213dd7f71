import { open } from 'node:fs/promises'

/** Extensions of the pictures that `decodeImage` reads, lower case. */
export const pictureExtensions: readonly string[] = [
  '.png',
  '.jpg',
  '.jpeg',
  '.jpe',
  '.jfif',
  '.webp',
  '.gif',
  '.avif',
  '.tif',
  '.tiff',
  '.svg',
  '.bmp',
  '.dib',
  '.pbm',
  '.pgm',
  '.ppm',
  '.pnm',
]

/** Whether a file begins as such a picture does (but for SVG, which is text); false for what one has no right to read. */
export async function beginsAsPicture(path: string): Promise<boolean> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    // A disk that fails is another matter: the picture would be passed by.
    if (error.code === 'EACCES' || error.code === 'EPERM') return undefined
    throw error
  })
  if (handle === undefined) return false
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0)
    const begin = buffer.subarray(0, bytesRead).toString('latin1')
    return signature.test(begin)
  } finally {
    await handle.close()
  }
}

/** PNG; JPEG; GIF; TIFF; WebP; AVIF; PNM; BMP, whose bytes 6 to 9 are zero. */
const signature =
  /^(\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|II[*+]\0|MM\0[*+]|RIFF.{4}WEBP|.{4}ftypavi[fs]|P[1-6]\s|BM.{4}\0{4})/s
