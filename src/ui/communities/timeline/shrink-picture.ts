/** Brings a picture under the size that a message may carry. */

/** The most that one picture of a message may take. */
const MAX_PICTURE_BYTES = 1_048_576
export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif']

const SIDES_PX = [2048, 1440, 1024, 720]

/** The picture itself where it fits; else smaller copies until one does. Undefined where it cannot be read or made to fit. */
export async function shrunkPicture(picture: Blob): Promise<Blob | undefined> {
  // Read even where it fits: a broken file is told of here, and not by those who cannot see it.
  const bitmap = await decode(picture)
  if (bitmap === undefined) return undefined
  try {
    if (PICTURE_TYPES.includes(picture.type) && picture.size <= MAX_PICTURE_BYTES) return picture
    for (const side of SIDES_PX) {
      const smaller = await copyOf(bitmap, side)
      if (smaller !== undefined && smaller.size <= MAX_PICTURE_BYTES) return smaller
    }
    return undefined
  } finally {
    bitmap.close()
  }
}

async function decode(picture: Blob): Promise<ImageBitmap | undefined> {
  try {
    return await createImageBitmap(picture)
  } catch {
    // What the browser cannot read is no picture to it.
    return undefined
  }
}

async function copyOf(bitmap: ImageBitmap, sidePx: number): Promise<Blob | undefined> {
  const scale = Math.min(1, sidePx / Math.max(bitmap.width, bitmap.height))
  const width = Math.max(1, Math.round(bitmap.width * scale))
  const height = Math.max(1, Math.round(bitmap.height * scale))
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) return undefined
  // JPEG has no transparency: it would turn black.
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, width, height)
  context.drawImage(bitmap, 0, 0, width, height)
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 })
}
